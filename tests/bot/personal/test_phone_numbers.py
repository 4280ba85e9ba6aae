"""Telephone numbers that readers wrote are in no file that leaves the console, and go from the messages in their time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from bot.jobs import JOBS
from bot.personal import phone_numbers
from bot.understanding.identity import BLACK, mask_phones
from models.audit import JobRun
from models.enums import JobOutcome
from models.messages import Message
from models.reports import Report, ReportVersion
from models.session import reading, writing
from tests.support import factories
from tests.support.factories import HEADLINE, NOW, VOLUNTEERS

OWN = "139 1234 5678"
OLD = timedelta(days=200)


@pytest.mark.parametrize(("text", "left"), [
    (f"我的电话{OWN}，谢谢", f"我的电话{BLACK}，谢谢"),
    ("联系我13912345678", f"联系我{BLACK}"),
    ("手机一三九一二三四五六七八", f"手机{BLACK}"),
    ("１３９１２３４５６７８", BLACK),
    ("家里座机021-63456789", f"家里座机{BLACK}"),
    ("“热线021-63456789”少印一位", "“热线021-63456789”少印一位"),
    ("服务热线63456789印错了", "服务热线63456789印错了"),
    ("季小满，银杏小区3栋501室", "季小满，银杏小区3栋501室"),
    ("", ""), ("10月8日，80人，2026年", "10月8日，80人，2026年"),
])
def test_only_telephones_of_the_writer_are_blackened(text: str, left: str) -> None:
    assert mask_phones(text) == left
    assert mask_phones(mask_phones(text)) == left


def test_number_that_is_reported_as_the_error_stays() -> None:
    assert mask_phones("13912345678应为13912345679，我的13800001111", keep=("13912345678", "13912345679")) == (
        f"13912345678应为13912345679，我的{BLACK}")


def run(engine: Engine, before_days: int = 180) -> dict[str, int]:
    """As the job does: with a row of what was done."""
    done = phone_numbers.forget(engine, NOW - timedelta(days=before_days))
    if done:
        with writing(engine) as session:
            session.add(JobRun(name=phone_numbers.JOB, started_at=NOW, finished_at=NOW, outcome=JobOutcome.DONE, result=done))
    return done


def test_numbers_go_from_old_messages_their_reports_and_earlier_forms(engine: Engine) -> None:
    with writing(engine) as session:
        house = factories.build(session, now=NOW - timedelta(days=300))
        old = factories.report(session, f"{HEADLINE}，理由：请打{OWN}", at=NOW - OLD)
        new = factories.report(session, f"{VOLUNTEERS}。我的电话{OWN}", at=NOW)
        factories.accept(session, old, house)
        session.get_one(Report, old).reason = f"请打{OWN}"
    assert run(engine) == {"phones": 1, "upto": 1}
    assert run(engine) == {}
    with reading(engine) as session:
        texts = {one.id: one.content for one in session.scalars(select(Message))}
        assert OWN not in (texts[1] or "")
        assert BLACK in (texts[1] or "")
        assert "“食唐”应为“食堂”" in (texts[1] or "")
        assert OWN in (texts[2] or "")
        assert session.get_one(Report, old).reason == f"请打{BLACK}"
        assert session.get_one(Report, old).wrong == "食唐"
        versions = session.scalars(select(ReportVersion).where(ReportVersion.report_id == old)).all()
        assert [OWN in str(one.fields) for one in versions] == [False] * len(versions)
        assert session.get_one(Report, new).state is not None


def test_what_was_brought_in_later_has_its_turn(engine: Engine) -> None:
    """An old conversation brought in today stands behind newer messages; it waits for those, and is not passed over."""
    with writing(engine) as session:
        factories.build(session)
        reader_id = factories.reader(session)
        for n, at in enumerate((NOW - OLD, NOW, NOW - OLD)):
            factories.message(session, reader_id, f"我的电话{OWN}，第{n}封", at=at)
    assert run(engine) == {"phones": 1, "upto": 1}
    assert run(engine, before_days=-1) == {"phones": 2, "upto": 3}
    assert run(engine, before_days=-1) == {}


def test_job_is_among_those_of_the_scheduler() -> None:
    assert phone_numbers.JOB in JOBS
