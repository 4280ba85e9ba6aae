"""The password, the browser and the telephone of members of staff in tests."""

from __future__ import annotations

import re
from datetime import datetime

import pyotp

from bot.members.second_factor import STEP_SECONDS, seal
from models.staff import SecondFactor

PASSWORD = "correct horse battery"
# Made with the least cost that argon2 takes, so that no test waits for it.
PASSWORD_HASH = (
    "$argon2id$v=19$m=8,t=1,p=1$3aXOoREP056I0hTffnxChQ$GHpBATfqz4F4Xg63rndRONz5wqi1vlJd5+WMXgqJkeg"
)
BROWSER = "Test Browser 1.0"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
"""Of every telephone in tests; in the app's own clock `code(now)` is what it shows."""


def second_factor(staff_id: int, *, secret_key: str, now: datetime) -> SecondFactor:
    """A telephone in use, of which no code was taken yet."""
    return SecondFactor(staff_id=staff_id, sealed=seal(staff_id, SECRET, secret_key=secret_key, now=now),
                        confirmed_at=now, last_step=0)


def code(now: datetime, *, steps: int = 0, secret: str = SECRET) -> str:
    """What the telephone shows at `now`, or so many half minutes later."""
    return pyotp.TOTP(secret.replace(" ", "")).generate_otp(int(now.timestamp()) // STEP_SECONDS + steps)


def drawn_password(page: str) -> str:
    """The initial password that this page shows, without its gaps."""
    groups = re.findall(r"<code>([2-9a-z]{4})</code>", page)
    assert len(groups) == 5
    return "".join(groups)
