"""Whoever's sign-in is changed is written to at once, where his mail went before; a relay that is down loses nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from bot import jobs
from bot.audit import OPERATOR, by_staff
from bot.clock import FrozenClock
from bot.errors import BadInput
from bot.mail import Mailer
from bot.members import initial_passwords, password_resets, second_factor, staff
from bot.outbox import calls
from bot.personal import retention
from bot.settings import MailSettings, Settings
from models.enums import OutgoingState, Role
from models.outgoing import OutgoingCall
from models.papers import Paper
from models.session import reading, writing
from models.staff import PasswordReset, Staff
from models.work_enums import GiveUpReason
from tests.support.factories import NOW
from tests.support.relay import Relay, relay
from tests.support.site import free_port
from tests.support.staff import PASSWORD_HASH, SECRET, code
from tests.support.work import work_of

KEY = "only-for-tests-" + "0123456789" * 4
NEW = "a brand new one 7"
OLD_ADDRESS, ADDRESS = "jia@example.org", "other@example.org"
JIA, ADMIN = 1, 2
SELF, BY_ADMIN, BY_OPERATOR = "您自己（用您的帐号）", "管理员", "管服务器的同事"
Act = Callable[[Session], Any]


@dataclass
class Desk:
    """A scheduler with a relay, one editor with an address and an admin without."""

    engine: Engine
    settings: Settings
    post: Relay
    clock: FrozenClock

    def do(self, act: Act) -> Any:
        with writing(self.engine) as session:
            return act(session)

    def mailer(self, port: int | None = None) -> Mailer:
        made = Mailer.from_settings(MailSettings(host="127.0.0.1", port=port or self.post.port, security="none", seconds=2.0,
                                                 sender="desk@example.org"), "https://desk.example.org")
        assert made is not None
        return made

    def turn(self, *, port: int | None = None, mail: bool = True) -> dict[str, Any]:
        work = replace(work_of(self.engine, self.settings, self.clock.now()), mailer=self.mailer(port) if mail else None)
        return jobs.run("post_calls", work)

    def rows(self) -> list[OutgoingCall]:
        with reading(self.engine) as session:
            return list(session.scalars(select(OutgoingCall).order_by(OutgoingCall.id)))

    def told(self) -> list[tuple[str, str, str]]:
        """(to whom, what was changed, by whom) of the letters that left."""
        found = []
        for mail, (to,) in zip(self.post.mails, self.post.recipients, strict=True):
            lines = dict(line.split("：", 1) for line in mail.get_content().splitlines() if "：" in line)
            found.append((to, lines["改了什么"], lines["谁改的"]))
        return found


@pytest.fixture
def desk(engine: Engine, settings: Settings) -> Iterator[Desk]:
    with writing(engine) as session:
        for login, role, email in (("jia", Role.EDITOR, OLD_ADDRESS), ("guan", Role.ADMIN, None)):
            session.add(Staff(login=login, display_name=f"姓名{login}", password_hash=PASSWORD_HASH, role=role, email=email,
                              created_at=NOW))
            session.flush()
    with relay() as post:
        yield Desk(engine, settings, post, FrozenClock(NOW))


def set_up(session: Session) -> list[str]:
    sealed = second_factor.seal(JIA, SECRET, secret_key=KEY, now=NOW)
    return second_factor.set_up(session, JIA, sealed, code(NOW), secret_key=KEY, now=NOW)


def own_password(session: Session) -> None:
    staff.set_password(session, JIA, NEW, actor=by_staff(JIA), now=NOW)


def some_papers(session: Session) -> None:
    session.add(Paper(id=1, name="甲报"))
    session.flush()
    staff.set_paper_roles(session, JIA, {1: Role.CHIEF}, actor=by_staff(ADMIN), now=NOW)


def by_link(session: Session) -> None:
    token = password_resets._sign("t", KEY)
    session.add(PasswordReset(staff_id=JIA, token_digest=password_resets.digest(token), made_at=NOW))
    session.flush()
    password_resets.use(session, token, NEW, secret_key=KEY, now=NOW)


CHANGES: list[tuple[str, Act, str, str]] = [
    ("own password", own_password, "换了密码", SELF),
    ("by a link", by_link, "换了密码", SELF),
    ("password drawn by an admin", lambda s: initial_passwords.reset(s, JIA, actor=by_staff(ADMIN), now=NOW),
     "重设了密码，原来的不能用了", BY_ADMIN),
    ("password drawn on the server", lambda s: initial_passwords.reset(s, JIA, actor=OPERATOR, now=NOW),
     "重设了密码，原来的不能用了", BY_OPERATOR),
    ("second factor", set_up, "设了两步验证", SELF),
    ("role", lambda s: staff.set_role(s, JIA, Role.CHIEF, expected=Role.EDITOR, actor=by_staff(ADMIN), now=NOW),
     "改了角色", BY_ADMIN),
    ("papers", some_papers, "改了分管的报纸", BY_ADMIN),
    ("another address", lambda s: staff.set_email(s, JIA, ADDRESS, actor=by_staff(JIA), now=NOW),
     "换掉或去掉了邮箱，以后的信不再寄到这里", SELF),
    ("no address", lambda s: staff.set_email(s, JIA, "", actor=by_staff(ADMIN), now=NOW),
     "换掉或去掉了邮箱，以后的信不再寄到这里", BY_ADMIN),
    ("account switched off", lambda s: staff.deactivate(s, JIA, actor=by_staff(ADMIN), now=NOW),
     "停用了这个帐号，登记的邮箱也删掉了", BY_ADMIN),
]


@pytest.mark.sampled
@pytest.mark.parametrize(("act", "what", "who"), [one[1:] for one in CHANGES], ids=[one[0] for one in CHANGES])
def test_each_change_is_told_once_at_the_address_before_it(desk: Desk, act: Act, what: str, who: str) -> None:
    desk.do(act)
    assert (desk.turn(), desk.turn()) == ({"sent": 1}, {})
    assert desk.told() == [(OLD_ADDRESS, what, who)]


LATER: list[tuple[str, Callable[[Session, list[str]], Any], str, str]] = [
    ("another telephone", lambda s, _: set_up(s), "换了两步验证的手机", SELF),
    ("new codes", lambda s, _: second_factor.new_codes(s, JIA, secret_key=KEY, now=NOW), "换了一批恢复码，原来的不能用了", SELF),
    ("a code used", lambda s, codes: second_factor.use_recovery_code(s, JIA, codes[0], secret_key=KEY, now=NOW),
     "用掉一个恢复码登录，还剩 9 个", SELF),
    ("without again", lambda s, _: second_factor.switch_off(s, JIA, now=NOW), "关掉了两步验证", SELF),
    ("reset", lambda s, _: second_factor.reset(s, JIA, actor=by_staff(ADMIN), now=NOW),
     "重置了两步验证，原来的手机和恢复码不能用了", BY_ADMIN),
]


@pytest.mark.parametrize(("act", "what", "who"), [one[1:] for one in LATER], ids=[one[0] for one in LATER])
def test_each_change_of_a_second_factor_is_told(
    desk: Desk, act: Callable[[Session, list[str]], Any], what: str, who: str
) -> None:
    codes = desk.do(set_up)
    desk.turn()
    desk.do(lambda session: act(session, codes))
    desk.turn()
    assert desk.told()[1:] == [(OLD_ADDRESS, what, who)]
    assert not any(one.replace("-", "") in desk.post.mails[1].get_content().replace("-", "") for one in codes)


def test_the_letter_says_when_and_what_to_do_and_holds_no_secret_no_link_and_no_name(desk: Desk) -> None:
    drawn = desk.do(lambda s: initial_passwords.reset(s, JIA, actor=by_staff(ADMIN), now=NOW))
    desk.turn()
    (mail,) = desk.post.mails
    assert mail["Subject"] == "啄木鸟编辑台：您的帐号有改动"
    text = mail.get_content()
    assert "什么时候：2026年11月10日 09:00（北京时间）" in text
    assert "马上打电话或者当面告诉管理员" in text
    for hidden in (drawn, "http", "desk.example.org/", "姓名", "jia", "guan"):
        assert hidden not in text
        assert hidden not in str(desk.rows()[0].body)


def test_thief_who_changes_the_address_takes_no_letter_with_him(desk: Desk) -> None:
    """All of it before the scheduler's next turn."""
    desk.do(own_password)
    desk.do(lambda s: staff.set_email(s, JIA, ADDRESS, actor=by_staff(JIA), now=NOW))
    desk.do(lambda s: staff.set_email(s, JIA, "", actor=by_staff(JIA), now=NOW))
    desk.turn()
    assert [to for to, _, _ in desk.told()] == [OLD_ADDRESS, OLD_ADDRESS, ADDRESS]


