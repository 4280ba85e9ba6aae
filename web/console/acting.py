"""One act of an editor: a transaction of its own, and what became of it said. Knows no screen."""

from __future__ import annotations

import logging
from collections.abc import Callable

from flask import flash
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.errors import Stale, WoodpeckerError, without_words
from models.session import writing
from web.deps import deps

log = logging.getLogger(__name__)

AT_ONCE = "刚才有人做了同样的事，这次没有存。请看看现在的样子，要改再改。"


def attempt(act: Callable[[Session], str | None]) -> WoodpeckerError | None:
    """Does `act`, which gives the sentence that says it is done, or none where the next page shows it by itself; gives
    what refused it, for the screen to say."""
    try:
        with writing(deps().engine) as session:
            done = act(session)
    except WoodpeckerError as problem:
        return problem
    except IntegrityError as problem:
        # Two people at once: the second meets the row that the first has just written.
        log.warning("an act met another one: %s", without_words(problem))
        return Stale(AT_ONCE)
    if done:
        flash(done, "success")
    return None
