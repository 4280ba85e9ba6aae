"""A file of past conversations: what is read from it, and every wrong line named."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversations import Conversation, Turn, parse
from bot.errors import ImportProblem
from tests.support.town import at

NOON = at("2023-05-20 12:00")


def turn(**changes: Any) -> dict[str, Any]:
    return {"sent_at": "2023-05-20T08:00:00+08:00", "text": "你好"} | changes


def line(*turns: Any, **changes: Any) -> str:
    return json.dumps({"id": "a", "turns": list(turns)} | changes, ensure_ascii=False)


def read(*lines: str) -> list[Conversation]:
    return parse("talks", "\n".join(lines).encode(), now=NOON)


def test_conversations_come_in_the_order_of_the_file_and_other_keys_are_left_alone() -> None:
    found = read(line(turn(), turn(text="再见")), "", line(turn(), id=7, intents=["greeting"]))
    hello = Turn(at("2023-05-20 08:00"), "你好")
    assert found == [Conversation("a", (hello, Turn(hello.sent_at, "再见"))), Conversation("7", (hello,))]


def test_a_byte_order_mark_windows_line_ends_and_separators_inside_a_message_do_no_harm() -> None:
    text = line(turn(text="一\u2028二\x85三"))
    found = parse("talks", b"\xef\xbb\xbf" + text.encode() + b"\r\n" + line(id="b").encode() + b"\r\n")
    assert [(one.id, [t.text for t in one.turns]) for one in found] == [("a", ["一\u2028二\x85三"]), ("b", [])]


def test_what_no_delivery_can_hold_is_replaced() -> None:
    assert [t.text for t in read(json.dumps(json.loads(line(turn(text="a\x00b")))))[0].turns] == ["a\ufffdb"]
    assert [t.text for t in read('{"id": "a", "turns": [{"sent_at": "2023-05-20T08:00:00+08:00", "text": "\\ud83d!"}]}'
                                 )[0].turns] == ["\ufffd!"]  # fmt: skip


@pytest.mark.parametrize(("wrong", "said"), [
    ("{", "not JSON: "),
    ("[" * 100_000, "not JSON: "),
    ("[]", "not a JSON object"),
    ('{"turns": []}', "id is missing"),
    (line(id=""), "id is missing"),
    (line(id=None), "id is missing"),
    ('{"id": "a"}', "turns is missing or no list"),
    (line("你好"), "turn 1: text is missing or no string"),
    (line(turn(), turn(text=None)), "turn 2: text is missing or no string"),
    (line(turn(sent_at=None)), "turn 1: sent_at None is no time"),
    (line(turn(sent_at="昨天")), "turn 1: sent_at '昨天' is no time"),
    (line(turn(sent_at="2023-05-20T08:00:00")), "turn 1: sent_at '2023-05-20T08:00:00' has no offset"),
    (line(turn(sent_at="0001-01-01T00:00:00+08:00")), "is in no likely year"),
    (line(turn(sent_at="9999-12-31T23:59:59-08:00")), "is in no likely year"),
    (line(turn(sent_at="2023-05-20T12:00:01+08:00")), "lies in the future"),
    (line(id="first"), "id 'first' stands twice"),
])  # fmt: skip
def test_a_wrong_line_is_named(wrong: str, said: str) -> None:
    with pytest.raises(ImportProblem) as refused:
        read(line(id="first"), wrong, line(id="last"))
    assert len(refused.value.problems) == 1
    assert refused.value.problems[0].startswith("talks: line 2: ")
    assert said in refused.value.problems[0]


def test_every_wrong_line_is_named_at_once() -> None:
    with pytest.raises(ImportProblem) as refused:
        read("{", line(), "[]", line())
    assert [problem.split(": ")[1] for problem in refused.value.problems] == ["line 1", "line 3", "line 4"]


def test_a_file_that_is_not_utf_8_is_named_by_its_line() -> None:
    with pytest.raises(ImportProblem) as refused:
        parse("talks", line().encode() + b"\n" + "你好".encode("gb18030"))
    assert refused.value.problems == ["talks: line 2: not UTF-8"]


def test_without_a_present_moment_no_time_is_in_the_future() -> None:
    assert len(parse("talks", line(turn(sent_at="2099-01-01T00:00:00+08:00")).encode())) == 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["id", "turns", "sent_at", "text"]) | st.text(max_size=3), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.slow
@given(st.binary(max_size=200) | st.lists(JSON, max_size=4).map(
    lambda values: "\n".join(map(json.dumps, values)).encode()))  # fmt: skip
def test_whatever_the_file_holds_it_is_read_or_its_lines_are_named(data: bytes) -> None:
    problems, found = [], []
    try:
        found = parse("talks", data, now=NOON)
    except ImportProblem as refused:
        problems = refused.problems
    assert not (problems and found)
    assert [problem for problem in problems if not problem.startswith("talks: line ")] == []
    assert len({one.id for one in found}) == len(found)
