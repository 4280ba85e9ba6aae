"""The password and the browser of every member of staff in tests."""

from __future__ import annotations

PASSWORD = "correct horse battery"
# Made with the least cost that argon2 takes, so that no test waits for it.
PASSWORD_HASH = (
    "$argon2id$v=19$m=8,t=1,p=1$3aXOoREP056I0hTffnxChQ$GHpBATfqz4F4Xg63rndRONz5wqi1vlJd5+WMXgqJkeg"
)
BROWSER = "Test Browser 1.0"
