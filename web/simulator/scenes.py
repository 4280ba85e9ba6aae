"""Parametric QR codes: tickets and what they stand for, until they end. No HTTP, no clock."""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.errors import NotFound


@dataclass(frozen=True, slots=True)
class Scene:
    """One code. `ends_at` None: a permanent one."""

    ticket: str
    account: str
    key: str
    ends_at: datetime | None


class Scenes:
    """Behind one lock of its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._scenes: dict[str, Scene] = {}

    def make(self, account: str, key: str, *, permanent: bool, seconds: int, now: datetime) -> Scene:
        ends_at = None if permanent else now + timedelta(seconds=seconds)
        scene = Scene(secrets.token_urlsafe(60), account, key, ends_at)
        with self._lock:
            self._scenes[scene.ticket] = scene
        return scene

    def find(self, account: str, ticket: str, *, now: datetime) -> Scene:
        """NotFound for an unknown or an expired one."""
        with self._lock:
            scene = self._scenes.get(ticket)
        if scene is None or scene.account != account or (scene.ends_at is not None and now > scene.ends_at):
            raise NotFound("这个二维码已经失效。")
        return scene

    def of(self, account: str) -> list[Scene]:
        with self._lock:
            return [one for one in self._scenes.values() if one.account == account]
