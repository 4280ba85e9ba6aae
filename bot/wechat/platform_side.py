"""The other side of the protocol: what the platform itself does. For the stand-in, the bench and the tests.

Makes signed deliveries and opens answers. The bot never needs it to serve readers.
"""

import secrets
from collections.abc import Mapping
from typing import Any

from bot.wechat import bodies
from bot.wechat.crypto import RANDOM_BYTES, decrypt, encrypt, same_signature, sign
from bot.wechat.keys import AccountKeys, Mode
from bot.wechat.refusals import RefusalReason, Refused
from bot.wechat.replies import SUCCESS

__all__ = ["decrypt", "encrypt", "make_delivery", "open_reply", "sign"]


def make_delivery(
    keys: AccountKeys,
    fields: Mapping[str, Any],
    *,
    timestamp: int,
    nonce: str,
    random16: bytes | None = None,
) -> tuple[dict[str, str], bytes]:
    """Query parameters and body of the push of `fields`, in the account's mode and format.

    `fields` are the platform's own (MsgType, Content, …); ToUserName is filled in when absent. `timestamp` in
    seconds. A fresh random16 is drawn unless given, so that only the encrypted bytes of a resend differ.
    """
    complete = {"ToUserName": keys.original_id, **fields}
    query = {
        "signature": sign(keys.token, str(timestamp), nonce),
        "timestamp": str(timestamp),
        "nonce": nonce,
        "openid": str(complete.get("FromUserName", "")),
    }
    clear = bodies.build(keys.body_format, complete)
    if keys.mode is Mode.PLAINTEXT:
        return query, clear
    random16 = secrets.token_bytes(RANDOM_BYTES) if random16 is None else random16
    sealed = encrypt(_key(keys), keys.app_id, clear, random16)
    query["encrypt_type"] = "aes"
    query["msg_signature"] = sign(keys.token, str(timestamp), nonce, sealed)
    outer = complete if keys.mode is Mode.COMPATIBLE else {"ToUserName": complete["ToUserName"]}
    return query, bodies.build(keys.body_format, {**outer, "Encrypt": sealed})


def open_reply(keys: AccountKeys, body: bytes) -> dict[str, Any]:
    """The fields of an answer, checked and decrypted as the platform does it; {} for "nothing to say".

    Raise Refused where the reader would see the fault notice: a safe account must encrypt, an envelope's
    signature must cover its own TimeStamp and Nonce.
    """
    if body in (b"", SUCCESS):
        return {}
    outer = bodies.parse(keys.body_format, body)
    if "Encrypt" not in outer:
        if keys.mode is Mode.SAFE:
            raise Refused(RefusalReason.NOT_ENCRYPTED)
        return outer
    sealed, given, timestamp, nonce = (
        str(outer.get(name, "")) for name in ("Encrypt", "MsgSignature", "TimeStamp", "Nonce")
    )
    if not same_signature(given, sign(keys.token, timestamp, nonce, sealed)):
        raise Refused(RefusalReason.BAD_SIGNATURE, "MsgSignature")
    return bodies.parse(keys.body_format, decrypt(_key(keys), keys.app_id, sealed))


def _key(keys: AccountKeys) -> str:
    if keys.aes_key is None:
        raise Refused(RefusalReason.BAD_KEY, "no key")
    return keys.aes_key
