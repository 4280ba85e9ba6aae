"""What an answer may hold: the byte limit, characters kept whole, nothing that breaks out of the XML."""

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wechatpy import parse_message

from bot.wechat import bodies
from bot.wechat.keys import BodyFormat
from bot.wechat.replies import cut_text, text_reply

FAMILY = "👨‍👩‍👧‍👦"


def render(text, body_format=BodyFormat.XML):
    return text_reply(body_format, to="oUser1", sender="gh_test", text=text, created=1_700_000_000)


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("", ""),
        ("a" * 2048, "a" * 2048),
        ("a" * 2049, "a" * 2045 + "…"),
        ("错" * 682 + "ab", "错" * 682 + "ab"),
        ("错" * 683, "错" * 681 + "…"),
        ("a" + "错" * 683, "a" + "错" * 681 + "…"),
        ("😀" * 512, "😀" * 512),
        ("😀" * 513, "😀" * 511 + "…"),
    ],
)
def test_a_reply_is_cut_by_bytes_at_a_character_boundary(text, cut):
    assert cut_text(text) == cut
    assert len(cut.encode()) <= 2048


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("ab" + FAMILY + "cd" * 10, "ab…"),
        ("a👍🏽" + "b" * 20, "a…"),
        ("abcdee\u0301" + "b" * 20, "abcde…"),
        ("abc❤️" + "b" * 20, "abc…"),
        ("a🇨🇳🇨🇳" + "b" * 20, "a…"),
    ],
)
def test_joined_signs_are_not_cut_apart(text, cut):
    assert cut_text(text, 10) == cut


def test_a_hostile_run_of_marks_is_cut_somewhere():
    text = "a" + "\u0301" * 5000
    assert cut_text(text).endswith("…")
    assert len(cut_text(text).encode()) > 2000


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200), st.integers(3, 200))
def test_a_cut_text_fits_and_is_a_beginning(text, limit):
    cut = cut_text(text, limit)
    assert len(cut.encode()) <= limit
    assert cut == text or (cut.endswith("…") and text.startswith(cut[:-1]))
    assert unicodedata.normalize("NFC", cut) is not None


@pytest.mark.parametrize(
    "text", ["]]>", "a]]>b", "]]]]>>", "]]><Content>x</Content><![CDATA[", "]]>" * 5, "]]"]
)
def test_a_cdata_end_is_split(text):
    assert bodies.parse_xml(render(text))["Content"] == text
    assert parse_message(render(text).decode()).content == text


@given(st.text(max_size=300), st.sampled_from(list(BodyFormat)))
def test_any_text_makes_a_wellformed_reply(text, body_format):
    found = bodies.parse(body_format, render(text, body_format))
    expected = bodies.drop_illegal(text)
    if body_format is BodyFormat.XML:  # an XML reader makes every line end a \n
        expected = expected.replace("\r\n", "\n").replace("\r", "\n")
    assert found["Content"] == expected
    assert set(found) == {"ToUserName", "FromUserName", "CreateTime", "MsgType", "Content"}


@pytest.mark.parametrize("body_format", list(BodyFormat))
def test_control_characters_are_dropped(body_format):
    assert bodies.parse(body_format, render("己\x00经\x0b\ufffe\ud800\n", body_format))["Content"] == "己经\n"


def test_a_json_reply_carries_raw_utf8():
    reply = render("第3版“己经”😀", BodyFormat.JSON)
    assert "第3版“己经”😀".encode() in reply
    assert json.loads(reply)["CreateTime"] == 1_700_000_000
