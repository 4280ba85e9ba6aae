"""`make bench-understanding`: how well messages are understood and how long that takes, each figure beside its bar.

With WOODPECKER_CORPUS set, the corpus's papers and messages are used beside our own, and its scorer's table is
printed. `--record` makes the figures of our own conversations the floor of tests/bot/understanding/
test_conversations.py and writes everything into docs/understanding.md. Of the unseen conversations only figures are
printed, never a line.
Times are the least of several runs of each message, on one core, in a process for each size of catalogue; memory is
what the catalogue and its index add to it. The papers filled in are made up (tests/support/many_papers.py).
"""

from __future__ import annotations

import gc
import json
import os
import random
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from itertools import chain
from pathlib import Path
from time import perf_counter

from bot.catalogue.exchange import parse_issue
from bot.demo.material import Month
from bot.understanding.in_print.locate import Index
from bot.understanding.read import read
from bot.understanding.values import ArticleText, Catalogue, IssueText, PageText, PaperText, Waiting
from tests.support.figures import CONFIDENTLY_WRONG, Figure, figures, row, row_heads, shown, summed, table
from tests.support.gold import catalogue_of, predictions
from tests.support.many_papers import large_catalogue
from tests.support.own_conversations import FILES, RECORD, SEALED, measured, record

PAGE = Path(__file__).parents[2] / "docs" / "understanding.md"
SIZES = (1_000, 20_000)
QUALITY = {
    "lines_right": 92.0, "intents": 97.0, "count_exact": 97.0, "paper_f1": 97.0, "issue_f1": 97.0, "page_f1": 97.0,
    "article_f1": 97.0, "wrong_equal": 95.0, "right_equal": 95.0, "located_right": 95.0, CONFIDENTLY_WRONG: 0.5,
    "duplicates_precision": 99.0, "duplicates_recall": 95.0,
}  # fmt: skip
"""The bars in per cent: at least so much, of the confidently wrong at most."""
MEAN_MS, P99_MS, TIMES_AS_LONG = 0.4, 5.0, 2.0
"""The bars of speed: mean and 99th percentile at the smaller catalogue; the mean at the larger against it."""
INDEX_SECONDS, INDEX_MB = 10.0, 60.0
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


@dataclass(frozen=True, slots=True)
class Times:
    """How long the messages of one set took, in ms; `longest` begins the slowest of them."""

    what: str
    messages: int
    mean: float
    median: float
    p99: float
    worst: float
    longest: str


@dataclass(frozen=True, slots=True)
class Size:
    """What a catalogue of one size costs."""

    articles: int
    letters: int
    seconds: float
    megabytes: float
    times: tuple[Times, ...]


