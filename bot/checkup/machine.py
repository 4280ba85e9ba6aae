"""The machine and the configuration: disk, data folder, files that only we should read, what accounts lack. Reads no row."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bot.checkup.findings import Finding, fine, warning, wrong
from bot.errors import SettingsError
from bot.media import sources
from bot.settings import AccountSettings, Settings

LITTLE, TOO_LITTLE = 2_000_000_000, 200_000_000
"""Free bytes: below the first a month of photos may not fit, below the second neither does the next write-ahead log."""
GROUP, OTHERS = 0o070, 0o007


def look(settings: Settings, config: Path) -> Iterator[Finding]:
    yield from _folder(settings.server.data_dir)
    yield from _private(config, settings)
    yield from _pictures(settings)
    yield from _configuration(settings)
    for name, account in settings.accounts.items():
        yield from _account(name, account)


def _folder(folder: Path) -> Iterator[Finding]:
    if not folder.exists():
        yield wrong("disk", f"{folder} is not there: python -m bot db upgrade makes it, or its disk is not mounted.")
        return
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"x" * 4096)
            file.flush()
        free = shutil.disk_usage(folder).free
    except OSError as problem:
        yield wrong("disk", f"{folder} cannot be written ({problem.strerror}): give it to the user who runs this, "
                            "or free its disk.")
        return
    words = f"{folder} is writable, {free / 1e9:.1f} GB free"
    if free < TOO_LITTLE:
        yield wrong("disk", f"{words}: make room now, soon no message can be stored.")
    elif free < LITTLE:
        yield warning("disk", f"{words}: make room before photos fill it.")
    else:
        yield fine("disk", f"{words}.")


def _private(config: Path, settings: Settings) -> Iterator[Finding]:
    """Files with secrets that others on this machine may read. That root keeps one and lets our group read it is as it
    should be (docs/deploy.md)."""
    for path in (config, settings.claims.keys, settings.records.signing_key):
        if path is None or not path.exists():
            continue
        known, group = path.stat(), os.getegid()
        ours = known.st_uid == os.geteuid()
        if known.st_mode & OTHERS or (known.st_mode & GROUP and (ours or known.st_gid != group)):
            # Whoever is not its owner reads it by the group alone.
            do = f"chmod 600 {path}" if ours else f"chgrp {group} {path} && chmod 640 {path}"
            yield warning("secrets", f"{path} can be read by others on this machine: {do}")


def _pictures(settings: Settings) -> Iterator[Finding]:
    """Whether this machine can keep them where the configuration says. Asks nobody."""
    try:
        sources.store(settings)
    except SettingsError as problem:
        yield wrong("pictures", f"No photo can be kept: {problem}. make setup-s3 installs what s3:// needs.")


def _configuration(settings: Settings) -> Iterator[Finding]:
    if settings.demo.enabled:
        yield warning("configuration", "This is the demo ([demo] enabled = true): switch it off on a real account.")
    if not settings.server.secure_cookies and not settings.demo.enabled:
        yield warning("configuration", "Sign-ins travel without https too ([server] secure_cookies = false): set it to true.")
    if not settings.mail.host:
        yield warning("configuration", "No mail leaves ([mail] host is empty): passwords are reset by an admin only, and nobody "
                                       "is told at once of a changed sign-in or reminded of a deadline. Name a relay.")
    if not settings.server.public_url:
        yield warning("configuration", "Winners have no page to claim on ([server] public_url is empty): set the address "
                                       "that readers reach.")
    if not settings.desk.phone:
        yield warning("configuration", "Readers are told no telephone number ([desk] phone is empty).")


def _account(name: str, account: AccountSettings) -> Iterator[Finding]:
    area = f"account {name}"
    if not account.app_secret:
        yield warning(area, "It has no app_secret: nothing can be sent but the reply to a message. Set it, from the "
                            "account's console.")
    if account.mode == "plaintext":
        yield warning(area, 'It takes messages in the open (mode = "plaintext"): choose safe mode (安全模式) here and in '
                            "the account's console.")
    if account.kind == "service" and account.verified and not account.notices:
        yield warning(area, "It has no template for notices: readers who wrote more than 48 hours ago cannot be told. "
                            "See config.example.toml.")
    if account.app_secret and account.mode != "plaintext":
        yield fine(area, f"{account.kind}, {'verified' if account.verified else 'not verified'}, {account.mode} mode.")
