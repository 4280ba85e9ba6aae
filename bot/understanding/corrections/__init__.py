"""What a message corrects, in the many forms in which readers say so."""
