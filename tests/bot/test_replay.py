"""Conversations from a file through the real intake: what comes out, what a second run does, what is refused."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from bot import replay
from bot.cli import main
from bot.demo.material import Month
from bot.errors import ImportProblem
from models.messages import Message
from models.reports import Report
from models.session import reading

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
    conversations = replay.parse("talks", talks.read_text(encoding="utf-8"))
    engine = replay.scratch(tmp_path, papers.glob("*.json"))
    for _ in range(2):
        replay.play(engine, conversations, account=replay.ACCOUNT, secret="s", progress=lambda: None)
    with reading(engine) as session:
        counted = [session.scalar(select(func.count()).select_from(table)) for table in (Message, Report)]
    engine.dispose()
    assert counted == [3, 2]


@pytest.mark.parametrize(("line", "said"), [
    ("{", "line 1: JSONDecodeError"),
    ('{"turns": []}', "line 1: KeyError: 'id'"),
    ('{"id": "a", "turns": [{"sent_at": "2026-11-20T08:00:00", "text": "x"}]}', "has no offset"),
    ('{"id": "a", "turns": []}\n{"id": "a", "turns": []}', "line 2: id 'a' stands twice"),
])
def test_a_wrong_line_is_named(line: str, said: str) -> None:
    with pytest.raises(ImportProblem) as refused:
        replay.parse("talks", line)
    assert said in str(refused.value)


def test_without_papers_it_says_what_is_needed(talks: Path) -> None:
    done = CliRunner().invoke(main, ["replay", "--input", str(talks)])
    assert done.exit_code == 2
    assert "--papers and --output are needed" in done.output
