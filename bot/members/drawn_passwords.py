"""Passwords that the system draws: how they are made, read out and typed. Knows no account."""

from __future__ import annotations

import secrets
from unicodedata import normalize

from bot.members.second_factor import ALPHABET as CAPITALS
from bot.members.second_factor import in_groups

ALPHABET = CAPITALS.lower()
"""Small letters need no shift key on a telephone."""
LENGTH = 20
"""Of thirty signs each: 98 bits."""
MOST_TYPED = 60
"""With a space or a hyphen after every sign; what is longer was never drawn."""


def draw() -> str:
    """A new password as it is hashed: twenty signs without a gap."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def shown(password: str) -> list[str]:
    """Five groups of four, as they are read out."""
    return in_groups(password).split()


def plain(typed: str) -> str:
    """What was typed, in whatever groups and case, as it was drawn; what has not that shape comes back as it is."""
    if len(typed) > MOST_TYPED:
        return typed
    signs = "".join(mark for mark in normalize("NFKC", typed).lower() if not mark.isspace() and mark != "-")
    return signs if has_shape(signs) else typed


def has_shape(password: str) -> bool:
    """Whether it might have been drawn, in its plain form."""
    return len(password) == LENGTH and set(password) <= set(ALPHABET)
