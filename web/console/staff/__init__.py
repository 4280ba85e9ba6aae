"""Who works here, and how each signs in."""
