"""Every screen of the running demo, at a desk and on a phone, light and dark: axe, width, words."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support import look
from tests.support.browser import Demo, browser, running_demo
from tests.support.look import WIDTHS, Mode
from tests.support.screens import Address

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.long]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Demo, list[Address]]]:
    folder = tmp_path_factory.mktemp("screens")
    with running_demo(folder) as started:
        yield started, look.of_demo(started, folder)


@pytest.mark.parametrize("mode", WIDTHS, ids=lambda mode: mode.name)
def test_every_screen_is_whole_and_accessible_in_the_light_and_in_the_dark(
    demo: tuple[Demo, list[Address]], mode: Mode,
) -> None:
    started, screens = demo
    found = []
    with browser() as opened:
        for login in sorted({one.login or "" for one in screens}):
            state = look.sign_in(opened, started.console, login, started.passwords[login]) if login else None
            with look.opened(opened, mode, state) as page:
                own = [one for one in screens if (one.login or "") == login]
                found += look.problems(page, own, started.console)
    assert found == []


SMALLEST = Mode("smallest", 320, 640, dark=False)
BEYOND = """() => [document.documentElement.scrollWidth - document.documentElement.clientWidth,
  ...[...document.querySelectorAll(".places > a")].map(one => Math.round(one.getBoundingClientRect().right) - innerWidth)]
  .filter(over => over > 1)"""


def test_with_letters_twice_as_large_nothing_stands_beyond_the_edge_of_a_small_phone(
    demo: tuple[Demo, list[Address]],
) -> None:
    started, screens = demo
    found = {}
    with browser() as opened:
        for login in sorted({one.login or "" for one in screens}):
            state = look.sign_in(opened, started.console, login, started.passwords[login]) if login else None
            with look.opened(opened, SMALLEST, state) as page:
                for screen in (one for one in screens if (one.login or "") == login):
                    page.goto(started.console + screen.path, wait_until="domcontentloaded")
                    page.evaluate("document.documentElement.style.fontSize = '200%'")
                    found[screen.name] = page.evaluate(BEYOND)
    assert {name: over for name, over in found.items() if over} == {}
