"""The faces: whose letter it is, how wide, and what stands for a letter that neither has."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.printing import faces
from bot.printing.values import Face, Letter


@pytest.mark.parametrize(("one", "wanted", "letter"), [
    ("报", Face.BODY, Letter("报", Face.BODY, 1.0)), ("报", Face.HEAD, Letter("报", Face.HEAD, 1.0)),
    ("“", Face.BODY, Letter("“", Face.BODY, 1.0)), ("A", Face.BODY, Letter("A", Face.BODY, 0.718)),
    ("😀", Face.HEAD, Letter("□", Face.HEAD, 1.0)), ("𠮷", Face.BODY, Letter("□", Face.BODY, 1.0)),
    ("\u0301", Face.BODY, Letter("□", Face.BODY, 1.0)),
])  # fmt: skip
def test_letter(one: str, wanted: Face, letter: Letter) -> None:
    assert faces.letter(one, wanted) == letter


def test_a_letter_that_one_face_lacks_is_taken_from_the_other() -> None:
    only = {face: next(chr(one) for one in faces._font(face).characters if one not in faces._font(other).characters
                       and chr(one).isprintable() and not faces.lacking(chr(one)))
            for face, other in ((Face.HEAD, Face.BODY), (Face.BODY, Face.HEAD))}
    assert faces.letter(only[Face.HEAD], Face.BODY).face is Face.HEAD
    assert faces.letter(only[Face.BODY], Face.HEAD).face is Face.BODY


def test_lacking_letters_are_named_once_in_order() -> None:
    assert faces.lacking("甲😀乙𠮷😀") == ("😀", "𠮷")


def test_outline_is_a_closed_path_and_a_space_has_none() -> None:
    drawn = faces.outline("一", Face.BODY)
    assert drawn.startswith("M")
    assert drawn.endswith("Z")
    assert faces.outline("一", Face.HEAD) != drawn
    assert faces.outline(" ", Face.BODY) == ""


def test_faces_are_read_by_several_threads_at_once() -> None:
    letters = [chr(0x4E00 + n) for n in range(300)]
    expected = [faces.outline(one, Face.HEAD) for one in letters]
    for cached in (faces.letter, faces.outline):
        cached.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda one: (faces.letter(one, Face.HEAD).em, faces.outline(one, Face.HEAD)), letters * 4))
    assert found == [(1.0, one) for one in expected] * 4
