"""The queue of imports: one claim each, taken up again after a crash, whatever happens to the process that reads."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from bot import jobs
from bot.audit import OPERATOR, by_staff
from bot.catalogue import applying, kept, reading_apart, results, uploads
from bot.catalogue.kept import Folder
from bot.catalogue.reader import Order
from bot.catalogue.reading_apart import Outcome, Stage, Tell
from bot.catalogue.reading_loop import ReadingLoop
from bot.clock import FrozenClock
from bot.errors import NotAllowed, Stale
from bot.media.store import Room
from bot.settings import Settings
from bot.work import Work
from models.enums import ImportState, ImportStep, Role
from models.imports import ImportUpload
from models.papers import Page, PageGeometry
from models.session import reading, writing
from models.staff import Staff
from tests.support.imports import HeldLoop, read_here
from tests.support.pdfs import made_pdf
from tests.support.site import children, until
from tests.support.town import at_once
from tests.support.work import work_of

CHIEF = by_staff(1)
FILES = {"02版.pdf": made_pdf((50, 500, "page two"), pages=2)}


@pytest.fixture(autouse=True)
def chief(engine: Engine, clock: FrozenClock) -> None:
    with writing(engine) as session:
        session.add(Staff(id=1, login="chief", display_name="主编", password_hash="x", role=Role.CHIEF,
                          created_at=clock.now()))  # fmt: skip


def sent(engine: Engine, settings: Settings, now: datetime, files: dict[str, bytes] | None = None, *,
         paper: str | None = "河畔社区报", issue: str | None = "2026-11") -> int:  # fmt: skip
    """Files in the queue; the import's number."""
    files = FILES if files is None else files
    folder = Folder(kept.address(settings), token := kept.new_token(now=now))
    sizes = [folder.put(n, io.BytesIO(data)) for n, data in enumerate(files.values())]
    with writing(engine) as session:
        return uploads.take_in(session, token=token, files=list(zip(files, sizes, strict=True)), paper=paper, issue=issue,
                               actor=CHIEF, now=now)  # fmt: skip


def loop_of(engine: Engine, settings: Settings, clock: FrozenClock, read: reading_apart.Tell | None = None,
            **_: object) -> HeldLoop:  # fmt: skip
    return HeldLoop(engine, settings, clock.now, read=read or read_here)  # type: ignore[arg-type]


def row(engine: Engine, upload_id: int) -> ImportUpload:
    with reading(engine) as session:
        return session.get_one(ImportUpload, upload_id)


def files_in(settings: Settings, where: str = "imports") -> list[Path]:
    return [path for path in (settings.server.data_dir / where).rglob("*") if path.is_file()]


# Claims


def test_two_workers_have_one_claim(engine: Engine, settings: Settings, clock: FrozenClock) -> None:
    sent(engine, settings, clock.now())

    def claim(_: int) -> uploads.Claimed | None:
        with writing(engine) as session:
            return uploads.claim(session, now=clock.now())

    with ThreadPoolExecutor(4) as pool:
        claims = list(pool.map(claim, range(4)))
    assert sum(one is not None for one in claims) == 1


def test_oldest_waits_shortest(engine: Engine, settings: Settings, clock: FrozenClock) -> None:
    first, second = (sent(engine, settings, clock.now()) for _ in range(2))
    with writing(engine) as session:
        found = [uploads.claim(session, now=clock.now()) for _ in range(3)]
    assert [one and one.upload_id for one in found] == [first, second, None]


def test_what_a_dead_reader_left_is_taken_up_again_but_not_for_ever(
    engine: Engine, settings: Settings, clock: FrozenClock
) -> None:
    number = sent(engine, settings, clock.now())
    claims = []
    for _ in range(uploads.MOST_TRIES):
        with writing(engine) as session:
            claims.append(uploads.claim(session, now=clock.now()))
            assert uploads.claim(session, now=clock.now() + uploads.LEASE) is None  # not yet over
        clock.advance(seconds=uploads.LEASE.total_seconds() + 1)
    assert all(one is not None and one.upload_id == number for one in claims)
    with writing(engine) as session:
        assert uploads.claim(session, now=clock.now()) is None
    found = row(engine, number)
    assert (found.state, found.problems) == (
        ImportState.REFUSED, ["02版.pdf：读了3次都没有读完，先停下了。文件可能有问题，请从排版软件里重新导出一次，再导入。"])


