"""What goes out of a round or an error: article, certificates, corrections, the open calendar, letters, codes."""
