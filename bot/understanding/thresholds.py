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

PART_AGREES, ARTICLE_AGREES, PAPER_AGREES, KIND_AGREES = 32, 16, 8, 5
ISSUE_AGREES, NEAR_AGREES, PAGE_AGREES = 4, 3, 2
"""What each cited field that a place agrees with weighs, where words stand in several: an order, each stronger than the
next. The near issues count where no issue is cited."""
DESCRIBED_BY = 4
"""So many letters of a description must stand in one clause of the article to be about it."""
LONGEST_REPLACED = 8
"""A right form of so many letters tells by itself which words of a cited article it replaces."""
BORNE_OUT_BY = 3
"""So many letters of what is said around a quotation of three, standing in its article and hardly elsewhere, bear it out;
they also tell one of several places."""

# Titles.
MARKED, SIGNPOSTED, WHOLE_CLAUSE, TAIL = 0.6, 0.5, 0.8, 0.9
"""The share of the cited characters that must stand in the title in this order."""
FITS, FITS_SIGNPOSTED = 0.5, 0.3
"""… where the quotation stands in the article already, said beside it and before 那篇."""
STRONG_TITLE = 6
"""Fewer letters of a title are held against a quotation that is found in another article of which they tell too."""
MOST_BEGINNINGS = 3
"""So many beginnings of the words before 那篇 are tried beside the first."""
MOST_TOPICS = 4
"""So many phrases beside an error are looked at for the article they may mean."""
TOLD_BY_TEXT = 0.6
"""… or so much of what the reader called it stands in its text in one run."""
TELLING = 2
"""Two neighbouring characters tell an article from others if the titles of so few of its issue have them."""
IN_PIECES, AS_LONG, SUBHEAD = 0.06, 0.04, 0.02
"""What a title loses that holds the cited words only in pieces, gains by being as long, and loses as a mere subhead."""
MARGIN = 0.08
"""By so much the best title must be better than the best of another wording."""
BODY, LONGEST_SUBHEAD = 60, 30
"""A paragraph of so many characters is body text; one of so few without an end mark is a subhead."""
SHORT_TITLE = 8
"""Words of a title of no more letters may be what is corrected, where others like them are said beside."""
UNKNOWN_TITLE = 3
"""Words of so many letters before 那篇 are an article even where no title is like them: its text may hold them.
So many without 那篇, all in one title, tell which of several articles is meant."""
LONGEST_TITLE = 40
"""Words in 《》 longer than this that are no title are a quotation."""

GUIDE_REACH, GUIDE_TOPIC, GUIDE_LIKE = 120, 2, 75
"""So far may all lie apart that is said of one line of the guide, so many letters of it must be said, and so like (0 to 100) to
the line must the headline be that it announces."""

# Words without quotation marks.
SHORTEST_RUN = 4
"""So many letters must stand in print to end an unquoted quotation."""
ALONE, ALONE_SHARE = 5, 0.6
"""A sentence without quotation marks and correction is a quotation if so many of its letters stand in print."""
WHOLE = 4
"""… or so many, if they are a clause of their own."""

RARE = 5
"""… or so many anywhere in a message that doubts something, if hardly another article has them."""

REACH = 40
"""So many characters before a remark are searched for the unquoted words it is about."""
RUNS_ON, RUNS_ON_LIKE = 4, 60
"""An unquoted right form so much longer than the wrong is cut where it is most like it, if that is so like (0 to 100)."""
LONGEST_SPOKEN, ALIKE_SPOKEN, EQUALLY_LONG, SAME_ENDS = 14, 40, 25, 15
"""Characters of one half of a correction in speech without marks, how alike (0 to 100) its halves are, and what being
equally long is worth in that, or beginning and ending alike."""
SHORTEST_SET_AGAINST, LONGEST_SET_AGAINST, LOOKED_THROUGH = 4, 10, 300
"""Letters of two stretches of speech that are set against each other, and characters that are looked through for them."""
MOST_SET_AGAINST = 60
"""So many such pairs are sought in print."""
SHORTEST_SAID = 3
"""Quoted words of so many letters are told from the end of a longer clause."""
LONGEST_PLAIN = 60
"""So short is speech of which two numbers are the whole matter."""
RUNS_ON_SPOKEN = 2
"""A clause so much longer than the wrong words runs on behind the right form."""
ALIKE, PARTLY_ALIKE = 50, 65
"""So alike (0 to 100) are the two halves of a correction that are not said side by side, whole or in part."""

SURELY_ALIKE = 60
"""A stretch of longer speech so alike (0 to 100) to a printed wording is its right form."""
TWINS_AS_LONG, SPOKEN_AS_LONG = 0.5, 0.6
"""The shorter of two wordings that are one correction is so long against the other, quoted and not."""
MOST_TWINS, LONGEST_TWIN, TWINS_ALIKE = 12, 30, 50
"""So many wordings of one list item, of so many letters, are compared where no verb tells which is wrong, and how
alike (0 to 100) two must be."""

ALIKE_SIDE_BY_SIDE = 40
"""So alike (0 to 100) must every two words be that stand at the same place of two lists."""
MOST_SHARED, OFTEN, MOST_SAID = 60, 6, 200
"""Pairs of like characters of a list item that are looked at for two wordings that sound alike, and how often what is wrong
with them may be printed: what stands more often is a word of speech, unless one of them is said to be printed."""
MOST_INSERTED, MOST_NAMED = 30, 6
"""In quotations of so many letters every place is tried for what is said to be missing."""
BOUND_TO = 4
"""A word put in before others must stand before one in so many of their printed places to be told by them alone."""

# Words without an error in them.
GREETING_REST = 0.4
"""A message is a courtesy if no more than this share of it is anything else."""
SALUTATION = 30
"""A wish of so many letters after 早安 is one, whatever it wishes."""
ALIKE_KNOWN = 40
"""So alike (0 to 100) to the wrong or right words on record are words that replace the right ones."""
SAYS_ELSE = 8
"""Letters that may stand beside words of print and their places, where these alone tell that the words are wrong."""
NAMED_BY = 2
"""So many characters in a row name one of the reader's reports, if no other has as many."""
SAYS_LITTLE = 2
"""So few letters may be another right form of anything on record; more must share one with it."""
SHORT_ANSWER = 40
"""A message of so many characters can be a bare answer to our own question."""
