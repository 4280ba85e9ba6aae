"""Print read off pictures that are set here, by the real models of the extra `ocr`, and articles found by it."""

from __future__ import annotations

import importlib.util
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.catalogue.library import Library
from bot.media import ocr
from bot.media.photos import recognise
from bot.media.pictures import clean
from models.session import reading
from tests.support import world
from tests.support.files import picture
from tests.support.typeset import chinese_font, photo
from tests.support.world import open_contest

SENT = datetime(2026, 11, 10, tzinfo=UTC)
missing = "the extra ocr is not installed" if not ocr.available() else (
    "no Chinese font on this machine" if chinese_font() is None else "")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(missing) and os.environ.get("CI") != "true", reason=missing or "all is here"),
]


def set_from(*articles: world.Raw, turned: float = 0) -> bytes:
    return clean(photo([(one["title"], one["paragraphs"]) for one in articles], turned=turned), most_pixels=40_000_000).data


@pytest.mark.slow
@pytest.mark.parametrize("turned", [0, 3])
def test_the_article_on_a_photo_is_found(engine: Engine, turned: float) -> None:
    open_contest(engine)
    lines = ocr.read_lines(set_from(world.CANTEEN, turned=turned))
    assert "受八折优慧" in "".join(lines)
    with reading(engine) as session:
        index = Library().index(session.connection())
    seen = recognise(lines, index=index, sent_at=SENT)
    assert seen is not None
    assert (seen.article, seen.entry.article.title, seen.entry.paper.name) == (True, world.CANTEEN["title"], world.LIUWAN)


@pytest.mark.slow
def test_a_picture_without_print_has_no_lines() -> None:
    assert ocr.read_lines(clean(picture(400, 300), most_pixels=40_000_000).data) == []


def test_what_takes_too_long_is_ended() -> None:
    with pytest.raises(ocr.CannotRead, match="TimeoutExpired"):
        ocr.read_lines(b"", seconds=0.01)


@pytest.mark.slow
def test_what_is_no_picture_cannot_be_read() -> None:
    with pytest.raises(ocr.CannotRead):
        ocr.read_lines(b"no picture")


def test_the_models_lie_in_the_wheel() -> None:
    """Nothing is loaded at run time: the files are there before anything was read."""
    spec = importlib.util.find_spec("rapidocr")
    assert spec is not None
    assert spec.origin is not None
    assert len(list((Path(spec.origin).parent / "models").glob("*.onnx"))) >= 3
