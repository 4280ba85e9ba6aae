"""The lists that editors work through: filters, acts on many, who is at what, how it goes."""