def test_nobody_is_written_to_without_an_address_or_a_change(desk: Desk) -> None:
    desk.do(lambda s: staff.set_password(s, ADMIN, NEW, actor=by_staff(ADMIN), now=NOW))
    desk.do(lambda s: staff.set_email(s, JIA, OLD_ADDRESS, actor=by_staff(JIA), now=NOW))
    desk.do(lambda s: staff.set_role(s, JIA, Role.EDITOR, expected=Role.EDITOR, actor=by_staff(ADMIN), now=NOW))
    with writing(desk.engine) as session, pytest.raises(BadInput):
        staff.set_email(session, JIA, "a@example.org\r\nBcc: all@example.org", actor=by_staff(JIA), now=NOW)
    assert desk.rows() == []


def test_change_that_is_taken_back_is_not_told(desk: Desk) -> None:
    def act(session: Session) -> None:
        own_password(session)
        staff.set_email(session, JIA, "no address", actor=by_staff(JIA), now=NOW)

    with pytest.raises(BadInput):
        desk.do(act)
    assert (desk.turn(), desk.rows()) == ({}, [])


def test_relay_that_is_down_loses_nothing_and_is_asked_once_a_turn(desk: Desk) -> None:
    desk.do(own_password)
    desk.do(set_up)
    down = free_port()
    assert desk.turn(port=down) == {"waiting": 1}
    assert [(row.tries, row.last_error) for row in desk.rows()] == [(1, "mail"), (0, None)]
    desk.turn(port=down)
    assert [row.tries for row in desk.rows()] == [1, 1]
    desk.clock.advance(minutes=1)
    assert desk.turn() == {"sent": 2}
    assert [what for _, what, _ in desk.told()] == ["换了密码", "设了两步验证"]
    assert "09:00" in desk.post.mails[0].get_content()
    assert [(row.state, row.address) for row in desk.rows()] == [(OutgoingState.SENT, None)] * 2


