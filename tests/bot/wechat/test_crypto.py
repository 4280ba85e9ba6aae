"""Signatures and AES against published vectors, and against wechatpy as an independent implementation."""

import base64
import hashlib

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from hypothesis import given
from hypothesis import strategies as st
from wechatpy.crypto import WeChatCrypto

from bot.wechat.crypto import Box, decrypt, encrypt, same_signature, sign
from bot.wechat.refusals import RefusalReason, Refused

KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
APP_ID = "wx2c2769f8efd9abc2"
RAW_KEY = base64.b64decode(KEY + "=")


def seal_raw(padded: bytes) -> str:
    """Encrypt bytes as they are, so that a test can get framing and padding wrong."""
    encryptor = Cipher(AES(RAW_KEY), CBC(RAW_KEY[:16])).encryptor()
    return base64.b64encode(encryptor.update(padded) + encryptor.finalize()).decode()


def frame(message: bytes, *, declared: int | None = None, app_id: str = APP_ID) -> bytes:
    size = len(message) if declared is None else declared
    return b"r" * 16 + size.to_bytes(4, "big") + message + app_id.encode()


def pad(framed: bytes) -> bytes:
    size = 32 - len(framed) % 32
    return framed + bytes([size]) * size


def test_published_signature(sha1_vector):
    assert sign(*sha1_vector["parts"]) == sha1_vector["sha1"]


def test_published_message_decrypts(aes_vector):
    plain = decrypt(aes_vector["key"], aes_vector["appid"], aes_vector["encrypt"])
    assert plain == aes_vector["plaintext"].encode()


def test_published_message_encrypts_bit_for_bit(aes_vector):
    sealed = encrypt(
        aes_vector["key"],
        aes_vector["appid"],
        aes_vector["plaintext"].encode(),
        aes_vector["random"].encode(),
    )
    assert sealed == aes_vector["encrypt"]


def test_published_msg_signature(aes_vector, vectors):
    if "msg_signature" not in aes_vector:
        assert aes_vector == vectors["C9"]  # the one published without
        return
    parts = [aes_vector[name] for name in ("token", "timestamp", "nonce", "encrypt")]
    assert sign(*parts) == aes_vector["msg_signature"]


def test_clear_fields_beside_tencents_sample_are_signed_plainly(vectors):
    sample = vectors["C3"]
    assert (
        sign(sample["token"], sample["timestamp"], sample["nonce"])
        == "16120ec1b8dbb870f510d87ce6bc2463eae6ca1a"
    )


def test_another_nonce_makes_another_signature(vectors):
    echo = vectors["C6"]
    assert sign(echo["token"], echo["timestamp"], "437374424", echo["encrypt"]) != echo["msg_signature"]


def test_signature_outside_ascii_is_simply_wrong():
    right = hashlib.sha1(b"x").hexdigest()
    assert not same_signature("签名\ud800", right)
    assert same_signature(right, right)


def test_a_round_trip_of_node_wechat_cryptos_sample():
    key, app_id = "bAZC8S8nz5fcQ0Ui2HxQVGbC6FzyrzWKSuDbmzpBo3G", "wx1570bcc0b3cf8bd0"
    assert decrypt(key, app_id, encrypt(key, app_id, b"hehe", b"0123456789abcdef")) == b"hehe"


@pytest.mark.parametrize("length", range(65))
def test_every_length_of_padding_comes_back(length):
    message = b"x" * length
    sealed = encrypt(KEY, APP_ID, message, b"0123456789abcdef")
    assert len(base64.b64decode(sealed)) % 32 == 0
    assert decrypt(KEY, APP_ID, sealed) == message


def test_a_full_block_of_padding():
    message = b"x" * (64 - 20 - len(APP_ID))
    sealed = encrypt(KEY, APP_ID, message, b"0123456789abcdef")
    assert len(base64.b64decode(sealed)) == 96
    assert decrypt(KEY, APP_ID, sealed) == message


