"""The acts of the mending page, tried as functions in a browser's engine: no server, no screen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.support.browser import browser

pytestmark = pytest.mark.browser
SCRIPT = Path(__file__).resolve().parents[4] / "web" / "static" / "console-mending-model.js"
NEXT_PAGE = 100_000
SCENE = """([act, args]) => {
  // Two articles on a page of three columns; lines 0 to 8 stand in columns of three, 20 and 21 are headlines.
  const place = line => line === 20 || line === 21 ? {left: line === 20 ? 0 : 120, top: 0, right: 110, bottom: 12, size: 12}
    : line > 8 ? undefined : {left: Math.floor(line / 3) * 60, right: Math.floor(line / 3) * 60 + 50,
                              top: 20 + line % 3 * 12, bottom: 30 + line % 3 * 12, size: 10};
  const one = (id, title, body, page) => ({id, page, key: id, kind: "news", title, subtitle: [], body, written: null});
  const state = {begins: {}, articles: [one("a", [20], [0, 1, 2, 3, 4, 5], 0), one("b", [21], [6, 7, 100001], 0),
                                        one("c", [], [100002], 1)]};
  const initially = line => line === 0;
  const known = {place, initially};
  const made = window.Mending[act](state, ...args.map(arg => known[arg] || arg));
  return {articles: made.articles.map(a => [a.page, a.title, a.subtitle, a.body]), begins: made.begins,
          untouched: JSON.stringify(state.articles.map(a => a.body)) === "[[0,1,2,3,4,5],[6,7,100001],[100002]]"};
}"""
A, B, C = [0, [20], [], [0, 1, 2, 3, 4, 5]], [0, [21], [], [6, 7, NEXT_PAGE + 1]], [1, [], [], [NEXT_PAGE + 2]]


@pytest.fixture(scope="module")
def engine_page() -> Iterator[Page]:
    with browser() as opened:
        page = opened.new_page()
        page.add_script_tag(path=SCRIPT)
        yield page


def arranged(*articles: list[Any], **begins: bool) -> dict[str, Any]:
    return {"articles": list(articles), "begins": {key[1:]: value for key, value in begins.items()}, "untouched": True}


CASES: dict[str, tuple[str, list[Any], dict[str, Any]]] = {
    "a column goes where it is read": ("assign", [[4, 5], "b", None, "place"],
                                       arranged([0, [20], [], [0, 1, 2, 3]], [0, [21], [], [4, 5, 6, 7, NEXT_PAGE + 1]], C)),
    "a line goes between those above and below": ("assign", [[1], "a", None, "place"], arranged(A, B, C)),
    "a stray line goes to its column": ("assign", [[8], "b", None, "place"],
                                        arranged(A, [0, [21], [], [6, 7, 8, NEXT_PAGE + 1]], C)),
    "a headline stays one": ("assign", [[21], "a", None, "place"],
                             arranged([0, [20, 21], [], A[3]], [0, [], [], B[3]], C)),
    "an article emptied is gone": ("assign", [[100002], "b", None, "place"],
                                   arranged(A, [0, [21], [], [6, 7, NEXT_PAGE + 1, NEXT_PAGE + 2]])),
    "a headline becomes text": ("setPart", [[20], "body", None, "place"],
                                arranged([0, [], [], [20, 0, 1, 2, 3, 4, 5]], B, C)),
    "a stray line becomes the current one's subtitle": ("setPart", [[8], "subtitle", "b", "place"],
                                                        arranged(A, [0, [21], [8], B[3]], C)),
    "lines become an article behind their own": ("apart", [[3, 4, 5], 0, "place"],
                                                 arranged([0, [20], [], [0, 1, 2]], [0, [], [], [3, 4, 5]], B, C)),
    "strays become the last article of the page": ("apart", [[8], 0, "place"], arranged(A, B, [0, [], [], [8]], C)),
    "a whole article is one already": ("apart", [[6, 7, 100001, 21], 0, "place"], arranged(A, B, C)),
    "columns are sorted and the other page follows": ("sorted", ["b", "place"], arranged(A, B, C)),
    "lines in no article": ("drop", [[0, 1, 2, 3, 4, 5, 20]], arranged(B, C)),
    "a paragraph begins": ("begin", [[1], True, "initially"], arranged(A, B, C, _1=True)),
    "as printed is no change": ("begin", [[0], True, "initially"], arranged(A, B, C)),
    "one line moves by one": ("shift", [[2], -1, "place"], arranged([0, [20], [], [0, 2, 1, 3, 4, 5]], B, C)),
    "a column moves by a column": ("shift", [[3, 4, 5], -1, "place"], arranged([0, [20], [], [3, 4, 5, 0, 1, 2]], B, C)),
    "the last cannot move on": ("shift", [[3, 4, 5], 1, "place"], arranged(A, B, C)),
    "articles change places": ("move", ["b", -1], arranged(B, A, C)),
    "the first cannot go up": ("move", ["a", -1], arranged(A, B, C)),
    "a joined article's headline is a paragraph": ("join", ["b", "a", "initially"],
                                                   arranged([0, [20], [], [*A[3], 21, *B[3]]], C, _21=True)),
    "a headless one takes the headline over": ("join", ["a", "c", "initially"],
                                               arranged(B, [1, [20], [], [NEXT_PAGE + 2, *A[3]]])),
    "a jump is cut": ("cut", ["b", 1], arranged(A, [0, [21], [], [6, 7]], C, [1, [], [], [NEXT_PAGE + 1]])),
    "an article is deleted": ("remove", ["a"], arranged(B, C)),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_act_makes_the_next_arrangement(case: str, engine_page: Page) -> None:
    act, arguments, expected = CASES[case]
    assert engine_page.evaluate(SCENE, [act, arguments]) == expected


def test_pages_tied_by_jumps_are_sent_together(engine_page: Page) -> None:
    found = engine_page.evaluate("""() => {
      const one = (page, body) => ({page, title: [], subtitle: [], body});
      const state = {articles: [one(0, [1, 200001]), one(2, [200002]), one(3, [300001, 400001]), one(1, [100001])]};
      return [0, 2, 4, 1].map(page => [...window.Mending.together([state], page)].sort());
    }""")
    assert found == [[0, 2], [0, 2], [3, 4], [1]]
