"""A voice made playable, or kept as it came."""

from __future__ import annotations

import pytest

from bot.media.addresses import Refused
from bot.media.sounds import PLAYS, UNKNOWN, playable
from tests.support.files import seconds_of, voice


def test_amr_becomes_an_mp3_of_the_same_length() -> None:
    made = playable(voice(2))
    assert made.content_type == PLAYS
    assert seconds_of(made.data) == pytest.approx(2, abs=0.2)


def test_mp3_stays_as_it_is() -> None:
    once = playable(voice()).data
    assert playable(once).data == once


@pytest.mark.parametrize("data", [b"\x01\x02\x03 speex frames", voice()[:20] + b"\xff" * 50, b"#!AMR\n"])
def test_what_cannot_be_changed_is_kept_for_saving(data: bytes) -> None:
    made = playable(data)
    assert made.data == data or made.content_type == PLAYS
    if made.data == data:
        assert made.content_type == UNKNOWN


@pytest.mark.parametrize("data", [b"", b"<html></html>", b' {"errcode": 40007}'])
def test_what_is_no_voice_is_refused(data: bytes) -> None:
    with pytest.raises(Refused):
        playable(data)
