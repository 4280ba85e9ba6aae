"""The demo brought in through the product's own verbs: every state there, once, and never half."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.audit import by_staff
from bot.catalogue.drawing import page_store
from bot.catalogue.geometry import marks
from bot.contest.blockers import blockers
from bot.demo import colleague, seed
from bot.demo.album import murmur
from bot.demo.material import people
from bot.house import ledger
from bot.media.pictures import CONTENT_TYPE
from bot.media.sounds import AMR, PLAYS, playable
from bot.media.sources import store as media_store
from bot.publishing import errata_calendar
from bot.settings import Settings, parse_settings
from bot.understanding.values import Located, Place
from models.appeals import Appeal, CallerEntry
from models.attachments import Attachment
from models.cockpit import PictureBox
from models.contests import Award, Round
from models.enums import (
    AttachmentKind,
    AttachmentState,
    CorrectionState,
    ImportState,
    NameState,
    ReportState,
    RoundState,
    Verdict,
)
from models.grades import Grade
from models.imports import ImportUpload
from models.ledger import HouseFind
from models.lists import BulkItem
from models.newsroom import CorrectionNotice, ErratumCause
from models.notes import NoteMention
from models.readers import Reader
from models.reports import Report, ReportVersion
from models.reviews import Review
from models.session import make_engine, reading, writing
from models.staff import Staff
from models.work_enums import OPEN_REVIEWS, AppealState, BulkFate, EntryState, ReviewState
from models.working import Assignment, Snooze
from tests.support.settings import raw_settings

pytestmark = pytest.mark.slow


def settings_in(folder: Path) -> Settings:
    return parse_settings(raw_settings(folder), base=folder, source="test settings")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Seeded once for all tests, which only read."""
    folder = tmp_path_factory.mktemp("demo")
    assert seed.seed(settings_in(folder)) is True
    return folder


@pytest.fixture
def demo(folder: Path) -> Iterator[Session]:
    engine = make_engine(f"sqlite:///{folder / 'woodpecker.db'}")
    with reading(engine) as session:
        yield session
    engine.dispose()


def test_only_the_database_and_the_sign_ins_are_left(folder: Path) -> None:
    names = {path.name for path in folder.iterdir()}
    assert {name for name in names if "draft" in name} == set()
    assert {"woodpecker.db", "demo-accounts.txt"} <= names
    assert (folder / "demo-accounts.txt").stat().st_mode & 0o777 == 0o600


def test_second_seeding_keeps_what_is_there(folder: Path) -> None:
    before = (folder / "demo-accounts.txt").read_text("utf-8")
    assert seed.seed(settings_in(folder)) is False
    assert (folder / "demo-accounts.txt").read_text("utf-8") == before


def test_every_member_of_staff_can_sign_in(folder: Path, demo: Session) -> None:
    lines = [line.split("\t") for line in (folder / "demo-accounts.txt").read_text("utf-8").splitlines()]
    assert [line[0] for line in lines] == list(demo.scalars(select(Staff.login).order_by(Staff.id)))
    assert all(len(line[2]) >= 10 for line in lines)


def test_last_months_round_is_released_with_eleven_winners(demo: Session) -> None:
    released, running = demo.scalars(select(Round).order_by(Round.month).limit(2)).all()
    assert (released.state, running.state) == (RoundState.RELEASED, RoundState.OPEN)
    prizes = demo.scalars(select(Award.prize).where(Award.round_id == released.id)).all()
    assert sorted(prizes) == ["best", *["excellent"] * 10]
    assert (released.print_block or "").startswith("欢迎来当“啄木鸟”")
    assert "空缺" not in (released.print_block or "")


def test_nothing_of_the_released_round_is_left_open(demo: Session) -> None:
    released = select(Round.id).where(Round.state == RoundState.RELEASED)
    open_ = select(Report.id).where(Report.round_id.in_(released), Report.late.is_(False),
                                    Report.state.in_((ReportState.FILED, ReportState.HALF_TOLD)))  # fmt: skip
    assert list(demo.scalars(open_)) == []


