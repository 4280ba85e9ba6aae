"""Keys of config.toml that stood elsewhere in earlier versions: taken from there, and the log says what to change."""

from __future__ import annotations

import logging
from typing import Any

from bot.errors import SettingsError

log = logging.getLogger(__name__)
OLD_TABLES = ("mail", "claims")
"""Where `public_url` stood before it was one key of [server]."""


def settled(raw: dict[str, Any], source: str) -> dict[str, Any]:
    """The file's values with every key where it belongs; `raw` stays as it is.

    SettingsError where old places say different things: which one is meant, nobody can guess.
    """
    server = raw.get("server")
    old = {name: table["public_url"] for name in OLD_TABLES
           if isinstance(table := raw.get(name), dict) and "public_url" in table}
    if not old or not isinstance(server, dict):
        return raw
    given = {name: value for name, value in {"server": server.get("public_url"), **old}.items() if value}
    if len({str(value).rstrip("/") for value in given.values()}) > 1:
        raise SettingsError(f"{source}: public_url: found different ones in {_tables(given)}; "
                            "expected: only one, in [server], the address that readers open.")
    if given:
        log.warning("%s: public_url belongs into [server]; please move it there from %s. Until then it is taken from there.",
                    source, _tables(old))
    rest = {name: {key: value for key, value in raw[name].items() if key != "public_url"} for name in old}
    return raw | rest | {"server": server | {"public_url": next(iter(given.values()), "")}}


def _tables(names: dict[str, Any]) -> str:
    return " and ".join(f"[{name}]" for name in names)
