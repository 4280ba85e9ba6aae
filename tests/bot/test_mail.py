"""Mail to staff: what leaves, in which security, and what is said when it does not leave."""

from __future__ import annotations

import ssl
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Event

import pytest

from bot.clock import monotonic
from bot.errors import BadInput
from bot.mail import Mailer, MailError, check_address
from bot.settings import MailSettings
from tests.support.hosts import in_a_thread
from tests.support.relay import PASSWORD, USER, make_certificate, relay
from tests.support.site import free_port

NOW = datetime(2026, 11, 10, 1, 0, tzinfo=UTC)


def mailer(port: int, security: str = "none", **changes: object) -> Mailer:
    raw = {"host": "127.0.0.1", "port": port, "security": security, "sender": "啄木鸟 <desk@example.org>",
           "seconds": 5.0}
    made = Mailer.from_settings(MailSettings.model_validate(raw | changes), "https://desk.example.org")
    assert made is not None
    return made


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("relay"))


def test_without_a_host_no_mail_leaves() -> None:
    assert Mailer.from_settings(MailSettings(), "https://desk.example.org") is None


def test_mail_arrives_as_it_was_written() -> None:
    with relay() as kept:
        mailer(kept.port).send("jia@example.org", "重设密码", "您好：\n请打开链接。\n", now=NOW)
    (mail,) = kept.mails
    assert kept.recipients == [["jia@example.org"]]
    assert (mail["Subject"], mail["From"], mail["To"]) == ("重设密码", "啄木鸟 <desk@example.org>", "jia@example.org")
    assert mail["Date"].datetime == NOW
    assert mail["Message-ID"].endswith("@example.org>")
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content().replace("\r\n", "\n") == "您好：\n请打开链接。\n"


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_mail_leaves_encrypted_and_signed_in(certificate: Path, security: str) -> None:
    context = ssl.create_default_context(cafile=str(certificate))
    with relay(security, certificate) as kept:
        sender = replace(mailer(kept.port, security, user=USER, password=PASSWORD), context=context)
        sender.send("jia@example.org", "题", "文", now=NOW)
    assert len(kept.mails) == 1


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_relay_with_a_strange_certificate_gets_nothing(certificate: Path, security: str) -> None:
    with relay(security, certificate) as kept, pytest.raises(MailError, match="证书"):
        mailer(kept.port, security, user=USER, password=PASSWORD).send("a@example.org", "题", "文", now=NOW)
    assert kept.mails == []


def test_wrong_password_is_said(certificate: Path) -> None:
    context = ssl.create_default_context(cafile=str(certificate))
    with relay("starttls", certificate) as kept:
        sender = replace(mailer(kept.port, "starttls", user=USER, password="wrong"), context=context)
        with pytest.raises(MailError, match="用户名或密码"):
            sender.send("jia@example.org", "题", "文", now=NOW)


def test_relay_without_encryption_is_refused_where_it_was_asked() -> None:
    with relay() as kept, pytest.raises(MailError):
        mailer(kept.port, "starttls").send("jia@example.org", "题", "文", now=NOW)
    assert kept.mails == []


@pytest.mark.parametrize(("answer", "final"), [("550 no such user", True), ("451 try later", False)])
def test_refused_recipient_is_told_apart_from_a_delay(answer: str, final: bool) -> None:
    with relay() as kept:
        kept.refuse_recipient = answer
        with pytest.raises(MailError) as problem:
            mailer(kept.port).send("jia@example.org", "题", "文", now=NOW)
    assert problem.value.final is final


def test_relay_that_is_not_there_is_a_sentence() -> None:
    with pytest.raises(MailError, match="没有发出去"):
        mailer(free_port()).send("jia@example.org", "题", "文", now=NOW)


def failed(port: int, **changes: object) -> MailError:
    with pytest.raises(MailError) as problem:
        mailer(port, **changes).send("jia@example.org", "题", "文", now=NOW)
    return problem.value


def test_relay_that_answers_is_told_from_one_that_says_nothing() -> None:
    """Whoever has more to send need not wait for the second one again."""
    with relay() as kept:
        kept.refuse_recipient = "451 try later"
        later = failed(kept.port)
    with relay() as kept:
        kept.refuse_data = "554 no"
        refused = failed(kept.port)
    assert [one.unreached for one in (failed(free_port()), later, refused)] == [True, False, False]


