"""What left the house, kept outside the database: so that one brought back from a backup knows what it does not know."""
