"""What a message is for, and what a later one does to a report that is there."""
