"""Passwords that the system draws, as they are read out and typed."""

from __future__ import annotations

import math
import re

import pytest

from bot.members import drawn_passwords, staff
from bot.members.drawn_passwords import ALPHABET, LENGTH
from bot.members.staff import Strength


def test_drawn_password_holds_more_than_eighty_bits_and_no_sign_taken_for_another() -> None:
    assert LENGTH * math.log2(len(set(ALPHABET))) > 80
    assert not set("01ilouILOU") & set(ALPHABET)


def test_no_two_are_alike_and_every_one_passes_the_rule() -> None:
    drawn = [drawn_passwords.draw() for _ in range(30)]
    assert len(set(drawn)) == 30
    assert {staff.strength("jia", one) for one in drawn} == {Strength.GOOD}


def test_every_sign_of_the_alphabet_is_drawn() -> None:
    assert set("".join(drawn_passwords.draw() for _ in range(200))) == set(ALPHABET)


def test_it_is_shown_in_five_groups_of_four() -> None:
    groups = drawn_passwords.shown("abcdefgh23456789wxyz")
    assert groups == ["abcd", "efgh", "2345", "6789", "wxyz"]


@pytest.mark.parametrize("typed", [
    "abcdefgh23456789wxyz", "ABCD EFGH 2345 6789 WXYZ", " abcd-efgh-2345-6789-wxyz\n",
    "ａｂｃｄ　ｅｆｇｈ２３４５６７８９ｗｘｙｚ",
    "a b c d e f g h 2 3 4 5 6 7 8 9 w x y z",
])  # fmt: skip
def test_groups_and_case_do_not_matter(typed: str) -> None:
    assert drawn_passwords.plain(typed) == "abcdefgh23456789wxyz"


@pytest.mark.parametrize("typed", [
    "", "abcdefgh23456789wxy", "abcdefgh23456789wxyz2", "Ibcdefgh23456789wxyz", "Correct Horse-battery", "x" * 100_000,
    "啄木鸟" * 7, "\u202eabcd", "a" * 19 + "\x00",
])  # fmt: skip
def test_what_was_not_drawn_is_left_as_it_is(typed: str) -> None:
    assert drawn_passwords.plain(typed) == typed
    assert not drawn_passwords.has_shape(typed)


def test_groups_are_of_signs_alone() -> None:
    assert all(re.fullmatch("[2-9a-hj-km-np-tv-z]{4}", group) for group in drawn_passwords.shown(drawn_passwords.draw()))
