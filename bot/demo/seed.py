"""Brings the demo in through the product's own verbs: import, intake, grading, close, pick, release."""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
from collections import defaultdict
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, make_url, select, update
from sqlalchemy.orm import Session

from bot import database
from bot.audit import OPERATOR, SCHEDULER, Actor, by_staff
from bot.backups import sqlite
from bot.catalogue import importer, sources
from bot.catalogue.drawing import page_store
from bot.catalogue.geometry import marks
from bot.catalogue.library import Library
from bot.chat.contexts import HALF_TOLD_WAITS
from bot.claiming.terms import Terms
from bot.clock import SHANGHAI
from bot.contest import contests, rounds
from bot.contest.rules import DEFAULT_RULES
from bot.demo import coming_issue, list_changes, newsroom, press, second_opinions, teamwork
from bot.demo.album import Album, murmur, photograph
from bot.demo.material import Month, Spoken, dates, month_after, people
from bot.demo.newsroom import ToPrint
from bot.filing import reports
from bot.intake import Intake
from bot.judging import grading
from bot.judging.grading import GradeInput
from bot.media import collecting
from bot.media.collecting import Sources
from bot.media.fetching import Limits
from bot.media.reading import read_photos
from bot.media.sources import store as media_store
from bot.media.store import Store
from bot.members import staff
from bot.readers import leads
from bot.settings import Settings
from bot.transfer import inserting, whole
from bot.understanding.values import Place
from bot.wechat.messages import Incoming
from models.contests import Contest, Round
from models.enums import Doubling, MessageFate, NameState, ReportState, Role, Verdict
from models.messages import Message
from models.papers import Paper
from models.readers import Reader
from models.reports import Report
from models.session import make_engine, reading, writing

Progress = Callable[[str], None]
CONTEST = "社区晨报啄木鸟"
ACCOUNTS_FILE = "demo-accounts.txt"
DRAFT = "woodpecker-draft.db"
PHOTOGRAPHED = ((("r14", "E82"), "订户 陶红墨 手机 135 0000 0000"), (("r09", "E03"), "路灯下 2号楼 老周"))
"""What the readers' photographs show, and what is written below: of a report, and of a letter without a word."""
MOST_BYTES, MOST_PIXELS = 10_000_000, 40_000_000


def openid_of(account: str, reader: str) -> str:
    """The openid of a demo reader, in the form of the platform's (28 characters)."""
    return "o" + hashlib.sha256(f"{account}/{reader}".encode()).hexdigest()[:27]


def seed(settings: Settings, *, progress: Progress = lambda _: None) -> bool:
    """Makes the demo in the database that the configuration names, where it does not exist yet or, on a server, holds
    nothing; False when it is there. All or nothing."""
    url = make_url(settings.database_url)
    if url.get_backend_name() != "sqlite":
        return _seed_server(settings, progress)
    target = sqlite.place(url)
    if target.exists():
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = _drafted(target.with_name(DRAFT), settings, progress)
    draft.replace(target)
    _remove(draft)
    return True


def _seed_server(settings: Settings, progress: Progress) -> bool:
    engine = make_engine(settings.database_url)
    try:
        if not _is_empty(engine):
            return False
        draft = _drafted(settings.server.data_dir / DRAFT, settings, progress)
        whole.move(draft, engine, now=settings.clock().now())
    finally:
        engine.dispose()
    _remove(draft)
    return True


def _is_empty(engine: Engine) -> bool:
    """Whether nothing was ever kept there: without a table, or with no more rows than the migrations make."""
    current, head = database.revision(engine)
    if current != head:
        return current is None
    with engine.connect() as connection:
        return inserting.full_table(connection) is None


def _drafted(draft: Path, settings: Settings, progress: Progress) -> Path:
    """The whole demo in a SQLite file of its own; its sign-ins are written down."""
    settings.server.data_dir.mkdir(parents=True, exist_ok=True)
    _remove(draft)
    database.upgrade(f"sqlite:///{draft}")
    engine = make_engine(f"sqlite:///{draft}")
    sign_ins = fill(engine, settings, now=settings.clock().now(), progress=progress)
    engine.dispose()
    _fold_in(draft)
    _write_sign_ins(settings.server.data_dir / ACCOUNTS_FILE, sign_ins)
    return draft


