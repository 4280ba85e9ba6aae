"""What is held about one reader: found, masked, erased, copied for him. Keeps no list of columns: see models.personal."""
