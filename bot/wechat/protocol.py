"""The platform's door for one account: checks and opens a delivery, wraps the answer. No HTTP, clock, rows.

What is demanded of a delivery is chosen by the account's configuration, never by the delivery: a request
cannot talk a safe account into reading clear text.
"""

import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple, TypeAlias

from bot.wechat import bodies, replies
from bot.wechat.crypto import RANDOM_BYTES, Box, same_signature, sign
from bot.wechat.keys import AccountKeys, BodyFormat, Mode
from bot.wechat.messages import Incoming, read_incoming
from bot.wechat.refusals import RefusalReason, Refused
from bot.wechat.replies import SUCCESS

__all__ = [
    "FRESH_FOR",
    "MAX_BODY_BYTES",
    "SUCCESS",
    "AccountKeys",
    "BodyFormat",
    "Delivery",
    "Gate",
    "Incoming",
    "Mode",
    "RefusalReason",
    "Refused",
]

MAX_BODY_BYTES = 64 * 1024  # a real push has a few kB, in compatible mode three times that
FRESH_FOR = timedelta(minutes=10)  # room for skewed clocks and the platform's two resends
# Digits in practice. Nothing that a browser could take for markup is ever echoed.
_ECHO = re.compile(r"[A-Za-z0-9_\-+/=.]{1,1024}", re.ASCII)

_ENVELOPE_XML = (
    "<xml><Encrypt><![CDATA[%s]]></Encrypt><MsgSignature><![CDATA[%s]]></MsgSignature>"
    "<TimeStamp>%d</TimeStamp><Nonce><![CDATA[%s]]></Nonce></xml>"
)
_ENVELOPE_JSON = '{"Encrypt":"%s","MsgSignature":"%s","TimeStamp":%d,"Nonce":"%s"}'

Query: TypeAlias = Mapping[str, Sequence[str]]


class Delivery(NamedTuple):
    """An accepted delivery.

    encrypted: came with a valid msg_signature. stale: so signed, but more than 10 minutes away from now:
    perhaps a replay, harmless since the delivery's unique key is known by then; flagged for the log.
    """

    message: Incoming
    stale: bool
    encrypted: bool


