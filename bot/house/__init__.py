"""What the newspaper learns of itself: its own finds, its ledger of errors, at which step they came about, figures."""
