"""The demo's configuration file: made once with secrets of its own, kept afterwards. Starts nothing."""

from __future__ import annotations

import re
import secrets
import string
from pathlib import Path

from bot.claiming import keys

_ALPHABET = string.ascii_letters + string.digits
# The last of 43 characters of base64 for 32 bytes carries 4 bits: any other would leave spare bits set, which
# strict decoders refuse.
_LAST_OF_KEY = "AEIMQUYcgkosw048"

_TEMPLATE = """# The demo's configuration, made by `make run` with secrets of its own. Delete the folder to begin anew.
# For a real account: copy config.example.toml to config.toml.

[server]
data_dir = "."
public_url = "http://127.0.0.1:{console}"
secret_key = "{secret_key}"
secure_cookies = false

[accounts.demo]
title = "社区晨报（演示）"
app_id = "wx{app_id}"
original_id = "gh_{original_id}"
token = "{token}"
aes_key = "{aes_key}"
app_secret = "{app_secret}"
mode = "safe"
body_format = "xml"
kind = "subscription"
verified = true
qr_code = "http://127.0.0.1:{port}/"

[wechat]
api_base = "http://127.0.0.1:{port}"
oauth_base = "http://127.0.0.1:{port}"

[claims]
keys = "claim-keys"
by_post = true
place = "银杏路1号编辑部（演示）"

[desk]
phone = "021-00000000"  # nobody's: readers are told it with every third answer, and below every no
hours = "工作日 9:00—17:00"

[scheduler]
every_seconds = 5

[readers]
quiet_from = "00:00"  # never: whoever tries it out at night sees results too
quiet_until = "00:00"

[demo]
enabled = true
simulator_port = {port}
"""


def ensure(path: Path, *, simulator_port: int | None, port: int = 8000) -> bool:
    """Makes the file where there is none, and the claims' key; else sets the ports in it. Whether it was made now.

    `simulator_port` None: the one that stands there, or 8001.

    OSError where it cannot be read or written.
    """
    made = not path.exists()
    present = "" if made else path.read_text(encoding="utf-8")
    text = render(simulator_port or 8001, port) if made else with_port(with_code(with_address(present)), simulator_port, port)
    if text != present:
        draft = path.with_suffix(".new")
        draft.touch(mode=0o600)  # secrets: for nobody else on this machine
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
    if made and not path.with_name("claim-keys").exists():
        keys.add_key(path.with_name("claim-keys"))
    return made


def render(simulator_port: int, port: int = 8000) -> str:
    """A new configuration with fresh secrets."""
    return _TEMPLATE.format(
        secret_key=secrets.token_urlsafe(48),
        app_id=secrets.token_hex(8),
        original_id=secrets.token_hex(6),
        token=_letters(32),
        aes_key=_letters(42) + secrets.choice(_LAST_OF_KEY),
        app_secret=secrets.token_hex(16),
        port=simulator_port,
        console=port,
    )


def with_address(text: str) -> str:
    """`text` with the address that readers open in [server], where older demos had it in [claims], or nowhere."""
    server = re.search(r"(?ms)^\[server\]\n(.*?)(?=^\[|\Z)", text)
    if server is None or re.search(r"(?m)^public_url\b", server[1]):
        return text
    line = r"(?m)^public_url\s*=.*\n?"
    found = re.search(line, text)
    here = found[0].rstrip("\n") if found else 'public_url = "http://127.0.0.1:8000"'
    return re.sub(line, "", text).replace("[server]\n", f"[server]\n{here}\n", 1)


def with_code(text: str) -> str:
    """`text` with the account's own QR code, which older demos lacked; it leads to the stand-in."""
    port = re.search(r"(?m)^simulator_port = (\d+)$", text)
    if port is None or re.search(r"(?m)^qr_code\b", text):
        return text
    return text.replace("[accounts.demo]\n", f'[accounts.demo]\nqr_code = "http://127.0.0.1:{port[1]}/"\n', 1)


def with_port(text: str, simulator_port: int | None, port: int = 8000) -> str:
    """`text` with the stand-in and the console at those ports; everything else as it was."""
    text = re.sub(r'(?m)^public_url = "http://127\.0\.0\.1:\d+"$', f'public_url = "http://127.0.0.1:{port}"', text)
    if simulator_port is None:
        return text
    text = re.sub(r"(?m)^simulator_port = \d+$", f"simulator_port = {simulator_port}", text)
    return re.sub(r'(?m)^(api_base|oauth_base|qr_code) = "http://127\.0\.0\.1:\d+(/?)"$',
                  rf'\1 = "http://127.0.0.1:{simulator_port}\2"', text)


def _letters(count: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(count))