def test_relay_that_trickles_is_given_up_in_time() -> None:
    """Its greeting comes letter by letter, each in time, and never ends."""
    ended = Event()

    class Trickling(BaseRequestHandler):
        def handle(self) -> None:
            with suppress(OSError):
                while not ended.wait(0.01):
                    self.request.sendall(b"2")

    class Server(ThreadingTCPServer):
        daemon_threads = True

    with in_a_thread(Server(("127.0.0.1", 0), Trickling)) as address:
        began = monotonic()
        try:
            slow = failed(int(address.rpartition(":")[2]), seconds=0.1)
        finally:
            ended.set()
    assert (slow.unreached, slow.final, monotonic() - began < 3) == (True, False, True)


def test_relays_own_words_stay_out_of_the_sentence() -> None:
    with relay() as kept:
        kept.refuse_data = "554 jia@example.org is on our list"
        with pytest.raises(MailError) as problem:
            mailer(kept.port).send("jia@example.org", "题", "文", now=NOW)
    assert "jia" not in str(problem.value)


def test_nothing_typed_gets_into_the_headers() -> None:
    with relay() as kept:
        mailer(kept.port).send("jia@example.org", "题\r\nBcc: all@example.org\n\n又", "文\r\n.\r\nQUIT\r\n", now=NOW)
    (mail,) = kept.mails
    assert mail["Subject"] == "题 Bcc: all@example.org 又"
    assert mail["Bcc"] is None
    assert kept.recipients == [["jia@example.org"]]


@pytest.mark.parametrize("wrong", [
    "", "jia", "jia@", "@example.org", "jia@example", "a b@example.org", "a@example.org\nBcc: b@example.org",
    "a@example.org, b@example.org", "a@example.org;b@example.org", "甲@example.org", "<a@example.org>", "a@ex ample.org",
    "a" * 250 + "@example.org", "a@example..org",
])  # fmt: skip
def test_what_is_no_address_is_refused(wrong: str) -> None:
    with pytest.raises(BadInput, match="邮箱地址"):
        check_address(wrong)
    with pytest.raises(MailError) as problem:
        mailer(free_port()).send(wrong, "题", "文", now=NOW)
    assert problem.value.final


@pytest.mark.parametrize("right", ["jia@example.org", "  jia@example.org ", "j.i+a@mail.example.org", "root@localhost"])
def test_address_is_taken_without_the_space_around_it(right: str) -> None:
    assert check_address(right) == right.strip()


def test_link_is_below_the_consoles_address() -> None:
    assert mailer(25).link("/sign-in") == "https://desk.example.org/sign-in"


@pytest.mark.parametrize(("raw", "word"), [
    ({"host": "mail.example.org"}, "sender as well"),
    ({"sender": "nobody"}, "an address"), ({"sender": "a <b@c>\r\nBcc: d@e"}, "an address"),
    ({"host": "mail.example.org", "sender": "a@b.c", "security": "none", "user": "u"}, "in the open"),
])  # fmt: skip
def test_half_a_configuration_is_refused(raw: dict[str, str], word: str) -> None:
    with pytest.raises(ValueError, match=word):
        MailSettings.model_validate(raw)


@pytest.mark.parametrize(("raw", "port"), [({}, 587), ({"security": "tls"}, 465), ({"security": "none"}, 25), ({"port": 26}, 26)])
def test_port_follows_the_security(raw: dict[str, object], port: int) -> None:
    assert MailSettings.model_validate(raw).port_used == port


def test_password_is_not_shown() -> None:
    assert "hidden" not in repr(mailer(25, user="u", password="hidden"))


def test_marks_of_direction_turn_no_mail_round() -> None:
    with relay() as kept:
        mailer(kept.port).send("jia@example.org", "甲\u202e乙", "丙\u202e丁\n", now=NOW)
    (mail,) = kept.mails
    assert mail["Subject"] == "甲［U+202E］乙"
    assert mail.get_content().replace("\r\n", "\n") == "丙［U+202E］丁\n"
