"""A reader's picture made anew: nothing but what is seen, or refused."""

from __future__ import annotations

import struct
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps

from bot.media.addresses import Refused
from bot.media.pictures import LONGEST_SIDE, clean
from tests.support.files import bomb, picture

MOST = 40_000_000


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "WEBP"])
def test_every_form_of_the_chat_becomes_a_jpeg(form: str) -> None:
    made = clean(picture(form=form), most_pixels=MOST)
    with Image.open(BytesIO(made.data)) as image:
        assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (40, 30))


def test_notes_in_the_file_are_dropped_and_the_picture_stands_upright() -> None:
    data = picture(exif=True)
    assert "银杏路".encode() in data or b"Exif" in data
    made = clean(data, most_pixels=MOST)
    with Image.open(BytesIO(made.data)) as image:
        assert dict(image.getexif()) == {}
        assert image.size == (30, 40)
    assert b"Exif" not in made.data


@pytest.mark.parametrize("turn", range(10))
def test_a_picture_stands_as_its_notes_say(turn: int) -> None:
    notes = Image.Exif()
    notes[0x0112] = turn
    plain = Image.new("RGB", (40, 30), "red")
    plain.paste("blue", (0, 0, 20, 10))
    written = BytesIO()
    plain.save(written, "PNG", exif=notes)
    with Image.open(BytesIO(written.getvalue())) as before, Image.open(
            BytesIO(clean(written.getvalue(), most_pixels=MOST).data)) as after:
        wanted = ImageOps.exif_transpose(before)
        assert after.size == wanted.size
        corners = [(2, 2), (after.width - 3, 2), (2, after.height - 3), (after.width - 3, after.height - 3)]
        assert [after.getpixel(one)[2] > 127 for one in corners] == [wanted.getpixel(one)[2] > 127 for one in corners]


def with_notes(*entries: tuple[int, int, int, bytes]) -> bytes:
    """A JPEG whose notes hold these entries (tag, type, count, four bytes of value), as no camera writes them."""
    body = b"".join(struct.pack("<HHI", *entry[:3]) + entry[3] for entry in entries)
    notes = b"Exif\0\0II*\0\x08\0\0\0" + struct.pack("<H", len(entries)) + body + b"\0\0\0\0"
    return b"\xff\xd8\xff\xe1" + struct.pack(">H", len(notes) + 2) + notes + picture(form="JPEG")[2:]


TURNED = (0x0112, 3, 1, b"\x06\0\0\0")


@pytest.mark.parametrize("odd", [(0x010F, 5, 0, bytes(4)), (0x0100, 2, 4, b"abc\0"), (0x0102, 12, 0, bytes(4)),
                                 (0x8825, 2, 4, b"abc\0"), (0x8769, 1, 4, b"\xff" * 4), (0x0103, 2, 4, b"ab\xff\0")])
def test_notes_that_cannot_be_written_again_spoil_no_picture(odd: tuple[int, int, int, bytes]) -> None:
    with Image.open(BytesIO(clean(with_notes(odd, TURNED), most_pixels=MOST).data)) as image:
        assert image.size == (30, 40)


def test_what_a_decoder_raises_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    def stumbles(*_: object, **__: object) -> None:
        raise struct.error("required argument is not an integer")

    monkeypatch.setattr(Image, "open", stumbles)
    with pytest.raises(Refused):
        clean(picture(), most_pixels=MOST)


def test_what_is_see_through_becomes_white() -> None:
    written = BytesIO()
    Image.new("RGBA", (4, 4), (255, 0, 0, 0)).save(written, "PNG")
    with Image.open(BytesIO(clean(written.getvalue(), most_pixels=MOST).data)) as image:
        assert image.getpixel((1, 1)) == (255, 255, 255)


def test_what_stands_behind_the_picture_in_the_file_is_dropped() -> None:
    assert b"<script>" not in clean(picture() + b"<script>alert(1)</script>", most_pixels=MOST).data


def test_a_large_picture_is_made_smaller() -> None:
    made = clean(picture(5000, 100), most_pixels=MOST)
    assert (made.width, made.height) == (LONGEST_SIDE, 80)


@pytest.mark.parametrize("size", [(60_000, 60_000), (10_000, 10_000), (8_000, 6_000)])
def test_a_bomb_of_pixels_is_refused_by_its_header(size: tuple[int, int]) -> None:
    with pytest.raises(Refused, match="像素太多"):
        clean(bomb(*size), most_pixels=MOST)


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\xff\xd8\xff", b"<html><body>hello</body></html>", b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        b"%PDF-1.7\n", b"GIF89a", b"\x89PNG\r\n\x1a\n", b"BM" + b"\0" * 60, b"8BPS" + b"\0" * 60, bomb(100, 100),
    ],
)  # fmt: skip
def test_what_is_no_picture_or_a_broken_one_is_refused(data: bytes) -> None:
    with pytest.raises(Refused):
        clean(data, most_pixels=MOST)


def test_half_a_picture_is_refused() -> None:
    data = picture(400, 400, form="PNG")
    with pytest.raises(Refused, match="坏了"):
        clean(data[: len(data) // 2], most_pixels=MOST)


@given(st.binary(max_size=300), st.sampled_from(["JPEG", "PNG", "GIF", "WEBP"]), st.integers(0, 400))
def test_whatever_comes_gives_a_jpeg_or_a_refusal(noise: bytes, form: str, at: int) -> None:
    whole = picture(form=form)
    try:
        made = clean(whole[:at] + noise + whole[at + len(noise) :], most_pixels=MOST)
    except Refused:
        return
    assert made.data.startswith(b"\xff\xd8\xff")
