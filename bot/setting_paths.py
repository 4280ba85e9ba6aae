"""Paths in config.toml: relative ones are taken from the folder of the file, wherever the program is started.

Those in the addresses of database and pictures were taken from where it was started, in earlier versions. Where something
still lies there nothing starts: a new, empty database beside the old one would look like one that lost everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import URL, make_url

from bot.errors import SettingsError

PROGRAM = Path(__file__).resolve().parent.parent
"""Where the services are started (docs/deploy)."""
CERTIFICATES = ("sslrootcert", "sslcert", "sslkey", "sslcrl", "sslcrldir", "passfile")
"""What the address of a PostgreSQL names files by."""
PLAIN = ("file://", "local://", "")


@dataclass(frozen=True, slots=True)
class Written:
    """A relative path as it stands in the file."""

    key: str
    path: str


def database(url: str, base: Path) -> str:
    """The address with every path of it whole."""
    if not url:
        return url
    address = make_url(url)
    named = dict(_of_database(address))
    if not named:
        return url
    changed: URL = address.update_query_dict({name: str(base / path) for name, path in named.items() if name})
    return (changed.set(database=str(base / named[""])) if "" in named else changed).render_as_string(hide_password=False)


def storage(address: str, base: Path) -> str:
    kind, path = _of_storage(address)
    return f"{kind}{base / path}" if path else address


def _of_database(address: URL) -> Iterator[tuple[str, str]]:
    """Its relative paths, by the name of the parameter; "" is the file itself."""
    if address.get_backend_name() == "sqlite":
        if address.database and _relative(address.database) and not address.database.startswith("file:"):
            yield "", address.database
        return
    for name in CERTIFICATES:
        path = address.query.get(name)
        if isinstance(path, str) and _relative(path) and path != "system":
            yield name, path


def _of_storage(address: str) -> tuple[str, str]:
    """What stands before the path, and the path; both empty where it is no relative one of this machine."""
    kind = next(kind for kind in PLAIN if address.startswith(kind))
    path = address.removeprefix(kind)
    of_this_machine = path and not any(sign in path for sign in ("://", "::")) and not path.startswith("~")
    return (kind, path) if of_this_machine and _relative(path) else ("", "")


def _relative(path: str) -> bool:
    return not path.startswith("/")


def written(raw: dict[str, Any]) -> list[Written]:
    """The paths that were once taken from the folder of the start; `raw` was found right."""
    url = raw["server"].get("database_url") or ""
    found = [Written("server.database_url", path) for _, path in (_of_database(make_url(url)) if url else ())]
    _, path = _of_storage(raw.get("media", {}).get("storage") or "")
    return [*found, *([Written("media.storage", path)] if path else [])]


def refuse_left_behind(paths: Iterable[Written], base: Path, source: str) -> None:
    """SettingsError where one of them leads to something else from where the program is, or was, started."""
    places = [PROGRAM]
    with suppress(OSError):  # the folder of the start was deleted
        places.insert(0, Path.cwd())
    for one in paths:
        here = base / one.path
        for there in (place / one.path for place in places):
            if there.exists() and not (here.exists() and here.samefile(there)):
                both = "which is there too" if here.exists() else "which is not there"
                raise SettingsError(
                    f"{source}: {one.key}: {one.path!r} is taken from the folder of this file: {here}, {both}. Earlier versions "
                    f"took it from where they were started, and {there} lies there. Write the whole path of the right one.")


def texts_of_files(raw: dict[str, Any], base: Path, source: str, within: str = "") -> dict[str, Any]:
    """Replaces every `NAME_file = "path"` by `NAME = <the file's text>`."""
    result: dict[str, Any] = {}
    for key, value in raw.items():
        if isinstance(value, dict):
            result[key] = texts_of_files(value, base, source, f"{within}{key}.")
        elif key.endswith("_file") and isinstance(value, str):
            name = key.removesuffix("_file")
            if name in raw:
                raise SettingsError(f"{source}: {name} and {key}: found both; expected: only one of them")
            result[name] = _text_of(base / value, f"{source}: {within}{key}: {value!r}")
        else:
            result[key] = value
    return result


def _text_of(path: Path, what: str) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except UnicodeDecodeError:
        raise SettingsError(f"{what} cannot be read: not a text in UTF-8") from None
    except OSError as problem:
        raise SettingsError(f"{what} cannot be read: {problem.strerror}") from None
