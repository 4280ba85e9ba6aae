"""替我评完: the demo's colleague decides what its readers sent, and the round can be closed, picked and released."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.audit import SCHEDULER, by_staff
from bot.contest import rounds
from bot.demo import colleague, seed
from bot.settings import Settings, parse_settings
from models.contests import Award, Round
from models.enums import Prize, ReportState, Role, RoundState
from models.papers import Article
from models.reports import Report
from models.reviews import Review
from models.session import make_engine, writing
from models.staff import Staff
from models.work_enums import OPEN_REVIEWS, ReviewCause, ReviewState
from tests.support.settings import raw_settings

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Settings]:
    """The demo as it begins, once; every test works on a copy."""
    folder = tmp_path_factory.mktemp("demo")
    settings = parse_settings(raw_settings(folder), base=folder, source="test settings")
    assert seed.seed(settings) is True
    return folder / "woodpecker.db", settings


@pytest.fixture
def demo(seeded: tuple[Path, Settings], tmp_path: Path) -> Iterator[Session]:
    copy = tmp_path / "demo.db"
    shutil.copy(seeded[0], copy)
    engine = make_engine(f"sqlite:///{copy}")
    with writing(engine) as session:
        yield session
    engine.dispose()


def running(session: Session) -> Round:
    return session.scalars(select(Round).where(Round.state != RoundState.RELEASED).order_by(Round.closes_at).limit(1)).one()


def somebody(session: Session, role: Role) -> int:
    return session.scalars(select(Staff.id).where(Staff.role == role).order_by(Staff.id).limit(1)).one()


def left_open(session: Session, round_id: int) -> list[tuple[int, ReportState]]:
    states = (ReportState.FILED, ReportState.HALF_TOLD)
    return [tuple(row) for row in session.execute(select(Report.id, Report.state).where(
        Report.round_id == round_id, Report.late.is_(False), Report.state.in_(states)))]


@pytest.mark.parametrize("role", [Role.EDITOR, Role.CHIEF])
def test_what_the_colleague_finished_is_picked_by_the_scheduler_with_best_and_excellent(
    demo: Session, seeded: tuple[Path, Settings], role: Role
) -> None:
    account = next(iter(seeded[1].accounts))
    began = demo.scalar(select(func.max(Report.updated_at)))
    assert began is not None
    presser = by_staff(somebody(demo, role))
    assert colleague.finish(demo, account, actor=presser, now=began) > 10
    round_ = running(demo)
    round_id, closes_at = round_.id, round_.closes_at
    assert rounds.close_round(demo, round_id, actor=SCHEDULER, now=closes_at)
    late = closes_at + timedelta(minutes=16)
    for _ in range(3):  # who presses it again after the close has the contenders settled too
        if rounds.pick_round(demo, round_id, actor=SCHEDULER, now=late):
            break
        colleague.finish(demo, account, actor=presser, now=late)
    demo.expire_all()
    assert [(one.label, one.report_ids, one.staff_ids) for one in rounds.open_work(demo, round_id)] == []
    assert demo.get_one(Round, round_id).state is RoundState.PICKED
    prizes = list(demo.scalars(select(Award.prize).where(Award.round_id == round_id).order_by(Award.place)))
    assert (prizes[0], set(prizes[1:])) == (Prize.BEST, {Prize.EXCELLENT})
    assert left_open(demo, round_id) == []
    assert demo.scalar(select(func.count()).select_from(Review).where(Review.state.in_(OPEN_REVIEWS))) == 0
    settled = set(demo.scalars(select(Review.cause).join(Report, Report.id == Review.report_id).where(
        Report.round_id == round_id, Review.state == ReviewState.SETTLED)))
    assert ReviewCause.CONTENDER in settled
    chief = by_staff(somebody(demo, Role.CHIEF))
    assert rounds.release_round(demo, round_id, actor=chief, now=late + timedelta(hours=1)) is True


def test_pages_that_were_mended_meanwhile_hold_up_nobody(demo: Session, seeded: tuple[Path, Settings]) -> None:
    account = next(iter(seeded[1].accounts))
    began = demo.scalar(select(func.max(Report.updated_at)))
    assert began is not None
    for article in demo.scalars(select(Article)):
        article.paragraphs = []
    demo.flush()
    assert colleague.finish(demo, account, actor=by_staff(somebody(demo, Role.CHIEF)), now=began) > 10
    assert left_open(demo, running(demo).id) == []
