"""Counts how well conversations were understood: gold lines against predicted ones, every figure as (count, of).

The names and meanings of the figures are those of tests/data/conversations/README.md. Knows no catalogue and runs
nothing; a line is the JSON object of a conversation with `id`, `intents` and `reports`.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any

Line = dict[str, Any]
Report = dict[str, Any]
Place = tuple[str | None, tuple[int, ...] | str, str | None]
Figure = tuple[int, int]

STATED = ("paper", "issue", "page", "article")
QUOTED = ("wrong", "right")
FIELDS = (*STATED, *QUOTED)
CONFIDENTLY_WRONG = "located_confidently_wrong"
FALLING = (CONFIDENTLY_WRONG, "located_missing")
"""Figures that are better the lower they are."""
PAIRED_EXACTLY = 6
"""Up to so many reports a line the best assignment is searched; beyond, the likest pair is taken first."""
NEAR = 0.7
"""So like must two quotations be to name the same words of print."""
_MARKS = frozenset("“”‘’「」『』\"'`")


# Two values that say the same.


def bare(words: str) -> str:
    """Words without quotation marks, white space and width; only marks stay as they are."""
    folded = unicodedata.normalize("NFKC", words)
    return "".join(c for c in folded if c not in _MARKS and not c.isspace()) or folded.strip()


def bare_title(words: str) -> str:
    folded = unicodedata.normalize("NFKC", words).casefold()
    return "".join(c for c in folded if unicodedata.category(c)[0] not in "PZC")


def page(words: str) -> tuple[int, ...] | str:
    """The numbers of a page, (4, 5) for 04、05; a page without number as it is."""
    return tuple(map(int, re.findall(r"\d+", words))) or words


def _same_issue(one: str, other: str) -> bool:
    """A month and a day of it are the same issue."""
    return one == other or (one[:7] == other[:7] and 7 in (len(one), len(other)))


def same(name: str, one: object, other: object) -> bool:
    """Whether a field says the same on both sides. Nothing said is not the empty string."""
    if one is None or other is None:
        return one is other
    a, b = str(one), str(other)
    if name in QUOTED:
        return bare(a) == bare(b)
    if name == "issue":
        return _same_issue(a, b)
    return page(a) == page(b) if name == "page" else bare_title(a) == bare_title(b)


def place_of(report: Report) -> Place | None:
    at = report.get("located")
    return (at.get("paper"), page(str(at.get("page"))), at.get("article")) if at else None


def _alike(one: object, other: object) -> float:
    if one is None or other is None:
        return 0.5 if one is other else 0.0
    return SequenceMatcher(None, bare(str(one)), bare(str(other)), autojunk=False).ratio()


def _core(wrong: str, right: str) -> tuple[str, str]:
    """What is replaced by what, without the beginning and the end that both share."""
    a, b = bare(wrong), bare(right) if right else ""
    shared = next((n for n, (x, y) in enumerate(zip_longest(a, b)) if x != y), len(a))
    a, b = a[shared:], b[shared:]
    shared = next((n for n, (x, y) in enumerate(zip_longest(a[::-1], b[::-1])) if x != y), len(a))
    return a[: len(a) - shared], b[: len(b) - shared]


def same_correction(gold: Report, given: Report) -> bool:
    """The same change of the print, however much is quoted around it; a slip in the quotation is forgiven."""
    if all(same(name, gold.get(name), given.get(name)) for name in QUOTED):
        return True
    wrongs, rights = ((gold.get(name), given.get(name)) for name in QUOTED)
    if None in wrongs or (rights[0] is None) != (rights[1] is None) or not _near(*map(str, wrongs)):
        return False
    if rights[0] is None:
        return True
    return _core(str(wrongs[0]), str(rights[0])) == _core(str(wrongs[1]), str(rights[1]))


def _near(one: str, other: str) -> bool:
    a, b = bare(one), bare(other)
    return a in b or b in a or _alike(one, other) >= NEAR


def report_right(gold: Report, given: Report) -> bool:
    return (place_of(gold) == place_of(given) and same_correction(gold, given)
            and all(same(name, gold.get(name), given.get(name)) for name in STATED))  # fmt: skip


# Which given report stands for which gold one.


def _likeness(gold: Report, given: Report) -> float:
    stated = sum(same(name, gold.get(name), given.get(name)) for name in STATED)
    words = 4 * _alike(gold.get("wrong"), given.get("wrong")) + 2 * _alike(gold.get("right"), given.get("right"))
    return words + 2 * (place_of(gold) == place_of(given)) + stated / 2


def pairs(gold: list[Report], given: list[Report]) -> list[tuple[int, int]]:
    """(number of a gold report, number of the given one): as many as can be, together as like as can be."""
    table = [[_likeness(g, p) for p in given] for g in gold]
    if max(len(gold), len(given)) > PAIRED_EXACTLY:
        return _likest_first(table)
    if len(gold) <= len(given):
        return _best(table)
    turned = _best([list(column) for column in zip(*table, strict=True)])
    return sorted((g, p) for p, g in turned)


def _best(table: list[list[float]]) -> list[tuple[int, int]]:
    """A column of its own for every row with the greatest sum; of equal ones that with the leftmost columns."""
    columns = len(table[0]) if table else 0
    # From the last row back: the columns used before → (sum from here on, the columns taken).
    after: dict[int, tuple[float, tuple[int, ...]]] = dict.fromkeys(range(1 << columns), (0.0, ()))
    for row in reversed(table):
        here: dict[int, tuple[float, tuple[int, ...]]] = {}
        for used in range(1 << columns):
            options = [(like + after[used | 1 << c][0], (c, *after[used | 1 << c][1]))
                       for c, like in enumerate(row) if not used >> c & 1 and used | 1 << c in after]  # fmt: skip
            if options:
                here[used] = max(options, key=lambda option: option[0])
        after = here
    return list(enumerate(after[0][1])) if table else []


def _likest_first(table: list[list[float]]) -> list[tuple[int, int]]:
    taken: dict[int, int] = {}
    for _, g, p in sorted((-like, g, p) for g, row in enumerate(table) for p, like in enumerate(row)):
        if g not in taken and p not in taken.values():
            taken[g] = p
    return sorted(taken.items())


# Counting.


def figures(gold: Iterable[Line], predicted: Iterable[Line]) -> dict[str, Figure]:
    """Every figure with its counts. A gold line without a prediction counts as nothing understood."""
    given = {line["id"]: line for line in predicted}
    count = _Count()
    for line in gold:
        count.line(line, given.get(line["id"], {}))
    return count.figures()


class _Count:
    def __init__(self) -> None:
        self.n: Counter[Any] = Counter()
        self.groups: list[tuple[object, object]] = []  # erratum in gold and as given, one a report

    def line(self, gold: Line, given: Line) -> None:
        n, reports, made = self.n, gold["reports"], given.get("reports") or []
        intents = given.get("intents") or []
        paired = pairs(reports, made)
        exact = len(reports) == len(made)
        n.update({"lines": 1, "with reports": bool(reports), "turns": len(gold["intents"]), "exact": exact,
                  "exact with reports": exact and bool(reports),
                  "intents": sum(a == b for a, b in zip(gold["intents"], intents, strict=False)),
                  "right": exact and gold["intents"] == intents
                  and all(report_right(reports[g], made[p]) for g, p in paired)})  # fmt: skip
        places = {place_of(report) for report in reports}
        lost, surplus = ({*range(len(all_))} - {pair[side] for pair in paired}
                         for side, all_ in enumerate((reports, made)))  # fmt: skip
        for g, p in paired:
            self._report(reports[g], made[p], places)
        for g in lost:
            self._report(reports[g], None, places)
        for p in surplus:
            self._report(None, made[p], places)

    def _report(self, gold: Report | None, given: Report | None, places: set[Place | None]) -> None:
        n = self.n
        both = gold is not None and given is not None
        n.update({"gold": gold is not None, "given": given is not None,
                  "correction": gold is not None and given is not None and same_correction(gold, given)})
        for name in FIELDS:
            a, b = (gold or {}).get(name), (given or {}).get(name)
            equal = both and same(name, a, b)
            n.update({(name, "equal"): equal, (name, "right"): equal and a is not None,
                      (name, "gold"): a is not None, (name, "given"): b is not None})  # fmt: skip
        self._place(gold, given, places)
        self.groups.append(((gold or {}).get("erratum") or object(), (given or {}).get("erratum") or object()))

    def _place(self, gold: Report | None, given: Report | None, places: set[Place | None]) -> None:
        true, told = place_of(gold or {}), place_of(given or {})
        right = gold is not None and told == true if told else False
        self.n.update({
            "places": true is not None, "no place": gold is not None and true is None, "found": right,
            # A report too many is confidently wrong unless some report of the line has that place.
            "misplaced": told is not None and not right and (gold is not None or told not in places),
            "missed": true is not None and told is None,
            "rightly none": gold is not None and given is not None and true is None and told is None,
        })  # fmt: skip

    def figures(self) -> dict[str, Figure]:
        n = self.n
        found = {"lines_right": (n["right"], n["lines"]), "intents": (n["intents"], n["turns"]),
                 "count_exact": (n["exact"], n["lines"]),
                 "count_exact_report_lines": (n["exact with reports"], n["with reports"])}  # fmt: skip
        for name in FIELDS:
            found |= _of_three(name, n[name, "right"], n[name, "given"], n[name, "gold"])
        for name in QUOTED:
            found[f"{name}_equal"] = n[name, "equal"], n["gold"]
        found |= _of_three("correction", n["correction"], n["given"], n["gold"])
        placed = n["found"] + n["misplaced"]
        found |= {"located_right": (n["found"], n["places"]), "located_missing": (n["missed"], n["places"]),
                  CONFIDENTLY_WRONG: (n["misplaced"], placed), "located_precision": (n["found"], placed),
                  "located_rightly_none": (n["rightly none"], n["no place"])}  # fmt: skip
        gold, given = zip(*self.groups, strict=True) if self.groups else ((), ())
        return found | _of_three("duplicates", _alike_pairs(self.groups), _alike_pairs(given), _alike_pairs(gold))


def _of_three(name: str, right: int, given: int, gold: int) -> dict[str, Figure]:
    """Precision, recall and their harmonic mean."""
    return {f"{name}_precision": (right, given), f"{name}_recall": (right, gold), f"{name}_f1": (2 * right, given + gold)}


def _alike_pairs(labels: Iterable[object]) -> int:
    """How many pairs of reports bear the same label."""
    return sum(many * (many - 1) // 2 for many in Counter(labels).values())


# Showing.


def percent(figure: Figure) -> float | None:
    """A percentage with one decimal; None where there is nothing to count."""
    count, of = figure
    return round(100 * count / of, 1) if of else None


def shown(figure: Figure) -> str:
    share = percent(figure)
    return f"{'–' if share is None else f'{share:.1f} %':>8}  {f'{figure[0]}/{figure[1]}':>9}"


def table(found: dict[str, Figure]) -> str:
    """The figures as lines of text."""
    lines = [f"{words:<24}{shown(found[name])}" for words, name in (
        ("lines fully right", "lines_right"), ("intents", "intents"), ("report count exact", "count_exact"),
        ("  of lines with reports", "count_exact_report_lines"))]  # fmt: skip
    lines += ["", f"{'':<12}{'precision':>20}{'recall':>20}{'F1':>20}"]
    lines += [f"{name:<12}" + " ".join(shown(found[f"{name}_{kind}"]) for kind in ("precision", "recall", "f1"))
              for name in (*FIELDS, "correction", "duplicates")]  # fmt: skip
    rest = ("wrong_equal", "right_equal", "located_right", "located_missing", CONFIDENTLY_WRONG, "located_rightly_none")
    return "\n".join([*lines, "", *(f"{name.replace('_', ' '):<26}{shown(found[name])}" for name in rest)])


def summed(many: Iterable[dict[str, Figure]]) -> dict[str, Figure]:
    """The figures of several files as one."""
    total: dict[str, Figure] = {}
    for found in many:
        for name, (count, of) in found.items():
            before = total.get(name, (0, 0))
            total[name] = before[0] + count, before[1] + of
    return total


IN_A_ROW = {
    "lines": "lines_right", "intents": "intents", "count": "count_exact", "article": "article_f1", "correction": "correction_f1",
    "located": "located_right", "wrongly": CONFIDENTLY_WRONG,
}  # fmt: skip


def row(name: str, found: dict[str, Figure]) -> str:
    """The main figures of one file as a line of text, under `row_heads`."""
    cells = ("-" if (share := percent(found[figure])) is None else f"{share:.1f}" for figure in IN_A_ROW.values())
    return f"{name:<14}{found['lines_right'][1]:>6}" + "".join(f"{cell:>12}" for cell in cells)


def row_heads() -> str:
    return f"{'per cent':<14}{'of':>6}" + "".join(f"{head:>12}" for head in IN_A_ROW)
