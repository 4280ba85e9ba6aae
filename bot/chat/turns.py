"""One turn of a conversation: what a read message does to the reader's reports, and the words in reply.

Runs inside intake's transaction (or a job's); decides with `dialogue.steps`, writes through `reports`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property, partial
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select, update

from bot.chat import answers, pace, satisfaction
from bot.chat.contexts import Context
from bot.claiming import chat as claiming
from bot.claiming.terms import OFFLINE, Terms
from bot.contest.aim import NoContest
from bot.dialogue import person_phrases, phrases, steps, withdrawal_phrases
from bot.errors import NotAllowed
from bot.filing import histories, receipts, reports
from bot.filing.reports import Coming, Filed
from bot.judging import appeals
from bot.personal import asked
from bot.settings import REPORTS_A_DAY
from bot.understanding.in_print.locate import Index
from bot.understanding.turns.in_hand import in_hand
from bot.understanding.turns.merge import Mended, amend, complete, mended, only_place
from bot.understanding.values import About, Field, Finding, Intent, Reading
from bot.understanding.words.normalise import loose_key
from models.contests import Contest
from models.enums import MessageFate, NameState, ReportState
from models.messages import Conversation, Message
from models.papers import Paper
from models.prepared import InsertInto, Prepared
from models.readers import Reader

ANSWER_CHARS = 500
WAITING_STATES = (ReportState.HALF_TOLD, ReportState.NEEDS_MORE)
_ANSWERED_WHOLLY = (About.CLOSING, About.DENIED, About.NONE_FOUND)
"""What holds nothing for a person."""
LOOK_BACK = 200
"""So many of a reader's newest reports can be named in a command."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What became of a message. `intent` is set where the conversation shows that it was another than read."""

    fate: MessageFate
    reply: str | None
    intent: Intent | None = None


def take(db: Connection, coming: Coming, ctx: Context, reading: Reading, *, index: Index, now: datetime,
         reports_a_day: int = REPORTS_A_DAY, terms: Terms = OFFLINE) -> Turn:
    """Acts on a reading. Everything said is in the reply; what is not for this desk is kept for a person."""
    try:
        return _Taking(db, coming, ctx, reading, index, now, reports_a_day, terms).turn()
    except NoContest:
        return Turn(MessageFate.DESK, phrases.NO_CONTEST)


_REMEMBER = InsertInto(Conversation, or_set=("report_id", "waiting_for", "asked_name", "asked_at"))
_NAME_ASKED = Prepared(update(Reader).where(Reader.id == bindparam("reader_id")), "name_state")
_PAPERS = Prepared(select(func.count()).select_from(Paper).join(Contest, Contest.id == Paper.contest_id)
                   .where(Contest.account == bindparam("account")))


