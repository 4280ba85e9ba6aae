"""Statements of the webhook's path: written in Core once, compiled once, sent on the driver's own cursor.

Core itself takes ten times as long as SQLite to run one of them: to build it anew, to find what was compiled of it, to
wrap what comes back. Dialects, types and errors are SQLAlchemy's all the same. Knows no table.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterable, Sequence, Set
from functools import partial
from operator import attrgetter, itemgetter, methodcaller
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Delete,
    Dialect,
    Insert,
    Select,
    Update,
    insert,
    literal,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeEngine

Process = Callable[[Any], Any]
_one, _all, _count = methodcaller("fetchone"), methodcaller("fetchall"), attrgetter("rowcount")
_key = attrgetter("rowcount", "lastrowid")


def one_of(column: Any, values: Iterable[Any]) -> ColumnElement[bool]:
    """`column IN values` with values that are the same in every call."""
    return column.in_([literal(value, column.type) for value in values])  # type: ignore[no-any-return]


class _Compiled(NamedTuple):
    """A statement as one dialect takes it.

    `begins`: whether it needs a transaction; `constants`: what is the same in every call, by key, as the driver takes
    it; `pick`: all parameters in order out of what is given by key; `names`: theirs, None where their places count;
    `binds`, `results`: (position, conversion) of the parameters, and of the columns, that need one.
    """

    text: str
    begins: bool
    constants: dict[str, Any]
    pick: Callable[[dict[str, Any]], Sequence[Any]]
    names: tuple[str, ...] | None
    binds: tuple[tuple[int, Process], ...]
    row: Callable[[Any], Any]
    results: tuple[tuple[int, Process], ...]

    def bound(self, values: dict[str, Any]) -> Any:
        given = self.pick({**values, **self.constants} if self.constants else values)
        if self.binds:
            given = list(given)
            for at, process in self.binds:
                given[at] = process(given[at])
        return given if self.names is None else dict(zip(self.names, given, strict=True))

    def read(self, found: Any) -> Any:
        if self.results:
            found = list(found)
            for at, process in self.results:
                found[at] = process(found[at])
        return self.row(found)


class Prepared:
    """A statement whose parameters are `bindparam`s, and the `columns` that an UPDATE sets.

    Rows come as named tuples. Reading on SQLite begins no transaction; writing begins one where none is open. Raises
    what SQLAlchemy raises.
    """

    def __init__(self, statement: Select[*tuple[Any, ...]] | Insert | Update | Delete, *columns: str) -> None:
        self._columns, self._writes = columns, not isinstance(statement, Select)
        self._compiled: dict[Any, _Compiled] = {}
        self._statement: Any = statement

    def first(self, db: Connection, **values: Any) -> Any:
        """The first row, or None."""
        compiled, found = self._send(db, values, _one)
        return None if found is None else compiled.read(found)

    def scalar(self, db: Connection, **values: Any) -> Any:
        """The first column of the first row, or None."""
        compiled, found = self._send(db, values, _one)
        return None if found is None else compiled.read(found)[0]

    def all(self, db: Connection, **values: Any) -> list[Any]:
        """Every row."""
        compiled, found = self._send(db, values, _all)
        return [compiled.read(one) for one in found]

    def run(self, db: Connection, **values: Any) -> int:
        """How many rows were written."""
        return int(self._send(db, values, _count)[1])

    def _send(self, db: Connection, values: dict[str, Any], fetch: Callable[[Any], Any]) -> tuple[_Compiled, Any]:
        dialect = db.dialect
        compiled = self._for(dialect, values)
        bound = compiled.bound(values)
        if compiled.begins and not db.in_transaction():
            db.begin()
        driver: Any = db.connection.dbapi_connection
        cursor = None
        try:
            cursor = driver.cursor()
            for note in db.engine.dispatch.before_cursor_execute:
                note(db, cursor, compiled.text, bound, None, False)
            cursor.execute(compiled.text, bound)
            return compiled, fetch(cursor)
        except dialect.loaded_dbapi.Error as problem:
            lost = dialect.is_disconnect(problem, driver, cursor)
            if lost:
                db.invalidate(problem)
            raise DBAPIError.instance(compiled.text, None, problem, dialect.loaded_dbapi.Error,
                                      connection_invalidated=lost, dialect=dialect) from problem  # fmt: skip
        finally:
            if cursor is not None:
                cursor.close()

    def _for(self, dialect: Dialect, _values: dict[str, Any]) -> _Compiled:
        found = self._compiled.get(dialect.name)
        if found is None:
            found = self._compiled[dialect.name] = self._compile(dialect, self._statement, self._columns)
        return found

    def _compile(self, dialect: Dialect, statement: Any, names: Sequence[str]) -> _Compiled:
        made: Any = statement.compile(dialect=dialect, column_keys=list(names) or None)
        keys: tuple[str, ...] = tuple(made.positiontup if made.positional else made.binds)
        given = [_on(made.binds[key].type, dialect).bind_processor(dialect) for key in keys]
        constants = {key: process(made.binds[key].effective_value) if process else made.binds[key].effective_value
                     for key, process in zip(keys, given, strict=True) if not made.binds[key].required}  # fmt: skip
        columns = list(statement.exported_columns)
        found = [_on(column.type, dialect).result_processor(dialect, None) for column in columns]
        row = namedtuple("Row", [str(column.key) for column in columns], rename=True)  # type: ignore[misc]
        return _Compiled(
            made.string, self._writes or dialect.name != "sqlite", constants, _picker(keys),
            None if made.positional else keys,
            tuple((at, process) for at, process in enumerate(given) if process and keys[at] not in constants),
            partial(tuple.__new__, row), tuple((at, process) for at, process in enumerate(found) if process))


class InsertInto(Prepared):
    """An INSERT of one row, the column's default or NULL where a value is not named. It gives the new key.

    `unless_known`: where a unique key is there already nothing is written and no row given; `or_set`: these columns of
    the row that has the primary key are set instead.
    """

    def __init__(self, model: type[DeclarativeBase], *, unless_known: bool = False, or_set: Sequence[str] = ()) -> None:
        self._table, self._unless_known, self._or_set = model.metadata.tables[model.__tablename__], unless_known, or_set
        super().__init__(insert(self._table))

    def _for(self, dialect: Dialect, values: dict[str, Any]) -> _Compiled:
        # One for each set of columns that is named: SQLite's driver takes longer for a None than for any value.
        key = (dialect.name, *values)
        found = self._compiled.get(key)
        if found is None:
            found = self._compiled[key] = self._compile(dialect, self._filling(dialect, values.keys()), tuple(values))
        return found

    def _filling(self, dialect: Dialect, names: Set[str]) -> Any:
        columns = {column.key: column for column in self._table.columns if column is not self._table.autoincrement_column}
        if unknown := names - columns.keys():
            raise TypeError(f"no such columns: {sorted(unknown)}")
        made: Any = (postgresql if dialect.name == "postgresql" else sqlite).insert(self._table).values({
            key: literal(column.default.arg, column.type) for key, column in columns.items()  # type: ignore[attr-defined]
            if column.default is not None and key not in names})
        if self._unless_known:
            made = made.on_conflict_do_nothing()
        elif self._or_set:
            made = made.on_conflict_do_update(index_elements=list(self._table.primary_key),
                                              set_={name: made.excluded[name] for name in self._or_set})
        # SQLite keeps what RETURNING gives in a table of its own, for each statement; its driver knows the key anyway.
        return made if dialect.name == "sqlite" else made.returning(*self._table.primary_key)

    def scalar(self, db: Connection, **values: Any) -> Any:
        """The new row's key; None when it was there already. Not for `or_set`, whose key the caller knows."""
        if db.dialect.name != "sqlite":
            return super().scalar(db, **values)
        rows, key = self._send(db, values, _key)[1]
        return key if rows else None


def _picker(keys: tuple[str, ...]) -> Callable[[dict[str, Any]], Sequence[Any]]:
    """What stands under these keys, in their order. `itemgetter` gives one alone as itself."""
    return itemgetter(*keys) if len(keys) > 1 else lambda values: [values[key] for key in keys]


def _on(kind: TypeEngine[Any], dialect: Dialect) -> TypeEngine[Any]:
    return kind.dialect_impl(dialect)
