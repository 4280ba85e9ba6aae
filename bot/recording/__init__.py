"""What proves afterwards how it was: the record of a round, its signature, the chain over the audit."""
