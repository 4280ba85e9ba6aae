"""`python -m bot …`: one module a group of commands. The edge: opens sessions, commits, prints sentences."""
