"""How close it is at the cut lines, and what would have to change for somebody to move."""
