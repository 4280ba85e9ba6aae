"""The door: what is let in and what goes out, rule by rule, in three modes and two formats."""

import base64
import dataclasses
import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto

from bot.wechat import bodies, protocol
from bot.wechat.crypto import Box, sign
from bot.wechat.keys import AccountKeys, BodyFormat, Mode
from bot.wechat.platform_side import make_delivery, open_reply
from bot.wechat.protocol import Gate
from bot.wechat.refusals import RefusalReason, Refused

TIMESTAMP = 1_700_000_000
MODES = list(Mode)
FORMATS = list(BodyFormat)
ENCRYPTING = [Mode.COMPATIBLE, Mode.SAFE]


@pytest.fixture
def push(make_keys, as_query, text_fields):
    """Gate, query and body of one push; `query` and `body` may be spoiled before they are received."""

    def make(mode=Mode.SAFE, body_format=BodyFormat.XML, *, timestamp=TIMESTAMP, fields=None, sender=None):
        keys = make_keys(mode, body_format)
        query, body = make_delivery(
            sender or keys, text_fields if fields is None else fields, timestamp=timestamp, nonce="n0",
            random16=b"0123456789abcdef",
        )  # fmt: skip
        return Gate(keys), as_query(query), body

    return make


def refusal_of(gate, query, body, now):
    with pytest.raises(Refused) as caught:
        gate.receive(query, body, now=now)
    return caught.value.reason


def signed_query(keys, sealed, timestamp=str(TIMESTAMP)):
    return {
        "signature": [sign(keys.token, timestamp, "n0")],
        "msg_signature": [sign(keys.token, timestamp, "n0", sealed)],
        "timestamp": [timestamp],
        "nonce": ["n0"],
        "encrypt_type": ["aes"],
    }


def sealed_body(keys, sealed):
    return bodies.build(keys.body_format, {"ToUserName": keys.original_id, "Encrypt": sealed})


def plain_query(token, timestamp=str(TIMESTAMP)):
    return {"signature": [sign(token, timestamp, "n0")], "timestamp": [timestamp], "nonce": ["n0"]}


# The GET check


@pytest.mark.parametrize("mode", MODES)
def test_get_check_answers_the_bare_echostr_in_every_mode(make_keys, vectors, mode):
    vector = vectors["S1"]
    gate = Gate(make_keys(mode, token="AAAAA"))
    query = {
        "signature": [vector["sha1"]], "timestamp": ["1714036504"], "nonce": ["1514711492"],
        "echostr": [vector["echostr"]],
    }  # fmt: skip
    assert gate.check_echo(query) == "4375120948345356249"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"signature": ["0" * 40]}, RefusalReason.BAD_SIGNATURE),
        ({"signature": []}, RefusalReason.REPEATED_PARAMETER),
        ({"echostr": ["1", "2"]}, RefusalReason.REPEATED_PARAMETER),
        ({"echostr": [""]}, RefusalReason.MISSING_PARAMETER),
        ({"echostr": ["<script>"]}, RefusalReason.MALFORMED),
        ({"echostr": ["1\n"]}, RefusalReason.MALFORMED),
        ({"nonce": [""]}, RefusalReason.MISSING_PARAMETER),
    ],
)
def test_get_check_refuses_what_the_platform_did_not_sign(make_keys, changes, reason):
    gate = Gate(make_keys())
    with pytest.raises(Refused) as refusal:
        gate.check_echo(plain_query("spamtest") | {"echostr": ["123"]} | changes)
    assert refusal.value.reason == reason


# The POST in three modes and two formats


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("body_format", FORMATS)
def test_post_is_read_in_three_modes_and_both_formats(push, text_fields, now, mode, body_format):
    gate, query, body = push(mode, body_format)
    delivery = gate.receive(query, body, now=now)
    assert (delivery.encrypted, delivery.stale) == (mode is not Mode.PLAINTEXT, False)
    message = delivery.message
    assert (message.to, message.sender, message.created) == ("gh_test", "oUser1", TIMESTAMP)
    assert (message.msg_type, message.content, message.msg_id) == (
        "text", text_fields["Content"], "24000000000000001",
    )  # fmt: skip
    assert message.fields == {}