def test_running_month_holds_reports_in_every_lasting_state(demo: Session) -> None:
    running = demo.scalars(select(Round).where(Round.state == RoundState.OPEN).order_by(Round.month)).first()
    assert running is not None
    reports = demo.scalars(select(Report).where(Report.round_id == running.id)).all()
    assert {ReportState.FILED, ReportState.DECIDED, ReportState.NEEDS_MORE, ReportState.WITHDRAWN} <= {
        report.state for report in reports}  # fmt: skip
    assert len(reports) >= 50


def test_every_verdict_of_the_material_was_given(demo: Session) -> None:
    given = set(demo.scalars(select(Grade.verdict).distinct()))
    assert given >= {Verdict.ACCEPTED, Verdict.ACCEPTED_WITH_EDITS, Verdict.BOTH_FORMS, Verdict.SUGGESTION,
                     Verdict.NOT_AN_ERROR, Verdict.NEEDS_MORE}


def test_every_report_keeps_the_readers_own_first_version(demo: Session) -> None:
    without = demo.scalars(select(Report.id).where(~select(ReportVersion.id).where(
        ReportVersion.report_id == Report.id, ReportVersion.number == 1).exists())).all()
    assert without == []
    assert demo.scalar(select(func.count()).select_from(Report)) != 0


def test_readers_names_are_as_the_material_says(demo: Session) -> None:
    wanted = {one["print_name"] for one in people()["readers"] if one["name_state"] == NameState.GIVEN}
    assert set(demo.scalars(select(Reader.printed_name).where(Reader.name_state == NameState.GIVEN))) == wanted


def test_every_report_with_a_place_is_marked_on_a_printed_page(folder: Path, demo: Session) -> None:
    db, store = demo.connection(), page_store(settings_in(folder))
    placed = demo.scalars(select(Report).where(Report.article_id.is_not(None), Report.quote_end > Report.quote_start)).all()
    assert len(placed) >= 60
    for report in placed:
        assert report.article_id is not None
        found = marks(db, Place(0, 0, 0, report.article_id, report.paragraph, report.quote_start, report.quote_end))
        assert found != (), report.id
        assert store.get(found[0].picture or "")[:4] == b"RIFF"


def test_newsroom_has_its_own_finds_one_of_which_readers_sent_too(demo: Session) -> None:
    finds = demo.scalars(select(HouseFind)).all()
    reported = [demo.scalars(select(Report.id).where(Report.erratum_id == find.erratum_id)).all() for find in finds]
    assert [find.located for find in finds] == [Located.FOUND] * 3
    assert [bool(reports) for reports in reported] == [False, False, True]
    first = demo.scalar(select(func.min(Report.counts_at)).where(Report.id.in_(reported[2])))
    assert first is not None
    assert finds[2].found_at < first


def test_ledger_counts_by_the_layout_that_was_given(demo: Session) -> None:
    found = ledger.by_month(demo, paper_id=None, first="2000-01", last="2999-12")
    assert [one.characters for _, one in found] == [4 * 2 * 48 * 42, 8 * 2 * 48 * 42]
    assert all(one.per_10_000 is not None and 0 < one.per_10_000 < 25 for _, one in found)


def test_one_notice_was_printed_and_one_is_drafted(demo: Session) -> None:
    notices = demo.scalars(select(CorrectionNotice).order_by(CorrectionNotice.id)).all()
    assert [one.state for one in notices] == [CorrectionState.PRINTED, CorrectionState.DRAFT]
    assert demo.scalar(select(func.count()).select_from(ErratumCause)) == 4


def test_the_printed_notice_stands_on_its_page_and_can_be_clipped(demo: Session) -> None:
    notice = demo.scalars(select(CorrectionNotice).where(CorrectionNotice.state == CorrectionState.PRINTED)).one()
    contest_id = demo.scalars(select(Round.contest_id).distinct()).one()
    cut = errata_calendar.cut_of(demo, contest_id, notice.issue_id, notice.id, now=notice.printed_at or notice.drafted_at)
    assert cut is not None
    assert 0 < cut.height < cut.width * 2


