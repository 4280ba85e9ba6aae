"""Pieces fill what is missing; amendments replace what was said."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.understanding.turns.merge import Mended, amend, complete, has, mended
from bot.understanding.values import Amendment, Field, Finding, Located
from tests.support.papers import INDEX, LIUWAN, WUTONGLI

SENT = datetime.fromisoformat("2026-07-20T10:00:00+08:00")
KNOWN = Finding(paper_text="柳湾", paper_id=LIUWAN.id, wrong="帏幕", right="帷幕")
PLACED = Finding(wrong="截止6月底", right="截至6月底")


def test_a_piece_fills_what_is_missing_and_the_place_is_found() -> None:
    piece = Finding(paper_text="梧桐里", paper_id=WUTONGLI.id, page_text="5版", page="05", reason="见词典")
    done = complete(KNOWN, piece, index=INDEX, sent_at=SENT)
    assert (done.paper_id, done.page, done.reason) == (LIUWAN.id, "04、05", "见词典")
    assert done.located is Located.FOUND


def test_a_further_reason_is_added() -> None:
    known = complete(KNOWN, Finding(reason="一"), index=INDEX, sent_at=SENT)
    assert complete(known, Finding(reason="二"), index=INDEX, sent_at=SENT).reason == "一；二"


def test_amendments_replace_and_are_kept_as_typed() -> None:
    amendments = (
        Amendment(Field.PAPER, "梧桐里的"), Amendment(Field.ISSUE, "上个月"), Amendment(Field.PAGE, "三版"),
        Amendment(Field.ARTICLE, "加装电梯那篇"), Amendment(Field.WRONG, "截止6月底"), Amendment(Field.RIGHT, "截至6月底"),
        Amendment(Field.REASON, "截至才对"),
    )  # fmt: skip
    done = amend(KNOWN, amendments, index=INDEX, sent_at=SENT)
    assert (done.paper_id, done.paper_text, done.issue_label) == (WUTONGLI.id, "梧桐里的", "2026-06")
    assert (done.page, done.page_text, done.wrong, done.right) == ("03", "三版", "截止6月底", "截至6月底")
    assert done.article_id is not None
    assert done.place is not None
    assert INDEX.printed_at(done.place) == "截止6月底"


def test_an_edition_outside_the_catalogue_takes_the_place_away() -> None:
    found = complete(KNOWN, Finding(page_text="4版", page="04"), index=INDEX, sent_at=SENT)
    assert found.place is not None
    gone = amend(found, [Amendment(Field.PAPER, "银杏路社区晨报")], index=INDEX, sent_at=SENT)
    assert (gone.paper_id, gone.place, gone.located) == (None, None, Located.NOT_IMPORTED)


def test_detail_is_anything_of_the_error_itself() -> None:
    assert not has(Finding(page="02"), Field.DETAIL)
    assert has(Finding(right=""), Field.DETAIL)
    assert has(Finding(reason="前后矛盾"), Field.DETAIL)


@pytest.mark.parametrize(
    ("piece", "became"),
    [
        (Finding(), Mended.NOTHING),
        (Finding(paper_text="梧桐里", paper_id=WUTONGLI.id), Mended.NOTHING),
        (Finding(page_text="3版", page="03"), Mended.NOTHING),
        (Finding(page_text="4版", page="04"), Mended.REPLACED),
        (Finding(reason="见词典"), Mended.ADDED),
    ],
)
def test_what_print_told_already_is_no_news(piece: Finding, became: Mended) -> None:
    known = complete(PLACED, Finding(), index=INDEX, sent_at=SENT)
    assert known.place is not None
    assert mended(known, complete(known, piece, index=INDEX, sent_at=SENT), index=INDEX) is became


def test_other_words_or_another_place_are_news() -> None:
    known = complete(PLACED, Finding(), index=INDEX, sent_at=SENT)
    for field, value in ((Field.RIGHT, "截至七月底"), (Field.WRONG, "截止")):
        assert mended(known, amend(known, (Amendment(field, value),), index=INDEX, sent_at=SENT), index=INDEX) is Mended.REPLACED
