"""What the tests of one process share though each has an application and a database of its own: what was compiled, and
how often the garbage collector walks.

Templates, statements and the builders of addresses are the same in all of them; without this most of a test's time went
into compiling them again. Data, connections, settings and state are never shared.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Hashable
from types import CodeType
from typing import Any

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Engine
from werkzeug.routing import Rule

import models.session


class _Memory(BytecodeCache):
    """Compiled templates by the digest of their source."""

    def __init__(self) -> None:
        self._kept: dict[str, CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.code = self._kept[bucket.key]

    def dump_bytecode(self, bucket: Bucket) -> None:
        assert bucket.code is not None
        self._kept[bucket.key] = bucket.code


ALLOCATIONS = 50_000


def collector() -> None:
    """Applications, statements and tests are kept: walking over them after every 700 allocations was a sixth of the time.

    What refers to itself is found all the same, some tests later; `kept` leaves out what stays to the end.
    """
    gc.set_threshold(ALLOCATIONS, 20, 20)


def kept() -> None:
    """What is there now, every module and test, stays: never walked over again."""
    gc.collect()
    gc.freeze()


def templates() -> None:
    Flask.jinja_options = {"bytecode_cache": _Memory()}


def routes() -> None:
    """What werkzeug compiles of a rule follows from its text, its defaults and the converters of its map alone."""
    compiled: dict[Hashable, tuple[dict[str, Any], set[str], Any, Any]] = {}
    really: Callable[[Rule], None] = Rule.compile

    def once(rule: Rule) -> None:
        of = rule.map
        key = (rule.rule, rule.subdomain, rule.host, repr(rule.defaults), rule.merge_slashes, of.host_matching,
               *of.converters.items())
        if key not in compiled:
            really(rule)
            made = {name: getattr(rule, name) for name in ("_parts", "_trace", "_converters")}
            compiled[key] = made, set(rule.arguments), rule._build.__func__, rule._build_unknown.__func__
            return
        made, arguments, build, build_unknown = compiled[key]
        rule.__dict__.update(made)
        rule.arguments.update(arguments)
        rule._build, rule._build_unknown = build.__get__(rule), build_unknown.__get__(rule)

    Rule.compile = once


MOST_STATEMENTS = 5_000
_first: dict[str, Engine] = {}


def statements(engine: Engine) -> Engine:
    """Of one dialect each statement is compiled once, whichever database it is sent to."""
    first = _first.get(engine.dialect.name)
    if first is None:
        first = _first[engine.dialect.name] = engine
        with engine.connect():
            pass  # a dialect learns of its server with the first connection
    engine.dialect, engine._compiled_cache = first.dialect, first._compiled_cache
    return engine


def engines() -> None:
    """The engines that the product makes for itself, as intake does in every application, share them too."""
    really: Callable[..., Engine] = models.session.create_engine

    def made(url: Any, **options: Any) -> Engine:
        engine = really(url, **options)
        return statements(engine) if engine.dialect.name in _first else engine

    models.session.create_engine = made
