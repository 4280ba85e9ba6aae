"""Whether all is well: what an operator should look at, each in a sentence with what to do about it."""
