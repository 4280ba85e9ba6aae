"""Pages for readers, opened from the chat or from the paper: one module a family. No member of staff, no cookie."""
