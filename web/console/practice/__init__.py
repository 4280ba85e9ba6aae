"""Grading alike: practice, calibration, agreement, pairs."""
