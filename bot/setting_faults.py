"""A wrong setting in a sentence for whoever wrote the file. Never shows a secret."""

from __future__ import annotations

from typing import Any

PLAINER = (
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
