"""The link to a new password: for whom it goes out, how long and how often it works, what it never tells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from bot.audit import OPERATOR
from bot.clock import FrozenClock
from bot.errors import BadInput
from bot.mail import Mailer
from bot.members import password_resets, staff
from bot.members.admission import LockedOut, password_matches
from bot.settings import MailSettings
from models.audit import AuditEntry
from models.enums import Role
from models.session import reading, writing
from models.staff import PasswordReset, ResetRequest, Staff, StaffSession
from tests.support.relay import Relay, relay
from tests.support.site import free_port
from tests.support.staff import PASSWORD_HASH

KEY = "only-for-tests-" + "0123456789" * 4
ADDRESS = "192.0.2.1"
NEW = "a brand new one"


@pytest.fixture
def post() -> Iterator[Relay]:
    with relay() as kept:
        yield kept


@pytest.fixture
def mailer(post: Relay) -> Mailer:
    made = Mailer.from_settings(MailSettings(host="127.0.0.1", port=post.port, security="none", seconds=5.0,
                                             sender="desk@example.org"), "https://desk.example.org")
    assert made is not None
    return made


@pytest.fixture
def jia(engine: Engine, clock: FrozenClock) -> int:
    with writing(engine) as session:
        member = Staff(login="jia", display_name="编辑甲", password_hash=PASSWORD_HASH, role=Role.EDITOR,
                       created_at=clock.now(), email="jia@example.org")
        session.add_all([member, Staff(login="yi", display_name="编辑乙", password_hash=PASSWORD_HASH, role=Role.EDITOR,
                                       created_at=clock.now())])
        session.flush()
        session.add(StaffSession(token_digest="d", staff_id=member.id, browser_digest="b", created_at=clock.now(),
                                 seen_at=clock.now()))
        return member.id


def ask(engine: Engine, clock: FrozenClock, login: str = "jia", address: str = ADDRESS) -> None:
    with writing(engine) as session:
        password_resets.ask(session, login, address, now=clock.now())


def send(engine: Engine, mailer: Mailer, clock: FrozenClock) -> dict[str, int]:
    return password_resets.send_waiting(engine, mailer, clock.now, secret_key=KEY)


def token_in(post: Relay) -> str:
    found = re.search(r"https://desk\.example\.org/sign-in/reset/(\S+)", post.mails[-1].get_content())
    assert found is not None
    return found[1]


def use(session: Session, clock: FrozenClock, token: str, password: str = NEW) -> None:
    password_resets.use(session, token, password, secret_key=KEY, now=clock.now())


def test_link_goes_to_the_members_address_and_sets_a_new_password(
    engine: Engine, clock: FrozenClock, mailer: Mailer, post: Relay, jia: int
) -> None:
    ask(engine, clock, " JIA ")
    assert send(engine, mailer, clock) == {"sent": 1}
    assert post.recipients == [["jia@example.org"]]
    assert "编辑甲，您好" in post.mails[0].get_content()
    with writing(engine) as session:
        use(session, clock, token_in(post))
    with reading(engine) as session:
        assert password_matches(session.get_one(Staff, jia).password_hash, NEW)
        assert session.scalars(select(StaffSession.ended_at)).all() == [clock.now()]
        assert session.scalars(select(AuditEntry.verb).order_by(AuditEntry.id)).all() == ["send_reset", "set_password"]


def test_link_ends_an_initial_password(engine: Engine, clock: FrozenClock, mailer: Mailer, post: Relay, jia: int) -> None:
    with writing(engine) as session:
        session.get_one(Staff, jia).initial_until = clock.now()
    ask(engine, clock, "jia")
    send(engine, mailer, clock)
    with writing(engine) as session:
        use(session, clock, token_in(post))
        assert session.get_one(Staff, jia).initial_until is None


@pytest.mark.parametrize("login", ["nobody", "yi", "gone"])
def test_no_mail_where_there_is_nobody_to_send_it_to(
    engine: Engine, clock: FrozenClock, mailer: Mailer, post: Relay, jia: int, login: str
) -> None:
    with writing(engine) as session:
        session.add(Staff(login="gone", display_name="走了", password_hash="x", role=Role.EDITOR, active=False,
                          created_at=clock.now(), email="gone@example.org"))
    ask(engine, clock, login)
    assert send(engine, mailer, clock) == {}
    assert post.mails == []


def test_known_and_unknown_login_leave_the_same_row(engine: Engine, clock: FrozenClock, jia: int) -> None:
    for login in ("jia", "nobody"):
        ask(engine, clock, login)
    with reading(engine) as session:
        rows = session.execute(select(ResetRequest.address, ResetRequest.at, ResetRequest.handled_at)).all()
    assert rows[0] == rows[1]


def test_link_works_once(engine: Engine, clock: FrozenClock, mailer: Mailer, post: Relay, jia: int) -> None:
    ask(engine, clock)
    send(engine, mailer, clock)
    with writing(engine) as session:
        use(session, clock, token_in(post))
    with reading(engine) as session, pytest.raises(BadInput, match="已经用过"):
        use(session, clock, token_in(post), "yet another one")


@pytest.mark.parametrize(("minutes", "seconds", "good"), [(29, 59, True), (30, 0, False)])
def test_link_works_for_half_an_hour(
    engine: Engine, clock: FrozenClock, mailer: Mailer, post: Relay, jia: int, minutes: int, seconds: int, good: bool
) -> None:
    ask(engine, clock)
    send(engine, mailer, clock)
    clock.advance(minutes=minutes, seconds=seconds)
    with reading(engine) as session:
        found = password_resets.holder(session, token_in(post), secret_key=KEY, now=clock.now())
    assert found == ((jia, "jia") if good else None)


def test_new_link_ends_the_one_before(engine: Engine, clock: FrozenClock, mailer: Mailer, post: Relay, jia: int) -> None:
    for _ in range(2):
        ask(engine, clock)
        send(engine, mailer, clock)
    first = re.search(r"/reset/(\S+)", post.mails[0].get_content())
    assert first is not None
    with reading(engine) as session:
        assert password_resets.holder(session, first[1], secret_key=KEY, now=clock.now()) is None
        assert password_resets.holder(session, token_in(post), secret_key=KEY, now=clock.now()) == (jia, "jia")


@pytest.mark.parametrize("change", [
    lambda t: t[:-1] + ("0" if t[-1] != "0" else "1"), lambda t: ("x" if t[0] != "x" else "y") + t[1:], lambda t: "",
    lambda t: t.replace(".", ""), lambda t: t + "é", lambda t: "." + t,
])
def test_token_that_was_changed_is_worth_nothing(
    engine: Engine, clock: FrozenClock, mailer: Mailer, post: Relay, jia: int, change: object
) -> None:
    ask(engine, clock)
    send(engine, mailer, clock)
    with reading(engine) as session:
        wrong = change(token_in(post))  # type: ignore[operator]
        assert password_resets.holder(session, wrong, secret_key=KEY, now=clock.now()) is None


def test_database_holds_no_token(engine: Engine, clock: FrozenClock, mailer: Mailer, post: Relay, jia: int) -> None:
    ask(engine, clock)
    send(engine, mailer, clock)
    with reading(engine) as session:
        assert session.scalars(select(PasswordReset.token_digest)).one() not in token_in(post)


def test_weak_password_spends_nothing(engine: Engine, clock: FrozenClock, mailer: Mailer, post: Relay, jia: int) -> None:
    ask(engine, clock)
    send(engine, mailer, clock)
    with pytest.raises(BadInput, match="至少要"), writing(engine) as session:
        use(session, clock, token_in(post), "short")
    with writing(engine) as session:
        use(session, clock, token_in(post))


def test_deactivated_member_cannot_use_his_link(
    engine: Engine, clock: FrozenClock, mailer: Mailer, post: Relay, jia: int
) -> None:
    ask(engine, clock)
    send(engine, mailer, clock)
    with writing(engine) as session:
        staff.deactivate(session, jia, actor=OPERATOR, now=clock.now())
    with reading(engine) as session:
        assert password_resets.holder(session, token_in(post), secret_key=KEY, now=clock.now()) is None


def test_mail_that_did_not_leave_is_tried_again_with_a_new_link(
    engine: Engine, clock: FrozenClock, mailer: Mailer, post: Relay, jia: int
) -> None:
    post.refuse_recipient = "451 try later"
    ask(engine, clock)
    assert send(engine, mailer, clock) == {"failed": 1}
    with reading(engine) as session:
        assert session.scalars(select(PasswordReset.ended_at)).all() == [clock.now()]
    post.refuse_recipient = ""
    assert send(engine, mailer, clock) == {"sent": 1}
    assert send(engine, mailer, clock) == {}


def test_relay_that_says_nothing_is_waited_for_once_and_the_others_keep_their_turn(
    engine: Engine, clock: FrozenClock, mailer: Mailer, post: Relay, jia: int
) -> None:
    with writing(engine) as session:
        session.execute(update(Staff).where(Staff.login == "yi").values(email="yi@example.org"))
    ask(engine, clock)
    ask(engine, clock, "yi", "192.0.2.2")
    away = replace(mailer, port=free_port())
    assert send(engine, away, clock) == {"failed": 1}
    assert send(engine, mailer, clock) == {"sent": 2}


def test_address_that_the_relay_refuses_for_good_is_not_tried_again(
    engine: Engine, clock: FrozenClock, mailer: Mailer, post: Relay, jia: int
) -> None:
    post.refuse_recipient = "550 no such user"
    ask(engine, clock)
    assert send(engine, mailer, clock) == {"failed": 1}
    assert send(engine, mailer, clock) == {}


def test_request_that_waited_too_long_is_dropped(
    engine: Engine, clock: FrozenClock, mailer: Mailer, post: Relay, jia: int
) -> None:
    ask(engine, clock)
    clock.advance(minutes=30)
    assert send(engine, mailer, clock) == {}
    assert post.mails == []


@pytest.mark.parametrize("login", ["jia", "nobody"])
def test_fourth_request_for_a_login_in_an_hour_is_passed_over(
    engine: Engine, clock: FrozenClock, jia: int, login: str
) -> None:
    for number in range(5):
        ask(engine, clock, login, f"192.0.2.{number}")
    with reading(engine) as session:
        assert session.scalar(select(func.count(ResetRequest.id))) == password_resets.REQUESTS_OF_A_LOGIN
    clock.advance(hours=1)
    ask(engine, clock, login)
    with reading(engine) as session:
        assert session.scalar(select(func.count(ResetRequest.id))) == password_resets.REQUESTS_OF_A_LOGIN + 1


def test_address_that_asks_too_often_is_stopped(engine: Engine, clock: FrozenClock, jia: int) -> None:
    for number in range(password_resets.REQUESTS_OF_AN_ADDRESS):
        ask(engine, clock, f"guess{number}")
    with pytest.raises(LockedOut):
        ask(engine, clock)


def test_requests_are_forgotten_after_a_day(engine: Engine, clock: FrozenClock, jia: int) -> None:
    ask(engine, clock)
    clock.advance(hours=24, seconds=1)
    ask(engine, clock, "nobody")
    with reading(engine) as session:
        assert session.scalars(select(ResetRequest.login)).all() == ["nobody"]


def test_mail_says_how_long_the_link_works() -> None:
    assert timedelta(minutes=30) == password_resets.GOOD_FOR
    assert "30分钟" in password_resets.TEXT
