"""Page pictures over HTTP: what is given, kept by browsers, refused; and a file that is gone is a sentence."""

from __future__ import annotations

import random
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import Engine, select

from bot.catalogue.boxes import PageBoxes, encode
from bot.catalogue.drawing import page_store
from bot.settings import Settings
from models.enums import Role
from models.papers import Page, PageGeometry
from models.session import reading, writing
from tests.support.factories import House
from tests.web.conftest import Browser

NO_BOXES = encode(PageBoxes("", (), (), ()))


@pytest.fixture(scope="module")
def dense() -> bytes:
    """A page on which nothing is quiet, as large as pictures of pages are."""
    small = Image.frombytes("L", (425, 512), random.Random(3).randbytes(425 * 512))
    out = BytesIO()
    small.resize((1700, 2048)).convert("RGB").save(out, "WEBP", quality=80, method=1)
    return out.getvalue()


@pytest.fixture
def page_id(engine: Engine, house: House, settings: Settings, dense: bytes) -> int:
    """A page with that picture."""
    digest = page_store(settings).put(dense)
    with writing(engine) as session:
        page = session.scalars(select(Page).where(Page.number == "02")).one()
        session.add(PageGeometry(page_id=page.id, width=680, height=819, boxes=NO_BOXES, picture=digest,
                                 picture_width=1700, picture_height=2048))  # fmt: skip
        return page.id


@pytest.fixture
def bare_page_id(engine: Engine, house: House) -> int:
    with reading(engine) as session:
        return session.scalars(select(Page.id).where(Page.number == "03")).one()


def version(engine: Engine, page_id: int) -> str:
    with reading(engine) as session:
        return (session.scalars(select(PageGeometry.picture).where(PageGeometry.page_id == page_id)).one() or "")[:12]


def size(data: bytes) -> tuple[int, int]:
    with Image.open(BytesIO(data)) as image:
        assert image.format == "WEBP"
        return image.size


@pytest.mark.sampled
@pytest.mark.parametrize(("address", "expected"), [
    ("picture?width=200", (200, 241)), ("picture?width=700", (700, 843)), ("picture?width=1400", (1400, 1687)),
    ("picture?width=2400", (1700, 2048)), ("picture", (700, 843)),
    ("tiles/2/0/0", (512, 512)), ("tiles/2/3/3", (164, 512)), ("tiles/0/0/0", (425, 512)),
])  # fmt: skip
def test_picture_is_given_in_the_size_asked_for(editor: FlaskClient, page_id: int, address: str,
                                                expected: tuple[int, int]) -> None:  # fmt: skip
    answer = editor.get(f"/papers/pages/{page_id}/{address}")
    assert (answer.status_code, answer.mimetype) == (200, "image/webp")
    assert size(answer.data) == expected


@pytest.mark.slow
@pytest.mark.parametrize("sides", [
    (0, 0, 10_000, 10_000), (1000, 1000, 4200, 2000), (0, 4999, 10_000, 5001), (9999, 9999, 10_000, 10_000),
])  # fmt: skip
def test_crop_of_the_densest_page_is_small(editor: FlaskClient, page_id: int, sides: tuple[int, ...]) -> None:
    query = dict(zip(("left", "top", "right", "bottom"), sides, strict=True))
    answer = editor.get(f"/papers/pages/{page_id}/crop", query_string=query)
    assert answer.status_code == 200
    assert len(answer.data) <= 80_000
    assert size(answer.data)


@pytest.mark.sampled
@pytest.mark.parametrize(("address", "status"), [
    ("picture?width=201", 400), ("picture?width=0", 400), ("picture?width=-200", 400), ("picture?width=1e3", 400),
    ("picture?width=²", 400), ("picture?width=" + "9" * 400, 400), ("picture?width=", 400),
    ("crop", 404), ("crop?left=0&top=0&right=10001&bottom=10", 404), ("crop?left=9&top=0&right=9&bottom=10", 404),
    ("crop?left=0&top=0&right=10", 404), ("crop?left=a&top=0&right=10&bottom=10", 400),
    ("crop?left=%00&top=0&right=10&bottom=10", 400), ("crop?left=-1&top=0&right=10&bottom=10", 400),
    ("tiles/7/0/0", 404), ("tiles/2/4/0", 404), ("tiles/2/0/" + "9" * 40, 404), ("tiles/2/0/-1", 404), ("tiles/2/0/x", 404),
])  # fmt: skip
def test_what_is_not_there_or_not_asked_rightly_is_refused(editor: FlaskClient, page_id: int, address: str, status: int) -> None:
    answer = editor.get(f"/papers/pages/{page_id}/{address}")
    assert answer.status_code == status
    assert answer.headers["Cache-Control"] == "no-store"
    assert "<h1>" in answer.text