def test_late_answer_of_a_reader_that_lost_its_claim_is_worth_nothing(
    engine: Engine, settings: Settings, clock: FrozenClock
) -> None:
    number = sent(engine, settings, clock.now())
    with writing(engine) as session:
        late = uploads.claim(session, now=clock.now())
        now = clock.advance(minutes=5)
        new = uploads.claim(session, now=now)
        assert late is not None
        assert new is not None
        assert not uploads.note(session, late, ImportStep.READING, 1, 2, now=now)
        assert not uploads.finish(session, late, "a" * 64, now=now)
        assert not uploads.refuse(session, late, ["x"], files_kept=False, now=now)
        assert uploads.note(session, new, ImportStep.READING, 1, 2, now=now)
    assert (row(engine, number).state, row(engine, number).pages_done) == (ImportState.READING, 1)


def test_progress_keeps_a_claim_alive(engine: Engine, settings: Settings, clock: FrozenClock) -> None:
    sent(engine, settings, clock.now())
    with writing(engine) as session:
        claimed = uploads.claim(session, now=clock.now())
        assert claimed is not None
        for page in range(3):
            uploads.note(session, claimed, ImportStep.READING, page, 12, now=clock.advance(minutes=1.5))
        assert uploads.claim(session, now=clock.now()) is None


# Reading


def test_what_was_read_is_kept_as_data_and_applied_without_the_files(
    engine: Engine, settings: Settings, clock: FrozenClock
) -> None:
    number = sent(engine, settings, clock.now())
    assert loop_of(engine, settings, clock).run() == {"read": 1}
    found = row(engine, number)
    folder = applying.folder_of(settings, found.token)
    (settings.server.data_dir / "imports" / found.token / "0").write_bytes(b"not read again")
    with reading(engine) as session:
        preview = applying.preview(session, folder, found.result or "")
    assert [(page.number, len(page.articles)) for page in preview.plan.changes[0].file.pages] == [("01", 1), ("02", 1)]
    applying.apply(engine, settings, number, seen=preview.fingerprint, actor=CHIEF, now=clock.now())
    with reading(engine) as session:
        assert session.scalars(select(Page.number).order_by(Page.position)).all() == ["01", "02"]
        assert {path.name for path in files_in(settings, "pages")} == set(session.scalars(select(PageGeometry.picture)))
    assert (row(engine, number).issue_ids, files_in(settings)) == ([1], [])


def test_result_is_the_same_after_writing_and_reading_it(engine: Engine, settings: Settings, clock: FrozenClock) -> None:
    number = sent(engine, settings, clock.now())
    loop_of(engine, settings, clock).run()
    data = applying.folder_of(settings, row(engine, number).token).result(row(engine, number).result or "")
    assert results.encode(results.decode(data)) == data
    for broken in (b"", b"[]", b"{}", b'{"version": 2, "issues": []}', data[:-5], data.replace(b"keys_are", b"keys")):
        with pytest.raises(ValueError):  # noqa: PT011 (any)
            results.decode(broken)


def test_failed_apply_takes_the_pictures_back(engine: Engine, settings: Settings, clock: FrozenClock) -> None:
    number = sent(engine, settings, clock.now())
    loop_of(engine, settings, clock).run()
    with pytest.raises(Stale):
        applying.apply(engine, settings, number, seen="something else", actor=CHIEF, now=clock.now())
    assert (files_in(settings, "pages"), row(engine, number).state) == ([], ImportState.READ)


def test_dropped_while_it_is_read_stops_the_reading_and_leaves_nothing(
    engine: Engine, settings: Settings, clock: FrozenClock
) -> None:
    number = sent(engine, settings, clock.now())

    def read(order: Order, tell: Tell) -> Outcome | None:
        assert tell(Stage())
        with writing(engine) as session:
            Folder(order.base, uploads.drop(session, number, actor=CHIEF, now=clock.now())).drop()
        outcome = read_here(order, lambda _stage: True)  # writes on for a moment
        assert not tell(Stage(ImportStep.READING, 2, 2))
        return outcome

    assert HeldLoop(engine, settings, clock.now, read=read).run() == {"left": 1}
    assert (row(engine, number).state, files_in(settings)) == (ImportState.DROPPED, [])


# The process of its own

ORDER = Order(Room(""), "1-" + "0" * 32, ["第01版.pdf", "第02版.pdf"], None, None, None, [], [])
SAID = "import json,os,signal,sys,time; sys.stdin.readline(); say=lambda **x: print(json.dumps(x), flush=True); "


def acted(what: str, tell: Tell = lambda _stage: True, **seconds: float) -> Outcome | None:
    """What becomes of a reader that does `what`."""
    return reading_apart.read(ORDER, tell, command=[sys.executable, "-c", SAID + what], beat_seconds=0.05, **seconds)


