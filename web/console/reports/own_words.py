"""What the reader wrote for a report, as graders see it: masked, and as much as a page may hold. Reads; names nobody."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from bot.understanding.identity import mask_identity
from models.queries import report as queries
from models.queries import report_history
from models.queries.report import Private
from models.queries.report_history import VersionView
from web.console.reports import timeline

MOST_WORDS, LEAST_WORDS = 12_000, 400
"""Characters of the reader's own words on the page; of each message at least so many."""
MEDIA_WORDS = {"image": "一张照片", "voice": "一段语音", "video": "一段视频", "shortvideo": "一段视频",
               "link": "一个链接", "location": "一个位置"}


@dataclass(frozen=True, slots=True)
class OwnWords:
    """One message of the reader as it is shown: masked, else why there are no words."""

    at: Any
    text: str
    note: str
    left: int = 0  # characters that are not shown here


def mask_of(private: Private, versions: tuple[VersionView, ...]) -> timeline.Mask:
    names = (private.printed_name,) if private.printed_name else ()
    keep = _reported(versions)
    return lambda text: mask_identity(text, names=names, keep=keep)


def _reported(versions: tuple[VersionView, ...]) -> list[str]:
    """The words reported as the error and their corrections, in every version: never blackened."""
    found = [version.fields.get(key) for version in versions for key in ("wrong", "right", "context")]
    return [words for words in found if words]


def shown(versions: tuple[VersionView, ...], mask: timeline.Mask) -> list[OwnWords]:
    """The messages behind the record, each once, in order; of very long ones the beginning."""
    return _shortened(_all_words(versions, mask))


def _shortened(words: list[OwnWords]) -> list[OwnWords]:
    """As much as a page may hold; the rest stands on a page of its own."""
    room, found = MOST_WORDS, []
    for one in words:
        shown = one.text[:max(room, LEAST_WORDS)]
        room -= len(shown)
        found.append(replace(one, text=shown, left=len(one.text) - len(shown)))
    return found


def words_of(session: Session, number: int) -> list[OwnWords] | None:
    """All that the reader wrote for a report, whole and masked; None when there is no such report."""
    loaded = queries.load(session, number)
    if loaded is None:
        return None
    history = report_history.read(session, number, erratum_id=None, contest_id=loaded[0].contest_id)
    versions = tuple(history.versions)
    return _all_words(versions, mask_of(loaded[1], versions))


def _all_words(versions: tuple[VersionView, ...], mask: timeline.Mask) -> list[OwnWords]:
    seen: set[int] = set()
    found = []
    for version in versions:
        if version.message_id is None or version.message_id in seen:
            continue
        seen.add(version.message_id)
        if version.erased:
            note = "原话不再保留：读者要求删除、取消关注，或者过了期限。"
        elif not version.content:
            note = f"读者发来{MEDIA_WORDS.get(version.msg_type or '', '的内容不是文字')}。"
        else:
            note = ""
        found.append(OwnWords(version.at, mask(version.content or "") if not note else "", note))
    return found
