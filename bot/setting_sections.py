"""The form of a table of config.toml, and the tables about pictures and about what other programs are told. Reads nothing."""

from __future__ import annotations

import re
from datetime import time
from ipaddress import ip_network
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from bot import webhook_signing as signing

SHORTEST_TOKEN = 24
"""Characters of what opens something to another program."""


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def _called(value: str) -> str:
    """An address that is called: of this configuration only, so that nobody else chooses where calls go."""
    parts = urlsplit(value)
    if value and not (parts.scheme in ("http", "https") and parts.hostname and not parts.username and not parts.fragment
                      and value.isascii() and value.isprintable() and " " not in value):
        raise ValueError("the whole address that is called, like https://hook.example.org/woodpecker")
    return value


class MediaSettings(Section):
    """`[media]`: photos and voices that readers send."""

    storage: str = Field(default="", repr=False)  # an address may hold a password
    storage_endpoint: str = ""
    storage_key: str = Field(default="", repr=False)
    storage_secret: str = Field(default="", repr=False)
    picture_hosts: list[str] = Field(default=["mmbiz.qpic.cn", "*.qpic.cn"])
    largest_mb: int = Field(default=10, ge=1, le=50)
    most_megapixels: int = Field(default=40, ge=1, le=200)
    seconds: float = Field(default=20.0, gt=0, le=120)

    @field_validator("picture_hosts")
    @classmethod
    def _host_form(cls, value: list[str]) -> list[str]:
        for host in value:
            if not re.fullmatch(r"(?:\*\.)?[A-Za-z0-9.-]+(?::\d{1,5})?", host, re.ASCII):
                raise ValueError(f'{host!r}: a host, "*.host" or "host:port", without http://')
        return value

    @model_validator(mode="after")
    def _keys_go_with_s3(self) -> MediaSettings:
        if (self.storage_endpoint or self.storage_key or self.storage_secret) and not self.storage.startswith("s3://"):
            raise ValueError('storage_endpoint, storage_key and storage_secret go with storage = "s3://BUCKET/FOLDER"')
        if bool(self.storage_key) != bool(self.storage_secret):
            raise ValueError("storage_key and storage_secret go together")
        return self

    @property
    def storage_options(self) -> dict[str, Any]:
        """What fsspec needs beside the address. Without a key the machine's own role, or its files, say who we are."""
        if not self.storage.startswith("s3://"):
            return {}
        named = {"endpoint_url": self.storage_endpoint, "key": self.storage_key, "secret": self.storage_secret}
        # Other machines write there too, so that no listing is remembered; who does not answer is given up soon.
        return {name: value for name, value in named.items() if value} | {
            "use_listings_cache": False,
            "config_kwargs": {"connect_timeout": 5, "read_timeout": 30, "retries": {"max_attempts": 2}}}


class NightSection(Section):
    """A table that names hours of the night."""

    quiet_from: str = "21:30"
    quiet_until: str = "07:30"

    @field_validator("quiet_from", "quiet_until")
    @classmethod
    def _time_form(cls, value: str) -> str:
        if not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", value, re.ASCII):
            raise ValueError('a time like "22:00"')
        return value

    @property
    def quiet(self) -> tuple[time, time]:
        """From when to when in Shanghai what is not urgent waits; the same time twice: never."""
        return time.fromisoformat(self.quiet_from), time.fromisoformat(self.quiet_until)


class AlertSettings(NightSection):
    """`[alerts]`: who is told when something is wrong, and when it is. Nobody where no channel is set."""

    robot_url: str = Field(default="", repr=False)  # the robot's key stands in it
    webhook_url: str = Field(default="", repr=False)
    mail_to: list[str] = []
    report_days: int = Field(default=5, ge=1, le=60)
    letter_days: int = Field(default=3, ge=1, le=60)
    outbox_hours: int = Field(default=2, ge=1, le=240)
    deadline_hours: int = Field(default=48, ge=1, le=240)
    backup_days: int = Field(default=2, ge=1, le=60)
    disk_gb: float = Field(default=2.0, gt=0, le=10_000)
    again_hours: int = Field(default=24, ge=1, le=240)
    quiet_from: str = "22:00"

    _urls = field_validator("robot_url", "webhook_url")(_called)

    @field_validator("mail_to")
    @classmethod
    def _addresses(cls, value: list[str]) -> list[str]:
        for one in value:
            if not re.fullmatch(r"[!-?A-~]+@[A-Za-z0-9.-]+", one, re.ASCII):
                raise ValueError(f"{one!r}: an address like ops@example.org")
        return value

    @property
    def on(self) -> bool:
        return bool(self.robot_url or self.webhook_url or self.mail_to)


class MetricsSettings(Section):
    """`[metrics]`: who may ask for `/metrics`. Nobody where both are empty; where both are set, both are asked for."""

    token: str = Field(default="", repr=False)
    allow: list[str] = []

    @field_validator("token")
    @classmethod
    def _long_enough(cls, value: str) -> str:
        if value and (len(value) < SHORTEST_TOKEN or not value.isascii() or not value.isprintable() or " " in value):
            raise ValueError(f"at least {SHORTEST_TOKEN} letters, digits and signs without a space")
        return value

    @field_validator("allow")
    @classmethod
    def _networks(cls, value: list[str]) -> list[str]:
        for one in value:
            try:
                ip_network(one)
            except ValueError:
                raise ValueError(f'{one!r}: an address or a network, like "127.0.0.1" or "10.0.0.0/8"') from None
        return value

    @property
    def on(self) -> bool:
        return bool(self.token or self.allow)


class IntegrationSettings(Section):
    """`[integration]`: the public pages as JSON, and one address that is told what becomes public. Off by default."""

    json_pages: bool = False
    webhook_url: str = Field(default="", repr=False)
    webhook_secret: str = Field(default="", repr=False)

    _urls = field_validator("webhook_url")(_called)

    @field_validator("webhook_secret")
    @classmethod
    def _secret_form(cls, value: str) -> str:
        signing.secrets_of(value)
        return value

    @model_validator(mode="after")
    def _signed_or_off(self) -> IntegrationSettings:
        if self.webhook_url and not self.webhook_secret:
            raise ValueError("webhook_secret as well, where webhook_url is set: what is posted is signed")
        return self
