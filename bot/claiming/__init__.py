"""Claims of prizes: the link, the page's fields, what is sealed and how long it is kept (RULES 12, 17, 18, 20)."""
