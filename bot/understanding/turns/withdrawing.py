"""What takes back a report, or an error that was only announced, and what takes words out of one. Pure."""

from __future__ import annotations

import re

from bot.understanding.heard import Heard
from bot.understanding.turns import intents
from bot.understanding.turns.naming import all_but, former, last_few, named
from bot.understanding.values import About, Field, Finding, Intent, Reading, Waiting

_ALL_GONE = re.compile(
    r"(?:全部|全都|统统|所有|一起|都|全)的?(?:给我|帮我|先|就|都)*(?:撤|不要|不算|不报|作废|取消|删|算了|收回|去掉|拿掉)"
)
_QUOTED = re.compile("[\ue000-\ue3ff]")
_DELETES = re.compile(
    "(?:把|将)(?P<x>[\ue000-\ue3ff]|[^\\s,。;把将\ue000-\uf8ff]{1,8}?)(?:这?[一两二三]?个?[字词])?(?:给|都)?(?:删掉|删去|删了|删除|去掉|拿掉)"
    "|(?:删掉|删去|删除|去掉|拿掉|多(?:[了出余]+(?:一?个)?|一?个))(?P<y>[\ue000-\ue3ff]|[一-鿿]{1,6}?)(?:这?[一两二三]?个?[字词])?"
    "(?:就行|就好|就可以了?|即可|[吧了啊])*[。!~\\s]*$"
)


def withdrawal(heard: Heard, waiting: Waiting) -> Reading | None:
    """第二个不算, 这条撤回, “…”那条不要了, 食堂那条不算, 全部撤回; 算了，不报了 of an error that was only announced."""
    if _announced(waiting) and _gives_up(heard, waiting):
        return Reading(Intent.WITHDRAW, about=About.CLOSING)
    if not waiting.has_reports or any(c.right for c in heard.stated) or without(heard, waiting.finding) is not None:
        return None  # 把通过删掉就行: of the words on record
    if not intents.withdraws(heard.spoken) and (heard.corrections or not intents.keeps(heard.spoken)):
        return None
    if heard.citations.mentions and any(c.wrong and c.right == "" and c.context for c in heard.stated):
        return None
    spoken, own = heard.spoken, waiting.own
    targets = all_but(spoken, own) or last_few(spoken, own) or intents.ordinals(spoken)
    if not targets and _ALL_GONE.search(spoken):
        return Reading(Intent.WITHDRAW, to_all=True)
    before = former(spoken, own)
    targets = targets or ((before,) if before else named(heard.masked.folded.text, own))
    quoted = tuple(Finding(wrong=heard.masked.quoted(char)) for char in _QUOTED.findall(heard.masked.text))
    return Reading(Intent.WITHDRAW, findings=() if targets else quoted, targets=targets)


def _announced(waiting: Waiting) -> bool:
    """我要纠错 was said, and nothing of the error yet."""
    return waiting.field is Field.DETAIL and not waiting.open and waiting.finding == Finding()


def _gives_up(heard: Heard, waiting: Waiting) -> bool:
    spoken = heard.spoken
    if heard.stated or not (intents.gives_up(spoken) or intents.withdraws(spoken)):
        return False
    tells = bool(heard.citations.mentions) and intents.speaks_of_error(heard.citations.text)
    return not tells and not intents.ordinals(spoken) and not named(heard.masked.folded.text, waiting.own)


def without(heard: Heard, known: Finding) -> str | None:
    """把“通过”删掉, 多了一个办结: the words on record without what is too much in them, the last where it stands twice."""
    found = _DELETES.search(heard.citations.text) if known.wrong and not heard.citations.mentions else None
    if found is None or known.wrong is None:
        return None
    said = found.group("x") or found.group("y")
    words = heard.masked.quoted(said) if _QUOTED.fullmatch(said) else said
    at = known.wrong.rfind(words)
    return known.wrong[:at] + known.wrong[at + len(words) :] if at >= 0 and len(words) < len(known.wrong) else None
