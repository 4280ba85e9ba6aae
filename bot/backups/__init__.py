"""Backups: written while everything runs, read again before they count, put back into an empty place."""
