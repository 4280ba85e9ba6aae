"""A report on record: which error in print it points at, where that stands, where else, and the receipt for it."""
