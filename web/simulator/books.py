"""The platform's state: accounts, the clock that can be moved, and every book. No acts, no deliveries, no views."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.clock import Clock
from bot.errors import BadInput, NotFound
from bot.wechat.keys import BodyFormat, Mode
from web.simulator import limits, menus
from web.simulator.agenda import Agenda
from web.simulator.articles import Articles
from web.simulator.caps import Caps
from web.simulator.faults import Faults
from web.simulator.media import MediaShelf
from web.simulator.menus import MenuButton
from web.simulator.notices import Notices
from web.simulator.oauth_codes import OAuthCodes
from web.simulator.profiles import Profile
from web.simulator.quota import Opens, Quota
from web.simulator.scenes import Scenes
from web.simulator.store import Store
from web.simulator.tokens import TokenDesk
from web.simulator.transcript import Transcript
from web.simulator.values import Account, Reader


class Books:
    """`clock` stamps what is sent; `book_now()`, which steering may move ahead of it, is the time by which
    windows, caps, tokens, media and results due later are counted.
    """

    def __init__(self, accounts: Iterable[Account], *, clock: Clock, webhook_base: str, picture_base: str) -> None:
        self.accounts = {account.name: account for account in accounts}
        self.clock = clock
        self.skew = timedelta()
        self.webhook_base = webhook_base
        self.picture_base = picture_base
        self.gives_unionid = True
        self.publish_delay: timedelta = limits.PUBLISH_DELAY
        self.store = Store()
        self.quota = Quota()
        self.tokens = TokenDesk()
        self.caps = Caps()
        self.faults = Faults()
        self.media = MediaShelf()
        self.scenes = Scenes()
        self.articles = Articles()
        self.codes = OAuthCodes()
        self.notices = Notices()
        self.agenda = Agenda()
        self.transcript = Transcript()
        self.menus: dict[str, list[dict[str, Any]]] = {}

    def account(self, name: str) -> Account:
        try:
            return self.accounts[name]
        except KeyError:
            raise NotFound("没有这个公众号。") from None

    def set_profile(self, name: str, profile: Profile) -> Account:
        """Another type of account from now on, as after a verification or its expiry."""
        self.accounts[name] = replace(self.account(name), profile=profile)
        return self.accounts[name]

    def set_mode(self, name: str, mode: Mode, body_format: BodyFormat) -> Account:
        """How this account's deliveries are written. The bot's own setting must agree, or it refuses them."""
        account = self.account(name)
        if mode is not Mode.PLAINTEXT and account.keys.aes_key is None:
            raise BadInput("这个账号没有 EncodingAESKey，只能用明文模式。")
        keys = replace(account.keys, mode=mode, body_format=body_format)
        self.accounts[name] = replace(account, keys=keys)
        return self.accounts[name]

    def menu(self, account: str) -> tuple[MenuButton, ...]:
        """What the bot published; until then a standard one."""
        published = self.menus.get(account)
        return menus.STANDARD if published is None else menus.shown(published)

    def webhook_of(self, account: Account) -> str:
        return account.webhook or f"{self.webhook_base}/wechat/{account.name}"

    def book_now(self) -> datetime:
        """The time by which windows, caps, tokens and media are counted."""
        return self.clock.now() + self.skew

    def move_books(self, by: timedelta) -> datetime:
        """Moves that time ahead, never back."""
        if by <= timedelta():
            raise BadInput("平台的钟只能往前拨。")
        self.skew += by
        return self.book_now()

    def opened(self, reader: Reader, by: Opens) -> None:
        """The reader did something that opens a window for customer messages."""
        self.quota.opened(who(reader), by, now=self.book_now())


def who(reader: Reader) -> str:
    """The reader's name in the book of windows."""
    return f"{reader.account}/{reader.openid}"
