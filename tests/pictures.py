"""`make screens`: a picture of every screen of the running demo, at a desk and on a phone, light and dark.

They lie in docs/screens and are what docs/编辑手册.md shows. WebP without loss and few colours keep letters sharp and
files small (two thirds of a PNG); a long page is cut.
"""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path
from typing import cast

from PIL import Image
from playwright.sync_api import Page

from tests.support import look
from tests.support.browser import Demo, browser, running_demo
from tests.support.look import MODES, Mode
from tests.support.screens import Address

TARGET = Path(__file__).resolve().parents[1] / "docs" / "screens"
EXACT, VIVID, SPREAD = 8, 8, 16
"""Of a picture's colours so many stay as they are: the most frequent, and the most frequent of those with a hue, for a
small red number must stay red. The others take the nearest of them and of so many spread over all hues."""
HUELESS = 60
"""Between the strongest and the weakest of red, green and blue: what differs less is nearly grey."""
EFFORT = 80
"""Of 100; more takes ten times as long for one hundredth less."""
LONGEST, SHORTEST = 1_600, 400
"""Pixels of a page's height that are shown."""
SETTLED = 150
"""Milliseconds in which a page takes on its new height."""


def main(names: list[str]) -> None:
    """All screens, or those named."""
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="woodpecker-screens-") as name, running_demo(Path(name)) as demo:
        screens = [one for one in look.of_demo(demo, Path(name)) if not names or one.name in names]
        with browser() as opened:
            for login in sorted({one.login or "" for one in screens}):
                state = look.sign_in(opened, demo.console, login, demo.passwords[login]) if login else None
                for mode in MODES:
                    with look.opened(opened, mode, state) as page:
                        _of_one(page, demo, mode, [one for one in screens if (one.login or "") == login])


def _of_one(page: Page, demo: Demo, mode: Mode, screens: list[Address]) -> None:
    for screen in screens:
        page.set_viewport_size({"width": mode.width, "height": mode.height})
        page.goto(demo.console + screen.path)
        page.wait_for_load_state("networkidle")
        height = _whole(page, mode)
        shot = page.screenshot(clip={"x": 0, "y": 0, "width": mode.width, "height": height})
        target = TARGET / f"{screen.name}-{mode.name}.webp"
        _few_colours(Image.open(io.BytesIO(shot)).convert("RGB")).save(target, lossless=True, quality=EFFORT, method=4)
        sys.stderr.write(f"{target.name}\n")


def _few_colours(picture: Image.Image) -> Image.Image:
    counted = sorted(cast("list[tuple[int, tuple[int, int, int]]]", picture.getcolors(picture.width * picture.height)))[::-1]
    vivid = sorted(counted, key=lambda one: one[0] * max(0, max(one[1]) - min(one[1]) - HUELESS), reverse=True)
    exact = dict.fromkeys(colour for _, colour in (*counted[:EXACT], *vivid[:VIVID]))
    spread = picture.quantize(SPREAD, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).getpalette() or []
    colours = [band for colour in exact for band in colour] + spread[: 3 * SPREAD]
    palette = Image.new("P", (1, 1))
    palette.putpalette(colours + colours[:3] * (256 - len(colours) // 3))
    return picture.quantize(palette=palette, dither=Image.Dither.NONE).convert("RGB")


def _whole(page: Page, mode: Mode) -> int:
    """Makes the window as high as the page, so that bars that stick to its foot cover nothing; the height to show."""
    height = int(page.evaluate("document.documentElement.scrollHeight"))
    shown = min(LONGEST, max(height, SHORTEST))
    page.set_viewport_size({"width": mode.width, "height": shown})
    page.wait_for_timeout(SETTLED)
    return shown


if __name__ == "__main__":
    main(sys.argv[1:])
