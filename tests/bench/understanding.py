"""`make bench-understanding`: how well messages are understood and how long that takes.

With WOODPECKER_CORPUS set, the corpus's papers and messages are used beside the demo's, and its scorer's table is
printed. Times are the least of several runs of each message, on one core, in this process; memory is what the
catalogue and its index add to a process. The papers filled in are made up (tests/support/many_papers.py).
"""

from __future__ import annotations

import gc
import json
import os
import random
import subprocess
import sys
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path
from time import perf_counter

from bot.catalogue.exchange import parse_issue
from bot.demo.material import Month
from bot.understanding.locate import Index
from bot.understanding.read import read
from bot.understanding.values import ArticleText, Catalogue, IssueText, PageText, PaperText, Waiting
from tests.support.gold import catalogue_of, predictions
from tests.support.many_papers import large_catalogue

SIZES = (1_000, 20_000)
RUNS = 5
NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)
Message = tuple[str, datetime]
_HOSTILE = (
    "“", "”", "《", "》", "应为", "误为", "1.", "版", "第二版", "a", "、2", "的", "…", "“优慧”应为“优惠”", "第2版", "同一篇",
    "<script>", "'; DROP TABLE reports; --", "社区食唐", "居民", "，", "\n", "之误", "多了一个“的”", "少了个“有”字",
    "🌹", "\u200b",
    "社区食堂位于银杏路，面积约三百平方米，", "12月31日", "晨报", "不是", "是", "→", "（", "①", "字错了应是",
)  # fmt: skip


def demo_catalogue() -> Catalogue:
    """The demo's four issues."""
    number, papers = iter(range(1, 10_000)), dict[str, tuple[tuple[str, ...], list[IssueText]]]()
    months = (("this_month", "2026-11", date(2026, 12, 1)), ("last_month", "2026-10", date(2026, 11, 1)))
    for folder, label, deadline in months:
        for name, data in Month(folder, label, deadline, deadline).papers():
            file = parse_issue(name, data)
            pages = tuple(
                PageText(next(number), p.number, p.name, p.aliases, tuple(
                    ArticleText(next(number), a.key, a.title, a.subtitle, a.paragraphs, a.kind) for a in p.articles))
                for p in file.pages
            )  # fmt: skip
            papers.setdefault(file.edition, (file.aliases, []))[1].append(
                IssueText(next(number), file.month, file.published_on, pages))  # fmt: skip
    return Catalogue(1, tuple(PaperText(next(number), name, aliases, tuple(issues))
                              for name, (aliases, issues) in papers.items()))  # fmt: skip


def demo_messages() -> list[Message]:
    """What the demo's readers write."""
    folder = Path(__file__).parents[2] / "bot" / "demo" / "data"
    rows = [json.loads(line) for name in ("last_month", "this_month")
            for line in (folder / name / "messages.jsonl").read_text("utf-8").splitlines()]  # fmt: skip
    return [(row["text"], NOW) for row in rows if row.get("text")]


def corpus_messages(corpus: Path) -> list[Message]:
    lines = (json.loads(line) for line in (corpus / "dev.jsonl").read_text("utf-8").splitlines())
    return [(turn["text"], datetime.fromisoformat(turn["sent_at"])) for line in lines for turn in line["turns"]]


def hostile() -> list[Message]:
    """Messages made to be slow: one piece over and over, and pieces shuffled; always the same ones."""
    pick = random.Random(11)
    repeated = [(piece * 4_000)[:4_000] for piece in _HOSTILE]
    mixed = ["".join(pick.choices(_HOSTILE, k=1_500))[:4_000] for _ in range(40)]
    return [(text, NOW) for text in (*repeated, *mixed)]


def _timed(index: Index, messages: list[Message], runs: int) -> list[float]:
    """The least time of each message, in ms."""
    best = [float("inf")] * len(messages)
    for _ in range(runs):
        for number, (text, sent_at) in enumerate(messages):
            start = perf_counter()
            read(text, sent_at=sent_at, index=index, waiting=Waiting())
            best[number] = min(best[number], (perf_counter() - start) * 1_000)
    return best


def _print_times(what: str, index: Index, messages: list[Message], runs: int = RUNS) -> None:
    times = _timed(index, messages, runs)
    ranked = sorted(times)
    worst = messages[times.index(ranked[-1])][0][:24].replace("\n", "/")
    print(f"  {what:<8}{len(times):>5} messages   mean {sum(times) / len(times):6.3f}   p50 {ranked[len(times) // 2]:6.3f}"
          f"   p99 {ranked[int(len(times) * 0.99)]:6.3f}   worst {ranked[-1]:7.3f} ms   ({worst} …)")  # fmt: skip


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def measure(size: int) -> None:
    """One catalogue size, in a process of its own so that memory is its own."""
    corpus = os.environ.get("WOODPECKER_CORPUS")
    base, newest = (catalogue_of(Path(corpus) / "papers")[0], "2021-05") if corpus else (demo_catalogue(), "2026-11")
    if corpus:
        base = Catalogue(1, base.papers + demo_catalogue().papers)
    catalogue = large_catalogue(base, size, newest)
    gc.collect()
    before, start = _resident_mb(), perf_counter()
    index = Index(catalogue)
    seconds = perf_counter() - start
    letters = sum(len(e.loose) for e in index.entries)
    print(f"{len(index.entries)} articles, {letters / 1e6:.1f} million letters: index built in {seconds:.1f} s, "
          f"{_resident_mb() - before:.0f} MB")  # fmt: skip
    gc.freeze()
    if corpus:
        _print_times("corpus", index, corpus_messages(Path(corpus)))
    _print_times("demo", index, demo_messages())
    _print_times("hostile", index, hostile(), 1)


def _print_figures(corpus: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="woodpecker-bench-") as folder:
        file = Path(folder) / "predictions.jsonl"
        lines = predictions(corpus / "papers", corpus / "dev.jsonl")
        file.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
        print(subprocess.run([sys.executable, str(corpus / "score.py"), str(corpus / "dev.jsonl"), str(file)], check=True,
                             capture_output=True, text=True, encoding="utf-8").stdout)  # fmt: skip


def main() -> None:
    if len(sys.argv) > 1:
        measure(int(sys.argv[1]))
        return
    corpus = os.environ.get("WOODPECKER_CORPUS")
    if corpus:
        _print_figures(Path(corpus))
    for size in SIZES:
        subprocess.run([sys.executable, "-m", "tests.bench.understanding", str(size)], check=True)


if __name__ == "__main__":
    main()
