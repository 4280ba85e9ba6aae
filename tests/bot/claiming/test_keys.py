"""The keys that seal what winners give: only the right one opens, only where it was sealed for; rotation; broken files."""

from __future__ import annotations

import base64
import stat
from pathlib import Path

import pytest

from bot.claiming import code_words, keys
from bot.claiming.keys import Keys, NoKey
from models.work_enums import ContactKind


@pytest.fixture
def path(tmp_path: Path) -> Path:
    keys.add_key(tmp_path / "claim-keys")
    return tmp_path / "claim-keys"


def test_what_was_sealed_is_opened_again(path: Path) -> None:
    chain = keys.load(path)
    closed = chain.seal(7, ContactKind.PHONE, "13912345678")
    assert closed.key_id == chain.newest
    assert "139" not in closed.text
    assert chain.open(7, ContactKind.PHONE, closed.key_id, closed.text) == "13912345678"


def test_the_same_text_is_sealed_differently_each_time(path: Path) -> None:
    chain = keys.load(path)
    assert chain.seal(7, ContactKind.PHONE, "1").text != chain.seal(7, ContactKind.PHONE, "1").text


def test_row_cannot_be_passed_off_as_another(path: Path) -> None:
    chain = keys.load(path)
    closed = chain.seal(7, ContactKind.PHONE, "13912345678")
    for award_id, kind in ((8, ContactKind.PHONE), (7, ContactKind.GUARDIAN_PHONE)):
        with pytest.raises(NoKey, match="改过"):
            chain.open(award_id, kind, closed.key_id, closed.text)
    for broken in (closed.text[:-4] + "AAAA", "", "*", closed.text[:9]):
        with pytest.raises(NoKey, match="改过"):
            chain.open(7, ContactKind.PHONE, closed.key_id, broken)


def test_old_key_goes_on_opening_and_the_new_one_seals(path: Path) -> None:
    before = keys.load(path)
    closed = before.seal(7, ContactKind.PHONE, "13912345678")
    new = keys.add_key(path)
    after = keys.load(path)
    assert (after.newest, list(after.by_id)) == (new, [new, before.newest])
    assert after.open(7, ContactKind.PHONE, closed.key_id, closed.text) == "13912345678"
    assert after.seal(7, ContactKind.PHONE, "1").key_id == new
    without = Keys({new: after.by_id[new]})
    with pytest.raises(NoKey, match=f"编号 {before.newest}"):
        without.open(7, ContactKind.PHONE, closed.key_id, closed.text)


def test_file_is_for_nobody_else(path: Path) -> None:
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


GOOD = base64.urlsafe_b64encode(b"k" * 32).decode()


@pytest.mark.parametrize(("text", "sentence"), [
    ("", "空的"), ("# nothing yet\n\n", "空的"), ("abcd", "不是钥匙"), ("abcd short", "不是钥匙"), (f"{GOOD}", "不是钥匙"),
    (f"a {GOOD}", "不是钥匙"), (f"abcd {GOOD} more", "不是钥匙"), (f"abcd {GOOD[:-5]}", "不是钥匙"), ("钥匙", "读不出来"),
])
def test_file_without_a_key_is_named(tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "claim-keys"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(NoKey, match=sentence):
        keys.load(path)


def test_remarks_and_empty_lines_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "claim-keys"
    path.write_text(f"# made in November\n\nabcd {GOOD}\n", encoding="ascii")
    assert keys.load(path).by_id == {"abcd": b"k" * 32}


def test_no_file_and_no_setting_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NoKey, match="make-key"):
        keys.load(tmp_path / "gone")
    with pytest.raises(NoKey, match=r"\[claims\]"):
        keys.load(None)


def test_code_words_are_four_characters_that_bear_any_way_of_writing() -> None:
    assert {len(one) for one in (*code_words.FIRST, *code_words.SECOND)} == {2}
    assert len(set(code_words.FIRST)) * len(set(code_words.SECOND)) == 1024
    assert len(code_words.new()) == 4
    assert code_words.same(" 桂花 · 雨伞。", "桂花雨伞")
    assert not code_words.same("桂花草帽", "桂花雨伞")
