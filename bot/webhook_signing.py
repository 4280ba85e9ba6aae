"""Signs what is posted to another program, in the manner of Standard Webhooks (standardwebhooks.com, symmetric). Pure."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime

PREFIX = "whsec_"
SHORTEST, LONGEST = 24, 64
"""Bytes of a secret, as the specification says."""


def secrets_of(text: str) -> list[bytes]:
    """One or more `whsec_BASE64` with spaces between: the first one is new, the others are still known. ValueError if wrong."""
    found = []
    for one in text.split():
        try:
            secret = base64.b64decode(one.removeprefix(PREFIX), validate=True)
        except binascii.Error:
            secret = b""
        if not one.startswith(PREFIX) or not SHORTEST <= len(secret) <= LONGEST:
            raise ValueError(f"{PREFIX} and {SHORTEST} to {LONGEST} random bytes in base64")
        found.append(secret)
    return found


def headers(secrets: Sequence[bytes], message_id: str, body: bytes, *, now: datetime) -> dict[str, str]:
    """webhook-id, webhook-timestamp (seconds) and webhook-signature, one signature a secret. `message_id` has no full stop."""
    assert "." not in message_id
    at = str(int(now.timestamp()))
    signed = f"{message_id}.{at}.".encode() + body
    signatures = [f"v1,{base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()}" for secret in secrets]
    return {"webhook-id": message_id, "webhook-timestamp": at, "webhook-signature": " ".join(signatures)}
