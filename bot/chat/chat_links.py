"""Links told in the chat and the code that goes with them: signed, for one reader, for half an hour. Reads no row.

What is stored of a reply has marks where the signature and the code belong, so that whoever reads the letters at the
desk can open nothing. On its way out, the first time and whenever it is sent again, a text gets those of the reader it
goes to, counted from when it is told. A mark counts only where a whole line is ours (bot/dialogue/page_phrases.py): in a
name, or in words quoted from a reader, it stays what it is.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from unicodedata import normalize

from bot.dialogue.page_phrases import CODE_BEFORE, FOR_ACTS, FOR_CLAIM, FOR_PRIVACY, UNTOLD
from bot.dialogue.privacy_phrases import COPY_BEGINS
from bot.members.second_factor import key_for
from bot.wechat.replies import MAX_TEXT_BYTES

LIVES = timedelta(minutes=30)
MAC_CHARS = 32
"""128 bits of a signature, in hexadecimal."""
LONGEST_NUMBER = 9
UNSIGNED = "______"
CODE_STEP = 15 * 60
"""Seconds. Codes end at round times, so that one told with a newer link, or in another window, fits the page that is open:
a code lives 30 to 45 minutes, and of 10,000 at most three fit at a time."""
OWN = "/my/"
COPY = "copy link"
_PAGES, _CODES = "own pages", "own codes"
GROWS = LONGEST_NUMBER + 1 + 10 + 1 + MAC_CHARS - len(UNSIGNED)
"""So many bytes at the most a text becomes longer by each link that is signed in it."""

_TOKEN = re.compile(rf"([0-9]{{1,{LONGEST_NUMBER}}})-([0-9]{{10}})-[0-9a-f]{{{MAC_CHARS}}}", re.ASCII)
_UNSIGNED = re.compile(rf"^(https?://[^\s/]+{OWN}){UNSIGNED}(/\S*)$", re.MULTILINE)
_CODE_LINE = re.compile(rf"^((?:{FOR_ACTS}|{FOR_PRIVACY}|{FOR_CLAIM}){CODE_BEFORE}){UNTOLD}$", re.MULTILINE)
_COPY_UNSIGNED = re.compile(rf"({COPY_BEGINS}\S*/mine/)([0-9]{{1,{LONGEST_NUMBER}}})-{UNSIGNED}(?=\n)")


@dataclass(frozen=True, slots=True)
class Link:
    """Whose pages a token opens, and until when."""

    reader_id: int
    until: datetime


class Dead(Exception):
    """A token that opens nothing."""


class Forged(Dead):
    """Nobody here made it."""


class Expired(Dead):
    """It was good once; `link` says for whom."""

    def __init__(self, link: Link) -> None:
        super().__init__()
        self.link = link


# links to a reader's own pages


def token(reader_id: int, until: datetime, secret_key: str) -> str:
    """`12-1764000000-…`: the reader, when it ends in seconds, and our signature of both."""
    subject = f"{reader_id}-{int(until.timestamp())}"
    return f"{subject}-{_mac(_PAGES, subject, secret_key)}"


def opened(given: str, secret_key: str, *, now: datetime) -> Link:
    """Whose pages a token opens now. Forged or Expired otherwise; whether that reader is still here, the rows say."""
    parts = _TOKEN.fullmatch(given)
    if parts is None:
        raise Forged
    link = Link(int(parts[1]), datetime.fromtimestamp(int(parts[2]), UTC))
    if not hmac.compare_digest(token(link.reader_id, link.until, secret_key), given):
        raise Forged
    if now >= link.until:
        raise Expired(link)
    return link


def unsigned(public_url: str, page: str = "") -> str:
    """The address of an own page as it is stored in a text; `page`: what stands behind the key (`standing`)."""
    return f"{public_url}{OWN}{UNSIGNED}/{page}"


def code(reader_id: int, at: datetime, secret_key: str) -> str:
    """The four digits that are told at that moment."""
    return _code(reader_id, _code_end(at), secret_key)


def is_code(given: str, reader_id: int, secret_key: str, *, now: datetime) -> bool:
    """Whether these are four digits told to that reader lately. Wide digits and blanks are forgiven; tries are counted
    elsewhere (bot/readers/page_codes.py)."""
    typed = "".join(normalize("NFKC", given[:40]).split()).encode()
    newest = _code_end(now)
    ends = range(newest, int(now.timestamp()), -CODE_STEP)
    fits = [hmac.compare_digest(_code(reader_id, end, secret_key).encode(), typed) for end in ends]
    return any(fits)


def signed(text: str, *, public_url: str, secret_key: str, reader_id: int, at: datetime, copy: bool = False) -> str:
    """A text on its way out to that reader, told at `at`. `copy`: it answers the wish for a copy, whose address is
    signed where our own sentence begins the text, and only there."""
    if public_url and f"{OWN}{UNSIGNED}/" in text:
        until = datetime.fromtimestamp(int(at.timestamp()), UTC) + LIVES
        own, key = f"{public_url}{OWN}", token(reader_id, until, secret_key)
        text = _UNSIGNED.sub(lambda line: f"{own}{key}{line[2]}" if line[1] == own else line[0], text)
    if UNTOLD in text:
        text = _CODE_LINE.sub(lambda line: f"{line[1]}{code(reader_id, at, secret_key)}", text)
    found = _COPY_UNSIGNED.match(text) if copy else None
    return text if found is None else f"{found[1]}{numbered(COPY, int(found[2]), secret_key)}{text[found.end():]}"


def in_words(text: str) -> str:
    """A stored text for whoever may not open its links."""
    return _UNSIGNED.sub("（链接，只有他打得开）", text)


def sent_bytes(text: str) -> int:
    """UTF-8 bytes of a stored text once it is signed, at the most."""
    return len(text.encode("utf-8", "replace")) + GROWS * text.count(f"{OWN}{UNSIGNED}/")


def below(text: str, line: str) -> str:
    """The text with a line about a link below it, where both fit into what the platform takes."""
    whole = f"{text}\n{line}"
    return whole if sent_bytes(whole) <= MAX_TEXT_BYTES else text


def _code_end(at: datetime) -> int:
    return -(-int((at + LIVES).timestamp()) // CODE_STEP) * CODE_STEP


def _code(reader_id: int, end: int, secret_key: str) -> str:
    mac = hmac.new(_key(secret_key, _CODES), f"{reader_id}-{end}".encode(), sha256).digest()
    return f"{int.from_bytes(mac[:8]) % 10_000:04d}"


# links to one row, whose end and use the row itself says


def numbered(purpose: str, number: int, secret_key: str) -> str:
    """`12-…`: a row's number and our signature of it."""
    return f"{number}-{_mac(purpose, str(number), secret_key)}"


def number_of(purpose: str, given: str, secret_key: str) -> int | None:
    """Which row a token of `numbered` is of; None where nobody here made it."""
    number = given.partition("-")[0]
    if not (number.isascii() and number.isdigit() and len(number) <= LONGEST_NUMBER and given.isascii()):
        return None
    return int(number) if hmac.compare_digest(numbered(purpose, int(number), secret_key), given) else None


@lru_cache(maxsize=16)
def _key(secret_key: str, purpose: str) -> bytes:
    return key_for(secret_key, purpose)


def _mac(purpose: str, subject: str, secret_key: str) -> str:
    return hmac.new(_key(secret_key, purpose), subject.encode(), sha256).hexdigest()[:MAC_CHARS]
