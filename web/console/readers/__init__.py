"""Readers as persons: who is one, what is held of them, what was noticed."""
