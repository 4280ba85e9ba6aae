"""Where a client under test keeps its access token: in memory, fetched whenever it is asked to be renewed."""

from __future__ import annotations

from collections.abc import Callable

from bot.wechat.client import Fetched


class OwnToken:
    """One token of this process."""

    def __init__(self, token: str | None = None) -> None:
        self.token = token

    def load(self) -> str | None:
        return self.token

    def renew(self, refused: str | None, fetch: Callable[[bool], Fetched]) -> Fetched:
        fetched = fetch(False)
        self.token = fetched.token
        return fetched