def test_the_official_json_push_is_read(make_keys, vectors, now):
    vector = vectors["C1"]
    keys = make_keys(
        body_format=BodyFormat.JSON, token=vector["token"], aes_key=vector["key"], app_id=vector["appid"],
        original_id=vector["ToUserName"],
    )  # fmt: skip
    query = {name: [vector[name]] for name in ("timestamp", "nonce", "msg_signature")} | {
        "signature": ["6c5c811b55cc85e0e1b54100749188c20beb3f5d"], "encrypt_type": ["aes"],
        "openid": ["o9AgO5Kd5ggOC-bXrbNODIiE3bGY"],
    }  # fmt: skip
    body = json.dumps({"ToUserName": vector["ToUserName"], "Encrypt": vector["encrypt"]}).encode()
    delivery = Gate(keys).receive(query, body, now=now)
    assert delivery.message.event == "debug_demo"
    assert delivery.message.fields == {"debug_str": "hello world"}


def test_tencents_own_sample_is_read_in_compatible_mode_with_its_clear_fields(make_keys, vectors, now):
    vector = vectors["C3"]
    keys = make_keys(Mode.COMPATIBLE, original_id="gh_10f6c3c3ac5a")
    clear = vector["plaintext"].replace("</xml>", f"<Encrypt><![CDATA[{vector['encrypt']}]]></Encrypt></xml>")
    query = {name: [vector[name]] for name in ("timestamp", "nonce", "msg_signature")}
    delivery = Gate(keys).receive(query | {"encrypt_type": ["aes"]}, clear.encode(), now=now)
    assert (delivery.message.content, delivery.encrypted, delivery.stale) == ("abcdteT", True, True)


def test_compatible_mode_believes_the_encrypted_part_not_the_clear_fields(push, now):
    gate, query, body = push(Mode.COMPATIBLE)
    forged = body.replace("第3版".encode(), "第9版".encode())
    assert forged != body
    assert gate.receive(query, forged, now=now).message.content.startswith("第3版")


def test_compatible_mode_reads_a_clear_body_under_the_plain_signature(push, make_keys, now):
    gate, query, body = push(Mode.COMPATIBLE, sender=make_keys(Mode.PLAINTEXT))
    delivery = gate.receive(query, body, now=now)
    assert (delivery.encrypted, delivery.message.sender) == (False, "oUser1")


def test_compatible_mode_checks_the_msg_signature_when_encrypt_is_there(push, now):
    gate, query, body = push(Mode.COMPATIBLE)
    query["msg_signature"] = ["0" * 40]
    assert refusal_of(gate, query, body, now) == RefusalReason.BAD_SIGNATURE


# The path is chosen by configuration


@pytest.mark.parametrize("body_format", FORMATS)
@pytest.mark.parametrize("claims_aes", [True, False])
def test_safe_mode_refuses_anything_unencrypted(push, make_keys, now, body_format, claims_aes):
    gate, query, body = push(Mode.SAFE, body_format, sender=make_keys(Mode.PLAINTEXT, body_format))
    if claims_aes:
        query |= {"encrypt_type": ["aes"], "msg_signature": query["signature"]}
    assert refusal_of(gate, query, body, now) == RefusalReason.NOT_ENCRYPTED


@pytest.mark.parametrize("value", [None, ["raw"], [""]])
def test_safe_mode_refuses_when_encrypt_type_aes_is_missing(push, now, value):
    gate, query, body = push()
    del query["encrypt_type"]
    if value is not None:
        query["encrypt_type"] = value
    assert refusal_of(gate, query, body, now) == RefusalReason.NOT_ENCRYPTED


def test_safe_mode_does_not_take_the_plain_signature_for_the_msg_signature(push, now):
    gate, query, body = push()
    query["msg_signature"] = query["signature"]
    assert refusal_of(gate, query, body, now) == RefusalReason.BAD_SIGNATURE


@pytest.mark.parametrize("mode", ENCRYPTING)
def test_encrypt_without_msg_signature_is_refused(push, now, mode):
    gate, query, body = push(mode)
    del query["msg_signature"]
    assert refusal_of(gate, query, body, now) == RefusalReason.MISSING_PARAMETER


