"""No page shows a mark that turns the direction of writing: staff see its number, readers and the public nothing of it.

Done once for every page, after it is made, whoever's words stand where: in texts, titles, lists to choose from, names of
buttons. What a form sends back stays as it is (values, text areas): it is stored again, and a box turns nothing outside it.
"""

from __future__ import annotations

import re

from flask import Flask
from werkzeug.wrappers import Response

from bot import directions
from web.access import is_for_readers

UNSHOWN = re.compile(r"<(textarea|script|style)\b[^>]*>.*?</\1>|<[^>]*>", re.DOTALL | re.IGNORECASE)
"""What is no text: a sign > within a value is always written as &gt;. Of a text area the content is a value too."""
SHOWN_VALUE = re.compile(r"""(?<=\s)((?:title|alt|label|placeholder|data-confirm|aria-[a-z]+)=)("[^"]*"|'[^']*')""")


def register(app: Flask) -> None:
    app.after_request(_shown)


def _shown(answer: Response) -> Response:
    if answer.mimetype != "text/html" or answer.is_streamed or answer.direct_passthrough:
        return answer
    page = answer.get_data(as_text=True)
    if directions.MARKS.search(page):
        answer.set_data(shown(page, staff=not is_for_readers()))
    return answer


def shown(page: str, *, staff: bool) -> str:
    """The page with its texts, and the values that are read or heard, without marks."""
    write, parts, at = directions.named if staff else directions.without, list[str](), 0
    for found in UNSHOWN.finditer(page):
        parts.append(write(page[at : found.start()]))
        tag = found[0] if found[1] else SHOWN_VALUE.sub(lambda value: value[1] + write(value[2]), found[0])
        parts.append(tag)
        at = found.end()
    return "".join([*parts, write(page[at:])])
