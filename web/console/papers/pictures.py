"""Page pictures for signed-in editors: the whole page in a few widths, its tiles, the piece around words.

Addresses that the server makes carry the picture's version (`v`), so that browsers keep what they have seen. Knows no
report and no article.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from flask import Blueprint, Flask, Response, current_app, request

from bot.catalogue import cutting
from bot.catalogue.cutting import Damaged, Unpacked
from bot.catalogue.drawing import page_store
from bot.errors import BadInput, NotFound
from bot.media.store import Missing
from models.queries import page as queries
from models.session import reading
from web.deps import deps

if TYPE_CHECKING:
    from PIL import Image

blueprint = Blueprint("pictures", __name__, url_prefix="/papers/pages")

KEPT_SECONDS = 365 * 24 * 3600
VERSION = 12
"""Characters of the picture's digest that stand in addresses."""


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
    app.extensions["woodpecker.pages"] = Unpacked()


@blueprint.get("/<int:page_id>/picture")
def whole(page_id: int) -> Response:
    """The page `width` pixels wide: one of cutting.WIDTHS."""
    width = _number("width", cutting.WIDTHS[1])
    if width not in cutting.WIDTHS:
        raise BadInput(f"版面图的宽度只有{'、'.join(map(str, cutting.WIDTHS))}几种。")
    return _answer(page_id, f"whole-{width}", lambda page: cutting.whole(page, width))


@blueprint.get("/<int:page_id>/tiles/<int:zoom>/<int:row>/<int:column>")
def tile(page_id: int, zoom: int, row: int, column: int) -> Response:
    """One square of cutting.TILE pixels; zoom 0 is the page in one tile, the highest (cutting.levels) its own size."""
    return _answer(page_id, f"tile-{zoom}-{row}-{column}", lambda page: cutting.tile(page, zoom, row, column))


@blueprint.get("/<int:page_id>/crop")
def crop(page_id: int) -> Response:
    """The piece from left, top to right, bottom, in ten-thousandths of the page; at most cutting.LARGEST_CROP bytes."""
    left, top, right, bottom = (_number(side) for side in ("left", "top", "right", "bottom"))

    def cut(page: Image.Image) -> bytes | None:
        box = cutting.region(page.width, page.height, left, top, right, bottom)
        return None if box is None else cutting.crop(page, box)

    return _answer(page_id, f"crop-{left}-{top}-{right}-{bottom}", cut)


def _number(name: str, otherwise: int = -1) -> int:
    """A whole number of the query. BadInput for anything else that stands there."""
    text = request.args.get(name)
    if text is None:
        return otherwise
    if not (text.isascii() and text.isdigit() and len(text) <= 6):
        raise BadInput("网址不完整，请回到上一页再打开。")
    return int(text)


def _answer(page_id: int, what: str, cut: Callable[[Image.Image], bytes | None]) -> Response:
    """The picture, or 304 where the browser has it already: then nothing is unpacked."""
    with reading(deps().engine) as session:
        digest = queries.picture(session, page_id)
    if digest is None:
        raise NotFound("这一版没有版面图。")
    answer = Response(mimetype="image/webp")
    answer.set_etag(f"{digest[:VERSION]}-{what}")
    if answer.make_conditional(request.environ).status_code != 304:
        data = cut(_page(digest))
        if data is None:
            raise NotFound("版面图上没有这一块。")
        answer.set_data(data)
    answer.cache_control.private = True
    if request.args.get("v") == digest[:VERSION]:
        answer.cache_control.max_age, answer.cache_control.immutable = KEPT_SECONDS, True
    else:
        answer.cache_control.no_cache = True  # kept, but asked for again: the picture at this address may change
    return answer


def _page(digest: str) -> Image.Image:
    """NotFound where the file is gone or broken: the database names it, the folder has lost it."""
    pages: Unpacked = current_app.extensions["woodpecker.pages"]
    try:
        return pages.page(digest, lambda: page_store(deps().settings).get(digest))
    except (Missing, Damaged):
        current_app.logger.warning("page picture %s is missing or damaged", digest[:VERSION])
        raise NotFound("这一版的版面图文件不见了，请重新导入这一期。") from None