def test_address_that_the_relay_refuses_for_good_goes_to_a_person(desk: Desk) -> None:
    desk.post.refuse_recipient = "550 no such user"
    desk.do(own_password)
    assert desk.turn() == {"failed": 1}
    (row,) = desk.rows()
    assert (row.state, row.last_error, row.address) == (OutgoingState.FAILED, calls.REFUSED, OLD_ADDRESS)
    desk.do(lambda s: calls.give_up(s, row.id, GiveUpReason.NO_ADDRESS, actor=OPERATOR, now=NOW))
    assert [(one.state, one.address) for one in desk.rows()] == [(OutgoingState.CALLED_BACK, None)]


def test_without_a_relay_nothing_waits_for_one(desk: Desk) -> None:
    desk.do(own_password)
    assert desk.turn(mail=False) == {"dropped": 1}
    assert [(row.state, row.address) for row in desk.rows()] == [(OutgoingState.CALLED_BACK, None)]
    assert desk.turn() == {}


def test_address_of_a_letter_that_never_left_goes_after_a_week(desk: Desk) -> None:
    desk.post.refuse_recipient = "550 no such user"
    desk.do(own_password)
    desk.turn()
    for days, address in ((6.9, OLD_ADDRESS), (7, None)):
        now = NOW + timedelta(days=days)
        retention.forget(desk.engine, words_months=12, now=now)
        assert desk.rows()[0].address == address


def test_whoever_leaves_has_no_address_any_more(desk: Desk) -> None:
    desk.do(lambda s: staff.deactivate(s, JIA, actor=by_staff(ADMIN), now=NOW))
    desk.turn()
    desk.do(lambda s: staff.activate(s, JIA, actor=by_staff(ADMIN), now=NOW))
    with reading(desk.engine) as session:
        assert session.get_one(Staff, JIA).email is None
    assert [row.address for row in desk.rows()] == [None]
