"""Ready sentences to readers: what comes with the system, and what a contest made of it. Writes; never commits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot import audit
from bot.audit import Actor
from bot.errors import BadInput, Stale
from models.contests import Contest
from models.notes import CannedReason
from models.work_enums import CannedKind

LONGEST = 300
"""Characters: as many as a reason to a reader may have."""
MOST = 9
"""As many as there are digits."""

DEFAULTS: dict[CannedKind, tuple[str, ...]] = {
    CannedKind.ACCEPTED: ("确实印错了，谢谢您！", "这一处我们自己没有看出来，多谢提醒。"),
    CannedKind.ACCEPTED_WITH_EDITS: ("这里确实有错，改法我们略作调整，谢谢您！",),
    CannedKind.BOTH_FORMS: ("两种写法词典都收，这里不算错。", "这是推荐写法的差别，不算差错。"),
    CannedKind.SUGGESTION: ("您的说法更顺，我们记下供编辑参考。", "这是修辞上的选择，不算差错，谢谢建议。"),
    CannedKind.NOT_AN_ERROR: (
        "核对过原文，报上没有印错。", "词典里就是这样写的。", "这是引用原话，照原话刊登。", "这是专名，原来就这样写。",
        "这里的用法符合国家标准。"),
    CannedKind.OUT_OF_SCOPE: ("说的不是报上印出来的内容，不在活动范围内。", "这一份报纸没有参加活动。"),
    CannedKind.CANNOT_CHECK: ("报上没有找到这几个字，没法核对。", "这件事暂时查不到可靠的依据，没法核对。"),
    CannedKind.REPEATED: ("这一处您前面已经报过，记在前面那一条里。",),
    CannedKind.NEEDS_MORE: (
        "请问是哪份报、第几版？", "请问是哪篇文章？", "请问具体是哪几个字错了？", "请问应该改成什么？", "请问依据是什么？"),
    CannedKind.DESK: (
        "谢谢来信，您的意见我们转给有关同事了。", "这件事不归我们管，请打报社总机问问。",
        "请写明是哪份报、第几版、哪几个字错了，我们就能记上。"),
}


@dataclass(frozen=True, slots=True)
class Offered:
    """The sentences of one kind, in their order, and those that were retired."""

    texts: tuple[str, ...]
    retired: tuple[str, ...] = ()


def of_contest(session: Session, contest_id: int) -> dict[CannedKind, Offered]:
    """All kinds. One that the contest never touched has what comes with the system."""
    rows = session.execute(select(CannedReason.kind, CannedReason.text, CannedReason.retired_at)
                           .where(CannedReason.contest_id == contest_id)
                           .order_by(CannedReason.position, CannedReason.id)).all()
    return {kind: offered([(row.text, row.retired_at is not None) for row in rows if row.kind is kind], kind)
            for kind in CannedKind}


def offered(rows: list[tuple[str, bool]], kind: CannedKind) -> Offered:
    """From what is stored of a kind: (text, whether it is retired), in order."""
    if not rows:
        return Offered(DEFAULTS[kind])
    return Offered(tuple(text for text, retired in rows if not retired), tuple(text for text, retired in rows if retired))


def of_kind(session: Session, kind: CannedKind | str, *, contest_id: int | None = None) -> tuple[str, ...]:
    """The sentences of one kind; without a contest those of the oldest."""
    contest_id = contest_id or session.scalar(select(func.min(Contest.id)))
    return of_contest(session, contest_id)[CannedKind(kind)].texts if contest_id else DEFAULTS[CannedKind(kind)]


def set_sentences(session: Session, contest_id: int, kind: CannedKind, texts: list[str], *, seen: list[str],
                  actor: Actor, now: datetime) -> Offered:
    """Puts these sentences, in this order, in place of those `seen`. What is left out is retired, what comes again
    is offered again. Stale where somebody changed them meanwhile; BadInput for one too long or too many.
    """
    session.execute(select(Contest.id).where(Contest.id == contest_id).with_for_update())
    before = of_contest(session, contest_id)[kind]
    wanted = list(dict.fromkeys(text.strip() for text in texts if text.strip()))
    if list(before.texts) == wanted:
        return before
    if list(before.texts) != seen:
        raise Stale("这几句刚刚有人改过，请看过新的再改。")
    if len(wanted) > MOST:
        raise BadInput(f"一种结论最多 {MOST} 句，好用数字键来选。")
    if any(len(text) > LONGEST for text in wanted):
        raise BadInput(f"每句最多 {LONGEST} 个字。")
    _store(session, contest_id, kind, wanted, (*before.texts, *before.retired), now)
    audit.record(session, actor=actor, verb="set_canned", object_kind="contest", object_id=contest_id, now=now,
                 after=kind, details={"offered": len(wanted)})
    return of_contest(session, contest_id)[kind]


def _store(session: Session, contest_id: int, kind: CannedKind, wanted: list[str], known: tuple[str, ...],
           now: datetime) -> None:
    mine = (CannedReason.contest_id == contest_id, CannedReason.kind == kind)
    stored = set(session.scalars(select(CannedReason.text).where(*mine)))
    order = [*wanted, *(text for text in known if text not in wanted)]
    for position, text in enumerate(order, 1):
        retired = None if text in wanted else now
        if text in stored:
            session.execute(update(CannedReason).where(*mine, CannedReason.text == text).values(
                position=position, retired_at=retired))
        else:
            session.add(CannedReason(contest_id=contest_id, kind=kind, position=position, text=text, retired_at=retired))
    session.flush()
