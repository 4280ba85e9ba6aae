"""The round worked out again from the rows of a record, and held against what the record says. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.contest import phases
from bot.contest.pairs import Comparison
from bot.contest.record.canonical import decode, encode, read_time
from bot.contest.record.form import GRADES, REPORTS, TABLES
from bot.contest.record.reading import Difference, Sections
from bot.contest.record.rows import first_numbers, result_of, score_row, standing_row, tie_rows
from bot.contest.rules import RuleSet, RuleSetError, from_json, to_json
from bot.contest.scoring import ErratumPoints, ScoringInputError, ScoringReport, score, standings
from bot.contest.selection import choose, intake_seed
from models.enums import Doubling, Verdict

REPORT, GRADE = ({name: at for at, name in enumerate(columns)} for columns in (REPORTS, GRADES))
NO_INTAKE = "截止时的来信清单没有保存（那时的程序还不保存），种子无法重算。"


@dataclass(slots=True)
class Again:
    """What came out. `wrong`: why it could not be worked out; then the rest is empty."""

    wrong: list[Difference] = field(default_factory=list)
    scores: list[list[Any]] = field(default_factory=list)
    standings: list[list[Any]] = field(default_factory=list)
    ties: list[list[Any]] = field(default_factory=list)
    result: dict[str, Any] = field(default_factory=dict)
    best: tuple[int, ...] = ()
    excellent: tuple[int, ...] = ()


def recomputed(held: Sections) -> Again:
    """Scores, standings, ties and winners from the reports, the errata and the rules alone."""
    again = Again()
    rules = _rules(held, again.wrong)
    again.wrong += [*_order(held, "reports"), *_order(held, "errata"), *_comparable(held)]
    if rules is None or again.wrong:
        return again
    reports = [scoring_report(row) for row in held.table("reports")]
    errata = {row[0]: ErratumPoints(row[0], row[1], Doubling(row[2])) for row in held.table("errata")}
    try:
        scores = score(reports, errata, rules)
    except ScoringInputError:
        again.wrong.append(Difference("errata", "有采纳的纠错没有差错，或差错没有可计分的档"))
        return again
    placed = standings(scores, reports, (), rules, held.objects["round"]["seed"])
    chosen = choose(
        placed, excluded={row[0]: row[1] for row in held.table("excluded")}, rules=rules,
        previous_best=held.objects["pick"]["previous_best"],
        comparisons=[Comparison(*row) for row in held.table("comparisons")])
    again.scores = [score_row(scores[number]) for number in sorted(scores)]
    again.standings = [standing_row(one) for one in placed]
    again.ties, again.result = tie_rows(chosen), result_of(chosen)
    again.best, again.excellent = chosen.best, chosen.excellent
    return again


def scoring_report(row: Sequence[Any]) -> ScoringReport:
    (number, _, person, erratum, verdict, marks, counts_at, sequence, late, withdrawn, lapsed, erased, finder_ok,
     _, _) = row
    place, correction, reason = (one == 1 for one in marks)
    return ScoringReport(number, person, erratum, None if verdict is None else Verdict(verdict),
                         (place, correction, reason), _time(counts_at), sequence, late, withdrawn, lapsed, erased,
                         finder_ok)


def _time(text: str) -> datetime:
    found = read_time(text)
    assert found is not None, "the reader has looked at every time"
    return found


def _rules(held: Sections, wrong: list[Difference]) -> RuleSet | None:
    values = held.objects["rules"]["values"]
    try:
        rules = from_json(encode(values))
    except RuleSetError as problem:
        wrong.append(Difference(f"rules.values.{problem.key}", "这一条规则读不通"))
        return None
    if decode(to_json(rules)) != values:
        wrong.append(Difference("rules.values", "规则的写法和规则本身不符"))
        return None
    return rules


def _order(held: Sections, name: str) -> Iterator[Difference]:
    """Each number once and in order; else nothing could be told by its place."""
    rows, key = held.table(name), next(iter(TABLES[name]))
    for at in range(1, len(rows)):
        if rows[at][0] <= rows[at - 1][0]:
            yield Difference(f"{name}[{at}].{key}", "编号要由小到大，各出现一次")


def _comparable(held: Sections) -> Iterator[Difference]:
    for at, (_, one, other, better) in enumerate(held.table("comparisons")):
        if one == other or better not in (None, one, other):
            yield Difference(f"comparisons[{at}].better", "比较的两位和选出的一位对不上")


def compared_with(held: Sections, again: Again, notes: list[str]) -> Iterator[Difference]:
    """Everything in which the record does not say what follows from it; what cannot be told goes into `notes`."""
    yield from again.wrong
    yield from _persons(held)
    yield from _intake(held, notes)
    yield from _decisions(held, notes)
    yield from _acts(held)
    yield from _pick(held)
    if again.wrong:
        return
    for name in ("scores", "standings", "ties"):
        yield from _table(name, held.table(name), getattr(again, name))
    for key, value in again.result.items():
        if held.objects["result"][key] != value:
            yield Difference(f"result.{key}", f"重算得 {_short(value)}，记录写的是 {_short(held.objects['result'][key])}")


def _table(name: str, rows: Sequence[list[Any]], wanted: Sequence[list[Any]]) -> Iterator[Difference]:
    columns = list(TABLES[name])
    if len(rows) != len(wanted):
        yield Difference(name, f"应有 {len(wanted)} 行，现有 {len(rows)} 行")
    for at, (row, right) in enumerate(zip(rows, wanted, strict=False)):
        if row == right:
            continue
        for column, value, better in zip(columns, row, right, strict=True):
            if value != better:
                yield Difference(f"{name}[{at}].{column}", f"重算得 {_short(better)}，记录写的是 {_short(value)}")


def _persons(held: Sections) -> Iterator[Difference]:
    rows = held.table("reports")
    first = first_numbers(scoring_report(row) for row in rows)
    for at, row in enumerate(rows):
        person = row[REPORT["person"]]
        if first[person] != person:
            yield Difference(f"reports[{at}].person", f"应为这个人最早一条的编号 {first[person]}，现为 {person}")
    for at, (person, _) in enumerate(held.table("excluded")):
        if person not in first:
            yield Difference(f"excluded[{at}].person", f"没有以 {person} 为首条的人")


def _intake(held: Sections, notes: list[str]) -> Iterator[Difference]:
    """The sealed list gives the seed, and says the same of a report as the report itself."""
    if held.rows["intake"] is None:
        notes.append(NO_INTAKE)
        return
    rows = held.table("intake")
    seed = held.objects["round"]["seed"]
    twice = list(_order(held, "intake"))
    yield from twice
    if not twice and intake_seed((row[0], row[1]) for row in rows) != seed:
        yield Difference("round.seed", "由来信清单重算的种子不同")
    times = {row[0]: row[REPORT["create_time"]] for row in held.table("reports")}
    for at, (number, create_time) in enumerate(rows):
        if times.get(number, create_time) != create_time:
            yield Difference(f"intake[{at}].create_time", f"清单写 {create_time}，编号 {number} 写 {times[number]}")


def _decisions(held: Sections, notes: list[str]) -> Iterator[Difference]:
    """A report says what the grade says that it follows from."""
    grades = {row[0]: row for row in held.table("grades")}
    without = 0
    for at, row in enumerate(held.table("reports")):
        number, grade = row[0], row[REPORT["grade"]]
        if grade is None:
            without += row[REPORT["verdict"]] is not None
            continue
        given = grades.get(grade)
        if given is None or given[GRADE["report"]] != number:
            yield Difference(f"reports[{at}].grade", f"评分 {grade} 不在这条的评分里")
            continue
        for column in ("verdict", "marks"):
            if row[REPORT[column]] != given[GRADE[column]]:
                yield Difference(f"reports[{at}].{column}",
                                 f"评分 {grade} 写的是 {given[GRADE[column]]}，这里是 {row[REPORT[column]]}")
    if without:
        notes.append(f"有 {without} 条已评的纠错没有留下可以对照的评分。")


def _acts(held: Sections) -> Iterator[Difference]:
    """Where one acted for another (同一人) follows from the audit entries."""
    audit = [dict(zip(TABLES["audit"], row, strict=True)) for row in held.table("audit")]
    wanted = [[one["at"], one["verb"], one["object"], one["number"], one["staff"]] for one in audit
              if one["details"].get("same_person") is True]
    yield from _table("same_person", held.table("same_person"), wanted)
    verb = "pick_round" if held.objects["version"]["number"] == 1 else "pick_again"
    picked = [one for one in audit if one["verb"] == verb]
    pick = held.objects["pick"]
    if picked:
        for key in ("actor", "staff", "at"):
            if picked[-1][key] != pick[key]:
                yield Difference(f"pick.{key}", f"操作记录写的是 {picked[-1][key]}，这里是 {pick[key]}")


def _pick(held: Sections) -> Iterator[Difference]:
    """Nothing is picked too early, and what was open needs a time or a reason (RULES 4)."""
    pick, round_, version = held.objects["pick"], held.objects["round"], held.objects["version"]
    closes_at, picked_at = _time(round_["closes_at"]), _time(pick["at"])
    try:
        deadline = phases.closes_at(datetime.fromisoformat(round_["deadline_on"]).date())
    except (ValueError, OverflowError):
        yield Difference("round.deadline_on", "没有这一天")
        return
    if deadline != closes_at:
        yield Difference("round.closes_at", "不是截止日那一天结束的时候")
    extra = held.objects["rules"]["values"].get("extra_minutes")
    if isinstance(extra, int) and picked_at - closes_at < timedelta(minutes=min(max(extra, 0), 10_000)):
        yield Difference("pick.at", "早于截止后该等的时间")
    if version["number"] == 1 and held.table("open") and picked_at < _time(round_["grading_until"]):
        yield Difference("pick.at", "还有没做完的，评分期又没有过")
    uncertain = len(pick["could_change"]) + sum(len(row[2]) for row in held.table("open"))
    if uncertain and not (pick["reason"] or "").strip():
        yield Difference("pick.reason", f"有 {uncertain} 件没做完的可能改变名单，却没有写理由")
    if (version["number"] == 1) != (version["previous"] is None):
        yield Difference("version.previous", "第一版之前没有别的版本，以后的版本要写前一版的 SHA-256")


def _short(value: Any) -> str:
    shown = encode(value)
    return shown if len(shown) <= 60 else shown[:60] + "…"


