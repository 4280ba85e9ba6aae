"""The record of a round: one canonical file from which anybody works out the winners again. See docs/record.md."""
