"""Tables offered as files of a spreadsheet. Knows no table."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from werkzeug.wrappers import Response

from bot import exports
from bot.exports import FileKind, Sheet


def download(sheets: Sequence[Sheet], kind: FileKind, name: str) -> Response:
    """The tables as one file. `name`: what it is called on the editor's disk, without the ending."""
    answer = Response(exports.write(sheets, kind), content_type=exports.MIME_TYPES[kind])
    # The plain name is for programs that do not read the encoded one (RFC 6266).
    answer.headers["Content-Disposition"] = (
        f"attachment; filename=\"table.{kind.value}\"; filename*=UTF-8''{quote(name + '.' + kind.value, safe='')}")
    return answer
