"""Signatures and AES of the platform's message push, on strings and bytes. Knows no account, message or HTTP.

Source: the platform's "message encryption" page. AES-256-CBC, iv = first half of the key, PKCS#7 with blocks
of 32 (not AES's 16), plaintext = 16 random bytes + big-endian uint32 length + message + app id.
"""

import base64
import binascii
import hashlib
import hmac

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from bot.wechat.refusals import RefusalReason, Refused

AES_KEY_LENGTH = 43  # characters of an EncodingAESKey: 32 bytes in base64 without its "="
BLOCK_BYTES = 32
RANDOM_BYTES = 16
HEAD_BYTES = RANDOM_BYTES + 4
_PADS = tuple(bytes([size]) * size for size in range(BLOCK_BYTES + 1))


def sign(*parts: str) -> str:
    """SHA-1 (hex) over the parts, sorted as strings and joined: the platform's way."""
    return hashlib.sha1("".join(sorted(parts)).encode("utf-8", "replace")).hexdigest()  # noqa: S324


def same_signature(given: str, expected: str) -> bool:
    """Compare in constant time. On bytes, since compare_digest raises on a str outside ASCII."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode("ascii"))


class Box:
    """Encrypts and decrypts for one account; made once, kept, shared by threads (it holds no state)."""

    __slots__ = ("_app_id", "_cipher")

    def __init__(self, aes_key: str, app_id: str) -> None:
        """Raise Refused(bad_key) unless `aes_key` is an EncodingAESKey."""
        key = _decode_key(aes_key)
        self._cipher = Cipher(AES(key), CBC(key[:16]))
        self._app_id = app_id.encode("utf-8")

    def encrypt(self, plaintext: bytes, random16: bytes) -> str:
        """Base64 of the encrypted message. `random16` is 16 bytes, new for every message."""
        if len(random16) != RANDOM_BYTES:
            raise ValueError(f"random16 has {len(random16)} bytes, 16 are needed")
        framed = b"".join((random16, len(plaintext).to_bytes(4, "big"), plaintext, self._app_id))
        padded = framed + _PADS[BLOCK_BYTES - len(framed) % BLOCK_BYTES]
        encryptor = self._cipher.encryptor()
        return base64.b64encode(encryptor.update(padded) + encryptor.finalize()).decode("ascii")

    def decrypt(self, sealed: str) -> bytes:
        """The message in `sealed` (base64). Raise Refused unless it is well formed and for this app id."""
        try:
            ciphertext = base64.b64decode(sealed, validate=True)
        except (binascii.Error, ValueError) as error:  # ValueError: a character outside ASCII
            raise Refused(RefusalReason.BAD_CIPHERTEXT, "base64") from error
        if not ciphertext or len(ciphertext) % BLOCK_BYTES:
            raise Refused(RefusalReason.BAD_CIPHERTEXT, "length")
        decryptor = self._cipher.decryptor()
        return self._unframe(decryptor.update(ciphertext) + decryptor.finalize())

    def _unframe(self, padded: bytes) -> bytes:
        pad = padded[-1]
        if not 1 <= pad <= BLOCK_BYTES or not padded.endswith(_PADS[pad]):
            raise Refused(RefusalReason.BAD_CIPHERTEXT, "padding")
        end = len(padded) - pad
        message_end = HEAD_BYTES + int.from_bytes(padded[RANDOM_BYTES:HEAD_BYTES], "big")
        if end < HEAD_BYTES or message_end > end:
            raise Refused(RefusalReason.BAD_CIPHERTEXT, "declared length")
        if padded[message_end:end] != self._app_id:
            raise Refused(RefusalReason.WRONG_APP_ID)
        return padded[HEAD_BYTES:message_end]


def encrypt(aes_key: str, app_id: str, plaintext: bytes, random16: bytes) -> str:
    """`Box.encrypt` for a single message."""
    return Box(aes_key, app_id).encrypt(plaintext, random16)


def decrypt(aes_key: str, app_id: str, sealed: str) -> bytes:
    """`Box.decrypt` for a single message."""
    return Box(aes_key, app_id).decrypt(sealed)


def _decode_key(aes_key: str) -> bytes:
    if len(aes_key) != AES_KEY_LENGTH:
        raise Refused(RefusalReason.BAD_KEY, f"{len(aes_key)} characters, {AES_KEY_LENGTH} expected")
    try:
        # Not a strict decoder on purpose: the platform's own sample key leaves spare bits set.
        return base64.b64decode(aes_key + "=", validate=True)
    except (binascii.Error, ValueError) as error:
        raise Refused(RefusalReason.BAD_KEY, "not base64") from error
