"""Words of print beside where they stand, and hardly more: 柳湾1版食唐，2版白塘. Who sends that means they are wrong. Pure."""

from __future__ import annotations

import re
from itertools import islice

from bot.understanding.corrections.item import Correction
from bot.understanding.heard import Heard
from bot.understanding.thresholds import MOST_ERRORS, OFTEN, SAYS_ELSE
from bot.understanding.turns import intents
from bot.understanding.values import Finding
from bot.understanding.words.normalise import loose_key

_SAID = re.compile("[^\\s,。;:!?、~/\ue000-\ue7ff]{2,20}")
_LEAD = re.compile(r"(?:的|有|一?个|那个|这个|是|里|上|就是|印|写|成)+")
_BESIDE = re.compile("\ue7ff[\\s,:的]*$")


def pointed_at(heard: Heard) -> tuple[Finding, ...]:
    """Each of such words where several are named with their places; one alone only where it is printed once."""
    if intents.asks(heard.spoken) or intents.praises(heard.spoken):
        return ()
    text, else_said = heard.citations.text, 0
    found: list[Finding] = []
    parts = list(islice(_SAID.finditer(text), 2 * MOST_ERRORS + 1))
    for part in parts if len(parts) <= 2 * MOST_ERRORS else ():
        finding = _printed(heard, part) if _BESIDE.search(text, max(0, part.start() - 8), part.start()) else None
        if finding is not None:
            found.append(finding)
        else:
            else_said += len(loose_key(part.group()))
    if len(found) > 1:
        found = [finding._replace(reason=None) for finding in found]  # what stands behind are the next one's words
    once = len(found) == 1 and found[0].place is not None and heard.print.often(found[0].wrong or "") == 1
    return tuple(found[:MOST_ERRORS]) if (once or len(found) > 1) and else_said <= SAYS_ELSE else ()


def _printed(heard: Heard, part: re.Match[str]) -> Finding | None:
    lead = _LEAD.match(part.group())
    start = part.start() + (lead.end() if lead else 0)
    words = heard.masked.words(start, part.end())
    if len(loose_key(words)) < 2 or not 0 < heard.print.often(words) <= OFTEN:
        return None
    finding = heard.finding(Correction(start, part.end(), wrong=words, quoted=False))
    return finding if finding.place is not None or finding.places else None