def test_plaintext_mode_does_not_decrypt_because_the_request_asks_for_it(push, make_keys, now):
    gate, query, body = push(Mode.PLAINTEXT, sender=make_keys(Mode.SAFE))
    assert refusal_of(gate, query, body, now) == RefusalReason.MALFORMED


@pytest.mark.parametrize(("ours", "theirs"), [FORMATS, FORMATS[::-1]])
@pytest.mark.parametrize("mode", MODES)
def test_the_other_body_format_is_refused(push, make_keys, now, mode, ours, theirs):
    gate, query, body = push(mode, ours, sender=make_keys(mode, theirs))
    assert refusal_of(gate, query, body, now) == RefusalReason.MALFORMED


# Signatures


def test_msg_signature_is_checked_before_decrypting(push, now, monkeypatch):
    opened = []
    decrypt = Box.decrypt
    monkeypatch.setattr(Box, "decrypt", lambda box, sealed: opened.append(sealed) or decrypt(box, sealed))
    gate, query, body = push()
    wrong = query | {"msg_signature": ["0" * 40]}
    assert refusal_of(gate, wrong, body, now) == RefusalReason.BAD_SIGNATURE
    assert opened == []
    gate.receive(query, body, now=now)
    assert len(opened) == 1


def test_signatures_are_compared_in_constant_time(push, now, monkeypatch):
    compared = []
    monkeypatch.setattr(
        "bot.wechat.crypto.hmac.compare_digest", lambda a, b: compared.append((a, b)) or a == b
    )
    for mode in MODES:
        gate, query, body = push(mode)
        gate.receive(query, body, now=now)
    assert [(type(given), type(expected), len(given)) for given, expected in compared] == [
        (bytes, bytes, 40)
    ] * 3


@pytest.mark.parametrize("mode", MODES)
def test_a_wrong_token_is_refused(push, make_keys, now, mode):
    gate, query, body = push(mode, sender=make_keys(mode, token="another"))
    assert refusal_of(gate, query, body, now) == RefusalReason.BAD_SIGNATURE


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", ["timestamp", "nonce"])
def test_a_changed_parameter_is_refused(push, now, mode, name):
    gate, query, body = push(mode)
    query[name] = [query[name][0] + "1"]
    assert refusal_of(gate, query, body, now) == RefusalReason.BAD_SIGNATURE


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", ["timestamp", "nonce"])
def test_a_missing_parameter_is_refused(push, now, mode, name):
    gate, query, body = push(mode)
    del query[name]
    assert refusal_of(gate, query, body, now) == RefusalReason.MISSING_PARAMETER


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", ["signature", "timestamp", "nonce", "openid"])
def test_a_repeated_query_key_is_refused(push, now, mode, name):
    gate, query, body = push(mode)
    query[name] = query[name] * 2
    assert refusal_of(gate, query, body, now) == RefusalReason.REPEATED_PARAMETER


# App id and receiver


def test_the_app_id_is_checked(push, make_keys, now):
    gate, query, body = push(sender=make_keys(app_id="wx0000000000000000"))
    assert refusal_of(gate, query, body, now) == RefusalReason.WRONG_APP_ID


@pytest.mark.parametrize("mode", MODES)
def test_the_inner_to_user_name_is_checked(push, text_fields, now, mode):
    gate, query, body = push(mode, fields=text_fields | {"ToUserName": "gh_other"})
    # The clear part of a safe body is not what counts.
    body = body.replace(
        b"<ToUserName><![CDATA[gh_other]]>", b"<ToUserName><![CDATA[gh_test]]>", mode is Mode.SAFE
    )
    assert refusal_of(gate, query, body, now) == RefusalReason.WRONG_RECEIVER


# Age


@pytest.mark.parametrize("age_seconds", [601, 86_400 * 365, -601])
def test_plaintext_mode_refuses_a_timestamp_more_than_ten_minutes_away(push, now, age_seconds):
    gate, query, body = push(Mode.PLAINTEXT, timestamp=TIMESTAMP - age_seconds)
    assert refusal_of(gate, query, body, now) == RefusalReason.STALE_TIMESTAMP


