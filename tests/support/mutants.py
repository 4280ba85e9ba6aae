"""Deliveries spoiled at random: bytes changed, cut, doubled, joined with what parsers trip over; outside or inside the seal.

`one(random)` gives the next; what is sealed anew is signed rightly, so that it reaches whatever lies behind the signature.
`outcome(...)` puts it to the gate and holds the answer against what must be true of every one.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from random import Random
from time import thread_time
from typing import Any

from bot.wechat import bodies
from bot.wechat.crypto import Box, sign
from bot.wechat.keys import AccountKeys, BodyFormat, Mode
from bot.wechat.messages import MAX_DEDUPE_CHARACTERS
from bot.wechat.platform_side import make_delivery
from bot.wechat.protocol import MAX_BODY_BYTES, Gate, Refused

SENT = 1_700_000_000
NOW = datetime.fromtimestamp(SENT, UTC)
LONGEST_SECONDS = 0.25
"""Of CPU time for one: fifty times what the slowest takes on a slow machine."""
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
WORDS = (
    b"<", b">", b"/>", b"</xml>", b"<xml>", b"<![CDATA[", b"]]>", b"]]", b"<!DOCTYPE x [<!ENTITY a 'aaaa'>]>", b"&a;",
    b"&#0;", b"&#xD800;", b"&amp;", b"<!--", b"-->", b"<?xml version='1.0' encoding='UTF-16'?>", b"<?p ?>", b"<a b='",
    b"<Content>", b"</Content>", b"<Encrypt>", b"</Encrypt>", b"<MsgType>event</MsgType>", b"<Event>subscribe</Event>",
    b"<CreateTime>", b"9" * 400, b"-1", b"1e999", b"NaN", b"null", b"true", b"{", b"}",
    b"[", b"]", b'"', b",", b":", b"\\ud800", b"\\u0000",
    b"\\", b'"MsgType":"text",', b'"Encrypt":', b"\0", b"\x1b", b"\xff", b"\xef\xbb\xbf", b"\xed\xa0\x80",
    b"\xf0\x9f\xa6\x9c", b"\xe2\x80\xae", b"=", b"AAAA", b"%00", b"..", b"gh_test", b"gh_other",
)  # fmt: skip
"""What parsers of XML, JSON and base64 trip over, and the names that this one reads."""
KINDS: tuple[dict[str, Any], ...] = (
    {"MsgType": "text", "Content": "第3版“己经”应为“已经”😀", "MsgId": "24000000000000001"},
    {"MsgType": "image", "PicUrl": "http://mmbiz.qpic.cn/a/0", "MediaId": "m1", "MsgId": 24000000000000002},
    {"MsgType": "voice", "MediaId": "m2", "Format": "amr", "Recognition": "三版有错字", "MsgId": "3"},
    {"MsgType": "location", "Location_X": "31.2", "Location_Y": "121.4", "Scale": "20", "Label": "银杏路", "MsgId": "4"},
    {"MsgType": "event", "Event": "subscribe", "EventKey": "qrscene_paper-1", "Ticket": "t"},
    {"MsgType": "event", "Event": "SCAN", "EventKey": 7, "Ticket": "t"},
    {"MsgType": "event", "Event": "subscribe_msg_popup_event",
     "SubscribeMsgPopupEvent": {"List": [{"TemplateId": "a", "PopupScene": "0"}, {"TemplateId": "b", "PopupScene": "1"}]}},
)


@dataclass(frozen=True, slots=True)
class Mutant:
    """One delivery and the gate that it comes to."""

    gate: Gate
    query: dict[str, list[str]]
    body: bytes


@cache
def gates() -> tuple[Gate, ...]:
    """An account in every mode and format."""
    return tuple(
        Gate(AccountKeys(name="daily", app_id="wx2c2769f8efd9abc2", original_id="gh_test", token="spamtest", aes_key=AES_KEY,
                         mode=mode, body_format=body_format))
        for mode in Mode for body_format in BodyFormat)


def one(random: Random) -> Mutant:
    gate = random.choice(gates())
    keys = gate.keys
    fields = {"FromUserName": "oUser1", "CreateTime": SENT, **random.choice(KINDS)}
    query, body = make_delivery(keys, fields, timestamp=SENT, nonce="n0", random16=b"0123456789abcdef")
    if keys.mode is not Mode.PLAINTEXT and random.random() < 0.7:
        clear = spoiled(bodies.build(keys.body_format, {"ToUserName": keys.original_id, **fields}), random)
        sealed = Box(AES_KEY, keys.app_id).encrypt(clear, b"0123456789abcdef")
        if random.random() < 0.2:
            sealed = spoiled(sealed.encode(), random).decode("latin-1")
        query["msg_signature"] = sign(keys.token, str(SENT), "n0", sealed)
        body = bodies.build(keys.body_format, {"ToUserName": keys.original_id, "Encrypt": sealed})
    else:
        body = spoiled(body, random)
    asked = {name: [value] for name, value in query.items()}
    if random.random() < 0.1:
        _spoil_query(asked, random)
    return Mutant(gate, asked, body)


def spoiled(data: bytes, random: Random) -> bytes:
    """`data` after one to six changes, never longer than twice what the door takes."""
    changed = bytearray(data)
    for _ in range(random.choice((1, 1, 1, 2, 3, 6))):
        at = random.randrange(len(changed) + 1)
        kind = random.randrange(7)
        if kind == 0 and at < len(changed):
            changed[at] ^= 1 << random.randrange(8)
        elif kind == 1:
            changed[at:at] = random.choice(WORDS)
        elif kind == 2:
            del changed[at : at + random.choice((1, 2, 8, 64))]
        elif kind == 3:
            changed[at : at + 1] = random.randbytes(random.randrange(4))
        elif kind == 4:
            end = min(len(changed), at + random.randrange(1, 80))
            changed[at:at] = changed[at:end] * random.choice((1, 2, 3))
        elif kind == 5:
            changed[at : at + random.randrange(9)] = random.choice(WORDS)
        elif random.random() < 0.01:  # rare, for it is slow to make and to read
            piece = random.choice(WORDS) + random.choice(WORDS)
            changed[at:at] = piece * (random.choice((MAX_BODY_BYTES // 2, MAX_BODY_BYTES - len(data))) // len(piece))
    return bytes(changed[: 2 * MAX_BODY_BYTES])


def _spoil_query(query: dict[str, list[str]], random: Random) -> None:
    name = random.choice(list(query))
    value = query[name][0]
    query[name] = random.choice(([], [""], [value, value], [value + "\0"], ["９" * 10], ["1" * 5000], ["\ud800"], [value[:-1]]))


def outcome(mutant: Mutant) -> str:
    """"read", or why it was refused. AssertionError where something else happened, or it took over-long."""
    begun = thread_time()
    try:
        delivery = mutant.gate.receive(mutant.query, mutant.body, now=NOW)
    except Refused as refusal:
        result = str(refusal.reason)
    else:
        message, keys = delivery.message, mutant.gate.keys
        key = message.dedupe_key
        assert (message.to, key.isascii(), len(key) <= MAX_DEDUPE_CHARACTERS) == (keys.original_id, True, True)
        assert delivery.encrypted or keys.mode is not Mode.SAFE
        json.dumps(dict(message.fields), allow_nan=False).encode("ascii")
        (message.content or "").encode()  # no half of a surrogate pair
        mutant.gate.answer(delivery, message.content, now=NOW)
        result = "read"
    took = thread_time() - begun
    assert took < LONGEST_SECONDS, f"{took:.3f} s of CPU time"
    return result
