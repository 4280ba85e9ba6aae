"""The released text as sections, and the invitation alone."""

from __future__ import annotations

from dataclasses import replace

from bot.contest.announcing import printed_box
from bot.contest.announcing.announcement import print_block
from bot.printing.values import Code, Kind
from tests.support.printed import BOX, INVITATION

CODE = Code("a", (), "关注")


def test_every_line_of_the_box_stands_in_a_section_once() -> None:
    text = print_block(replace(BOX, digest="7Q4M-0XKD-N2VA-H8TC"))
    invitation, names = printed_box.sections(text, account=CODE)
    assert [block.text for one in (invitation, names) for block in one.blocks] == [
        line for line in text.split("\n") if line]
    assert [block.kind for block in invitation.blocks] == [Kind.HEADLINE, *[Kind.PARAGRAPH] * 3]
    assert [(block.kind, block.strong) for block in names.blocks] == [
        (Kind.HEAD, 0), (Kind.NAMES, 8), (Kind.NAMES, 8), (Kind.NOTE, 0), (Kind.NOTE, 0)]
    assert (invitation.code, names.code) == (CODE, None)


def test_invitation_alone() -> None:
    assert printed_box.invitation_of(print_block(BOX)) == INVITATION.strip()
