"""Readers as persons: which accounts are one, what is laid on whom, what each may see of his own."""
