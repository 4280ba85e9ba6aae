"""Root where the data are somebody else's: what root makes there, the service could neither write nor read."""

from __future__ import annotations

import pwd
from pathlib import Path

from bot.errors import SettingsError

ROOT = 0


def refuse(folder: Path, config: Path, *, us: int) -> None:
    """SettingsError for root (`us`: our user's number) where `folder` belongs to another user."""
    if us != ROOT or not folder.exists():
        return
    owner = folder.stat().st_uid
    if owner == ROOT:
        return
    try:
        name = pwd.getpwuid(owner).pw_name
    except KeyError:
        name = f"#{owner}"
    raise SettingsError(f"{folder} belongs to {name}, and this is root: what root made there would be closed to the service. "
                        f"Run it as {name}: runuser -u {name} -- env WOODPECKER_CONFIG={config} .venv/bin/python -m bot ...")