@pytest.mark.parametrize("age_seconds", [600, -600, 0])
@pytest.mark.parametrize("mode", MODES)
def test_a_timestamp_within_ten_minutes_is_fresh(push, now, mode, age_seconds):
    gate, query, body = push(mode, timestamp=TIMESTAMP - age_seconds)
    assert gate.receive(query, body, now=now).stale is False


def test_a_clear_body_in_compatible_mode_grows_old_too(push, make_keys, now):
    gate, query, body = push(Mode.COMPATIBLE, sender=make_keys(Mode.PLAINTEXT))
    assert refusal_of(gate, query, body, now + timedelta(seconds=601)) == RefusalReason.STALE_TIMESTAMP


@pytest.mark.parametrize("mode", ENCRYPTING)
def test_an_old_timestamp_with_a_valid_msg_signature_is_accepted_and_flagged(push, now, mode):
    gate, query, body = push(mode)
    later = gate.receive(query, body, now=now + timedelta(seconds=601))
    first = gate.receive(query, body, now=now)
    assert (first.stale, later.stale) == (False, True)
    assert first.message.dedupe_key == later.message.dedupe_key


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    "timestamp", ["17e8", "-1700000000", " 1700000000", "１７００００００００", "1" * 400, "1.7"]
)
def test_a_timestamp_that_is_no_number_is_refused(make_keys, text_fields, now, mode, timestamp):
    keys = make_keys(mode)
    _, body = make_delivery(keys, text_fields, timestamp=TIMESTAMP, nonce="n0")
    sealed = bodies.parse_xml(body).get("Encrypt", "")
    query = signed_query(keys, sealed, timestamp)
    assert refusal_of(Gate(keys), query, body, now) == RefusalReason.BAD_TIMESTAMP


# Bodies


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("size", [64 * 1024 + 1, 5 * 1024 * 1024])
def test_a_body_over_64_kib_is_refused_before_parsing(push, now, monkeypatch, mode, size):
    gate, query, body = push(mode)
    monkeypatch.setattr(protocol.bodies, "parse", lambda *_: pytest.fail("was parsed"))
    assert refusal_of(gate, query, body + b" " * (size - len(body)), now) == RefusalReason.TOO_LARGE


def test_a_body_of_exactly_64_kib_is_read(push, now):
    gate, query, body = push(Mode.PLAINTEXT)
    assert gate.receive(query, body + b" " * (64 * 1024 - len(body)), now=now).message.msg_type == "text"


DOCTYPES = [
    '<!DOCTYPE xml><xml><MsgType>text</MsgType></xml>',
    '<!DOCTYPE xml [<!ENTITY a "1">]><xml><MsgType>&a;</MsgType></xml>',
    '<!DOCTYPE xml [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml><MsgType>&a;</MsgType></xml>',
    '<!DOCTYPE xml SYSTEM "http://127.0.0.1:1/x.dtd"><xml><MsgType>text</MsgType></xml>',
    '<!DOCTYPE xml [<!ENTITY % p SYSTEM "http://127.0.0.1:1/x"> %p;]><xml/>',
    '<!DOCTYPE xml [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;">]><xml><MsgType>&b;</MsgType></xml>',
    # The second try, without control characters, must not open the door again.
    '\x01<!DOCTYPE xml [<!ENTITY a "1">]><xml><MsgType>&a;</MsgType></xml>',
]  # fmt: skip


@pytest.mark.parametrize("document", DOCTYPES)
def test_no_entity_is_ever_expanded(make_keys, now, document):
    gate = Gate(make_keys(Mode.PLAINTEXT))
    assert refusal_of(gate, plain_query("spamtest"), document.encode(), now) == RefusalReason.DOCTYPE


def test_a_doctype_inside_the_encrypted_part_is_refused(make_keys, now):
    keys = make_keys()
    sealed = Box(keys.aes_key, keys.app_id).encrypt(DOCTYPES[2].encode(), b"r" * 16)
    assert (
        refusal_of(Gate(keys), signed_query(keys, sealed), sealed_body(keys, sealed), now)
        == RefusalReason.DOCTYPE
    )