def _fold_in(draft: Path) -> None:
    """Brings everything from the -wal file into the database itself, which alone gets the new name."""
    with closing(sqlite3.connect(draft)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _remove(draft: Path) -> None:
    """What an interrupted seeding left, or this one no longer needs."""
    for tail in ("", "-wal", "-shm", ".upgrade"):
        draft.with_name(draft.name + tail).unlink(missing_ok=True)


def fill(engine: Engine, settings: Settings, *, now: datetime, progress: Progress = lambda _: None) -> list[tuple[str, str, str]]:
    """Fills an empty, migrated database; gives (login, display name, password) of the staff."""
    account = next(iter(settings.accounts))
    when = dates(now.astimezone(SHANGHAI).date())
    hand = _Hand(engine, Intake(engine, Library(), secret=settings.server.secret_key), account, now,
                 page_store(settings))
    started = datetime.combine(when.last_published_on, datetime.min.time(), SHANGHAI).replace(hour=6)
    progress("登记工作人员")
    sign_ins = hand.add_staff(started)
    last = Month("last_month", when.last_month, when.last_deadline_on, when.last_deadline_on)
    this = Month("this_month", when.month, when.deadline_on, when.today)
    progress("排印上个月的报纸")
    hand.import_papers(last, started)
    hand.lay_out(when.last_month, started)
    hand.create_contest(settings, when.published_on.day, when.deadline_on.day, when.deadline_months,
                        when.last_month, started)
    progress("收上个月的来信，评分，评出名单")
    hand.play(last)
    hand.finish_month(when.last_month, Terms.of(settings))
    progress("排印这个月的报纸")
    morning = datetime.combine(when.published_on, datetime.min.time(), SHANGHAI).replace(hour=5)
    notice = hand.look_back(morning - timedelta(days=2))
    hand.import_papers(this, morning, notice)
    hand.print_notice(notice, morning + timedelta(hours=4))
    hand.find_in_house(this, when.month, morning + timedelta(hours=5))
    progress("收这个月的来信")
    hand.play(this)
    hand.draft_a_notice()
    progress("看照片，开小会，打样下个月的报纸")
    hand.fetch_media(settings)
    hand.work_together()
    coming_issue.send_in(engine, settings, month_after(when.month), when.deadline_on, actor=by_staff(hand.staff_ids["chief"]),
                         now=now - timedelta(minutes=15))
    hand.intake.close()
    progress("好了")
    return sign_ins


@dataclass
class _Hand:
    """Plays the demo's people through intake and grading, in the order of time."""

    engine: Engine
    intake: Intake
    account: str
    now: datetime
    pages: Store
    staff_ids: dict[str, int] = field(default_factory=dict)
    filed: dict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(list))
    photographs: list[str] = field(default_factory=list)
    voices: list[str] = field(default_factory=list)
    sent: int = 0

    def add_staff(self, at: datetime) -> list[tuple[str, str, str]]:
        sign_ins = []
        with writing(self.engine) as session:
            for one in people()["staff"]:
                password = secrets.token_urlsafe(9)
                member = staff.add_staff(session, login=one["login"], display_name=one["display_name"],
                                         password=password, role=Role(one["role"]), actor=OPERATOR, now=at)
                session.flush()
                self.staff_ids[one["login"]] = member.id
                sign_ins.append((one["login"], one["display_name"], password))
        return sign_ins

    def import_papers(self, month: Month, at: datetime, notice: ToPrint | None = None) -> None:
        read = sources.read(month.papers())
        if notice is not None:
            read = [replace(one, file=newsroom.with_notice(one.file, notice)) for one in read]
        issues = press.printed(read, self.pages)
        with writing(self.engine) as session:
            importer.apply(session, importer.plan(session, issues), actor=OPERATOR, now=at)

    def create_contest(self, settings: Settings, publication_day: int, deadline_day: int, deadline_months: int,
                       first: str, at: datetime) -> None:
        with writing(self.engine) as session:
            contest = contests.create_contest(
                session, name=CONTEST, account=self.account, account_title=settings.accounts[self.account].title,
                paper_ids=list(session.scalars(select(Paper.id))), publication_day=publication_day,
                deadline_day=deadline_day, deadline_months=deadline_months, actor=OPERATOR, now=at)
            contests.make_rounds(session, contest.id, months_ahead=settings.scheduler.rounds_ahead + 1, first=first,
                                 actor=OPERATOR, now=at)

    def play(self, month: Month) -> None:
        """Sends every message at its moment, then grades a day later what the material says."""
        self.filed.clear()  # each month's material counts its errors from E01
        for spoken in month.messages():
            if spoken.at < self.now:
                self._send(spoken)
        self._names()
        self._stop_waiting()
        for one in month.gradings:
            self._grade(month, one)

    def _send(self, spoken: Spoken) -> None:
        self.sent += 1
        created = int(spoken.at.timestamp())
        media = None if spoken.msg_type == "text" else f"demo-{self.sent}"
        if media is not None:
            (self.photographs if spoken.msg_type == "image" else self.voices).append(media)
        self.intake.take(self.account, Incoming(
            to="demo", sender=openid_of(self.account, spoken.reader), created=created, msg_type=spoken.msg_type,
            event=None, event_key="", msg_id=str(9_000_000 + self.sent), content=spoken.text, media_id=media,
            pic_url=None, fields={}), stale=False, now=spoken.at + timedelta(seconds=1))
        with reading(self.engine) as session:
            message_id = session.scalar(select(Message.id).order_by(Message.id.desc()).limit(1))
            made = session.scalars(select(Report.id).where(Report.message_id == message_id).order_by(Report.ordinal))
            for wanted, number in zip(spoken.expect, made, strict=False):
                self.filed[spoken.reader, wanted].append(number)

    def _names(self) -> None:
        """What the readers of the demo said when they were asked for the name to print."""
        states = {one["id"]: one for one in people()["readers"]}
        with writing(self.engine) as session:
            for reader, one in states.items():
                state = NameState(one["name_state"])
                if state in (NameState.GIVEN, NameState.DECLINED):
                    session.execute(update(Reader).where(Reader.openid == openid_of(self.account, reader)).values(
                        name_state=state, printed_name=one["print_name"], name_at=self.now))

    def _stop_waiting(self) -> None:
        """Half-told reports that nobody completed go to the editors as they are, as the scheduler's job does it."""
        with writing(self.engine) as session:
            db = session.connection()
            for number in reports.half_told_before(db, self.now - HALF_TOLD_WAITS):
                reports.lapse(db, number, now=self.now)

    def _grade(self, month: Month, one: dict[str, Any]) -> None:
        numbers = self.filed.get((one["reader"], one["expect"]), [])
        nth = one.get("nth", 1)
        if len(numbers) < nth:
            return  # understood as one with an earlier report: there is nothing of its own to grade
        number = numbers[nth - 1]
        if one["verdict"] == Verdict.REPEATED and number == numbers[0]:
            return
        erratum = month.errata.get(one["expect"], {})
        verdict = Verdict(one["verdict"])
        given = GradeInput(
            verdict=verdict, row_code=erratum.get("row"), doubling=_doubling(erratum),
            marks=(one["marks"]["place"], one["marks"]["correction"], one["marks"]["reason"]),
            original_id=numbers[0] if verdict is Verdict.REPEATED else None, reason=one["reason"])
        with writing(self.engine) as session:
            row = reports.get(session.connection(), number)
            if row.state not in (ReportState.FILED, ReportState.NEEDS_MORE, ReportState.DECIDED):
                return
            at = min(row.sent_at + timedelta(hours=20), self.now - timedelta(minutes=30))
            grading.grade(session, number, given, actor=by_staff(self.staff_ids[one["grader"]]), now=at,
                          expected_version=row.version)

    def finish_month(self, month: str, terms: Terms) -> None:
        """Closes, picks and releases last month's round, each at its own moment."""
        with writing(self.engine) as session:
            round_ = session.scalars(select(Round).join(Contest).where(Round.month == month)).one()
            round_id, closes_at = round_.id, round_.closes_at
            picked_at = round_.grading_until + timedelta(minutes=1)
            rounds.close_round(session, round_id, actor=SCHEDULER, now=closes_at + timedelta(seconds=10))
        self._clear_desk(closes_at)
        with writing(self.engine) as session:
            second_opinions.settle(session, now=closes_at + timedelta(days=1))
        chief = by_staff(self.staff_ids["chief"])
        with writing(self.engine) as session:
            rounds.pick_round(session, round_id, actor=chief, now=picked_at, reason="演示数据")
        with writing(self.engine) as session:
            rounds.release_round(session, round_id, actor=chief, now=picked_at + timedelta(hours=2), terms=terms)

    def lay_out(self, month: str, at: datetime) -> None:
        with writing(self.engine) as session:
            newsroom.lay_out(session, month, actor=self._actor("chief"), now=at)

    def look_back(self, at: datetime) -> ToPrint:
        """Where last month's errors came from, and the notice about one of them for the issue that comes."""
        with writing(self.engine) as session:
            newsroom.say_causes(session, {number: self._about(number) for number in newsroom.CAUSES},
                                actor=self._actor("jia"), now=at)
            notice_id = newsroom.draft(session, self._about(newsroom.CORRECTED), actor=self._actor("jia"), now=at)
            return newsroom.release(session, notice_id, chief=self._actor("chief"), now=at + timedelta(hours=3))

    def print_notice(self, notice: ToPrint, at: datetime) -> None:
        """The issue of this day holds it; and a name of the list is corrected."""
        with writing(self.engine) as session:
            newsroom.print_notice(session, notice.id, at.date(), chief=self._actor("chief"), now=at)
            list_changes.correct_a_name(session, drafter=self._actor("jia"), chief=self._actor("chief"), now=at)

    def find_in_house(self, material: Month, month: str, at: datetime) -> None:
        with writing(self.engine) as session:
            newsroom.find_in_house(session, material, month, actor=self._actor("yi"), now=at)

    def draft_a_notice(self) -> None:
        with writing(self.engine) as session:
            newsroom.draft(session, self._about(newsroom.DRAFTED), actor=self._actor("jia"),
                           now=self.now - timedelta(minutes=20))

    def fetch_media(self, settings: Settings) -> None:
        """The readers' photographs and voices, as the job fetches them: of what the first wrote about, of what the second saw."""
        with reading(self.engine) as session:
            taken = [_photographed(session, self.filed[one], self.pages, words) for one, words in PHOTOGRAPHED]
        album = Album(dict(zip(self.photographs, taken, strict=False)) | dict.fromkeys(self.voices, murmur()))
        sources = Sources(media_store(settings), {self.account: album}, (), Limits(MOST_BYTES, 1.0, 1.0), MOST_PIXELS)
        at = self.now - timedelta(hours=1)
        collecting.collect(self.engine, sources, lambda: at, now=at)
        # Read here, by nobody: with OCR installed a question to the reader would come at a moment of its own.
        read_photos(self.engine, sources.store, Library(), lambda _: [], lambda: at, now=at)

    def work_together(self) -> None:
        """A reader appeals; the team does what it does together."""
        reader, _ = teamwork.APPEALED
        with reading(self.engine) as session:
            ordinal = session.get_one(Report, self.filed[teamwork.APPEALED][0]).ordinal
        self._send(Spoken(reader, self.now - timedelta(hours=5), "text", teamwork.APPEAL.format(ordinal=ordinal), ()))
        with writing(self.engine) as session:
            teamwork.work(session, self.filed, Library(), teamwork.Team(self.staff_ids, self.now))
            for round_id in leads.due(session, self.now):
                leads.seek(session, round_id, now=self.now)

    def _actor(self, login: str) -> Actor:
        return by_staff(self.staff_ids[login])

    def _about(self, number: str) -> list[int]:
        """The reports of the month played last about one planted error."""
        return [report for (_, expected), filed in self.filed.items() if expected == number for report in filed]

    def _clear_desk(self, before: datetime) -> None:
        """Last month's letters were all looked at."""
        with writing(self.engine) as session:
            session.execute(update(Message).where(Message.fate == MessageFate.DESK, Message.counts_at < before).values(
                fate=MessageFate.DESK_CLOSED, closed_at=before, closed_by_id=self.staff_ids["jia"],
                close_reason="已看"))


def _photographed(session: Session, numbers: list[int], pages: Store, signature: str) -> bytes:
    """A photograph of the place that this report is about."""
    report = session.get_one(Report, numbers[0])
    article_id, paragraph, start, end = report.article_id, report.paragraph, report.quote_start, report.quote_end
    if article_id is None or paragraph is None or start is None or end is None:
        raise LookupError(f"report {report.id} has no place to photograph")
    place = Place(0, 0, 0, article_id, paragraph, start, end)
    return photograph(pages, marks(session.connection(), place)[0], signature)


def _write_sign_ins(path: Path, sign_ins: list[tuple[str, str, str]]) -> None:
    lines = [f"{login}\t{name}\t{password}" for login, name, password in sign_ins]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    path.chmod(0o600)


def _doubling(erratum: dict[str, Any]) -> Doubling:
    """As the material says, where the row is one that doubles at all."""
    row = erratum.get("row")
    doubles = row is not None and DEFAULT_RULES.row(row).doubles
    return Doubling(erratum.get("doubling", "none")) if doubles else Doubling.NONE
