"""Rows, their constraints and named reads. Knows nobody else in the project."""
