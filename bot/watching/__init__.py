"""Whether something stands still that a person must set going: found, told once, and told when it is over."""
