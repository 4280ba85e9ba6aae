"""Half-told reports: a place and a word of an error, but no words of print (第3版有错字, 柳湾有个错字). Pure."""

from __future__ import annotations

import re

from bot.understanding.citation import Mention
from bot.understanding.heard import Heard
from bot.understanding.thresholds import MOST_ERRORS
from bot.understanding.turns import intents
from bot.understanding.turns.marks_told import doubled_marks
from bot.understanding.values import Field, Finding

_EACH = re.compile(r"各有|都有|分别")
_PLACES = (Field.PAGE, Field.ARTICLE, Field.PAPER)


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
    return (doubled_marks(heard, cited) or cited,)


def _pages_with_errors(heard: Heard) -> list[Mention]:
    """The pages named, if each of them is said to have an error of its own: 3版有个错字，1版也有个错字."""
    pages = [m for m in heard.citations.mentions if m.field is Field.PAGE and not getattr(m.value, "negated", False)]
    forms = {getattr(m.value, "form", "") for m in pages}
    if len(pages) < 2 or len(forms) != len(pages) or len(pages) > MOST_ERRORS:
        return []
    text, ends = heard.citations.text, [m.start for m in pages[1:]]
    own = all(intents.speaks_of_error(text[m.end : end]) for m, end in zip(pages, [*ends, len(text)], strict=True))
    return pages if own or _EACH.search(text) else []