class _Taking:
    """The hands of one turn: the values every act needs, so that they are not passed around."""

    def __init__(self, db: Connection, coming: Coming, ctx: Context, reading: Reading, index: Index,
                 now: datetime, reports_a_day: int, terms: Terms) -> None:
        self.db, self.coming, self.ctx, self.reading = db, coming, ctx, reading
        self.index, self.now, self.reports_a_day, self.terms = index, now, reports_a_day, terms

    def turn(self) -> Turn:
        acts: dict[Intent, Callable[[], Turn]] = {
            Intent.REPORT: self.report, Intent.SUPPLEMENT: self.supplement, Intent.WITHDRAW: self.withdraw,
            Intent.OTHER: self.other, Intent.GREETING: self.greeting,
            Intent.SATISFIED: self.rated, Intent.DISSATISFIED: self.rated,
            Intent.COPY: lambda: Turn(*asked.copy(self.db, self.coming.reader_id, self.terms, now=self.now)),
        }
        turn = acts.get(self.reading.intent, lambda: _said(self._answer()))()
        return self._with_taken_back(turn) if self.reading.besides else turn

    def _with_taken_back(self, turn: Turn) -> Turn:
        """第一条不要了，第二条改成…: both are done, and both told."""
        gone = self.reading._replace(intent=Intent.WITHDRAW, findings=(), targets=self.reading.besides, besides=())
        taken = take(self.db, self.coming, self.ctx, gone, index=self.index, now=self.now)
        fate = turn.fate if turn.fate is MessageFate.DESK else taken.fate
        return replace(turn, fate=fate, reply=f"{taken.reply}\n{turn.reply}")

    def _answer(self) -> str:
        """The words to everything that is no report."""
        db, account, reader_id = self.db, self.coming.account, self.coming.reader_id
        if self.reading.intent is Intent.NAME and self.reading.about is not None:
            return f"{self._named()}\n{answers.beside(db, account, self.reading.about, self.terms, now=self.now)}"
        newcomer = not self.ctx.reports and self.reading.intent is Intent.GREETING and not self._praises()
        if self.reading.about is not None and not newcomer:
            return answers.beside(db, account, self.reading.about, self.terms, now=self.now)
        words: dict[Intent, Callable[[], str]] = {
            Intent.STATUS: lambda: answers.mine(db, account, reader_id, self.ctx.reports, self.terms, now=self.now),
            Intent.RULES: lambda: answers.rules(db, account, self.terms.public_url, now=self.now),
            Intent.DEADLINE: lambda: answers.deadline(db, account, now=self.now),
            Intent.WINNERS: lambda: answers.winners(db, account, self.terms.public_url, now=self.now),
            Intent.STANDING: lambda: answers.standing(db, account, reader_id, self.ctx.reports, self.terms, now=self.now),
            Intent.PRIVACY: lambda: answers.privacy(self.terms.public_url),
            **dict.fromkeys(answers.OPEN, lambda: answers.open_page(db, account, self.terms.public_url, self.reading.intent)),
            Intent.NAME: self._named,
            Intent.GREETING: lambda: phrases.THANKS if self.ctx.reports else phrases.HELLO, Intent.HELP: lambda: phrases.HELP,
            Intent.MORE: lambda: phrases.NOTHING_MORE, Intent.ERASE: lambda: asked.erase(db, reader_id, now=self.now),
            Intent.LINK: lambda: answers.link(db, reader_id, self.coming.message_id, self.reading.code, now=self.now),
            Intent.CLAIM: lambda: claiming.answer(db, self.coming.person_id, self.terms),
            **dict.fromkeys(answers.HALL, lambda: answers.listing(db, reader_id, self.reading.intent, now=self.now)),
            Intent.APPEAL: lambda: appeals.file(db, self.coming, self.reading.targets, now=self.now),
        }
        return words[self.reading.intent]()

    def _named(self) -> str:
        return answers.take_name(self.db, self.coming.reader_id, self.reading.name or "", now=self.now)

    def rated(self) -> Turn:
        return Turn(*satisfaction.answer(self.db, self.coming, self.reading, now=self.now))

    def report(self) -> Turn:
        if not self.reading.findings:  # 我要纠错 alone
            self._remember(None, Field.DETAIL)
            return _said(phrases.ASKS[Field.DETAIL] + "也请说一声是哪份报、第几版。")
        judged = [steps.judge(in_hand(one, self.ctx.holds, index=self.index, sent_at=self.coming.sent_at),
                              papers=self._papers, asked_before=False) for one in self.reading.findings]
        if self._beyond_pace(judged):
            pace.hold(self.db, self.coming.message_id, now=self.now)
            return Turn(MessageFate.UNREAD, person_phrases.held(self.reports_a_day))
        filed = [self._file(one) for one in judged]
        turn = self._receipt(filed, steps.question(judged), "收到，谢谢！")
        announced = self.ctx.announced(self.now) or any(one.report_id == self.ctx.report_id for one in filed)
        return replace(turn, intent=Intent.SUPPLEMENT) if announced else turn

    def _beyond_pace(self, judged: list[steps.Judged]) -> bool:
        further = any(self._announced(one.finding) is None for one in judged)  # what completes a half-told one is none
        return further and pace.over(self.db, self.coming.person_id, sent_at=self.coming.sent_at, now=self.now,
                                     limit=self.reports_a_day)

    def _file(self, one: steps.Judged) -> Filed:
        """A new report, or the half-told one that these words complete."""
        announced = self._announced(one.finding) if one.complete else None
        if announced is None:
            filed = reports.file(self.db, self.coming, one.finding, complete=one.complete, now=self.now)
            if not filed.repeat_of or not self._is_asked_or_told_more(filed, one.finding):
                return filed
            announced = filed.report_id
        whole = complete(reports.current_finding(self.db, announced), one.finding, index=self.index,
                         sent_at=self.coming.sent_at)
        return reports.change(self.db, announced, whole, self.coming, complete=True, now=self.now)

    def _is_asked_or_told_more(self, filed: Filed, told: Finding) -> bool:
        """Whether what is said once more was asked for by an editor, or gives the right form that was not told before."""
        if filed.state is ReportState.NEEDS_MORE:
            return True
        lacks = filed.state is ReportState.FILED and reports.current_finding(self.db, filed.report_id).right is None
        return lacks and told.right is not None

    def _announced(self, told: Finding) -> int | None:
        """The half-told report waiting for its error (第3版有错字), if `told` can be that error."""
        report_id = self.ctx.open_report(self.now)
        if report_id is None or reports.get(self.db, report_id).state is not ReportState.HALF_TOLD:
            return None
        return report_id if steps.answers(reports.current_finding(self.db, report_id), told) else None

    def supplement(self) -> Turn:
        if self._tells_another() or (self.ctx.announced(self.now) and self.reading.findings):
            return self.report()
        if self.reading.rights:
            return self._rights()
        if self.reading.amendments:
            return self._amend()
        report_id = self.ctx.open_report(self.now)
        if report_id is None or self._is_repeat(report_id):
            return self._add_to_newest()
        pieces = self.reading.findings or (Finding(),)
        filed, judged = [], []
        for n, half_told in enumerate(self._half_told_with(report_id)):
            piece = pieces[min(n, len(pieces) - 1)]
            known = reports.current_finding(self.db, half_told)
            whole = complete(known, only_place(piece) if n >= len(pieces) else piece, index=self.index,
                             sent_at=self.coming.sent_at)
            one = steps.judge(whole, papers=self._papers, asked_before=True)
            judged.append(one)
            try:
                filed.append(reports.change(self.db, half_told, whole, self.coming, complete=one.complete,
                                            now=self.now))
            except NotAllowed:
                return self._closed(half_told)
        if not any(one.complete for one in judged):
            self._remember(report_id, None)
            return Turn(MessageFate.READ, phrases.STILL_UNCLEAR)
        return self._receipt(filed, None, phrases.MENDED[Mended.ADDED])

    def other(self) -> Turn:
        """Words that are no report: an answer to what an editor asked, else for a person."""
        report_id = self.ctx.open_report(self.now) if self.ctx.asked_back else None
        if report_id is None:
            ask = self.ctx.waiting(self.now).field if self.reading.about is About.CLOSING else None  # 对, to a question of ours
            said = phrases.ASKS[ask] if ask else phrases.KEPT_FOR_DESK if self.reading.about is None else self._answer()
            return Turn(MessageFate.READ if self.reading.about in _ANSWERED_WHOLLY else MessageFate.DESK, said)
        words = self.db.scalar(select(Message.content).where(Message.id == self.coming.message_id)) or ""
        known = reports.current_finding(self.db, report_id)
        told = known._replace(reason="；".join(part for part in (known.reason, words.strip()[:ANSWER_CHARS]) if part))
        reports.change(self.db, report_id, told, self.coming, complete=True, now=self.now)
        self._remember(None, None)
        return replace(_said(phrases.ANSWER_PASSED_ON), intent=Intent.SUPPLEMENT)

    def greeting(self) -> Turn:
        """A courtesy needs nobody; praise is shown to the editors."""
        return Turn(MessageFate.DESK if self._praises() else MessageFate.READ, self._answer())

    def _praises(self) -> bool:
        return self.reading.about is About.KINDNESS

    def _tells_another(self) -> bool:
        """An error told in full, with a place other than the one asked about, is a report of its own."""
        if self.reading.targets or not self.reading.findings:
            return False
        waits, piece = self.ctx.open_report(self.now) is not None, self.reading.findings[0]
        return waits and piece.place is not None and steps.holds_error(piece) and not steps.answers(
            self.ctx.finding, piece)

    def _half_told_with(self, report_id: int) -> list[int]:
        """The half-told reports of the message that was asked about: an answer about the place fits all."""
        row = reports.get(self.db, report_id)
        ids = [own.id for own in self._own() if own.message_id == row.message_id
               and own.state is ReportState.HALF_TOLD]
        return sorted(ids) or [report_id]

    def _add_to_newest(self) -> Turn:
        targets = self._targets()
        if not targets:
            return self.report() if self.reading.findings else _said(phrases.NOTHING_TO_CHANGE)
        piece = self.reading.findings[0] if self.reading.findings else Finding()
        return self._change(targets if self.reading.to_all else targets[:1], lambda known: complete(
            known, piece, index=self.index, sent_at=self.coming.sent_at))

    def _rights(self) -> Turn:
        """The right form of each of several reports, told at once."""
        ids = self._targets()
        if len(ids) < len(self.reading.rights):
            return _said(phrases.NO_SUCH_REPORT)
        place = self.reading.findings[0] if self.reading.findings else Finding()
        return self._changed({self._followed(one): partial(self._completed, piece=place._replace(right=right))
                              for one, right in zip(ids, self.reading.rights, strict=True)})  # fmt: skip

    def _completed(self, known: Finding, piece: Finding) -> Finding:
        return complete(known, piece, index=self.index, sent_at=self.coming.sent_at)

    def _amend(self) -> Turn:
        targets = self._targets()
        if not targets:
            return _said(phrases.NO_SUCH_REPORT if self.ctx.reports else phrases.NOTHING_TO_CHANGE)
        return self._change(targets, self._mended)

    def _mended(self, known: Finding) -> Finding:
        """What the message adds to a report, and then what it replaces in it."""
        for piece in self.reading.findings:
            known = complete(known, piece, index=self.index, sent_at=self.coming.sent_at)
        return amend(known, self.reading.amendments, index=self.index, sent_at=self.coming.sent_at)

    def _change(self, targets: list[int], mend: Callable[[Finding], Finding]) -> Turn:
        return self._changed(dict.fromkeys((self._followed(one) for one in targets), mend))

    def _changed(self, mends: dict[int, Callable[[Finding], Finding]]) -> Turn:
        filed: list[Filed] = []
        lacks_error, done = False, Mended.NOTHING
        for report_id, mend in mends.items():
            before = reports.current_finding(self.db, report_id)
            finding = mend(before)
            done = max(done, mended(before, finding, index=self.index))
            known = steps.judge(finding, papers=self._papers, asked_before=True)
            try:
                filed.append(reports.change(self.db, report_id, finding, self.coming, complete=known.complete,
                                            now=self.now))
            except NotAllowed:
                return self._closed(report_id)
            lacks_error |= filed[-1].state is ReportState.HALF_TOLD and not known.complete
        return self._receipt(filed, Field.DETAIL if lacks_error else None, phrases.MENDED[done])

    def _closed(self, report_id: int) -> Turn:
        """Why a report cannot be changed any more; only a decided one is a matter for a person."""
        row = reports.get(self.db, report_id)
        if row.state in (ReportState.WITHDRAWN, ReportState.LAPSED):
            return _said(withdrawal_phrases.gone(row.ordinal, phrases.STATE_WORDS[row.state]))
        histories.heard(self.db, self.coming.message_id, report_id)
        return Turn(MessageFate.DESK, withdrawal_phrases.decided_already(row.ordinal))

    def _followed(self, report_id: int) -> int:
        """What is said of a repeat is meant for its original; the repeat's own history shows it too."""
        original_id = reports.get(self.db, report_id).original_id
        if original_id is None:
            return report_id
        histories.heard(self.db, self.coming.message_id, report_id)
        return int(original_id)

    def _is_repeat(self, report_id: int) -> bool:
        """Asked back about, and called a repeat meanwhile."""
        return reports.get(self.db, report_id).original_id is not None

    def withdraw(self) -> Turn:
        if self.reading.about is About.CLOSING:  # 我要纠错, and then 算了，不报了
            self._remember(None, None)
            return _said(self._answer())
        targets = self._quoted() if self.reading.findings else self._targets()
        if not targets:
            return _said(phrases.NO_SUCH_REPORT if self.ctx.reports else phrases.NOTHING_TO_CHANGE)
        done: list[tuple[int, str | None]] = []
        decided: list[int] = []
        for report_id in targets:
            row = reports.get(self.db, report_id)
            if row.state in (ReportState.WITHDRAWN, ReportState.LAPSED):
                done.append((row.ordinal, row.wrong))
                continue
            try:
                reports.withdraw(self.db, report_id, now=self.now)
            except NotAllowed:
                histories.heard(self.db, self.coming.message_id, self._followed(report_id))
                decided.append(row.ordinal)
            else:
                done.append((row.ordinal, row.wrong))
        if self.ctx.report_id in targets:
            self._remember(None, None)
        said = [withdrawal_phrases.withdrawn(sorted(done))] if done else []
        said += [withdrawal_phrases.decided_already(ordinal) for ordinal in sorted(decided)]
        return Turn(MessageFate.DESK if decided else MessageFate.READ, "\n".join(said))

    def _quoted(self) -> list[int]:
        """The open reports about the words quoted (“…”那条不要了)."""
        wanted = {loose_key(finding.wrong or "") for finding in self.reading.findings} - {""}
        return [row.id for row in self._own() if row.state in reports.OPEN and loose_key(row.wrong or "") in wanted]

    def _own(self) -> list[Row[Any]]:
        return reports.own_lately(self.db, self.coming.reader_id, limit=LOOK_BACK)

    def _targets(self) -> list[int]:
        own = [steps.Own(row.ordinal, row.id, row.message_id, row.state in reports.OPEN,
                         row.state is ReportState.WITHDRAWN) for row in self._own()]
        if self.reading.to_all:
            return [one.report_id for one in own if one.is_open]
        return steps.meant(self.reading.targets, own)

    # the receipt

    def _receipt(self, filed: list[Filed], ask: Field | None, title: str) -> Turn:
        asked = next((one.report_id for one in filed if one.state is ReportState.HALF_TOLD), None)
        still = None if asked else self._still_waiting([one.report_id for one in filed])
        complete_now = any(one.state is ReportState.FILED and not one.repeat_of and not one.late for one in filed)
        named = self._named() if self.reading.name else ""
        ask_name = not named and complete_now and ask is None and still is None and self.ctx.name_state is NameState.NOT_ASKED
        if still is None:
            self._remember(asked, ask if asked else None, ask_name=ask_name)
        if ask_name:
            _NAME_ASKED.run(self.db, reader_id=self.coming.reader_id, name_state=NameState.ASKED)
        items = [receipts.item(self.db, one, self.coming.person_id) for one in filed]
        text = phrases.receipt(items, phrases.ASKS[ask] if ask else None, ask_name=ask_name, title=title)
        text = f"{text}\n{named}" if named else text
        if self.reading.truncated:
            return Turn(MessageFate.DESK, f"{text}\n{phrases.TOO_LONG}")
        return Turn(MessageFate.READ, text if ask or ask_name else receipts.with_link(text, filed, self.terms.public_url))

    def _still_waiting(self, filed: list[int]) -> int | None:
        """An earlier half-told report goes on waiting while the reader speaks of others."""
        report_id = self.ctx.open_report(self.now)
        if report_id is None or report_id in filed:
            return None
        return report_id if reports.get(self.db, report_id).state in WAITING_STATES else None

    def _remember(self, report_id: int | None, ask: Field | None, *, ask_name: bool = False) -> None:
        _REMEMBER.run(self.db, reader_id=self.coming.reader_id, report_id=report_id,
                      waiting_for=ask.value if ask else None, asked_name=ask_name, asked_at=self.now)

    @cached_property
    def _papers(self) -> int:
        """How many papers a reader of this account could mean."""
        return int(_PAPERS.scalar(self.db, account=self.coming.account))


def _said(text: str) -> Turn:
    return Turn(MessageFate.READ, text)
