"""Twenty thousand spoiled deliveries a run: read or refused, soon, and nothing else. `make fuzz` tries a million."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from random import Random
from time import thread_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.wechat import bodies
from bot.wechat.protocol import MAX_BODY_BYTES, Refused
from tests.support import mutants


@pytest.mark.slow
@settings(max_examples=100, deadline=None)  # each input has its own, of CPU time
@given(seed=st.integers(0, 2**32))
def test_whatever_comes_is_read_or_refused(seed: int) -> None:
    random = Random(seed)
    for _ in range(200):
        mutants.outcome(mutants.one(random))


@pytest.mark.slow
def test_the_spoiled_reach_every_part_of_the_decoder() -> None:
    """Else a million of them would show little."""
    random = Random(1)
    found = Counter(mutants.outcome(mutants.one(random)) for _ in range(6000))
    assert found["read"] > 500
    assert {"bad_signature", "bad_ciphertext", "malformed", "not_encrypted", "wrong_receiver", "repeated_element", "doctype",
            "too_large", "missing_parameter", "repeated_parameter"} <= found.keys()


HEAD = (b"<xml><ToUserName>gh_test</ToUserName><FromUserName>o</FromUserName><CreateTime>1700000000</CreateTime>"
        b"<MsgType>text</MsgType>")


@pytest.mark.parametrize(("before", "piece", "after"), [
    (b"", b"<a/>", b"</xml>"), (b"\x01", b"<a/>", b"</xml>"), (b"", b"<a:b/>", b"</xml>"), (b"", b"<a>", b""),
    (b"<Content>", b"&lt;", b"</Content></xml>"), (b"<Content>", b"<![CDATA[]]>", b"</Content></xml>"),
    (b"<Content>", b"]]>", b"</Content></xml>"), (b"", b"<!--a-->", b"</xml>"), (b"<", b"a", b"/></xml>"),
])  # fmt: skip
def test_a_full_body_of_one_piece_is_soon_done(before: bytes, piece: bytes, after: bytes) -> None:
    room = MAX_BODY_BYTES - len(HEAD) - len(before) - len(after)
    body = HEAD + before + piece * (room // len(piece)) + after
    begun = thread_time()
    with suppress(Refused):
        bodies.parse_xml(body)
    assert thread_time() - begun < 0.1


def test_a_thousand_of_one_name_keep_their_order() -> None:
    body = HEAD + b"".join(b"<n>%d</n>" % number for number in range(1000)) + b"</xml>"
    assert bodies.parse_xml(body)["n"] == [str(number) for number in range(1000)]
