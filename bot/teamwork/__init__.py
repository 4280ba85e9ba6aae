"""Editors beside one another: who is at what, what is whose, drafts, notes, filters, acts on many reports, reminders."""
