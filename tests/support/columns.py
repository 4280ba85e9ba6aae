"""The letters of a made-up page in columns of body type, with boxes whose layout is known."""

from __future__ import annotations

from bot.catalogue.boxes import PageBoxes, PrintedLine, scaled

WIDTH, HEIGHT = 800.0, 1200.0


def columns_page(*, columns: int = 4, letters: int = 16, lines: int = 60, size: float = 10.0, step: float = 16.0,
         headline: bool = True) -> PageBoxes:  # fmt: skip
    """Body text in columns with a gutter of two letters between them, and a headline in large type."""
    boxes: list[tuple[int, int, int, int]] = []
    printed: list[PrintedLine] = []

    def put(left: float, top: float, count: int, height: float) -> None:
        printed.append(PrintedLine(len(boxes), count, height / WIDTH, begins=False))
        boxes.extend(scaled(left + n * height, top, left + (n + 1) * height, top + height, WIDTH, HEIGHT) for n in range(count))

    if headline:
        put(40, 40, 12, 36.0)
    for column in range(columns):
        for line in range(lines):
            put(40 + column * (letters + 2) * size, 100 + line * step, letters, size)
    return PageBoxes("字" * len(boxes), boxes, tuple(printed), ())
