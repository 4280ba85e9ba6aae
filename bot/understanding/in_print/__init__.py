"""Where words and titles stand in print, and when a place is to be believed."""
