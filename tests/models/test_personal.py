"""The list of personal data is whole: every column that there is stands in it once, with what becomes of it."""

from __future__ import annotations

from collections import Counter

from models.impersonal import TABLES
from models.personal import OTHERS, READERS, Fate
from models.tables import metadata

NAMED = Counter(
    [(name, column) for name, held in READERS.items() for column in [*held.columns, *held.plain.split()]]
    + [(name, column) for name, held in OTHERS.items() for column in f"{held.personal} {held.plain}".split()]
    + [(name, column) for name, columns in TABLES.items() for column in columns.split()])


def test_every_column_says_what_it_holds() -> None:
    """A new column: is it about a person? Then into models.personal, with its fate; else into models.impersonal."""
    there = {(table.name, column.name) for table in metadata.tables.values() for column in table.columns}
    assert (there - NAMED.keys(), NAMED.keys() - there) == (set(), set())
    assert [named for named, times in NAMED.items() if times > 1] == []


def test_what_leads_to_a_reader_is_a_column_of_the_table() -> None:
    wrong = [(name, column) for name, held in READERS.items() for column, _ in held.via
             if column not in metadata.tables[name].columns]
    assert wrong == []
    assert [name for name, held in READERS.items() if not held.via] == []


def test_a_text_that_stays_without_its_name_can_be_written_to() -> None:
    """Masking writes text back: a column of another kind would need its own way."""
    masked = [(name, column) for name, held in READERS.items() for column, (fate, _) in held.columns.items()
              if fate is Fate.MASKED]
    assert masked
    assert {type(metadata.tables[name].columns[column].type).__name__ for name, column in masked} == {
        "Text", "String", "JSON"}


def test_free_text_about_a_reader_never_simply_stays() -> None:
    """Of columns that stay as they are only short codes and what was printed may hold text."""
    stays = {(name, column) for name, held in READERS.items() for column, (fate, _) in held.columns.items()
             if fate is Fate.FACT and type(metadata.tables[name].columns[column].type).__name__ == "Text"}
    assert stays == {("report", "wrong"), ("report", "right"), ("round_correction", "print_text"),
                     ("round_correction", "article_text")}
