"""The days of a contest: months and issues ahead, working days, deadlines told in time, when grading ends."""