def base(middle: str) -> str:
    return (
        "<xml><ToUserName>gh_test</ToUserName><FromUserName>oUser1</FromUserName>"
        f"<CreateTime>1700000000</CreateTime>{middle}</xml>"
    )


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (base(""), RefusalReason.MALFORMED),
        (base("<MsgType></MsgType>"), RefusalReason.MALFORMED),
        (base("<MsgType><a/></MsgType>"), RefusalReason.MALFORMED),
        (base("<MsgType>text</MsgType><MsgType>event</MsgType>"), RefusalReason.REPEATED_ELEMENT),
        (
            base("<MsgType>text</MsgType><Content>a</Content><Content>b</Content>"),
            RefusalReason.REPEATED_ELEMENT,
        ),
        (base("<MsgType>text</MsgType><FromUserName>oUser2</FromUserName>"), RefusalReason.REPEATED_ELEMENT),
        (base("<MsgType>text</MsgType><Content>&undefined;</Content>"), RefusalReason.MALFORMED),
        (base("<MsgType>text</MsgType>")[:-1], RefusalReason.MALFORMED),
        (base("<MsgType>text</MsgType>").replace("xml", "html"), RefusalReason.MALFORMED),
        (base("<MsgType>text</MsgType>").replace("1700000000", "soon"), RefusalReason.MALFORMED),
        (base("<MsgType>text</MsgType>").replace("1700000000", "9" * 15), RefusalReason.MALFORMED),
        (base("<MsgType>text</MsgType>").replace("oUser1", "o" * 65), RefusalReason.MALFORMED),
        (base("<MsgType>text</MsgType>" + "<a>" * 20 + "</a>" * 20), RefusalReason.MALFORMED),
        (base("<MsgType>text</MsgType>") * 2, RefusalReason.MALFORMED),
        ('{"MsgType": "text"}', RefusalReason.MALFORMED),
        ("", RefusalReason.MALFORMED),
        ("   ", RefusalReason.MALFORMED),
    ],
)
def test_a_malformed_xml_body_is_refused(make_keys, now, document, reason):
    gate = Gate(make_keys(Mode.PLAINTEXT))
    assert refusal_of(gate, plain_query("spamtest"), document.encode(), now) == reason


JSON_HEAD = '"ToUserName": "gh_test", "FromUserName": "oUser1", "CreateTime": 1700000000'


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ("", RefusalReason.MALFORMED),
        ("[]", RefusalReason.MALFORMED),
        ("null", RefusalReason.MALFORMED),
        ("[" * 60_000, RefusalReason.MALFORMED),
        ("{" + JSON_HEAD + "}", RefusalReason.MALFORMED),
        ("{" + JSON_HEAD + ', "MsgType": "text", "MsgType": "event"}', RefusalReason.REPEATED_ELEMENT),
        ("{" + JSON_HEAD + ', "MsgType": "text", "Msg\\u0000Type": "event"}', RefusalReason.REPEATED_ELEMENT),
        ("{" + JSON_HEAD + ', "MsgType": {"a": 1}}', RefusalReason.MALFORMED),
        ("{" + JSON_HEAD + ', "MsgType": true}', RefusalReason.MALFORMED),
        ("{" + JSON_HEAD + ', "MsgType": "text", "X": NaN}', RefusalReason.MALFORMED),
        ("{" + JSON_HEAD + ', "MsgType": "text", "X": 1e999}', RefusalReason.MALFORMED),
        ("{" + JSON_HEAD + ', "MsgType": "text", "X": ' + "9" * 5000 + "}", RefusalReason.MALFORMED),
        (
            "{" + JSON_HEAD + ', "MsgType": "text", "X": ' + "[" * 100 + "]" * 100 + "}",
            RefusalReason.MALFORMED,
        ),
        ("<xml/>", RefusalReason.MALFORMED),
    ],
)
def test_a_malformed_json_body_is_refused(make_keys, now, document, reason):
    gate = Gate(make_keys(Mode.PLAINTEXT, BodyFormat.JSON))
    assert refusal_of(gate, plain_query("spamtest"), document.encode(), now) == reason


@pytest.mark.parametrize(
    "content", [" 前后有空格 \n", "\t", "a  b", "]]>", "<b>&amp;</b>", "👨‍👩‍👧", "第一行\n第二行"]
)
@pytest.mark.parametrize("body_format", FORMATS)
def test_content_is_kept_exactly(push, text_fields, now, content, body_format):
    gate, query, body = push(Mode.SAFE, body_format, fields=text_fields | {"Content": content})
    assert gate.receive(query, body, now=now).message.content == content


