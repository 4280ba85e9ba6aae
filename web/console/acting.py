"""One act of an editor: a transaction of its own, and what became of it said. Knows no screen."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash
from sqlalchemy.orm import Session

from bot.errors import WoodpeckerError
from models.session import writing
from web.deps import deps


def attempt(act: Callable[[Session], str]) -> WoodpeckerError | None:
    """Does `act`, which gives the sentence that says it is done; gives what refused it, for the screen to say."""
    try:
        with writing(deps().engine) as session:
            done = act(session)
    except WoodpeckerError as problem:
        return problem
    flash(done, "success")
    return None
