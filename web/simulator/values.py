"""What the stand-in keeps: accounts, readers, lines of a chat, deliveries and their tries. Plain values."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.settings import AccountSettings, Settings
from bot.wechat.keys import AccountKeys, BodyFormat, Mode
from web.simulator.profiles import Profile, profile_of


class Kind(StrEnum):
    """What a line of the chat is."""

    TEXT = "text"
    PICTURE = "picture"
    VOICE = "voice"
    NOTICE = "notice"  # grey and centred: followed, menu clicked, fault notice


class Side(StrEnum):
    """Where a line of the chat stands."""

    READER = "reader"
    ACCOUNT = "account"
    MIDDLE = "middle"


class Outcome(StrEnum):
    """How a delivery ended."""

    HELD = "held"  # kept back by steering
    RUNNING = "running"
    REPLIED = "replied"
    SILENT = "silent"  # answered with nothing to say
    FAULT = "fault"  # three tries failed, or the answer was not legal


@dataclass(frozen=True, slots=True)
class Account:
    """One public account as the platform knows it. `webhook`: where its deliveries go; "" for CONSOLE/wechat/NAME."""

    title: str
    keys: AccountKeys
    app_secret: str | None = field(repr=False)
    profile: Profile
    webhook: str = ""

    @property
    def verified(self) -> bool:
        return self.profile.verified

    @property
    def name(self) -> str:
        """The account's name in the configuration and in the webhook's address."""
        return self.keys.name


@dataclass(frozen=True, slots=True)
class Reader:
    """One follower of one account. `openid` has 28 characters, as in life; `since` when he last followed."""

    account: str
    openid: str
    name: str
    following: bool
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a chat. `number` grows over all chats; `note` is small print beside the bubble."""

    number: int
    side: Side
    kind: Kind
    text: str
    at: datetime
    picture_url: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Try:
    """One HTTP request of a delivery. `status` is None where no complete answer came."""

    status: int | None
    milliseconds: int


@dataclass(frozen=True, slots=True)
class DeliveryRecord:
    """One message or event on its way to the webhook. `message_id` is None for events, which have none.

    `reader` is a name; "" where the platform itself is the sender.
    """

    number: int
    account: str
    reader: str
    label: str
    message_id: int | None
    at: datetime
    tries: tuple[Try, ...] = ()
    outcome: Outcome = Outcome.RUNNING
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CallRecord:
    """One call of the API as the log shows it. `errcode` None: an answer without one (a file, a fault)."""

    number: int
    account: str
    path: str
    errcode: int | None
    fault: str
    at: datetime


def openid_of(app_id: str, name: str) -> str:
    """The openid of a made-up reader: the same after every start, another in every account."""
    digest = hashlib.sha256(f"{app_id}\n{name}".encode()).digest()
    return "o" + base64.urlsafe_b64encode(digest).decode("ascii")[:27]


def unionid_of(name: str) -> str:
    """The same for one name in all accounts: readers of one name are one person."""
    return "u" + base64.urlsafe_b64encode(hashlib.sha256(f"union\n{name}".encode()).digest()).decode("ascii")[:27]


def demo_openid(account: str, reader_id: str) -> str:
    """The openid of a reader of the demo's material, as the demo's seed makes it (a test compares the two).

    Not imported from there: the seed needs the whole bot, which would slow the start of the stand-in.
    """
    return "o" + hashlib.sha256(f"{account}/{reader_id}".encode()).hexdigest()[:27]


def accounts_of(settings: Settings) -> list[Account]:
    """The configured accounts, in the order of the file."""
    return [_account(name, account) for name, account in settings.accounts.items()]


def _account(name: str, account: AccountSettings) -> Account:
    keys = AccountKeys(
        name=name,
        app_id=account.app_id,
        original_id=account.original_id,
        token=account.token,
        aes_key=account.aes_key,
        mode=Mode(account.mode),
        body_format=BodyFormat(account.body_format),
    )
    profile = profile_of(account.kind, verified=account.verified)
    return Account(title=account.title, keys=keys, app_secret=account.app_secret, profile=profile)