def test_control_characters_in_an_xml_body_are_harmless(make_keys, now):
    document = base("<MsgType>text</MsgType><Content><![CDATA[己\x00经\x08\x1f\ufffe]]></Content>").encode()
    delivery = Gate(make_keys(Mode.PLAINTEXT)).receive(plain_query("spamtest"), document, now=now)
    assert delivery.message.content == "己经"


def test_bytes_that_are_no_utf8_are_harmless(make_keys, now):
    document = (
        base("<MsgType>text</MsgType><Content><![CDATA[AB]]></Content>").encode().replace(b"AB", b"A\xffB")
    )
    delivery = Gate(make_keys(Mode.PLAINTEXT)).receive(plain_query("spamtest"), document, now=now)
    assert delivery.message.content == "A\ufffdB"


def test_control_characters_and_lone_surrogates_in_a_json_body_are_harmless(make_keys, now):
    document = (
        "{" + JSON_HEAD + ', "MsgType": "text", "Content": "己\\u0000经\\b\\ud800\x01", "X": ["\\udfff"]}'
    ).encode()
    delivery = Gate(make_keys(Mode.PLAINTEXT, BodyFormat.JSON)).receive(
        plain_query("spamtest"), document, now=now
    )
    assert (delivery.message.content, delivery.message.fields) == ("己经", {"X": [""]})


# All failures look alike


def sealed_noise(keys, kind):
    box = Box(keys.aes_key, keys.app_id)
    good = box.encrypt(base("<MsgType>text</MsgType>").encode(), b"r" * 16)
    return {
        "garbage base64": "%%%",
        "15 bytes": base64.b64encode(b"x" * 15).decode(),
        "empty": " ",
        "48 bytes": base64.b64encode(b"x" * 48).decode(),
        "one bit": base64.b64encode(
            bytes([base64.b64decode(good)[0] ^ 1]) + base64.b64decode(good)[1:-1]
        ).decode(),
    }[kind]


@pytest.mark.parametrize("kind", ["garbage base64", "15 bytes", "empty", "48 bytes", "one bit"])
def test_a_rightly_signed_bad_ciphertext_is_refused(make_keys, now, kind):
    keys = make_keys()
    sealed = sealed_noise(keys, kind)
    assert refusal_of(Gate(keys), signed_query(keys, sealed), sealed_body(keys, sealed), now) == (
        RefusalReason.BAD_CIPHERTEXT
    )


