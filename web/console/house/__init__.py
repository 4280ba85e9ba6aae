"""The paper's own errors: its rate, what it found itself, notices of correction, the talk of the month."""
