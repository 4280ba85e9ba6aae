"""Makes calls to the addresses of the configuration: a group's robot, another program, an operator's mailbox; mails members.

Addresses to call come from the configuration only and are called as they stand; no redirect is followed, and of an answer no more
than its beginning is read. Knows no row; call it outside any transaction.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot import webhook_signing
from bot.bounded import GivenUp, within
from bot.mail import Mailer, MailError
from bot.outbox.calls import REFUSED, Call, Caller
from bot.settings import Settings
from bot.wechat.replies import cut_text
from models.work_enums import CallTarget

CONNECT_SECONDS, READ_SECONDS = 3.0, 10.0
WHOLE_SECONDS = 30.0
"""For the whole call: an answer that trickles never is silent for long. It may be made again (`calls`)."""
LONGEST_ANSWER = 4096
LONGEST_ROBOT_BYTES = 2000
"""A text of the robot takes 2048 (企业微信, 群机器人配置说明)."""
AGENT = "woodpecker"


def callers(settings: Settings, mailer: Mailer | None) -> dict[CallTarget, Caller]:
    """By target; what is not configured is not there."""
    alerts = settings.alerts
    found: dict[CallTarget, Caller] = {}
    if alerts.robot_url:
        found[CallTarget.ROBOT] = Robot(alerts.robot_url)
    if alerts.webhook_url:
        found[CallTarget.WEBHOOK] = Webhook(alerts.webhook_url)
    if alerts.mail_to and mailer is not None:
        found[CallTarget.MAIL] = Post(mailer, tuple(alerts.mail_to))
    if mailer is not None:
        found[CallTarget.MEMBER] = Letters(mailer)
    if settings.integration.webhook_url:
        found[CallTarget.EVENTS] = Signed(settings.integration.webhook_url, settings.integration.webhook_secret)
    return found


@dataclass(frozen=True, slots=True)
class Robot:
    """A group's robot in enterprise WeChat: it answers 200 to everything, and says in the body whether it took it."""

    url: str

    def make(self, call: Call, *, now: datetime) -> str | None:
        text = cut_text(str(call.body["text"]), LONGEST_ROBOT_BYTES)
        problem, answer = post(self.url, _packed({"msgtype": "text", "text": {"content": text}}), {})
        if problem is not None:
            return problem
        try:
            code = json.loads(answer)["errcode"]
        except (ValueError, KeyError, TypeError, RecursionError):
            return "no_answer"
        return None if code == 0 else f"answer_{code}" if isinstance(code, int) else "no_answer"


@dataclass(frozen=True, slots=True)
class Webhook:
    """Any program that takes JSON; whatever it answers with 2xx is a yes."""

    url: str

    def make(self, call: Call, *, now: datetime) -> str | None:
        return post(self.url, _packed(call.body), {})[0]


@dataclass(frozen=True, slots=True)
class Signed:
    """A program that is told what becomes public: with an id, the time of this try and a signature."""

    url: str
    secret: str = field(repr=False)

    def make(self, call: Call, *, now: datetime) -> str | None:
        body = _packed(call.body)
        return post(self.url, body, webhook_signing.headers(webhook_signing.secrets_of(self.secret), call.key, body, now=now))[0]


@dataclass(frozen=True, slots=True)
class Post:
    """A mail to each address. Where the first one left and a later one did not, all are sent again."""

    mailer: Mailer
    to: tuple[str, ...]

    def make(self, call: Call, *, now: datetime) -> str | None:
        try:
            for one in self.to:
                self.mailer.send(one, str(call.body["title"]), str(call.body["text"]), now=now)
        except MailError:
            return "mail"
        return None


@dataclass(frozen=True, slots=True)
class Letters:
    """A mail to the member for whom it was queued."""

    mailer: Mailer

    def make(self, call: Call, *, now: datetime) -> str | None:
        try:
            self.mailer.send(call.address or "", str(call.body["title"]), str(call.body["text"]), now=now)
        except MailError as problem:
            return REFUSED if problem.final else "mail"
        return None


def _packed(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def post(url: str, data: bytes, headers: Mapping[str, str]) -> tuple[str | None, bytes]:
    """(what went wrong, the beginning of the answer). Raises nothing that the network or the other side does."""
    try:
        return within(WHOLE_SECONDS, lambda: _posted(url, data, headers))
    except GivenUp:
        return "timeout", b""


def _posted(url: str, data: bytes, headers: Mapping[str, str]) -> tuple[str | None, bytes]:
    import requests  # the web's workers call nobody
    from requests.adapters import HTTPAdapter
    from urllib3.util import Retry

    # Only what never left may be repeated at once; everything else waits for its turn in the queue.
    again = Retry(total=2, connect=2, read=0, redirect=0, status=0, other=0, backoff_factor=0.1)
    with requests.Session() as session:
        session.trust_env = False  # no proxy, and no password from a file, that the configuration does not name
        for scheme in ("http://", "https://"):
            session.mount(scheme, HTTPAdapter(max_retries=again))
        try:
            with session.post(url, data=data, timeout=(CONNECT_SECONDS, READ_SECONDS), allow_redirects=False, stream=True,
                              headers={"Content-Type": "application/json", "User-Agent": AGENT, **headers}) as answer:
                if not 200 <= answer.status_code < 300:
                    return f"http_{answer.status_code}", b""
                return None, next(answer.iter_content(LONGEST_ANSWER), b"")
        except requests.Timeout:
            return "timeout", b""
        except (requests.RequestException, OSError):
            return "no_connection", b""