@given(
    text=st.text(st.characters(exclude_categories=["Cs"]), max_size=300),
    random16=st.binary(min_size=16, max_size=16),
)
def test_wechatpy_reads_what_we_encrypt(text, random16):
    sealed = encrypt(KEY, APP_ID, text.encode(), random16)
    signature = sign("spamtest", "1700000000", "n", sealed)
    oracle = WeChatCrypto("spamtest", KEY, APP_ID)
    assert oracle.decrypt_message({"Encrypt": sealed}, signature, "1700000000", "n") == text


@given(text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=300))
def test_we_read_what_wechatpy_encrypts(text):
    oracle = WeChatCrypto("spamtest", KEY, APP_ID)
    envelope = oracle.encrypt_message(text, "n", "1700000000")
    sealed = envelope.split("<![CDATA[")[1].split("]]>")[0]
    assert decrypt(KEY, APP_ID, sealed) == text.encode()


@pytest.mark.parametrize(
    ("sealed", "reason"),
    [
        ("!!not base64!!", RefusalReason.BAD_CIPHERTEXT),
        ("密文", RefusalReason.BAD_CIPHERTEXT),
        ("", RefusalReason.BAD_CIPHERTEXT),
        (base64.b64encode(b"x" * 15).decode(), RefusalReason.BAD_CIPHERTEXT),
        (base64.b64encode(b"x" * 48).decode(), RefusalReason.BAD_CIPHERTEXT),
        (seal_raw(pad(frame(b"hello", declared=1000))), RefusalReason.BAD_CIPHERTEXT),
        (seal_raw(pad(frame(b"hello", declared=2**32 - 1))), RefusalReason.BAD_CIPHERTEXT),
        (seal_raw(pad(frame(b"hello", declared=4))), RefusalReason.WRONG_APP_ID),
        (seal_raw(pad(frame(b"hello", app_id="wx0000000000000000"))), RefusalReason.WRONG_APP_ID),
        (seal_raw(pad(frame(b"hello", app_id=""))), RefusalReason.WRONG_APP_ID),
        (seal_raw(b"r" * 31 + b"\x00"), RefusalReason.BAD_CIPHERTEXT),
        (seal_raw(b"r" * 31 + b"\x21"), RefusalReason.BAD_CIPHERTEXT),
        (seal_raw(b"r" * 64 + b"\x21" * 32), RefusalReason.BAD_CIPHERTEXT),
        (seal_raw(b"r" * 31 + b"\x05"), RefusalReason.BAD_CIPHERTEXT),
        (seal_raw(b"\x20" * 32), RefusalReason.BAD_CIPHERTEXT),
    ],
    ids=[
        "garbage base64", "not ascii", "empty", "15 bytes", "48 bytes", "length beyond the end",
        "length of 4 GiB", "length too short",
        "other app id", "no app id", "pad byte 0", "pad byte 33", "33 pad bytes",
        "ragged pad", "nothing but padding",
    ],
)  # fmt: skip
def test_bad_ciphertext_is_refused(sealed, reason):
    with pytest.raises(Refused) as refusal:
        decrypt(KEY, APP_ID, sealed)
    assert refusal.value.reason == reason


@pytest.mark.parametrize("key", [KEY[:42], KEY + "A", "", "!" * 43, "密" * 43])
def test_a_key_that_is_none_is_refused(key):
    with pytest.raises(Refused) as refusal:
        Box(key, APP_ID)
    assert refusal.value.reason == RefusalReason.BAD_KEY


def test_the_random_head_must_have_16_bytes():
    with pytest.raises(ValueError, match="15 bytes"):
        encrypt(KEY, APP_ID, b"x", b"r" * 15)


@given(st.binary(max_size=200))
def test_random_bytes_are_refused_and_nothing_else(noise):
    with pytest.raises(Refused):
        decrypt(KEY, APP_ID, base64.b64encode(noise).decode())
