"""The one tree of errors that `bot` raises on purpose. Each says in a sentence what to do."""

from __future__ import annotations

import traceback


class WoodpeckerError(Exception):
    """Something a person can mend; `str()` is the sentence to show."""


class SettingsError(WoodpeckerError):
    """The configuration is wrong: names the key, what was found and what is expected."""


class DatabaseProblem(WoodpeckerError):
    """The database is not at the schema this program needs, and what to do about it."""


class NotAllowed(WoodpeckerError):
    """The move is not allowed in the present state (enums.*_MOVES) or to this actor."""


class Stale(WoodpeckerError):
    """Somebody changed the row since it was read; nothing was saved."""


class BadInput(WoodpeckerError):
    """What was entered cannot be taken; the sentence says what is expected."""


class NotFound(WoodpeckerError):
    """There is no such thing."""


class ImportProblem(WoodpeckerError):
    """An import file is wrong; `problems` are sentences with file and line."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def without_words(problem: BaseException | None) -> str:
    """Kinds and places of what was raised, from the first cause on, for the log. Its own text is left out on purpose: a
    database error quotes the values, and so a reader's words."""
    parts, seen = list[str](), set[int]()
    while problem is not None and id(problem) not in seen:
        seen.add(id(problem))
        kind = f"{type(problem).__module__}.{type(problem).__qualname__}"
        parts.append("".join(traceback.format_tb(problem.__traceback__)) + kind)
        problem = problem.__cause__ or problem.__context__
    return "\n".join(reversed(parts))
