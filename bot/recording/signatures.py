"""Ed25519 signatures of records: beside the file, made with the newspaper's key, checked with its public half.

The printed digest is the proof; a signature only spares looking it up. A key that is lost stops nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from bot.errors import WoodpeckerError

Signer = Callable[[bytes], bytes]
LENGTH = 64
MOST_BYTES = 10_000
"""Of a key's file: one in PEM has some hundred."""


class KeyUnusable(WoodpeckerError):
    """There is no such key, or it is none of Ed25519."""


def signer(path: Path) -> Signer:
    """What signs with the private key in this PEM file (no password)."""
    try:
        key = load_pem_private_key(_read(path), None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise KeyUnusable(f"{path}: not a private key in PEM without a password") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyUnusable(f"{path}: not an Ed25519 key")
    return key.sign


def public_key(path: Path) -> Ed25519PublicKey:
    """The public key in this PEM file."""
    try:
        key = load_pem_public_key(_read(path))
    except (ValueError, UnsupportedAlgorithm):
        raise KeyUnusable(f"{path}: not a public key in PEM") from None
    if not isinstance(key, Ed25519PublicKey):
        raise KeyUnusable(f"{path}: not an Ed25519 key")
    return key


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES)
    except OSError as problem:
        raise KeyUnusable(f"{path}: {problem.strerror}") from None


def holds(key: Ed25519PublicKey, signature: bytes, data: bytes) -> bool:
    """Whether this is the key's signature of exactly these bytes."""
    try:
        key.verify(signature, data)
    except InvalidSignature:
        return False
    return True
