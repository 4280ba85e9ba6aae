"""What a claim's messages and pages need of the settings. Reads no row and no key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from bot.chat import chat_links
from bot.clock import SHANGHAI
from bot.settings import Settings


@dataclass(frozen=True, slots=True)
class Terms:
    """`public_url` empty or `keys` None: no page takes claims, winners come by or telephone."""

    secret_key: str = ""
    public_url: str = ""
    keys: Path | None = None
    days: int = 60
    keep_days: int = 30
    by_post: bool = False
    place: str = ""
    phone: str = ""
    hours: str = ""

    @classmethod
    def of(cls, settings: Settings) -> Terms:
        claims = settings.claims
        return cls(settings.server.secret_key, settings.server.public_url, claims.keys, claims.days, claims.keep_days,
                   claims.by_post, claims.place.strip(), settings.desk.phone.strip(), settings.desk.hours.strip())

    @property
    def has_page(self) -> bool:
        """Whether winners claim on their own page."""
        return bool(self.public_url) and self.keys is not None

    def link(self, award_id: int) -> str:
        """The page of one prize among its winner's own pages, as it is stored: it is signed when it is told."""
        return chat_links.unsigned(self.public_url, f"claim/{award_id}")

    def ends(self, released_at: datetime) -> datetime:
        """The end, in Shanghai, of the last day on which a prize told of at that moment may be claimed."""
        last = released_at.astimezone(SHANGHAI).date() + timedelta(days=self.days)
        return datetime.combine(last + timedelta(days=1), time(), SHANGHAI)

    @staticmethod
    def last_day(until: datetime) -> date:
        """The last day before `until`, as it is said to people."""
        return (until.astimezone(SHANGHAI) - timedelta(seconds=1)).date()


OFFLINE = Terms()
"""No page, no place, no telephone: what is told where nobody has set anything."""
