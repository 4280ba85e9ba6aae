"""Reads a reader's words: pure functions of values, no database, clock or network."""
