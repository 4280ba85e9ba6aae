"""A wrong setting in a sentence for whoever wrote the file. Never shows a secret."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

PLAINER = (
    ("a valid integer", "a whole number, without quotation marks"),
    ("a valid number", "a number, without quotation marks"),
    ("a valid boolean", "true or false, without quotation marks"),
    ("a valid string", "a text in quotation marks"),
    ("a valid list", "a list, in the form [\"...\", \"...\"]"),
    ("Value error, ", ""),
    ("Input should be a valid dictionary or instance", "a table, in the form"),
    ("Input should be a valid dictionary", "a table"),
    ("Input should be ", ""),
    ("String should have ", "a text with "),
)


def sentence(source: str, error: dict[str, Any]) -> str:
    """`error` as pydantic tells it: which key, what was found there and what is expected."""
    key = ".".join(str(part) for part in error["loc"]) or "(file)"
    kind, found = error["type"], error.get("input")
    if kind == "extra_forbidden":
        return f"{source}: {key}: unknown key. See config.example.toml for every key there is."
    if kind == "missing":
        return f"{source}: {key}: missing. It is required; see config.example.toml."
    expected = str(error["msg"])
    for before, after in PLAINER:
        expected = expected.replace(before, after)
    return f"{source}: {key}: found {_shown(key, found)}; expected: {expected}"


def _shown(key: str, found: object) -> str:
    """What was found, in words that never hold a secret."""
    if isinstance(found, dict):
        return "a table"
    if isinstance(found, list):
        return "a list"
    if not any(word in key for word in ("token", "secret", "key", "url", "password")):
        return repr(found)
    return f"a text of {len(found)} characters" if isinstance(found, str) else f"a value of type {type(found).__name__}"


def names_a_database(url: str) -> bool:
    """Whether it can be read as an address at all, with the name of a database that outlives a process."""
    try:
        name = make_url(url).database
    except (ArgumentError, ValueError):  # a port that is no number
        return False
    return bool(name) and name != ":memory:"


_AT = re.compile(r"at line (\d+)")
_HINTS = (
    (re.compile("[\u201c\u201d\u2018\u2019\uff02]"), "quotation marks are written straight: \""),
    (re.compile("^[^\"#]*(?:\"[^\"]*\"[^\"#]*)*[\uff0c\u3001]"), "the sign between two values is ,"),
    (re.compile("^\\s*\uff03"), "a comment begins with #"),
    (re.compile("^[^\"#]*[\u3010\u3011\uff3b\uff3d]"), "the brackets of a table or list are [ ]"),
    (re.compile("=\\s*[\uff10-\uff19]"), "digits are written 0 to 9, half as wide"),
    (re.compile(r"=\s*\d+,\d+\s*$"), "a number has a point, no comma"),
    (re.compile(r"=\s*(?:yes|no|on|off)\s*$"), "yes and no are written true and false"),
    (re.compile("^\\s*\\[[^\\]\"']*[^\x00-\x7f]"), "a name in [ ] is made of letters, digits and -"),
    (re.compile(r"=\s*(?:True|False|TRUE|FALSE)\b"), "true and false are written small"),
    (re.compile(r"^\s*\[[^\]]*\s[^\]]*\]"), "a name in [ ] holds no blank"),
    (re.compile("\uff1d"), "the sign between key and value is ="),
    (re.compile(r"^[^=#\[]*$"), "a line is KEY = VALUE"),
    (re.compile(r"=\s*[^\s\"'\d\[{tf#+-]"), "a text stands in quotation marks"),
)
"""What is wrong in a line, by its form, and how it is written."""


def unreadable(path: Path, problem: Exception, text: str = "") -> str:
    """Why a file of settings cannot be read at all, with the line and how it is written; a value is never shown."""
    if isinstance(problem, UnicodeDecodeError):
        return f"{path}: is not in UTF-8. Save it again with the encoding UTF-8."
    if isinstance(problem, IsADirectoryError):
        return f"{path}: is a folder; name the file in it."
    if isinstance(problem, OSError):
        return f"{path}: cannot be read: {problem.strerror}"
    found = _AT.search(str(problem))
    line = text.splitlines()[int(found[1]) - 1] if found and int(found[1]) <= len(text.splitlines()) else ""
    twice = re.match(r"Cannot (?:declare|overwrite)", str(problem))
    hint = "it stands twice; keep one" if twice else next((said for form, said in _HINTS if form.search(line)), str(problem))
    key = line.split("=")[0].strip() if "=" in line or line.startswith("[") else ""
    where = f"line {found[1]}{f' ({key[:40]})' if key else ''}" if found else "the file"
    return f"{path}: cannot be read at {where}: {hint}."