class Gate:
    """One account's checks and wrappings. Built once, kept, shared by threads: holds its Cipher, no state."""

    __slots__ = ("_box", "_keys", "_random_bytes")

    def __init__(
        self, keys: AccountKeys, *, random_bytes: Callable[[int], bytes] = secrets.token_bytes
    ) -> None:
        """Raise Refused(bad_key) when the mode needs an EncodingAESKey and `keys` has none that is one."""
        if keys.mode is not Mode.PLAINTEXT and keys.aes_key is None:
            raise Refused(RefusalReason.BAD_KEY, "no key")
        self._keys = keys
        self._box = Box(keys.aes_key, keys.app_id) if keys.aes_key is not None else None
        self._random_bytes = random_bytes

    @property
    def keys(self) -> AccountKeys:
        """The account this gate was built for."""
        return self._keys

    # In

    def check_echo(self, query: Query) -> str:
        """The bare echostr answering the GET check, which is plain in all three modes."""
        parameters = _single(query)
        self._check_plain_signature(parameters)
        echo = _parameter(parameters, "echostr")
        if not _ECHO.fullmatch(echo):
            raise Refused(RefusalReason.MALFORMED, "echostr")
        return echo

    def receive(self, query: Query, body: bytes, *, now: datetime) -> Delivery:
        """The message of a POST. `query`: each parameter with all its values. Raise Refused, nothing else."""
        if len(body) > MAX_BODY_BYTES:
            raise Refused(RefusalReason.TOO_LARGE, f"{len(body)} bytes")
        parameters = _single(query)
        if self._keys.mode is Mode.PLAINTEXT:
            self._check_plain(parameters, now)
            return self._accept(self._parse(body), encrypted=False, stale=False)
        outer = self._parse(body)
        if self._keys.mode is Mode.COMPATIBLE and "Encrypt" not in outer:
            self._check_plain(parameters, now)
            return self._accept(outer, encrypted=False, stale=False)
        return self._receive_sealed(parameters, outer.get("Encrypt"), now)

    def _receive_sealed(self, parameters: Mapping[str, str], sealed: object, now: datetime) -> Delivery:
        if not isinstance(sealed, str) or not sealed or parameters.get("encrypt_type") != "aes":
            raise Refused(RefusalReason.NOT_ENCRYPTED)
        given = _parameter(parameters, "msg_signature")
        timestamp, nonce = _parameter(parameters, "timestamp"), _parameter(parameters, "nonce")
        # Before decrypting: without it the answers to altered ciphertexts could be used as a padding oracle.
        if not same_signature(given, sign(self._keys.token, timestamp, nonce, sealed)):
            raise Refused(RefusalReason.BAD_SIGNATURE, "msg_signature")
        stale = not _is_fresh(timestamp, now)
        return self._accept(self._parse(self._sealer().decrypt(sealed)), encrypted=True, stale=stale)

    def _check_plain(self, parameters: Mapping[str, str], now: datetime) -> None:
        """The plain signature does not cover the body: without an age limit a leaked URL serves for ever."""
        self._check_plain_signature(parameters)
        if not _is_fresh(parameters["timestamp"], now):
            raise Refused(RefusalReason.STALE_TIMESTAMP)

    def _check_plain_signature(self, parameters: Mapping[str, str]) -> None:
        given = _parameter(parameters, "signature")
        timestamp, nonce = _parameter(parameters, "timestamp"), _parameter(parameters, "nonce")
        if not same_signature(given, sign(self._keys.token, timestamp, nonce)):
            raise Refused(RefusalReason.BAD_SIGNATURE, "signature")

    def _parse(self, body: bytes) -> dict[str, Any]:
        return bodies.parse(self._keys.body_format, body)

    def _accept(self, fields: dict[str, Any], *, encrypted: bool, stale: bool) -> Delivery:
        message = read_incoming(fields)
        if message.to != self._keys.original_id:
            raise Refused(RefusalReason.WRONG_RECEIVER)
        return Delivery(message=message, stale=stale, encrypted=encrypted)

    # Out

    def answer(self, delivery: Delivery, text: str | None, *, now: datetime) -> bytes:
        """The HTTP body answering `delivery`: a text message, encrypted where the mode asks, or `success`.

        `now` becomes the reply's CreateTime: give the saved reply's time to answer a resend identically.
        """
        clear = self.render_text(delivery.message, text, now=now)
        if clear == SUCCESS or not self._must_seal(delivery):
            return clear
        return self.envelope(clear, timestamp=int(now.timestamp()))

    def render_text(self, incoming: Incoming, text: str | None, *, now: datetime) -> bytes:
        """The answer in the clear, in the account's format; `success` when there is nothing to say.

        An empty Content would show the reader a fault notice, so it never leaves.
        """
        if text is None or not bodies.drop_illegal(text).strip():
            return SUCCESS
        return replies.text_reply(
            self._keys.body_format,
            to=incoming.sender,
            sender=incoming.to,
            text=text,
            created=int(now.timestamp()),
        )

    def envelope(
        self, clear: bytes, *, timestamp: int, nonce: str | None = None, random16: bytes | None = None
    ) -> bytes:
        """`clear` encrypted, signed over the envelope's own time and nonce, which are new unless given."""
        nonce = str(int.from_bytes(self._random_bytes(8), "big")) if nonce is None else nonce
        sealed = self._sealer().encrypt(
            clear, self._random_bytes(RANDOM_BYTES) if random16 is None else random16
        )
        signature = sign(self._keys.token, str(timestamp), nonce, sealed)
        form = _ENVELOPE_XML if self._keys.body_format is BodyFormat.XML else _ENVELOPE_JSON
        return (form % (sealed, signature, timestamp, nonce)).encode("utf-8")

    def _must_seal(self, delivery: Delivery) -> bool:
        mode = self._keys.mode
        return mode is Mode.SAFE or (mode is Mode.COMPATIBLE and delivery.encrypted)

    def _sealer(self) -> Box:
        if self._box is None:
            raise Refused(RefusalReason.BAD_KEY, "no key")
        return self._box


def _single(query: Query) -> dict[str, str]:
    """Each parameter's one value: of two, one might be checked and the other used."""
    parameters = {name: values[0] for name, values in query.items() if len(values) == 1}
    if len(parameters) != len(query):
        raise Refused(RefusalReason.REPEATED_PARAMETER)
    return parameters


def _parameter(parameters: Mapping[str, str], name: str) -> str:
    value = parameters.get(name)
    if not value:
        raise Refused(RefusalReason.MISSING_PARAMETER, name)
    return value


def _is_fresh(timestamp: str, now: datetime) -> bool:
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        raise Refused(RefusalReason.BAD_TIMESTAMP)
    return abs(now.timestamp() - int(timestamp)) <= FRESH_FOR.total_seconds()
