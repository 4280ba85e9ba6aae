"""The demo's four issues with fixed dates, as the conversations of tests/data/conversations speak of them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from bot.demo.material import Month

THIS_MONTH, LAST_MONTH = "2026-11", "2026-10"


def own_papers() -> dict[str, bytes]:
    """File name without .json (`liuwan-2026-11`) → the issue in the exchange format, UTF-8."""
    months = (
        Month("this_month", THIS_MONTH, date(2026, 12, 1), date(2026, 11, 21)),
        Month("last_month", LAST_MONTH, date(2026, 11, 1), date(2026, 11, 1)),
    )
    dated = zip(months, (THIS_MONTH, LAST_MONTH), strict=True)
    return {
        f"{name.removesuffix('.json')}-{month}": data for file, month in dated for name, data in file.papers()
    }


def write_own_papers(folder: Path) -> list[Path]:
    """Writes the four files into `folder`, made if need be, and gives their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, data in own_papers().items():
        path = folder / f"{name}.json"
        path.write_bytes(data)
        paths.append(path)
    return paths
