"""Rows carried to another database: one contest through an archive, or everything from SQLite to PostgreSQL."""
