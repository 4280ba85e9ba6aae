"""Plain-text e-mail to members of staff, over SMTP. Knows no row and no wording; send it outside any transaction."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid

from bot import directions
from bot.bounded import within
from bot.errors import BadInput, WoodpeckerError
from bot.settings import MailSettings

WHOLE = 6
"""So many times `seconds` for a whole mail: each answer of a relay that trickles comes in time, byte by byte."""
LONGEST_ADDRESS = 254
"""RFC 5321 4.5.3.1.3, without the angle brackets."""


class MailError(WoodpeckerError):
    """The mail did not leave. `final`: another try would fail as well (the server refuses this address for good).
    `unreached`: the relay said nothing, or is not there; the next mail would only wait for it as long again."""

    def __init__(self, sentence: str, *, final: bool = False, unreached: bool = False) -> None:
        super().__init__(sentence)
        self.final, self.unreached = final, unreached


@dataclass(frozen=True, slots=True)
class Mailer:
    """One relay and one sender. Every mail opens its own connection, which ends with it."""

    host: str
    port: int
    security: str
    user: str
    password: str = field(repr=False)
    sender: str
    seconds: float
    public_url: str
    context: ssl.SSLContext | None = field(default=None, repr=False)

    @classmethod
    def from_settings(cls, mail: MailSettings, public_url: str) -> Mailer | None:
        """None where no relay is set: nothing may be promised by mail then. `public_url`: where links lead."""
        if not mail.host:
            return None
        return cls(mail.host, mail.port_used, mail.security, mail.user, mail.password, mail.sender, mail.seconds,
                   public_url)

    def send(self, to: str, subject: str, text: str, *, now: datetime) -> None:
        """Hands one mail over to the relay. MailError when that does not succeed, with a sentence for people."""
        mail = _compose(self.sender, to, subject, text, now)
        try:
            within(WHOLE * self.seconds, lambda: self._hand_over(mail))
        except smtplib.SMTPRecipientsRefused as refused:
            final = all(code >= 500 for code, _ in refused.recipients.values())
            raise MailError("邮件服务器不收这个收件地址。", final=final) from None
        except smtplib.SMTPAuthenticationError:
            raise MailError("邮件服务器不认配置里的用户名或密码。") from None
        except ssl.SSLError:
            raise MailError("邮件服务器的证书或加密方式不对。") from None
        except (smtplib.SMTPException, OSError) as problem:  # a timeout is an OSError; the server's own words stay out
            answered = isinstance(problem, (smtplib.SMTPResponseException, smtplib.SMTPNotSupportedError))
            raise MailError("邮件没有发出去：邮件服务器没有接受，或者连不上。", unreached=not answered) from None

    def _hand_over(self, mail: EmailMessage) -> None:
        with self._connected() as relay:
            relay.send_message(mail)

    def link(self, path: str) -> str:
        """The full address of a page of the console; `path` begins with /."""
        return self.public_url + path

    def _connected(self) -> smtplib.SMTP:
        name = Address(addr_spec=address_of(self.sender)).domain  # else the library asks DNS for our own name
        if self.security == "tls":
            relay: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, name, timeout=self.seconds,
                                                   context=self._tls())
        else:
            relay = smtplib.SMTP(self.host, self.port, name, timeout=self.seconds)
        with ExitStack() as undo:
            undo.callback(relay.close)
            if self.security == "starttls":
                relay.starttls(context=self._tls())
            if self.user:
                relay.login(self.user, self.password)
            undo.pop_all()
        return relay

    def _tls(self) -> ssl.SSLContext:
        return self.context or ssl.create_default_context()


def address_of(text: str) -> str:
    """The bare address of "名字 <user@host>" or "user@host". BadInput for anything else."""
    text = text.strip()
    if text.endswith(">") and "<" in text:
        text = text[text.rindex("<") + 1 : -1]
    return check_address(text)


def check_address(text: str) -> str:
    """An address that any relay takes, without the space around it. BadInput with a sentence."""
    text = text.strip()
    if len(text) > LONGEST_ADDRESS or not text.isascii() or not text.isprintable() or " " in text:
        raise BadInput("邮箱地址写得不对，应该像 name@example.com。")
    try:
        parsed = Address(addr_spec=text)
    except (ValueError, IndexError, MessageError):  # the library's parser fails in all of these ways
        raise BadInput("邮箱地址写得不对，应该像 name@example.com。") from None
    if not parsed.username or ("." not in parsed.domain.strip(".") and parsed.domain != "localhost"):
        raise BadInput("邮箱地址写得不对，应该像 name@example.com。")
    return text


def _compose(sender: str, to: str, subject: str, text: str, now: datetime) -> EmailMessage:
    """The mail as it leaves. No line end gets into a header: what stands there was made by other people."""
    mail = EmailMessage(policy=SMTP)
    name = sender[: sender.rindex("<")].strip().strip('"') if sender.rstrip().endswith(">") else ""
    bare = address_of(sender)
    mail["From"] = Address(" ".join(name.split()), addr_spec=bare)
    try:
        mail["To"] = Address(addr_spec=check_address(to))
    except BadInput as wrong:
        raise MailError(str(wrong), final=True) from None
    subject = directions.named(subject)
    mail["Subject"] = " ".join("".join(mark if mark.isprintable() else " " for mark in subject).split())
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = make_msgid(domain=Address(addr_spec=bare).domain)
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's holiday answer comes back
    mail.set_content(directions.named(text), cte="base64")
    return mail
