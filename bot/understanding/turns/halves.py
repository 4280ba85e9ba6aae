"""Half-told reports: a place and a word of an error, but no words of print (第3版有错字, 柳湾有个错字). Pure."""

from __future__ import annotations

import re

from bot.understanding.citation import Mention
from bot.understanding.heard import Heard
from bot.understanding.thresholds import MOST_ERRORS
from bot.understanding.turns import intents
from bot.understanding.turns.marks_told import doubled_marks
from bot.understanding.values import Field, Finding
from bot.understanding.words.normalise import loose_key

_EACH = re.compile(r"各有|都有|分别")
_PLACES = (Field.PAGE, Field.ARTICLE, Field.PAPER)

_IN_ONE = re.compile(
    r"(?:前[面头边]|开头|上面|先)[^。]{1,30}?(?:后[面头边来]|结尾|末尾|最后|下面|又)|前后|一会儿?[^。]{1,20}?一会|同一?篇"
)
"""Both wordings stand in the article that is cited."""


def half_told(heard: Heard) -> tuple[Finding, ...]:
    """What is told of errors without their words, one for each page named as having one; () for none."""
    cites = heard.citations
    if not any(cites.has(field) for field in _PLACES) or not intents.speaks_of_error(cites.text):
        return ()
    narrowed = cites.has(Field.PAGE) or cites.has(Field.ARTICLE)
    if not narrowed and intents.complains_in_general(cites.text):
        return ()
    pages = _pages_with_errors(heard)
    if len(pages) > 1:
        return tuple(heard.cited_at(page) for page in pages)
    cited = heard.cited_only(heard.description())
    if intents.asks_which(cites.text) and not _IN_ONE.search(cites.text):  # which of two places it is, he may say next
        cited = cited._replace(article_text=None, article_id=None, place=None, places=())
    return (doubled_marks(heard, cited) or cited,)


def answers_description(heard: Heard, known: Finding) -> bool:
    """Whether the words of a message belong to a report that only says what is wrong: they stand in its article, or tell
    which of two wordings it is."""
    if known.wrong or known.right or known.reason is None or len(heard.corrections) != 1:
        return False
    if known.place is None:
        elsewhere = heard.citations.has(Field.PAGE) or heard.citations.has(Field.ARTICLE)
        return intents.asks_which(known.reason) and not elsewhere
    number, words = heard.index.entry_of(known.place.article_id), loose_key(heard.corrections[0].wrong or "")
    return len(words) > 1 and number in {hit.entry for hit in heard.print.exact(words)}


def _pages_with_errors(heard: Heard) -> list[Mention]:
    """The pages named, if each of them is said to have an error of its own: 3版有个错字，1版也有个错字."""
    pages = [m for m in heard.citations.mentions if m.field is Field.PAGE and not getattr(m.value, "negated", False)]
    forms = {getattr(m.value, "form", "") for m in pages}
    if len(pages) < 2 or len(forms) != len(pages) or len(pages) > MOST_ERRORS:
        return []
    text, ends = heard.citations.text, [m.start for m in pages[1:]]
    own = all(intents.speaks_of_error(text[m.end : end]) for m, end in zip(pages, [*ends, len(text)], strict=True))
    return pages if own or _EACH.search(text) else []
