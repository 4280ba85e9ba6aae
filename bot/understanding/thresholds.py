"""Every number that judges in this package, in one place. docs/understanding.md tells where each comes from."""

from __future__ import annotations

# How far the reading goes: bounds by counting, whatever the input.
LONGEST_READ = 4000
"""Characters of one message that are read; the rest is kept, not read."""
MOST_ERRORS = 20
"""So many errors are read from one message at once."""
MOST_QUOTES, MOST_MARKS, LONGEST_QUOTE = 120, 400, 600
"""Quotations and quotation marks looked at in one message, and characters between two marks."""
MOST_HITS = 40
"""So many places of one quotation are looked at."""
MOST_SCANNED = 2000
"""So many articles are looked through for a single character, which has no bigram."""
LONGEST_KEY, LONGEST_SOUGHT = 200, 400
"""Characters of a quotation that are compared, and that are sought exactly."""
VOTES, LEAST_VOTERS = 4000, 3
"""Postings read for one search, so that common bigrams of a large catalogue cost no more."""
MOST_INTERSECTED, WORTH_INTERSECTING = 4, 48
"""Posting lists intersected for an exact search, and how many articles are simply looked into instead."""
BEST_CANDIDATES, RUN_CANDIDATES, TITLE_CANDIDATES = 8, 6, 12
"""Articles aligned with a quotation that is nowhere exactly, compared with unquoted words, titles scored."""
REFINED_BY = 4
"""By so many characters each end of an alignment is moved in search of a nearer one."""

# Which issues are looked at first.
NEAR_ISSUES = 3
"""Months of the catalogue, from the one after the message back."""
NEAR_RUN = 8
"""An unquoted run of so many letters in the near issues ends the search."""


# Locating a quotation.
def tolerance(length: int) -> int:
    """How many characters of a quotation of `length` (loose key) may differ from print."""
    if length < 5:
        return 0
    if length < 8:
        return 1
    if length < 12:
        return 2
    return max(3, length * 15 // 100)


SHORT = 4
"""Quotations of fewer letters are sought exactly and only where a page or article is cited."""
AGAINST_ONE, AGAINST_SEVERAL = 6, 8
"""So long must an exact quotation be to be believed against one or several cited fields."""

# Titles.
MARKED, SIGNPOSTED, WHOLE_CLAUSE, TAIL = 0.6, 0.5, 0.8, 0.9
"""The share of the cited characters that must stand in the title in this order."""
MARGIN = 0.08
"""By so much the best title must be better than the best of another wording."""
BODY, LONGEST_SUBHEAD = 60, 30
"""A paragraph of so many characters is body text; one of so few without an end mark is a subhead."""
UNKNOWN_TITLE = 3
"""Words of so many letters before 那篇 are an article even where no title is like them: its text may hold them."""
LONGEST_TITLE = 40
"""Words in 《》 longer than this that are no title are a quotation."""

# Words without quotation marks.
SHORTEST_RUN = 4
"""So many letters must stand in print to end an unquoted quotation."""
ALONE, ALONE_SHARE = 5, 0.6
"""A sentence without quotation marks and correction is a quotation if so many of its letters stand in print."""
WHOLE = 4
"""… or so many, if they are a clause of their own."""

REACH = 40
"""So many characters before a remark are searched for the unquoted words it is about."""
RUNS_ON, RUNS_ON_LIKE = 4, 60
"""An unquoted right form so much longer than the wrong is cut where it is most like it, if that is so like (0 to 100)."""
ALIKE, PARTLY_ALIKE = 50, 65
"""So alike (0 to 100) are the two halves of a correction that are not said side by side, whole or in part."""

# Words without an error in them.
GREETING_REST = 0.4
"""A message is a courtesy if no more than this share of it is anything else."""
SHORT_ANSWER = 40
"""A message of so many characters can be a bare answer to our own question."""