@pytest.mark.parametrize("end", ["os.kill(os.getpid(), signal.SIGKILL)", "os.abort()", "sys.exit(0)", "1 / 0"])
def test_reader_that_dies_is_a_sentence_naming_the_file(end: str) -> None:
    outcome = acted(f"say(file='第02版.pdf'); say(step='drawing', done=6, all=12); sys.stderr.close(); {end}")
    assert outcome == Outcome(None, (
        "第02版.pdf（第7版前后）：读到这里程序停下了，文件可能有问题。请从排版软件里重新导出一次，再导入。",), again=True)


def test_reader_that_never_begins_names_all_files() -> None:
    outcome = acted("sys.exit(1)")
    assert outcome is not None
    assert outcome.problems[0].startswith("第01版.pdf等2个文件：读到这里程序停下了")


def test_reader_that_hangs_is_ended() -> None:
    outcome = acted("say(file='第01版.pdf'); time.sleep(60)", stall_seconds=0.2)
    assert outcome is not None
    assert outcome.problems == ("第01版.pdf：读了很久还没有读完，先停下了。文件可能有问题，请从排版软件里重新导出一次，再导入。",)


def test_reader_that_is_not_wanted_any_more_is_ended() -> None:
    assert acted("time.sleep(60)", lambda _stage: False) is None


def test_what_else_a_reader_prints_is_no_answer() -> None:
    assert acted("print('hello'); print('3'); say(result='x')") == Outcome("x")


@pytest.mark.slow
def test_real_reader_reads_and_tells_its_pages(engine: Engine, settings: Settings, clock: FrozenClock) -> None:
    number = sent(engine, settings, clock.now())
    told: list[tuple[str, int, int]] = []

    def read(order: Order, tell: Tell) -> Outcome | None:
        return reading_apart.read(order, lambda one: told.append((one.step, one.done, one.of)) or tell(one))

    assert HeldLoop(engine, settings, clock.now, read=read).run() == {"read": 1}
    assert [one for one in told if one[2]] == [
        ("reading", 1, 2), ("reading", 2, 2), ("reading", 2, 2), ("drawing", 1, 2), ("drawing", 2, 2)]
    assert row(engine, number).result is not None


@pytest.mark.slow
def test_real_reader_that_is_killed_leaves_nothing_half_imported(
    engine: Engine, settings: Settings, clock: FrozenClock
) -> None:
    number = sent(engine, settings, clock.now(), {"a.pdf": made_pdf((50, 500, "page"), pages=60)})

    def read(order: Order, tell: Tell) -> Outcome | None:
        def kill(stage: Stage) -> bool:
            if stage.done >= 2:
                for pid in children(os.getpid()):
                    if b"bot.catalogue.reader" in Path(f"/proc/{pid}/cmdline").read_bytes():
                        os.kill(pid, signal.SIGKILL)
            return tell(stage)

        return reading_apart.read(order, kill)

    assert HeldLoop(engine, settings, clock.now, read=read).run() == {"refused": 1}
    found = row(engine, number)
    assert (found.state, found.files_kept) == (ImportState.REFUSED, True)
    assert "读到这里程序停下了" in found.problems[0]
    with reading(engine) as session:
        assert (session.scalars(select(Page)).all(), files_in(settings, "pages")) == ([], [])
    with writing(engine) as session:
        uploads.again(session, number, paper="河畔社区报", issue="2026-11", actor=CHIEF, now=clock.now())
    assert HeldLoop(engine, settings, clock.now, read=read_here).run() == {"read": 1}


