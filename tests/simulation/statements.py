"""Running a statement on a connection of sqlite3, without what SQLAlchemy spends on each of its own.

SQLAlchemy compiles the statement, once for all that are alike, names its parameters and says how values are stored and
read; the file answers. What is left out is what serves other drivers: greenlets, events and pools.
"""

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import JSON
from sqlalchemy.dialects.sqlite import pysqlite
from sqlalchemy.engine.result import IteratorResult, SimpleResultMetaData
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import BindParameter
from sqlalchemy.util import LRUCache

DIALECT = pysqlite.dialect(dbapi=sqlite3)
_COMPILED: LRUCache[Any, Any] = LRUCache(2000)
_NOTHING = SimpleResultMetaData([])

Row = Mapping[str, Any]
Process = Callable[[Any], Any] | None


class Answer(IteratorResult[Any]):
    """What a statement gave: rows, and how many it changed."""

    def __init__(self, metadata: SimpleResultMetaData, rows: Sequence[Any], changed: int) -> None:
        super().__init__(metadata, iter(rows))
        self.rowcount = changed


class Known:
    """What is known of all statements that are alike."""

    def __init__(self, compiled: SQLCompiler) -> None:
        assert not compiled.insert_prefetch, compiled
        assert not compiled.update_prefetch, compiled
        self.compiled = compiled
        self.text = compiled.string
        self.names = tuple(compiled.positiontup or ())
        self.storing = dict(compiled._bind_processors)
        self.expanding = bool(compiled.literal_execute_params or compiled.post_compile_params)
        columns = compiled._result_columns
        self.metadata = SimpleResultMetaData([column.keyname for column in columns])
        reading = [_reading(column.type) for column in columns]
        self.reading: Sequence[Process] = reading if any(reading) else ()

        places = _places(compiled)
        self.slots = [(name, bind, places.get(bind)) for bind, name in compiled.bind_names.items()]

    def named(self, row: Row, extracted: Sequence[Any]) -> Row:
        """The value of each parameter: of the row, of the statement at hand, or of the first one that was alike."""
        found = {}
        for name, bind, place in self.slots:
            if bind.key in row:
                found[name] = row[bind.key]
                continue
            assert not bind.required, bind
            own = bind if place is None or not extracted else extracted[place]
            found[name] = own.effective_value if bind.callable else own.value
        return found

    def bound(self, given: Mapping[str, Any]) -> tuple[str, Sequence[Any]]:
        """The text and the values in the order of its marks."""
        if not self.expanding:
            return self.text, _stored(self.names, given, self.storing)
        whole = dict(given)
        now: Any = self.compiled._process_parameters_for_postcompile(whole)
        whole.update(now.additional_parameters)
        return str(now.statement), _stored(now.positiontup or (), whole, {**self.storing, **now.processors})

    def rows(self, found: Sequence[tuple[Any, ...]]) -> Sequence[tuple[Any, ...]]:
        """As the store reads them."""
        if not self.reading:
            return found
        return [
            tuple(
                value if read is None else read(value) for read, value in zip(self.reading, row, strict=True)
            )
            for row in found
        ]


def _places(compiled: SQLCompiler) -> Mapping[BindParameter[Any], int]:
    """Where among the values of a statement that is alike the one of each parameter stands."""
    if compiled.cache_key is None or compiled._cache_key_bind_match is None:
        return {}
    same = compiled._cache_key_bind_match[0]
    return {bind: place for place, first in enumerate(compiled.cache_key[1]) for bind in same.get(first, ())}


def _reading(of: Any) -> Process:
    """How a column is read. Whoever reads a document leaves it as it is, so each text is read once."""
    process: Process = of._cached_result_processor(DIALECT, None)
    return _document if isinstance(of, JSON) else process


@lru_cache(maxsize=4_000)
def _document(text: str | None) -> Any:
    return None if text is None else json.loads(text)


def _stored(names: Sequence[str], given: Mapping[str, Any], storing: Mapping[str, Any]) -> Sequence[Any]:
    return [storing[name](given[name]) if name in storing else given[name] for name in names]


def run(raw: sqlite3.Connection, statement: Any, given: Row | Sequence[Row] | None) -> Answer:
    """Run it; what the file says no to is raised as SQLAlchemy raises it."""
    rows: Sequence[Row] = () if not given else (given,) if isinstance(given, Mapping) else given
    many = len(rows) > 1
    compiled, extracted, collected, _hit = statement._compile_w_cache(
        DIALECT,
        compiled_cache=_COMPILED,
        column_keys=sorted(rows[0]) if rows else [],
        for_executemany=many,
    )
    known: Known | None = compiled.__dict__.get("known")
    if known is None:
        known = compiled.known = Known(compiled)

    def bound(row: Row | None) -> tuple[str, Sequence[Any]]:
        return known.bound(known.named({**collected, **(row or {})} if collected else row or {}, extracted))

    text = known.text
    try:
        if many:
            return Answer(_NOTHING, (), raw.executemany(text, [bound(row)[1] for row in rows]).rowcount)
        text, values = bound(rows[0] if rows else None)
        cursor = raw.execute(text, values)
        found = cursor.fetchall() if cursor.description is not None else ()
    except sqlite3.Error as error:
        raise DBAPIError.instance(text, None, error, sqlite3.Error, hide_parameters=True) from error
    return Answer(known.metadata, known.rows(found), cursor.rowcount)
