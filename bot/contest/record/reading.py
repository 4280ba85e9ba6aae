"""Reads a record strictly: one canonical text, every section and column as the form says. Judges no winner. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.contest.record.canonical import NotCanonical, decode, encode
from bot.contest.record.form import (
    FORMAT,
    KIND,
    MAY_BE_NULL,
    OBJECTS,
    SECTIONS,
    SHA,
    TABLES,
    Columns,
)

MOST_BYTES = 512 * 2**20
"""More than any round makes: 200,000 reports with their grades come to about 150 MB."""

OUTER = ("body", "format", "kind", "seal")
SEAL = ("sections", "sha256")
NAMED_AT_ONCE = 50
"""How many faults of shape are named; a table in another order has one in each row."""
BEGINS = b'{"body":'
"""How every record begins, so that one cut short is told from a file that never was one."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that does not fit, where it stands (`reports[12].marks`), and what is wrong in Chinese."""

    path: str
    words: str

    def __str__(self) -> str:
        return f"{self.path}：{self.words}"


class Unreadable(Exception):
    """The file is not to be checked further. `known`: it may be a record, damaged; else nothing this program knows."""

    def __init__(self, differences: tuple[Difference, ...], *, known: bool = True) -> None:
        super().__init__(*differences)
        self.differences, self.known = differences, known


@dataclass(frozen=True, slots=True)
class Sections:
    """A file whose shape is right: its rows by table (None where the file says null), its other sections, its seal."""

    rows: Mapping[str, list[list[Any]] | None]
    objects: Mapping[str, dict[str, Any]]
    texts: Mapping[str, str]  # the canonical text of each section
    seal: Mapping[str, Any]

    def table(self, name: str) -> list[list[Any]]:
        return self.rows[name] or []


def read(data: bytes, *, most_bytes: int = MOST_BYTES) -> Sections:
    """Raises Unreadable with everything found where the text or the shape is wrong."""
    if len(data) > most_bytes:
        raise _unknown("文件", f"有 {len(data)} 字节，超过 {most_bytes} 字节，不是一份记录")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as problem:
        raise _damaged("文件", f"第 {problem.start + 1} 个字节起不是 UTF-8") from None
    try:
        raw = decode(text)
    except NotCanonical as problem:
        raise _damaged(problem.path, str(problem)) from None
    _check_outer(raw)
    texts = {name: encode(value) for name, value in raw["body"].items()}
    _check_canonical(text, encode(raw), texts)
    _check_seal_shape(raw["seal"])
    found = _Shapes([])
    rows = {name: found.rows(name, raw["body"][name]) for name in TABLES}
    objects = {name: found.object(name, raw["body"][name]) for name in OBJECTS}
    if found.differences:
        raise Unreadable(tuple(found.differences))
    return Sections(rows, objects, texts, raw["seal"])


def might_be_one(data: bytes) -> bool:
    """Whether anything in the file says that it is, or was, a record."""
    return data.startswith(BEGINS) or KIND.encode() in data


def _damaged(path: str, words: str) -> Unreadable:
    return Unreadable((Difference(path, words),))


def _unknown(path: str, words: str) -> Unreadable:
    return Unreadable((Difference(path, words),), known=False)


def _check_outer(raw: Any) -> None:
    if not isinstance(raw, dict):
        raise _unknown("文件", "不是一份记录")
    _check_keys("", raw, OUTER)
    if raw["kind"] != KIND:
        raise _unknown("kind", f"应为 {KIND}")
    if type(raw["format"]) is not int or raw["format"] != FORMAT:
        raise _unknown("format", f"这个程序只认得第 {FORMAT} 版的格式，文件写的是 {_short(raw['format'])}")
    if not isinstance(raw["body"], dict):
        raise _damaged("body", "应为各部分的内容")
    _check_keys("", raw["body"], SECTIONS)


def _check_keys(within: str, raw: Mapping[str, Any], wanted: tuple[str, ...]) -> None:
    wrong = [Difference(within + key, "缺少这一部分") for key in wanted if key not in raw]
    wrong += [Difference(within + _short(key), "不认得这一部分") for key in raw if key not in wanted]
    if wrong:
        raise Unreadable(tuple(wrong))


def _check_canonical(text: str, again: str, texts: Mapping[str, str]) -> None:
    """The file holds the one text of its values: no space, no other order, no other way to write a letter."""
    if text == again:
        return
    at, high = 0, max(len(text), len(again))
    while at < high:  # the longest common beginning
        middle = (at + high + 1) // 2
        if text[:middle] == again[:middle]:
            at = middle
        else:
            high = middle - 1
    place, path = len('{"body":{'), "文件"
    for name in SECTIONS:
        if at < place:
            break
        path = name
        place += len(f'"{name}":,') + len(texts[name])
    raise _damaged(path if at < place else "seal",
                   f"第 {at + 1} 个字符起不是规范的写法（多了空格，顺序不对，或写法不同）")


def _check_seal_shape(seal: Any) -> None:
    if not isinstance(seal, dict):
        raise _damaged("seal", "应为封印")
    _check_keys("seal.", seal, SEAL)
    if not SHA.holds(seal["sha256"]):
        raise _damaged("seal.sha256", f"应为{SHA.name}")
    if not isinstance(seal["sections"], dict):
        raise _damaged("seal.sections", "应为各部分的封印")
    _check_keys("seal.sections.", seal["sections"], SECTIONS)
    for name, value in seal["sections"].items():
        if not SHA.holds(value):
            raise _damaged(f"seal.sections.{name}", f"应为{SHA.name}")


@dataclass(frozen=True, slots=True)
class _Shapes:
    """The sections held against the form; what is wrong is gathered."""

    differences: list[Difference]

    def _add(self, path: str, words: str) -> None:
        if len(self.differences) < NAMED_AT_ONCE:
            self.differences.append(Difference(path, words))

    def rows(self, name: str, raw: Any) -> list[list[Any]] | None:
        if raw is None and name in MAY_BE_NULL:
            return None
        columns = TABLES[name]
        if not isinstance(raw, dict) or raw.keys() != {"columns", "rows"} or not isinstance(raw["rows"], list):
            self._add(name, "应为一张表")
            return []
        if raw["columns"] != list(columns):
            self._add(f"{name}.columns", "列名和顺序与格式不符")
            return []
        kinds = list(columns.items())
        for at, row in enumerate(raw["rows"]):
            if not isinstance(row, list) or len(row) != len(kinds):
                self._add(f"{name}[{at}]", f"应有 {len(kinds)} 列")
                continue
            for (column, kind), value in zip(kinds, row, strict=True):
                if not kind.holds(value):
                    self._add(f"{name}[{at}].{column}", f"应为{kind.name}，现为 {_short(value)}")
        rows: list[list[Any]] = raw["rows"]
        return rows

    def object(self, name: str, raw: Any) -> dict[str, Any]:
        columns: Columns = OBJECTS[name]
        if not isinstance(raw, dict) or raw.keys() != columns.keys():
            self._add(name, "应有这些键：" + "、".join(columns))
            return {}
        for key, kind in columns.items():
            if not kind.holds(raw[key]):
                self._add(f"{name}.{key}", f"应为{kind.name}，现为 {_short(raw[key])}")
        found: dict[str, Any] = raw
        return found


def _short(value: Any) -> str:
    shown = repr(value)
    return shown if len(shown) <= 40 else shown[:40] + "…"
