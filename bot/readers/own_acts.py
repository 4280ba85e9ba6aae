"""What a reader does on his own pages: the verbs of the chat, each act kept as a message of his. Writes; never commits.

Such a message has its number from the one sequence (RULES 2) and stands in the conversation at the desk like any other,
with a kind of its own; it opens no window for messages of ours, for the platform knows nothing of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, select, update
from sqlalchemy.orm import Session

from bot.catalogue.library import Library
from bot.chat import satisfaction
from bot.contest.aim import NoContest
from bot.dialogue import outcome_phrases, page_phrases, phrases, withdrawal_phrases
from bot.dialogue.steps import holds_error
from bot.errors import BadInput, NotAllowed, NotFound
from bot.filing import histories, receipts, reports
from bot.filing.reports import Coming
from bot.judging import appeals
from bot.personal import privacy
from bot.understanding.turns.merge import Mended, mended
from bot.understanding.turns.merge import amend as amended
from bot.understanding.values import Amendment, Field, Finding, Intent, Reading
from models.enums import MessageFate, ReportState
from models.messages import Conversation, Message
from models.readers import Reader
from models.reports import Report
from models.session import insert_new

WAY = "page"
"""The kind, and the event, of such a message."""
LONGEST = {Field.PAGE: 40, Field.ARTICLE: 100, Field.WRONG: 200, Field.RIGHT: 200, Field.REASON: 500}
"""What can be amended on a page, each with its longest value."""
LONGEST_WORDS = 500
"""Of an answer, and of the reason of an appeal."""
MOST, WITHIN = 100, timedelta(days=1)
"""Acts of one reader: whoever looks after thirty reports needs fewer, and each is kept for good."""
TOO_MANY = "今天在网页上改得够多了，请明天再来。急用的，在公众号里直接写来也行。"


@dataclass(frozen=True, slots=True)
class Hand:
    """Who acts, on which of his reports, as the page showed it. `secret`: of this installation, for the key of an act."""

    reader_id: int
    person_id: int
    account: str
    ordinal: int
    version: int
    secret: str


def withdraw(session: Session, hand: Hand, *, now: datetime) -> None:
    """He takes his report back. Done before: nothing happens."""
    db = session.connection()
    report = _own(db, hand)
    if report.state is ReportState.WITHDRAWN:
        return
    _check_open(report)
    said = withdrawal_phrases.withdrawn([(hand.ordinal, report.wrong)])
    message_id = _keep(db, hand, Intent.WITHDRAW, f"撤回 {hand.ordinal}", said, now)
    if message_id is None:
        return
    reports.withdraw(db, report.id, now=now)
    histories.heard(db, message_id, report.id)
    _no_question(db, hand, report.id)


def amend(session: Session, library: Library, hand: Hand, field: Field, value: str, *, now: datetime) -> Mended:
    """One field in other words; the report keeps its place in time unless the error changes (RULES 9). `value` "" of the
    right words: they should go. What it did to the report."""
    value = " ".join(value.split())
    if not value and field is not Field.RIGHT:
        raise BadInput("请写上改成什么。")
    if len(value) > LONGEST[field]:
        raise BadInput(f"太长了，请写在{LONGEST[field]}个字以内。")
    db = session.connection()
    report = _own(db, hand)
    _check_open(report)
    said = page_phrases.amended(hand.ordinal, phrases.FIELD_NAMES[field], value)
    message_id = _keep(db, hand, Intent.SUPPLEMENT, said, None, now)
    if message_id is None:  # sent twice: done before
        return Mended.REPLACED
    index, before = library.index(db), reports.current_finding(db, report.id)
    finding = amended(before, (Amendment(field, value),), index=index, sent_at=now)
    done = Mended.ADDED if field is Field.REASON and finding.reason != before.reason else mended(before, finding, index=index)
    _change(db, hand, report, finding, message_id, phrases.MENDED[done], now, complete=holds_error(finding))
    return done


def answer(session: Session, hand: Hand, words: str, *, now: datetime) -> None:
    """He answers what an editor asked: his words stand with the reason, and the report is open again."""
    words = _words(words, "请写上您的回答。")
    db = session.connection()
    report = _own(db, hand)
    if report.state is not ReportState.NEEDS_MORE:
        _check_open(report)
        raise NotAllowed(f"第{hand.ordinal}条编辑已经不等回答了，谢谢您。")
    message_id = _keep(db, hand, Intent.SUPPLEMENT, words, phrases.ANSWER_PASSED_ON, now)
    if message_id is None:
        return
    known = reports.current_finding(db, report.id)
    told = known._replace(reason="；".join(part for part in (known.reason, words) if part))
    _change(db, hand, report, told, message_id, "", now, complete=True)


def appeal(session: Session, hand: Hand, words: str, *, now: datetime) -> None:
    """He wants another pair of eyes on a decision (RULES 19). Done before with these words: nothing happens."""
    words = _words(words, "请写一句为什么不同意，编辑好照着再看。")
    db = session.connection()
    report = _own(db, hand)
    content = page_phrases.appealed(hand.ordinal, words)
    if _kept_before(db, hand, content):
        return
    refused = appeals.refusal(db, report, now)
    if refused:
        raise NotAllowed(refused)
    message_id = _keep(db, hand, Intent.APPEAL, content, None, now)
    if message_id is not None:
        _answered(db, message_id, appeals.file(db, _coming(hand, message_id, now), (report.id,), now=now))


def rate(session: Session, hand: Hand, *, satisfied: bool, now: datetime) -> str:
    """Whether what became of it satisfies him, said as in the chat: who is not satisfied comes to the desk. The words for it."""
    db = session.connection()
    report = _own(db, hand)
    if not satisfaction.told(db, report, now=now):
        raise NotAllowed(outcome_phrases.too_early(hand.ordinal))
    intent = Intent.SATISFIED if satisfied else Intent.DISSATISFIED
    message_id = _keep(db, hand, intent, outcome_phrases.tap(hand.ordinal, satisfied=satisfied), None, now)
    if message_id is None:  # said before: it counts again, and stands at the desk already
        return satisfaction.say(db, report, satisfied=satisfied, now=now)
    fate, sentence = satisfaction.answer(db, _coming(hand, message_id, now), Reading(intent, targets=(hand.ordinal,)), now=now)
    db.execute(update(Message).where(Message.id == message_id).values(fate=fate, reply=sentence))
    return sentence


def _own(db: Connection, hand: Hand) -> Row[Any]:
    # As a message of his does first of all: his acts come one after the other, and nobody waits crosswise. `key_share`:
    # nor does an editor who has the report and writes to him, for whose row alone he would wait.
    here = db.scalar(select(Reader.id).where(
        Reader.id == hand.reader_id, Reader.openid.is_not(None), Reader.erased_at.is_(None)).with_for_update(key_share=True))
    if here is None:  # gone since the page was asked for: not a word of his may be kept any more
        raise NotFound(phrases.NO_SUCH_REPORT)
    row = db.execute(select(Report.__table__).where(
        Report.reader_id == hand.reader_id, Report.ordinal == hand.ordinal)).first()
    if row is None:
        raise NotFound(phrases.NO_SUCH_REPORT)
    return row


def _check_open(report: Row[Any]) -> None:
    if report.state in (ReportState.WITHDRAWN, ReportState.LAPSED):
        raise NotAllowed(withdrawal_phrases.gone(report.ordinal, phrases.STATE_WORDS[report.state]))
    if report.state not in reports.OPEN:
        raise NotAllowed(withdrawal_phrases.decided_already(report.ordinal))


def _words(words: str, ask: str) -> str:
    words = words.strip()
    if not words:
        raise BadInput(ask)
    if len(words) > LONGEST_WORDS:
        raise BadInput(f"太长了，请写在{LONGEST_WORDS}个字以内。")
    return words


def _key(hand: Hand, content: str) -> str:
    """The same act on the report as it was shown is one, however often it is sent. Keyed: it outlives the words."""
    return privacy.digest(hand.secret, hand.account, f"{WAY} {hand.reader_id} {hand.ordinal} {hand.version} {content}")


def _kept_before(db: Connection, hand: Hand, content: str) -> bool:
    return db.scalar(select(Message.id).where(
        Message.account == hand.account, Message.dedupe_key == _key(hand, content))) is not None


def _keep(db: Connection, hand: Hand, intent: Intent, content: str, reply: str | None, now: datetime) -> int | None:
    """The act as a message; None where it was kept before. NotAllowed where he has done his fill today."""
    done = db.scalar(select(func.count(Message.id)).where(
        Message.reader_id == hand.reader_id, Message.msg_type == WAY, Message.received_at > now - WITHIN))
    if (done or 0) >= MOST:
        raise NotAllowed(TOO_MANY)
    return insert_new(db, Message.__table__, {  # type: ignore[arg-type]
        "account": hand.account, "dedupe_key": _key(hand, content), "reader_id": hand.reader_id, "msg_type": WAY,
        "event": WAY, "content": content, "fields": {}, "create_time": int(now.timestamp()), "received_at": now,
        "counts_at": now, "fate": MessageFate.READ, "intent": intent.value, "reply": reply})


def _coming(hand: Hand, message_id: int, now: datetime) -> Coming:
    return Coming(message_id, hand.account, hand.reader_id, hand.person_id, now, now, time_flagged=False)


def _change(db: Connection, hand: Hand, report: Row[Any], finding: Finding, message_id: int, title: str, now: datetime, *,
            complete: bool) -> None:
    try:
        filed = reports.change(db, report.id, finding, _coming(hand, message_id, now), complete=complete, now=now)
    except NoContest:
        raise NotAllowed(phrases.NO_CONTEST) from None
    if title:
        item = receipts.item(db, filed, hand.person_id)
        _answered(db, message_id, phrases.receipt([item], None, ask_name=False, title=title))
    if filed.state is not ReportState.HALF_TOLD:
        _no_question(db, hand, report.id)


def _answered(db: Connection, message_id: int, reply: str) -> None:
    db.execute(update(Message).where(Message.id == message_id).values(reply=reply))


def _no_question(db: Connection, hand: Hand, report_id: int) -> None:
    """The conversation waits no longer for words about it."""
    db.execute(update(Conversation).where(Conversation.reader_id == hand.reader_id, Conversation.report_id == report_id)
               .values(report_id=None, waiting_for=None))
