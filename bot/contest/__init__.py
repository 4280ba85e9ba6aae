"""Rounds, scoring, winners and the announcement."""
