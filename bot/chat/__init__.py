"""A conversation with a reader: what is known when he writes, what his words do, what he is answered."""
