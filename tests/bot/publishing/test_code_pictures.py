"""The pictures of a QR code: the very squares of its address, large enough to print, with white around them."""

from __future__ import annotations

import re
from io import BytesIO
from xml.etree import ElementTree

import pytest
import segno
from PIL import Image

from bot.publishing import code_pictures

URLS = ["http://weixin.qq.com/q/kZgfwMTm72WWPkovabbI", "http://weixin.qq.com/q/" + "Ab3_" * 60]
Squares = list[list[int]]


def squares(url: str) -> Squares:
    return [list(row) for row in segno.make(url, error="m", micro=False).matrix]


def bordered(url: str) -> Squares:
    """With the four white squares that readers' phones look for."""
    inner, side = squares(url), [0] * 4
    wide = [[*side, *row, *side] for row in inner]
    blank = [[0] * len(wide[0])] * 4
    return [*blank, *wide, *blank]


def squares_in_path(path: str, size: int) -> Squares:
    """What segno's one path draws: moves, and lines of one square's thickness to the right."""
    found = [[0] * size for _ in range(size)]
    x, y = 0, 0
    for step, first, second in re.findall(r"([Mmh])(-?[\d.]+)(?: (-?[\d.]+))?", path):
        if step == "h":
            found[y][x:x + int(first)] = [1] * int(first)
            x += int(first)
        else:
            x, y = (int(first), int(float(second))) if step == "M" else (x + int(first), y + int(float(second)))
    return found


@pytest.mark.parametrize("url", URLS)
def test_png_shows_the_squares_of_the_address(url: str) -> None:
    picture = Image.open(BytesIO(code_pictures.png(url))).convert("L")
    count = len(bordered(url))
    scale, rest = divmod(picture.width, count)
    assert (rest, picture.height) == (0, picture.width)
    assert [[int(picture.getpixel((x * scale + scale // 2, y * scale + scale // 2)) == 0) for x in range(count)]
            for y in range(count)] == bordered(url)


@pytest.mark.parametrize("url", URLS)
def test_png_is_forty_millimetres_at_300_dpi(url: str) -> None:
    picture = Image.open(BytesIO(code_pictures.png(url)))
    code_pixels = picture.width * len(squares(url)) / len(bordered(url))
    assert code_pixels / 300 * 25.4 >= 40
    assert [round(value) for value in picture.info["dpi"]] == [300, 300]


@pytest.mark.parametrize("url", URLS)
def test_svg_shows_the_squares_in_forty_millimetres(url: str) -> None:
    root = ElementTree.fromstring(code_pictures.svg(url))
    count = len(bordered(url))
    path = root.findall(".//{http://www.w3.org/2000/svg}path")[-1].attrib["d"]
    assert squares_in_path(path, count) == bordered(url)
    width = re.fullmatch(r"([\d.]+)mm", root.attrib["width"])
    assert width is not None
    assert 40 <= float(width[1]) * len(squares(url)) / count < 60


def test_svg_for_the_page_has_the_squares_and_no_style() -> None:
    text = code_pictures.inline_svg(URLS[0])
    root = ElementTree.fromstring(text)
    assert squares_in_path(root.findall(".//path")[-1].attrib["d"], len(bordered(URLS[0]))) == bordered(URLS[0])
    assert "style" not in text
    assert "weixin" not in text


@pytest.mark.parametrize("url", URLS)
def test_error_correction_stands_creases_in_the_paper(url: str) -> None:
    assert code_pictures.code_of(url).error in ("M", "Q", "H")


def test_picture_without_a_size_is_drawn_whole_in_any() -> None:
    drawn = code_pictures.scalable_svg("otpauth://totp/x?secret=ABC")
    squares = len(code_pictures.code_of("otpauth://totp/x?secret=ABC").matrix) + 2 * code_pictures.QUIET_ZONE
    assert f'viewBox="0 0 {squares} {squares}"' in drawn
    assert " width=" not in drawn.partition(">")[0]
    assert " style=" not in drawn
