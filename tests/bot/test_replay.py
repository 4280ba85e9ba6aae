"""Conversations from a file measured on a scratch database: what comes out, how many processes, what is refused."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from bot import conversations, replay
from bot.cli import main
from bot.conversations import Conversation, Turn
from bot.demo.material import Month
from bot.replay import CORPUS_INTENT
from bot.understanding.values import Intent
from models.messages import Message
from models.reports import Report
from models.session import reading
from tests.support.figures import figures
from tests.support.own_conversations import FILES, FOLDER, measured, write_papers
from tests.support.town import at

pytestmark = pytest.mark.slow

TALKS = [
    {"id": "c1", "turns": [
        {"sent_at": "2026-11-20T08:00:00+08:00", "text": "柳湾2026年11月01版，“社区食唐”应为“社区食堂”"},
        {"sent_at": "2026-11-20T08:05:00+08:00", "text": "谢谢"},
    ]},
    {"id": "c2", "turns": [{"sent_at": "2026-11-20T09:00:00+08:00", "text": "头版标题“社区食唐”的唐错了"}]},
]


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    folder = tmp_path / "papers"
    folder.mkdir()
    for name, data in Month("this_month", "2026-11", date(2026, 12, 1), date(2026, 11, 21)).papers():
        (folder / name.replace(".json", "-2026-11.json")).write_bytes(data)
    return folder


@pytest.fixture
def talks(tmp_path: Path) -> Path:
    path = tmp_path / "talks.jsonl"
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in TALKS), encoding="utf-8")
    return path


def test_every_intent_has_a_name_in_the_corpus() -> None:
    named = {"report", "supplement", "withdraw", "status", "rules", "deadline", "winners", "name", "greeting", "other"}
    assert {CORPUS_INTENT.get(intent.value, intent.value) for intent in Intent} == named


def test_what_was_understood_is_written_in_the_form_of_the_corpus(papers: Path, talks: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    done = CliRunner().invoke(main, ["replay", "--papers", str(papers), "--input", str(talks), "--output", str(output)])
    assert done.exit_code == 0, done.output
    first, second = [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]
    assert first["intents"] == ["report", "greeting"]
    assert first["reports"] == [{
        "paper": "社区晨报·柳湾", "issue": "2026-11", "page": "01", "article": None,
        "wrong": "社区食唐", "right": "社区食堂",
        "located": {"paper": "liuwan-2026-11", "page": "01", "article": "a3"},
        "erratum": first["reports"][0]["erratum"],
    }]
    assert second["reports"][0]["erratum"] == first["reports"][0]["erratum"]
    assert len(first["replies"]) == 2


def test_several_processes_understand_the_same(papers: Path, talks: Path, tmp_path: Path) -> None:
    outputs = []
    for jobs in ("1", "2"):
        output = tmp_path / f"out{jobs}.jsonl"
        CliRunner().invoke(main, ["replay", "--papers", str(papers), "--input", str(talks), "--output", str(output),
                                  "--jobs", jobs])
        outputs.append([json.loads(line)["reports"] for line in output.read_text(encoding="utf-8").splitlines()])
    for report in (report for output in outputs for reports in output for report in reports):
        report.pop("erratum")
    assert outputs[0] == outputs[1]


def test_a_second_replay_brings_nothing_in_twice(papers: Path, talks: Path, tmp_path: Path) -> None:
    parsed = conversations.parse("talks", talks.read_bytes())
    engine = replay.scratch(tmp_path, papers.glob("*.json"))
    for _ in range(2):
        replay.play(engine, parsed, account=replay.ACCOUNT, secret="s", progress=lambda _: None)
    with reading(engine) as session:
        counted = [session.scalar(select(func.count()).select_from(table)) for table in (Message, Report)]
    engine.dispose()
    assert counted == [3, 2]


def test_without_papers_it_says_what_is_needed(talks: Path) -> None:
    done = CliRunner().invoke(main, ["replay", "--input", str(talks)])
    assert done.exit_code == 2
    assert "--papers and --output are needed" in done.output


def test_a_wrong_line_is_named_and_nothing_comes_out(papers: Path, talks: Path, tmp_path: Path) -> None:
    talks.write_text(talks.read_text(encoding="utf-8") + "{\n", encoding="utf-8")
    output = tmp_path / "out.jsonl"
    done = CliRunner().invoke(main, ["replay", "--papers", str(papers), "--input", str(talks), "--output", str(output)])
    assert (done.exit_code, f"{talks}: line 3: not JSON: " in done.output, output.exists()) == (1, True, False)


def test_a_folder_without_papers_is_said(talks: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    done = CliRunner().invoke(main, ["replay", "--papers", str(tmp_path), "--input", str(talks), "--output", str(output)])
    assert (done.exit_code, done.output) == (1, "The folder of --papers holds no .json file.\n")


def test_an_output_in_no_folder_is_said_before_the_work(papers: Path, talks: Path, tmp_path: Path) -> None:
    output = tmp_path / "none" / "out.jsonl"
    done = CliRunner().invoke(main, ["replay", "--papers", str(papers), "--input", str(talks), "--output", str(output)])
    assert (done.exit_code, "there is no folder" in done.output) == (2, True)


def test_messages_go_in_by_time_and_nobodys_order_is_changed() -> None:
    eight, nine, ten = (at(f"2023-05-20 {hour:02}:00") for hour in (8, 9, 10))
    one = Conversation("one", (Turn(nine, "a"), Turn(eight, "b"), Turn(ten, "c")))
    other = Conversation("other", (Turn(eight, "d"),))
    order = [(talk.id, number, moment) for moment, talk, number in replay.in_time([one, other])]
    assert order == [("other", 0, eight), ("one", 0, nine), ("one", 1, nine), ("one", 2, ten)]


def test_long_and_like_ids_are_readers_of_their_own() -> None:
    names = {replay.openid(name) for name in ("读" * 500, "读" * 501, "a", "a-0")}
    assert len(names) == 4
    assert max(map(len, names)) <= 80


@pytest.mark.slow
@pytest.mark.parametrize("file", FILES)
def test_intake_understands_no_worse_than_reading_alone(file: str, tmp_path: Path) -> None:
    """The floor is taken on reading alone; the whole way through the database may not lose a point against it."""
    write_papers(file, tmp_path / "papers")
    source, output = FOLDER / f"{file}.jsonl", tmp_path / "out.jsonl"
    done = CliRunner().invoke(main, ["replay", "--papers", str(tmp_path / "papers"), "--input", str(source),
                                     "--output", str(output)])
    assert done.exit_code == 0, done.output
    gold, given = ([json.loads(line) for line in path.read_text("utf-8").splitlines()] for path in (source, output))
    through, alone = figures(gold, given), measured(file)
    for name in ("lines_right", "located_right"):
        assert through[name][0] >= alone[name][0] - 0.01 * alone[name][1], name
    assert through["located_confidently_wrong"][0] <= alone["located_confidently_wrong"][0]