def test_team_has_open_work_of_every_kind(demo: Session) -> None:
    def count(query: Any) -> int:
        return demo.scalar(select(func.count()).select_from(query.subquery())) or 0

    assert list(demo.scalars(select(Appeal.state))) == [AppealState.OPEN]
    assert set(demo.scalars(select(Review.state).where(Review.state.in_(OPEN_REVIEWS)))) == {
        ReviewState.WAITING_SECOND, ReviewState.WAITING_THIRD}  # fmt: skip
    assert count(select(Report.id).where(Report.state == ReportState.ESCALATED)) == 1
    assert count(select(Report.id).where(Report.maybe_erratum_id.is_not(None))) == 1
    assert count(select(Report.id).where(Report.located == Located.NOT_FOUND, Report.state == ReportState.FILED)) >= 1
    assert list(demo.scalars(select(CallerEntry.state).order_by(CallerEntry.message_id))) == [
        EntryState.COUNTS, EntryState.WAITING]  # fmt: skip
    assert {*demo.scalars(select(BulkItem.fate))} == {BulkFate.DONE, BulkFate.SKIPPED}
    assert (count(select(Snooze.report_id)), count(select(PictureBox.id))) == (1, 1)
    assert count(select(Assignment.report_id).join(Staff, Staff.id == Assignment.staff_id).where(Staff.login == "jia")) >= 3
    assert count(select(NoteMention.note_id).join(Staff, Staff.id == NoteMention.staff_id).where(
        Staff.login == "jia", NoteMention.read_at.is_(None))) == 2  # fmt: skip
    assert list(demo.scalars(select(ImportUpload.state))) == [ImportState.READ]


def test_readers_photographs_are_kept_one_on_a_report_and_one_as_a_letter(folder: Path, demo: Session) -> None:
    found = demo.execute(select(Attachment.digest, Attachment.report_id).where(
        Attachment.kind == AttachmentKind.PICTURE, Attachment.state == AttachmentState.KEPT).order_by(Attachment.id)).all()
    assert [one.report_id is not None for one in found] == [True, False]
    assert all(media_store(settings_in(folder)).get(one.digest)[:2] == b"\xff\xd8" for one in found)


def test_every_photograph_and_voice_is_there_to_be_looked_at_and_heard(demo: Session) -> None:
    assert demo.execute(select(Attachment.id, Attachment.problem).where(Attachment.state != AttachmentState.KEPT)).all() == []
    assert (murmur(1).startswith(AMR), playable(murmur(1)).content_type) == (True, PLAYS)
    assert {*demo.scalars(select(Attachment.content_type))} <= {CONTENT_TYPE, PLAYS}


def test_colleague_leaves_nothing_that_keeps_the_names_back(folder: Path, tmp_path: Path) -> None:
    shutil.copy(folder / "woodpecker.db", tmp_path / "woodpecker.db")
    engine = make_engine(f"sqlite:///{tmp_path / 'woodpecker.db'}")
    settings = settings_in(folder)
    now = settings.clock().now()
    with writing(engine) as session:
        jia = session.scalars(select(Staff.id).where(Staff.login == "jia")).one()
        colleague.finish(session, next(iter(settings.accounts)), actor=by_staff(jia), now=now)
    with reading(engine) as session:
        running = session.scalars(select(Round.id).where(Round.state == RoundState.OPEN).order_by(Round.month)).first()
        assert running is not None
        assert blockers(session.connection(), running) == []
    engine.dispose()


def test_interrupted_seeding_leaves_no_half_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*args: object, **more: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(seed._Hand, "finish_month", interrupted)
        with pytest.raises(KeyboardInterrupt):
            seed.seed(settings_in(tmp_path))
    assert not (tmp_path / "woodpecker.db").exists()
    assert seed.seed(settings_in(tmp_path)) is True
    assert not list(tmp_path.glob("*draft*"))
