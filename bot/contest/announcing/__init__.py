"""The words of a picked round: box, article, notices, corrections, the rules and how the winners were found."""
