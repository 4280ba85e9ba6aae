"""What editors decide of reports: verdicts, second opinions, appeals, how far graders agree, what the reader is told of it."""