@pytest.mark.slow
def test_browser_keeps_what_has_a_version_and_asks_again_for_the_rest(engine: Engine, editor: FlaskClient, page_id: int) -> None:
    kept = editor.get(f"/papers/pages/{page_id}/picture?width=200&v={version(engine, page_id)}")
    assert kept.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    for query in ("", "&v=000000000000"):
        asked = editor.get(f"/papers/pages/{page_id}/picture?width=200{query}")
        assert asked.headers["Cache-Control"] == "private, no-cache"
        again = editor.get(f"/papers/pages/{page_id}/picture?width=200{query}", headers={"If-None-Match": asked.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
    other = editor.get(f"/papers/pages/{page_id}/picture?width=700", headers={"If-None-Match": kept.headers["ETag"]})
    assert other.status_code == 200


@pytest.mark.slow
def test_what_the_browser_has_is_neither_unpacked_nor_cut(engine: Engine, editor: FlaskClient, page_id: int, settings: Settings,
                                                          count_queries: Callable[[], Any]) -> None:  # fmt: skip
    address = f"/papers/pages/{page_id}/tiles/1/0/0"
    tag = editor.get(address).headers["ETag"]
    with reading(engine) as session:
        page_store(settings).drop(session.scalars(select(PageGeometry.picture)).one() or "")
    with count_queries() as sent:
        assert editor.get(address, headers={"If-None-Match": tag}).status_code == 304
    assert len([statement for statement in sent if statement.startswith("SELECT")]) == 2  # who asks, and which picture


@pytest.mark.slow
@pytest.mark.parametrize("address", ["picture?width=200", "tiles/0/0/0", "crop?left=0&top=0&right=10&bottom=10"])
def test_page_without_a_picture_is_a_sentence(editor: FlaskClient, bare_page_id: int, address: str) -> None:
    for page in (bare_page_id, 99_999):
        answer = editor.get(f"/papers/pages/{page}/{address}")
        assert answer.status_code == 404
        assert "这一版没有版面图。" in answer.text


@pytest.mark.slow
@pytest.mark.parametrize("damage", ["gone", "another", "no picture"])
def test_file_that_is_gone_or_broken_is_a_sentence(engine: Engine, editor: FlaskClient, page_id: int, settings: Settings,
                                                   damage: str) -> None:  # fmt: skip
    store = page_store(settings)
    with writing(engine) as session:
        row = session.scalars(select(PageGeometry)).one()
        if damage == "gone":
            store.drop(row.picture or "")
        elif damage == "another":
            store._files.pipe_file(store._path(row.picture or ""), b"RIFF")
        else:
            row.picture = store.put(b"no picture at all")
    answer = editor.get(f"/papers/pages/{page_id}/picture?width=200")
    assert answer.status_code == 404
    assert "版面图文件不见了，请重新导入这一期。" in answer.text


@pytest.mark.slow
@pytest.mark.parametrize("address", ["picture?width=200", "tiles/0/0/0", "crop?left=0&top=0&right=9&bottom=9", "marks"])
def test_only_those_who_grade_see_page_pictures(browser: Browser, client: FlaskClient, page_id: int, address: str) -> None:
    assert client.get(f"/papers/pages/{page_id}/{address}").status_code == 302
    assert browser(Role.PRIZES).get(f"/papers/pages/{page_id}/{address}").status_code == 403
    assert browser(Role.CHIEF).get(f"/papers/pages/{page_id}/{address}").status_code == 200