@given(position=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_one_flipped_bit_in_encrypt_is_refused(make_keys, as_query, text_fields, now, position, bit):
    keys = make_keys()
    query, body = make_delivery(keys, text_fields, timestamp=TIMESTAMP, nonce="n0", random16=b"r" * 16)
    raw = bytearray(base64.b64decode(bodies.parse_xml(body)["Encrypt"]))
    raw[position % len(raw)] ^= 1 << bit
    spoiled = sealed_body(keys, base64.b64encode(raw).decode())
    assert refusal_of(Gate(keys), as_query(query), spoiled, now) == RefusalReason.BAD_SIGNATURE


@given(noise=st.binary(max_size=300), mode=st.sampled_from(MODES), body_format=st.sampled_from(FORMATS))
def test_random_bodies_raise_nothing_but_refused(make_keys, now, noise, mode, body_format):
    keys = make_keys(mode, body_format)
    query = plain_query(keys.token) | {"encrypt_type": ["aes"], "msg_signature": ["0" * 40]}
    with pytest.raises(Refused):
        Gate(keys).receive(query, noise, now=now)


@given(noise=st.binary(max_size=300), body_format=st.sampled_from(FORMATS))
def test_random_bytes_inside_a_rightly_sealed_body_raise_nothing_but_refused(
    make_keys, now, noise, body_format
):
    keys = make_keys(Mode.SAFE, body_format)
    sealed = Box(keys.aes_key, keys.app_id).encrypt(noise, b"r" * 16)
    with pytest.raises(Refused):
        Gate(keys).receive(signed_query(keys, sealed), sealed_body(keys, sealed), now=now)


@given(
    mode=st.sampled_from(MODES), body_format=st.sampled_from(FORMATS),
    cuts=st.lists(st.tuples(st.integers(0, 2000), st.binary(max_size=3)), min_size=1, max_size=4),
)  # fmt: skip
def test_a_mutated_delivery_is_read_or_refused(
    make_keys, as_query, text_fields, now, mode, body_format, cuts
):
    keys = make_keys(mode, body_format)
    query, body = make_delivery(keys, text_fields, timestamp=TIMESTAMP, nonce="n0", random16=b"r" * 16)
    for position, replacement in cuts:
        at = position % len(body)
        body = body[:at] + replacement + body[at + 1 :]
    try:
        delivery = Gate(keys).receive(as_query(query), body, now=now)
    except Refused:
        return
    assert delivery.message.to == "gh_test"
    assert delivery.message.dedupe_key.isascii()
    json.dumps(dict(delivery.message.fields))


@given(
    query=st.dictionaries(
        st.sampled_from(["signature", "timestamp", "nonce", "msg_signature", "encrypt_type", "x"]),
        st.lists(st.text(max_size=20), max_size=2),
    ),
    mode=st.sampled_from(MODES),
)
def test_random_queries_raise_nothing_but_refused(make_keys, text_fields, now, query, mode):
    keys = make_keys(mode)
    _, body = make_delivery(keys, text_fields, timestamp=TIMESTAMP, nonce="n0", random16=b"r" * 16)
    with pytest.raises(Refused):
        Gate(keys).receive(query, body, now=now)


def test_refusals_carry_a_reason_and_no_readers_words(make_keys, now):
    document = base("<MsgType>text</MsgType><Content>秘密</Content><Content>秘密</Content>").encode()
    with pytest.raises(Refused) as refusal:
        Gate(make_keys(Mode.PLAINTEXT)).receive(plain_query("spamtest"), document, now=now)
    assert str(refusal.value) == "repeated_element: Content"


def test_secrets_do_not_show_when_the_account_is_logged(make_keys):
    shown = repr(make_keys())
    assert "spamtest" not in shown
    assert "abcdefghij" not in shown


@pytest.mark.parametrize("mode", ENCRYPTING)
@pytest.mark.parametrize("key", [None, "A" * 42, "A" * 44])
def test_an_encrypting_account_needs_a_right_key(make_keys, mode, key):
    with pytest.raises(Refused) as refusal:
        Gate(make_keys(mode, aes_key=key))
    assert refusal.value.reason == RefusalReason.BAD_KEY


def test_a_plaintext_account_needs_no_key(make_keys, as_query, text_fields, now):
    keys = make_keys(Mode.PLAINTEXT, aes_key=None)
    query, body = make_delivery(keys, text_fields, timestamp=TIMESTAMP, nonce="n0")
    assert Gate(keys).receive(as_query(query), body, now=now).message.msg_type == "text"
    with pytest.raises(Refused):
        Gate(keys).envelope(b"x", timestamp=TIMESTAMP)


# Answers


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("body_format", FORMATS)
def test_the_reply_goes_back_to_the_reader_in_the_accounts_format(push, now, mode, body_format):
    gate, query, body = push(mode, body_format)
    delivery = gate.receive(query, body, now=now)
    reply = gate.answer(delivery, "收到，已经记下😀", now=now)
    assert (b"Encrypt" in reply) == (mode is not Mode.PLAINTEXT)
    created = TIMESTAMP if body_format is BodyFormat.JSON else str(TIMESTAMP)
    assert open_reply(gate.keys, reply) == {
        "ToUserName": "oUser1", "FromUserName": "gh_test", "CreateTime": created, "MsgType": "text",
        "Content": "收到，已经记下😀",
    }  # fmt: skip


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("text", [None, "", "  \n", "\x00"])
def test_success_when_there_is_nothing_to_say_and_never_encrypted(push, now, mode, text):
    gate, query, body = push(mode)
    reply = gate.answer(gate.receive(query, body, now=now), text, now=now)
    assert reply == b"success"
    assert open_reply(gate.keys, reply) == {}


def test_compatible_mode_answers_a_clear_delivery_in_the_clear(push, make_keys, now):
    gate, query, body = push(Mode.COMPATIBLE, sender=make_keys(Mode.PLAINTEXT))
    reply = gate.answer(gate.receive(query, body, now=now), "好", now=now)
    assert b"Encrypt" not in reply
    assert open_reply(gate.keys, reply)["Content"] == "好"


@pytest.mark.parametrize("body_format", FORMATS)
def test_the_same_text_and_time_give_the_same_clear_reply(push, now, body_format):
    gate, query, body = push(Mode.PLAINTEXT, body_format)
    delivery = gate.receive(query, body, now=now)
    assert gate.answer(delivery, "好", now=now) == gate.answer(delivery, "好", now=now)


def test_every_envelope_has_its_own_random_head_and_nonce(push, now):
    gate, query, body = push()
    delivery = gate.receive(query, body, now=now)
    replies = [bodies.parse_xml(gate.answer(delivery, "好", now=now)) for _ in range(2)]
    assert replies[0]["Nonce"] != replies[1]["Nonce"]
    assert replies[0]["Encrypt"] != replies[1]["Encrypt"]


def test_randomness_can_be_given(push, make_keys, now):
    _, query, body = push()
    gate = Gate(make_keys(), random_bytes=lambda size: b"1" * size)
    delivery = gate.receive(query, body, now=now)
    assert gate.answer(delivery, "好", now=now) == gate.answer(delivery, "好", now=now)


@pytest.mark.parametrize("vector_id", ["C2", "C8"])
def test_the_published_reply_is_made_bit_for_bit(make_keys, vectors, vector_id):
    vector = vectors[vector_id]
    keys = make_keys(
        body_format=BodyFormat(vector["format"]),
        token=vector["token"],
        aes_key=vector["key"],
        app_id=vector["appid"],
    )
    envelope = Gate(keys).envelope(
        vector["plaintext"].encode(), timestamp=int(vector["timestamp"]), nonce=vector["nonce"],
        random16=vector["random"].encode(),
    )  # fmt: skip
    timestamp = int(vector["timestamp"]) if vector["format"] == "json" else vector["timestamp"]
    assert bodies.parse(keys.body_format, envelope) == {
        "Encrypt": vector["encrypt"], "MsgSignature": vector["msg_signature"], "TimeStamp": timestamp,
        "Nonce": vector["nonce"],
    }  # fmt: skip


def test_wechatpy_verifies_and_reads_our_encrypted_reply(push, now):
    gate, query, body = push()
    reply = gate.answer(gate.receive(query, body, now=now), "第3版]]>已记下", now=now)
    outer = bodies.parse_xml(reply)
    oracle = WeChatCrypto(gate.keys.token, gate.keys.aes_key, gate.keys.app_id)
    clear = oracle.decrypt_message(reply, outer["MsgSignature"], outer["TimeStamp"], outer["Nonce"])
    assert parse_message(clear).content == "第3版]]>已记下"


@pytest.mark.parametrize("body_format", FORMATS)
@pytest.mark.parametrize("name", ["MsgSignature", "TimeStamp", "Nonce", "Encrypt"])
def test_a_reply_envelope_with_a_changed_part_is_not_opened(push, now, body_format, name):
    gate, query, body = push(Mode.SAFE, body_format)
    reply = gate.answer(gate.receive(query, body, now=now), "好", now=now)
    outer = bodies.parse(body_format, reply)
    outer[name] = int(outer[name]) + 1 if name == "TimeStamp" else "0" + outer[name]
    with pytest.raises(Refused) as refusal:
        open_reply(gate.keys, bodies.build(body_format, outer))
    assert refusal.value.reason == RefusalReason.BAD_SIGNATURE


def test_a_clear_reply_of_a_safe_account_is_not_opened(make_keys):
    with pytest.raises(Refused) as refusal:
        open_reply(make_keys(), b"<xml><MsgType>text</MsgType></xml>")
    assert refusal.value.reason == RefusalReason.NOT_ENCRYPTED


def test_an_account_is_a_value(make_keys):
    keys: AccountKeys = make_keys()
    assert dataclasses.replace(keys) == keys
