"""A forgotten password: the request, the mail with a link that works once, the new password. Knows no HTTP.

The page that takes a request writes one row, whoever asked: nothing that it says or does, nor the time it takes,
tells an account from none. A job looks the login up and sends.
"""

from __future__ import annotations

import hmac
import logging
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import ColumnElement, Engine, delete, func, select, update
from sqlalchemy.orm import Session

from bot.audit import SCHEDULER, by_staff, record
from bot.errors import BadInput
from bot.mail import Mailer, MailError
from bot.members import staff
from bot.members.admission import WINDOW, LockedOut, address_key, counted_login
from bot.members.second_factor import key_for
from bot.members.sign_in import digest
from models.session import lock_for_writing, reading, writing
from models.staff import PasswordReset, ResetRequest, Staff

log = logging.getLogger(__name__)

GOOD_FOR = timedelta(minutes=30)
REQUESTS_OF_A_LOGIN = 3
REQUESTS_OF_AN_ADDRESS = 10
COUNTED_FOR = timedelta(hours=1)
KEEP = timedelta(days=1)
BATCH = 20
_RESET_KEY = 0x57504B02  # advisory lock of all requests, see lock_for_writing

GONE = "这个链接已经用过，或者过了30分钟。需要的话，请在登录页再点一次“忘了密码”。"
SUBJECT = "重设啄木鸟编辑台的密码"
TEXT = """{name}，您好：

编辑台收到了重设您密码的请求。请在30分钟内打开下面的链接，填一个新密码：

{link}

这个链接只能用一次。如果不是您要重设，请不用理会，密码不会变。

啄木鸟编辑台
"""


def ask(session: Session, login: str, address: str, *, now: datetime) -> None:
    """Takes note of a request. LockedOut when too many came from this address.

    Too many for one login are passed over in silence: whoever is after a member shall not learn what became of it.
    """
    lock_for_writing(session, _RESET_KEY)
    counted, key = counted_login(login), address_key(address)
    session.execute(delete(ResetRequest).where(ResetRequest.at < now - KEEP))
    if _asked(session, ResetRequest.address == key, now) >= REQUESTS_OF_AN_ADDRESS:
        raise LockedOut(now + WINDOW)
    if _asked(session, ResetRequest.login == counted, now) >= REQUESTS_OF_A_LOGIN:
        return
    session.add(ResetRequest(login=counted, address=key, at=now))
    session.flush()


def _asked(session: Session, same: ColumnElement[bool], now: datetime) -> int:
    return session.scalar(select(func.count(ResetRequest.id)).where(same, ResetRequest.at > now - COUNTED_FOR)) or 0


def send_waiting(engine: Engine, mailer: Mailer, clock_now: Callable[[], datetime], *, secret_key: str) -> dict[str, int]:
    """Sends a link for every request of a member with an address. No transaction is open while a mail leaves."""
    sent = failed = 0
    with reading(engine) as session:
        waiting = session.scalars(select(ResetRequest.id).where(ResetRequest.handled_at.is_(None))
                                  .order_by(ResetRequest.id).limit(BATCH)).all()
    for request_id in waiting:
        with writing(engine) as session:
            mail = _claim(session, request_id, mailer, secret_key=secret_key, now=clock_now())
        if mail is None:
            continue
        try:
            mailer.send(mail[0], SUBJECT, mail[1], now=clock_now())
            sent += 1
        except MailError as problem:
            failed += 1
            log.warning("the mail for reset request %d did not leave: %s", request_id, problem)
            with writing(engine) as session:
                _give_back(session, request_id, again=not problem.final, now=clock_now())
            if problem.unreached:
                break  # the others are not taken: they wait for the next turn, and the other jobs do not wait for them
    return ({"sent": sent} if sent else {}) | ({"failed": failed} if failed else {})


def _claim(session: Session, request_id: int, mailer: Mailer, *, secret_key: str, now: datetime) -> tuple[str, str] | None:
    """Makes the link: (address, text) of the mail; None where somebody else sends it or there is nobody to send it to."""
    claimed = session.execute(
        update(ResetRequest).where(ResetRequest.id == request_id, ResetRequest.handled_at.is_(None))
        .values(handled_at=now).returning(ResetRequest.login, ResetRequest.at)).one_or_none()
    if claimed is None or claimed.at <= now - GOOD_FOR:
        return None
    member = session.scalar(select(Staff).where(Staff.login == claimed.login, Staff.active.is_(True)))
    if member is None or member.email is None:
        return None
    _end_links(session, member.id, now)
    token = _sign(secrets.token_urlsafe(32), secret_key)
    session.add(PasswordReset(staff_id=member.id, token_digest=digest(token), made_at=now))
    record(session, actor=SCHEDULER, verb="send_reset", object_kind="staff", object_id=member.id, now=now)
    return member.email, TEXT.format(name=member.display_name, link=mailer.link(f"/sign-in/reset/{token}"))


def _give_back(session: Session, request_id: int, *, again: bool, now: datetime) -> None:
    """The link of a mail that did not leave is worth nothing; the next run makes another, while there is time."""
    asked = session.get_one(ResetRequest, request_id)
    member_id = session.scalar(select(Staff.id).where(Staff.login == asked.login))
    if member_id is not None:
        _end_links(session, member_id, now)
    if again:
        asked.handled_at = None


def holder(session: Session, token: str, *, secret_key: str, now: datetime) -> tuple[int, str] | None:
    """(staff id, login) of whose link this is, while it is good."""
    if not _signed(token, secret_key):
        return None
    row = session.execute(
        select(Staff.id, Staff.login).join(PasswordReset, PasswordReset.staff_id == Staff.id)
        .where(PasswordReset.token_digest == digest(token), PasswordReset.ended_at.is_(None),
               PasswordReset.made_at > now - GOOD_FOR, Staff.active.is_(True))).one_or_none()
    return None if row is None else (row.id, row.login)


def use(session: Session, token: str, password: str, *, secret_key: str, now: datetime) -> None:
    """The new password; the member is signed out everywhere, and no link of his works any more. BadInput if not."""
    found = holder(session, token, secret_key=secret_key, now=now)
    if found is None:
        raise BadInput(GONE)
    staff_id, login = found
    staff.check_password_rule(login, password)
    spent = session.scalar(
        update(PasswordReset)
        .where(PasswordReset.token_digest == digest(token), PasswordReset.ended_at.is_(None))
        .values(ended_at=now).returning(PasswordReset.id))
    if spent is None:  # used in another window this very moment
        raise BadInput(GONE)
    _end_links(session, staff_id, now)
    staff.set_password(session, staff_id, password, actor=by_staff(staff_id), now=now)


def _end_links(session: Session, staff_id: int, now: datetime) -> None:
    session.execute(update(PasswordReset).where(PasswordReset.staff_id == staff_id, PasswordReset.ended_at.is_(None))
                    .values(ended_at=now))


def _sign(value: str, secret_key: str) -> str:
    return f"{value}.{hmac.new(key_for(secret_key, 'password reset'), value.encode(), sha256).hexdigest()[:32]}"


def _signed(token: str, secret_key: str) -> bool:
    """What nobody here made is not even looked up."""
    value = token.rpartition(".")[0]
    return token.isascii() and hmac.compare_digest(_sign(value, secret_key), token)
