"""Drafts and publications of each account. No HTTP, no clock."""

from __future__ import annotations

import itertools
import secrets
import threading
from dataclasses import dataclass, replace
from typing import Any

from bot.errors import BadInput

UNDER_WAY = 1
STATUSES = {0: "成功", 2: "原创失败", 3: "常规失败", 4: "平台审核不通过", 5: "成功后用户删除", 6: "成功后系统封禁"}


@dataclass(frozen=True, slots=True)
class Publication:
    """`status` as the platform's publish_status; `addresses` of the articles once published."""

    publish_id: str
    account: str
    article_id: str
    count: int
    status: int
    addresses: tuple[str, ...] = ()


class Articles:
    """Behind one lock of its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers = itertools.count(2_247_503_051)
        self._drafts: dict[tuple[str, str], list[dict[str, Any]]] = {}
        self._publications: dict[str, Publication] = {}
        self._next_status = 0

    def keep_draft(self, account: str, articles: list[dict[str, Any]]) -> str:
        media_id = secrets.token_urlsafe(32)
        with self._lock:
            self._drafts[account, media_id] = articles
        return media_id

    def draft(self, account: str, media_id: object) -> list[dict[str, Any]] | None:
        with self._lock:
            return self._drafts.get((account, media_id)) if isinstance(media_id, str) else None

    def drop_draft(self, account: str, media_id: str) -> None:
        with self._lock:
            self._drafts.pop((account, media_id), None)

    def count(self, account: str) -> int:
        with self._lock:
            return sum(owner == account for owner, _ in self._drafts)

    def set_next_status(self, status: int) -> None:
        """How the next publication ends."""
        if status not in STATUSES:
            raise BadInput("发布没有这种结局。")
        with self._lock:
            self._next_status = status

    def submit(self, account: str, articles: list[dict[str, Any]]) -> Publication:
        with self._lock:
            made = Publication(str(next(self._numbers)), account, secrets.token_urlsafe(16), len(articles), UNDER_WAY)
            self._publications[made.publish_id] = made
        return made

    def finish(self, publish_id: str, *, base: str) -> Publication:
        """`base`: where the published pages would be."""
        with self._lock:
            status, self._next_status = self._next_status, 0
            made = replace(self._publications[publish_id], status=status)
            if not status:
                pages = tuple(f"{base}/articles/{made.article_id}/{index}" for index in range(1, made.count + 1))
                made = replace(made, addresses=pages)
            self._publications[publish_id] = made
        return made

    def publication(self, account: str, publish_id: str) -> Publication | None:
        with self._lock:
            found = self._publications.get(publish_id)
        return found if found is not None and found.account == account else None