@pytest.mark.slow
def test_real_reader_ends_when_whoever_asked_is_gone(tmp_path: Path) -> None:
    folder = Folder(Room(str(tmp_path)), token := "1-" + "0" * 32)
    folder.put(0, io.BytesIO(made_pdf((50, 500, "page"), pages=90)))
    order = Order(Room(str(tmp_path)), token, ["a.pdf"], "河畔社区报", "2026-11", None, [], [])
    with subprocess.Popen(reading_apart.COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(order.line())
        process.stdin.flush()
        process.stdout.readline()
        process.stdin.close()
        assert process.wait(timeout=20) == 1


@pytest.mark.slow
def test_woken_loop_reads_beside_and_ends(engine: Engine, settings: Settings, clock: FrozenClock) -> None:
    loop = ReadingLoop(engine, settings, clock.now, read=read_here)
    for _ in range(2):
        number = sent(engine, settings, clock.now())
        loop.wake()
        until(lambda number=number: row(engine, number).state is ImportState.READ, seconds=20, what="read")
    until(lambda: loop._thread is None, seconds=5, what="the thread has ended")


# Jobs


@pytest.fixture
def work(engine: Engine, settings: Settings, clock: FrozenClock) -> Work:
    made = work_of(engine, settings, clock.now())
    object.__setattr__(made, "imports", loop_of(engine, settings, clock))
    return made


def test_job_by_hand_reads_and_the_schedulers_only_wakes(
    engine: Engine, settings: Settings, clock: FrozenClock, work: Work
) -> None:
    number = sent(engine, settings, clock.now())
    assert jobs.JOBS["read_imports"](work, clock.now()) == {}
    assert row(engine, number).state is ImportState.WAITING
    object.__setattr__(work, "actor", OPERATOR)
    assert jobs.JOBS["read_imports"](work, clock.now()) == {"read": 1}


@pytest.mark.slow
def test_what_nobody_decided_on_is_gone_after_a_day(
    engine: Engine, settings: Settings, clock: FrozenClock, work: Work
) -> None:
    read = sent(engine, settings, clock.now())
    untold = sent(engine, settings, clock.now(), paper=None)
    loop_of(engine, settings, clock).run()
    waiting = sent(engine, settings, clock.now())
    assert jobs.JOBS["forget_imports"](work, clock.advance(hours=23)) == {}
    fresh = sent(engine, settings, clock.now())
    assert jobs.JOBS["forget_imports"](work, clock.advance(hours=2)) == {"gone": 3}
    assert [row(engine, one).state for one in (read, untold, waiting, fresh)] == [
        ImportState.DROPPED, ImportState.REFUSED, ImportState.DROPPED, ImportState.WAITING]
    assert {path.parent.name for path in files_in(settings)} == {row(engine, fresh).token}
    assert jobs.JOBS["forget_imports"](work, clock.now()) == {}
    with pytest.raises(NotAllowed, match="已经不在了"), writing(engine) as session:
        uploads.again(session, untold, paper=None, issue=None, actor=CHIEF, now=clock.now())


@pytest.mark.slow
def test_two_schedulers_drop_what_nobody_decided_on_at_once(engine: Engine, settings: Settings, clock: FrozenClock) -> None:
    numbers = [sent(engine, settings, clock.now()) for _ in range(3)]
    now = clock.advance(hours=25)
    dropped = at_once(engine, [lambda session: uploads.drop_old(session, now=now)] * 3)
    assert sorted(token for one in dropped for token in one) == sorted(row(engine, one).token for one in numbers)


def test_folder_that_no_row_knows_is_gone_after_a_day(
    settings: Settings, clock: FrozenClock, work: Work
) -> None:
    Folder(kept.address(settings), kept.new_token(now=clock.now())).put(0, io.BytesIO(b"left by a crash"))
    assert jobs.JOBS["forget_imports"](work, clock.now()) == {}
    assert jobs.JOBS["forget_imports"](work, clock.advance(hours=25)) == {"gone": 1}
    assert files_in(settings) == []


@pytest.mark.slow
def test_pictures_of_an_import_that_died_while_it_was_applied_go_with_it(
    engine: Engine, settings: Settings, clock: FrozenClock, work: Work
) -> None:
    number = sent(engine, settings, clock.now())
    loop_of(engine, settings, clock).run()
    found = row(engine, number)
    folder = applying.folder_of(settings, found.token)
    names = results.pictures_of(results.decode(folder.result(found.result or "")))
    applying.drawing.hand_over(names, folder.pictures(), applying.drawing.page_store(settings))
    assert files_in(settings, "pages") != []
    jobs.JOBS["forget_imports"](work, clock.advance(hours=25))
    assert files_in(settings, "pages") == []


@pytest.mark.slow
def test_two_at_once_apply_it_once(engine: Engine, settings: Settings, clock: FrozenClock) -> None:
    number = sent(engine, settings, clock.now())
    loop_of(engine, settings, clock).run()
    found = row(engine, number)
    with reading(engine) as session:
        seen = applying.preview(session, applying.folder_of(settings, found.token), found.result or "").fingerprint

    def apply(_: int) -> str:
        try:
            applying.apply(engine, settings, number, seen=seen, actor=CHIEF, now=clock.now())
        except Stale:
            return "stale"
        return "applied"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(apply, range(2))) == ["applied", "stale"]
    with reading(engine) as session:
        assert {path.name for path in files_in(settings, "pages")} == set(session.scalars(select(PageGeometry.picture)))


def test_no_more_than_a_second_passes_without_a_note_at_the_end_of_a_step(
    engine: Engine, settings: Settings, clock: FrozenClock
) -> None:
    """Notes are thinned out, the last one of a step never is."""
    number = sent(engine, settings, clock.now())
    seen: list[int] = []

    def read(_order: Order, tell: Tell) -> Outcome | None:
        for page in range(1, 13):
            tell(Stage(ImportStep.READING, page, 12))
            seen.append(row(engine, number).pages_done)
        return Outcome(problems=("x",))

    HeldLoop(engine, settings, clock.now, read=read).run()
    assert seen[-1] == 12
    assert len(set(seen)) <= 4
