"""Characters and words: folded to one form, masked, as figures, by their sound, and what differs between two."""
