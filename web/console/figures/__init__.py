"""Statistics as plots, tables and files."""
