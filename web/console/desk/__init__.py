"""Messages that wait for a person, and what staff enter for callers."""
