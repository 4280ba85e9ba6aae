"""A contest from its rules to its announcement: rounds, standings, the pick and what follows it."""
