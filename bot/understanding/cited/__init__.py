"""How a message cites: editions, issues, pages and topics in every notation."""