def _timed(what: str, index: Index, messages: list[Message], runs: int = RUNS) -> Times:
    """The least time of each message."""
    best = [float("inf")] * len(messages)
    for _ in range(runs):
        for number, (text, sent_at) in enumerate(messages):
            start = perf_counter()
            read(text, sent_at=sent_at, index=index, waiting=Waiting())
            best[number] = min(best[number], (perf_counter() - start) * 1_000)
    ranked = sorted(best)
    longest = messages[best.index(ranked[-1])][0][:24].replace("\n", "/")
    return Times(what, len(best), sum(best) / len(best), ranked[len(best) // 2], ranked[int(len(best) * 0.99)],
                 ranked[-1], longest)  # fmt: skip


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def measure(size: int) -> Size:
    """One catalogue size, in a process of its own so that memory is its own."""
    corpus = os.environ.get("WOODPECKER_CORPUS")
    base, newest = (catalogue_of(Path(corpus) / "papers")[0], "2021-05") if corpus else (demo_catalogue(), "2026-11")
    if corpus:
        base = Catalogue(1, base.papers + demo_catalogue().papers)
    catalogue = large_catalogue(base, size, newest)
    gc.collect()
    before, start = _resident_mb(), perf_counter()
    index = Index(catalogue)
    seconds, megabytes = perf_counter() - start, _resident_mb() - before
    gc.freeze()
    sets = [_timed("corpus", index, corpus_messages(Path(corpus)))] if corpus else []
    sets += [_timed("demo", index, demo_messages()), _timed("hostile", index, hostile(), 1)]
    return Size(len(index.entries), sum(len(e.loose) for e in index.entries), seconds, megabytes, tuple(sets))


def _measured_apart(size: int) -> Size:
    done = subprocess.run([sys.executable, "-m", "tests.bench.understanding", str(size)], check=True,
                          capture_output=True, text=True, encoding="utf-8")  # fmt: skip
    raw = json.loads(done.stdout)
    return Size(**raw | {"times": tuple(Times(**one) for one in raw["times"])})


# What is printed.


def _heading(text: str) -> None:
    print(f"\n{text}\n{'=' * len(text)}")


def _judged(name: str, value: str, bar: str, holds: bool) -> str:
    return f"  {name:<28}{value:>20}   {bar:<10} {'holds' if holds else 'MISSES'}"


def quality_bars(found: dict[str, Figure]) -> Iterator[str]:
    """A line for every bar of quality."""
    for name, bar in QUALITY.items():
        falling = name == CONFIDENTLY_WRONG
        count, of = found[name]
        holds = 100 * count <= bar * of if falling else 100 * count >= bar * of
        yield _judged(name.replace("_", " "), shown(found[name]), f"{'≤' if falling else '≥'} {bar:g} %", holds)


def speed_bars(small: Size, large: Size) -> Iterator[str]:
    """A line for every bar of speed; readers' messages only, the hostile are shown without a bar."""
    for one, other in zip(small.times[:-1], large.times[:-1], strict=True):
        yield _judged(f"{one.what}: mean", f"{one.mean:.2f} ms", f"≤ {MEAN_MS} ms", one.mean <= MEAN_MS)
        yield _judged(f"{one.what}: 99 %", f"{one.p99:.2f} ms", f"≤ {P99_MS:g} ms", one.p99 <= P99_MS)
        ratio = other.mean / one.mean
        yield _judged(f"{one.what}: {large.articles:,} articles", f"{ratio:.2f} × the mean", f"≤ {TIMES_AS_LONG:g} ×",
                      ratio <= TIMES_AS_LONG)  # fmt: skip
    yield _judged("index built in", f"{large.seconds:.1f} s", f"≤ {INDEX_SECONDS:g} s", large.seconds <= INDEX_SECONDS)
    yield _judged("memory a worker", f"{large.megabytes:.0f} MB", f"≤ {INDEX_MB:g} MB", large.megabytes <= INDEX_MB)


def _bars(what: str, found: dict[str, Figure]) -> str:
    return "\n".join([what, *quality_bars(found)])


def _own_parts(found: dict[str, dict[str, Figure]]) -> Iterator[tuple[str, str]]:
    _heading("Our own conversations, each file")
    yield "sets", "\n".join([row_heads(), *(row(file, found[file]) for file in FILES)])
    for name, words, sealed in (("open", "looked at", False), ("sealed", "never looked at", True)):
        _heading(f"Our own conversations, the {name} files ({words} while writing rules)")
        together = summed(found[file] for file in FILES if SEALED[file] is sealed)
        yield name, table(together)
        yield "bars", _bars(f"{name} files", together)


def _corpus_parts(corpus: Path) -> Iterator[tuple[str, str]]:
    """The scorer's own table; the bars from our figures, which a test compares with the scorer's."""
    gold = corpus / "dev.jsonl"
    _heading("The reader corpus, dev.jsonl, by its own scorer")
    with tempfile.TemporaryDirectory(prefix="woodpecker-bench-") as folder:
        file = Path(folder) / "predictions.jsonl"
        lines = predictions(corpus / "papers", gold)
        file.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
        done = subprocess.run([sys.executable, str(corpus / "score.py"), str(gold), str(file)], check=True,
                              capture_output=True, text=True, encoding="utf-8")  # fmt: skip
    yield "dev", done.stdout.rstrip()
    yield "bars", _bars("dev.jsonl", figures(map(json.loads, gold.read_text("utf-8").splitlines()), lines))


def _speed_parts() -> Iterator[tuple[str, str]]:
    sizes = [_measured_apart(size) for size in SIZES]
    for size in sizes:
        _heading(f"Speed with {size.articles:,} articles")
        yield "speed", "\n".join(_speed_of(size))
    _heading("Speed against the bars")
    yield "speed", "\n".join(speed_bars(*sizes))


def _speed_of(size: Size) -> Iterator[str]:
    yield (f"{size.articles:,} articles, {size.letters / 1e6:.1f} million letters: index built in {size.seconds:.1f} s, "
           f"{size.megabytes:.0f} MB")  # fmt: skip
    yield f"  {'ms a message':<12}{'messages':>10}{'mean':>9}{'median':>9}{'99 %':>9}{'worst':>9}"
    for one in size.times:
        yield (f"  {one.what:<12}{one.messages:>10}{one.mean:>9.3f}{one.median:>9.3f}{one.p99:>9.3f}{one.worst:>9.3f}"
               f"   {one.longest} …")  # fmt: skip


def into_page(page: str, blocks: dict[str, list[str]]) -> str:
    """The page with the code block behind each marker replaced."""
    for name, parts in blocks.items():
        block = f"<!-- {name} -->\n```text\n" + "\n\n".join(parts) + "\n```"
        page = re.sub(rf"<!-- {name} -->\n```text\n.*?```", lambda _, block=block: block, page, flags=re.DOTALL)
    return page


def main(arguments: list[str]) -> None:
    if arguments and arguments[0].isdigit():
        print(json.dumps(asdict(measure(int(arguments[0])))))
        return
    own, corpus = {file: measured(file) for file in FILES}, os.environ.get("WOODPECKER_CORPUS")
    blocks: dict[str, list[str]] = {}
    for name, text in chain(_own_parts(own), _corpus_parts(Path(corpus)) if corpus else (), _speed_parts()):
        print(text + "\n")
        blocks.setdefault(name, []).append(text)
    if "--record" in arguments:
        record(own)
        PAGE.write_text(into_page(PAGE.read_text("utf-8"), blocks), encoding="utf-8")
        print(f"{RECORD.name}: these figures are the floor now; {PAGE.name} shows them.")


if __name__ == "__main__":
    main(sys.argv[1:])
