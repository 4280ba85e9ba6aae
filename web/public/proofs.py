"""What a reader's browser carries where an account can tell who opened a page: an errand on the way to the platform, a proof
on the way back. Both sealed, short, for no script to read. Neither holds an openid.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from bot.chat.chat_links import LIVES
from bot.members.second_factor import key_for
from web.deps import deps, now

ERRAND_LIVES = timedelta(minutes=10)
PROOF_LIVES = 2 * LIVES
"""Asked anew when a page is opened with less than a link's life left, so that no form outlives the proof it was opened with."""
LONGEST_TARGET = 300
ERRAND, PROOF = "errand", "reader"
_SEALS = {ERRAND: "own pages errand", PROOF: "own pages proof"}
_LONGEST = 2048


@dataclass(frozen=True, slots=True)
class Errand:
    """Sent to the platform: `nonce` must come back with the browser that left with it; `target`: a path of ours."""

    nonce: str
    account: str
    target: str
    until: int


@dataclass(frozen=True, slots=True)
class Proof:
    """Came back as this reader. `digest` of his openid: who follows again, or moves, is not taken for who was here."""

    account: str
    reader_id: int
    digest: str
    until: int


def digest(account: str, openid: str) -> str:
    """Of no use but here: the database's digests are made with another key."""
    key = key_for(deps().settings.server.secret_key, "own pages openid")
    return hmac.new(key, f"{account}\n{openid}".encode(), sha256).hexdigest()


def keep_errand(answer: Response, nonce: str, account: str, target: str) -> None:
    _keep(answer, ERRAND, Errand(nonce, account, target, _ends(ERRAND_LIVES)), ERRAND_LIVES)


def keep_proof(answer: Response, account: str, reader_id: int, openid: str) -> None:
    _keep(answer, PROOF, Proof(account, reader_id, digest(account, openid), _ends(PROOF_LIVES)), PROOF_LIVES)


def errand() -> Errand | None:
    """What this browser was sent for; None where nobody here sent it, or too long ago."""
    found = _read(ERRAND)
    return Errand(**found) if found is not None else None


def proof() -> Proof | None:
    found = _read(PROOF)
    return Proof(**found) if found is not None else None


def is_fresh(one: Proof) -> bool:
    """Whether it outlives a link that is told now."""
    return one.until >= (now() + LIVES).timestamp()


def drop(answer: Response, name: str) -> None:
    answer.delete_cookie(_cookie(name), path="/", secure=_secure(), httponly=True, samesite="Lax")


def _keep(answer: Response, name: str, what: Errand | Proof, lives: timedelta) -> None:
    answer.set_cookie(_cookie(name), _sealed(name, asdict(what)), max_age=lives, path="/", secure=_secure(), httponly=True,
                      samesite="Lax")


def _read(name: str) -> dict[str, Any] | None:
    given = request.cookies.get(_cookie(name), "")
    body, _, mac = given.partition(".")
    if len(given) > _LONGEST or not given.isascii() or not hmac.compare_digest(_mac(name, body), mac):
        return None
    try:
        found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body))
    except (binascii.Error, ValueError):  # sealed by us, so never
        return None
    return found if found["until"] > now().timestamp() else None


def _sealed(name: str, values: dict[str, Any]) -> str:
    body = base64.urlsafe_b64encode(json.dumps(values).encode()).decode("ascii")
    return f"{body}.{_mac(name, body)}"


def _mac(name: str, body: str) -> str:
    return hmac.new(key_for(deps().settings.server.secret_key, _SEALS[name]), body.encode(), sha256).hexdigest()


def _ends(lives: timedelta) -> int:
    moment: datetime = now() + lives
    return int(moment.timestamp())


def _cookie(name: str) -> str:
    """__Host-: the browser takes it from this host over https only, for no other name."""
    return f"__Host-{name}" if _secure() else name


def _secure() -> bool:
    return deps().settings.server.public_url.startswith("https://")
