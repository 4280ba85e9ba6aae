"""What names a reader is taken out of texts that stay: his reports' words, what staff wrote of them, unsaved drafts.

The words reported as the error stay as they are (RULES 20). Writes; never commits. Twice does no harm.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Connection, Row, select, update

from bot import search
from bot.personal.rows import Ids, in_parts, rows, table_of
from bot.understanding.identity import BLACK, mask_identity
from models.appeals import Caller
from models.contests import Award
from models.enums import CorrectionState
from models.lists import BulkAct, BulkItem
from models.personal import READERS, Fate, Key
from models.readers import Reader
from models.reports import Report, ReportVersion
from models.round_changes import RoundCorrection
from models.work_enums import DraftOf
from models.working import Draft

ERROR = ("wrong", "right", "context")
"""Fields of a report that hold what it is about, in print or as it should be."""
OF_MESSAGES = (DraftOf.ANSWER,)
REASONS = (("round", "id", ("pick_reason", "deadline_reason")), ("rescoring", "round_id", ("reason",)),
           ("round_correction", "round_id", ("release_reason", "withdraw_reason")))
"""Table, the column with the round, sentences of staff that lead to no reader and may name one."""
Mask = Callable[[str, Sequence[str]], str]


def names_of(db: Connection, reader_ids: Sequence[int]) -> tuple[str, ...]:
    """What he is known by: the name he gave for print, the openid, what staff call a caller, a name as it was or is to be
    printed."""
    found = [one for row in db.execute(select(Reader.printed_name, Reader.openid).where(Reader.id.in_(reader_ids)))
             for one in row]
    found += db.scalars(select(Caller.label).where(Caller.reader_id.in_(reader_ids)))
    awards = select(Award.id).where(Award.reader_id.in_(reader_ids))
    found += db.scalars(select(Award.printed_name).where(Award.reader_id.in_(reader_ids)))
    found += db.scalars(select(RoundCorrection.new_name).where(RoundCorrection.award_id.in_(awards)))
    return tuple(sorted({one.strip() for one in found if one and one.strip()}, key=len, reverse=True))


def mask_all(db: Connection, ids: Ids, names: Sequence[str], *, thorough: bool = True) -> int:
    """Goes through every text that stays; how many were changed. Call it before the names themselves go.

    `thorough` False: only texts in which a name stands, which is quick; what else he said of himself in his reports goes
    with time (`bot.personal.phone_numbers`, `bot.personal.retention`).
    """
    def mask(text: str, keep: Sequence[str]) -> str:
        if not thorough and not any(name in text for name in names):
            return text
        masked = mask_identity(text, names=names, keep=keep)
        return _without_openids(masked, names)

    kept = _errors(db, ids[Key.REPORT])
    before = _searched(db, ids[Key.REPORT])
    changed = sum(_mask_table(db, name, ids, kept, mask) for name in READERS)
    changed += _mask_drafts(db, ids[Key.REPORT], kept, mask)
    of_many: Callable[[str], str] = lambda text: mask(text, ()) if any(name in text for name in names) else text  # noqa: E731
    changed += _mask_reasons(db, ids, of_many) + _mask_acts(db, ids[Key.REPORT], of_many)
    search.forget_words(db, before)
    return changed


def _without_openids(text: str, names: Sequence[str]) -> str:
    """An openid is no word: it goes wherever it stands, in quotations too."""
    for name in names:
        if len(name) >= 20 and name.isascii():
            text = text.replace(name, BLACK)
    return text


def _errors(db: Connection, reports: Sequence[int]) -> dict[int, list[str]]:
    """The reported words and their corrections by report, in every version of it."""
    found: dict[int, list[str]] = {}
    for some in in_parts(reports):
        for row in db.execute(select(Report.id, Report.wrong, Report.right).where(Report.id.in_(some))):
            found[row.id] = [words for words in (row.wrong, row.right) if words]
        for row in db.execute(select(ReportVersion.report_id, ReportVersion.fields).where(ReportVersion.report_id.in_(some))):
            found[row.report_id] += [str(row.fields[name]) for name in ERROR if row.fields.get(name)]
    return found


def _mask_table(db: Connection, name: str, ids: Ids, kept: Mapping[int, Sequence[str]], mask: Mask) -> int:
    table = table_of(name)
    columns = [column for column, (fate, _) in READERS[name].columns.items() if fate is Fate.MASKED]
    if not columns:
        return 0
    changed = 0
    extra = [column for column in ("report_id", "state") if column in table.c]
    for row in rows(db, name, ids, [*columns, *extra]):
        if name == "round_correction" and row.state in (CorrectionState.RELEASED, CorrectionState.PRINTED):
            continue  # as it was published
        keep = kept.get(row.id if name == "report" else _report_of(row), ())
        new = {column: value for column in columns
               if (value := _cut(_masked(getattr(row, column), keep, mask), table.c[column])) != getattr(row, column)}
        if new:
            key = [table.c[column.name] == getattr(row, column.name) for column in table.primary_key]
            db.execute(update(table).where(*key).values(**new))
            changed += 1
    return changed


def _cut(value: Any, column: Column[Any]) -> Any:
    """Ink may be wider than what it covers."""
    length = getattr(column.type, "length", None)
    return value[:length] if isinstance(value, str) and length else value


def _report_of(row: Row[Any]) -> int:
    return int(getattr(row, "report_id", None) or 0)


def _masked(value: Any, keep: Sequence[str], mask: Mask) -> Any:
    if isinstance(value, str):
        return mask(value, keep)
    if isinstance(value, dict):
        return {name: one if name in ERROR else _masked(one, keep, mask) for name, one in value.items()}
    return value


def _mask_drafts(db: Connection, reports: Sequence[int], kept: Mapping[int, Sequence[str]], mask: Mask) -> int:
    """What editors entered about his reports and have not saved; answers to him go whole elsewhere."""
    changed = 0
    for some in in_parts(reports):
        found = db.execute(select(Draft.staff_id, Draft.form, Draft.subject_id, Draft.fields).where(
            Draft.form.not_in(OF_MESSAGES), Draft.subject_id.in_(some))).all()
        for row in found:
            fields = json.loads(row.fields)
            masked = {name: mask(text, kept.get(row.subject_id, ()))[: len(text)] for name, text in fields.items()}
            if masked != fields:
                db.execute(update(Draft).where(
                    Draft.staff_id == row.staff_id, Draft.form == row.form, Draft.subject_id == row.subject_id)
                    .values(fields=json.dumps(masked, ensure_ascii=False)))
                changed += 1
    return changed


def _mask_reasons(db: Connection, ids: Ids, mask: Callable[[str], str]) -> int:
    """What staff wrote of his rounds and of corrections of their lists, for themselves. It is of many readers: only where
    his name stands in it."""
    changed = 0
    rounds = {one for some in in_parts(ids[Key.REPORT]) for one in db.scalars(
        select(Report.round_id).where(Report.id.in_(some), Report.round_id.is_not(None)).distinct())}
    for name, of_round, columns in REASONS:
        table = table_of(name)
        wanted = [table.c[column] for column in columns]
        for row in db.execute(select(table.c.id, *wanted).where(table.c[of_round].in_(rounds))).all():
            new = {column.name: value for column, text in zip(wanted, row[1:], strict=True)
                   if text and (value := _cut(mask(text), column)) != text}
            if new:
                db.execute(update(table).where(table.c.id == row.id).values(**new))
                changed += 1
    return changed


def _mask_acts(db: Connection, reports: Sequence[int], mask: Callable[[str], str]) -> int:
    """The words of an act on many reports, his among them: a note, or what was said to all their readers."""
    acts = {act.id: act.details for some in in_parts(reports) for act in db.execute(
        select(BulkAct.id, BulkAct.details).where(BulkAct.id.in_(
            select(BulkItem.act_id).where(BulkItem.report_id.in_(some)))))}
    changed = {number: details | {"text": text} for number, details in acts.items()
               if (text := mask(details.get("text", ""))) != details.get("text", "")}
    for number, details in changed.items():
        db.execute(update(BulkAct).where(BulkAct.id == number).values(details=details))
    return len(changed)


def _searched(db: Connection, reports: Sequence[int]) -> dict[int, set[str]]:
    """The words of his reports that the search may know, those of earlier versions too."""
    found: dict[int, set[str]] = {}
    for some in in_parts(reports):
        for row in db.execute(select(*(getattr(Report, name) for name in ("id", *search.OF_REPORTS))).where(
                Report.id.in_(some))):
            found.setdefault(row.id, set()).update(words for words in row[1:] if words)
        for row in db.execute(select(ReportVersion.report_id, ReportVersion.fields).where(ReportVersion.report_id.in_(some))):
            found[row.report_id] |= {str(row.fields[name]) for name in search.OF_REPORTS if row.fields.get(name)}
    return found
