"""The rules of the house that no single module can keep: who imports whom, one clock, one environment, sizes.

CONTRIBUTING.md says them in words. Everything is read from the source; nothing is imported.
"""

from __future__ import annotations

import ast
import graphlib
import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
OURS = ("models", "bot", "web")

MAY_IMPORT = {
    "models": {"models"},
    "bot": {"bot", "models"},
    "web": {"web", "bot", "models"},
    "wsgi": {"web", "bot", "models"},
}
ONLY_FOR_WEB = {
    "flask",
    "flask_wtf",
    "flask_login",
    "flask_bootstrap",
    "wtforms",
    "werkzeug",
    "jinja2",
    "granian",
}

# Functions of values: no database, no clock, no network. A name stands for the module and all beneath it.
PURE = (
    "bot.understanding",
    "bot.dialogue",
    "bot.directions",
    "bot.exports",
    "bot.wechat",
    "bot.catalogue.aligning",
    "bot.catalogue.boxes",
    "bot.catalogue.exchange",
    "bot.catalogue.lines",
    "bot.catalogue.matching",
    "bot.catalogue.measuring",
    "bot.catalogue.pdf",
    "bot.catalogue.plain",
    "bot.catalogue.results",
    "bot.catalogue.titles",
    "bot.backups.archive",
    "bot.backups.sealing",
    "bot.checkup.findings",
    "bot.publishing.code_pictures",
    "bot.contest.announcing.announcement",
    "bot.contest.agreement",
    "bot.practice.anchors",
    "bot.contest.annex",
    "bot.contest.arithmetic",
    "bot.contest.close_calls.bands",
    "bot.contest.days.calendar",
    "bot.house.classes",
    "bot.contest.close_calls.cut_lines",
    "bot.contest.announcing.correction_texts",
    "bot.contest.days.day_checks",
    "bot.contest.finance",
    "bot.contest.close_calls.foresight",
    "bot.house.own_rate",
    "bot.contest.pairs",
    "bot.contest.phases",
    "bot.contest.announcing.printed_box",
    "bot.contest.announcing.prize_words",
    "bot.house.rates",
    "bot.contest.record",
    "bot.contest.close_calls.reach",
    "bot.contest.after_pick.rescoring",
    "bot.contest.announcing.rule_page",
    "bot.contest.rules",
    "bot.house.same_slip",
    "bot.contest.scoring",
    "bot.judging.second_grades",
    "bot.contest.selection",
    "bot.contest.after_pick.succession",
    "bot.contest.values",
    "bot.contest.announcing.winning_words",
    "bot.contest.days.workdays",
    "bot.publishing.correction_words",
    "bot.publishing.errata_words",
    "bot.job_words",
    "bot.media.addresses",
    "bot.media.pictures",
    "bot.media.sounds",
    "bot.media.photos",
    "bot.practice.items",
    "bot.practice.marking",
    "bot.printing.breaking",
    "bot.printing.layout",
    "bot.printing.plain",
    "bot.printing.values",
    "bot.filing.returned",
    "bot.filing.slips",
    "bot.house.statistics",
    "bot.watching.words",
    "bot.webhook_signing",
)
NOT_PURE = (
    "bot.catalogue.pdf.reading",  # opens files through the library
    "bot.wechat.client",  # calls the platform
    "bot.wechat.article",
    "bot.wechat.followers",
    "bot.wechat.media",  # fetches from it
    "bot.wechat.oauth",
    "bot.wechat.qrcodes",
    "bot.wechat.tokens",  # shares the access token through the database
)
FORBIDDEN_IN_PURE = {"sqlalchemy", "alembic", "requests", "socket", "sqlite3", "subprocess", "threading", "time",
                     "urllib.request", "http.client", "random", "os"}  # fmt: skip

# Lowest first; whatever is not named stands among the verbs.
LAYERS: tuple[tuple[str, ...], ...] = (
    ("bot.errors", "bot.clock", "bot.bounded", "bot.logs", "bot.webhook_signing"),
    ("bot.settings", "bot.setting_sections", "bot.setting_paths", "bot.moved_keys", "bot.setting_faults",
     "bot.database"),
    ("(pure)",),
    ("(verbs)",),
    ("bot.intake", "bot.jobs", "bot.reading_jobs", "bot.work"),
    ("bot.scheduler", "bot.wiring", "bot.demo", "bot.replay", "bot.checkup"),
    ("bot.cli", "bot.commands", "bot.__main__"),
)
VERBS = LAYERS.index(("(verbs)",))

CLOCK, ENVIRONMENT = "bot/clock.py", "bot/settings.py"
READS_THE_CLOCK = {
    ("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"),
    ("time", "time"), ("time", "time_ns"), ("time", "localtime"), ("time", "gmtime"),
}  # fmt: skip
READS_THE_ENVIRONMENT = {("os", "environ"), ("os", "getenv"), ("os", "environb"), ("os", "putenv")}

# Where anything at all may be caught, and why.
EDGES = {
    "bot/bounded.py": "whatever is raised in the thread, is raised where it is waited for",
    "bot/intake.py": "a message that cannot be read is stored all the same",
    "bot/jobs.py": "one item or job that fails must not stop the others; the run's row says what happened",
    "bot/reading_jobs.py": "one message that cannot be read must not stop the others",
    "bot/scheduler.py": "a failed run is logged and the next one has its turn",
    "bot/together.py": "whatever one message does, those beside it are stored, and it raises where it was asked for",
    "bot/media/pictures.py": "whatever a decoder stumbles over, the file was made by a stranger, and others wait behind it",
    "bot/checkup/shared_room.py": "whatever a service of pictures raises is its answer, and is told",
    "bot/outbox/delivery.py": "a message whose sending failed in an unknown way goes to a person",
    "web/webhook.py": "whatever happens inside, the platform gets HTTP 500 and sends the delivery again",
    "web/health.py": "a check that fails is an answer",
    "web/simulator/platform.py": "the stand-in shows a failed delivery in the chat and goes on",
}
LONGEST_MODULE = 400
NO_LIMIT = "models/migrations/versions/"  # a record, not code to live in


@dataclass(frozen=True)
class Import:
    """`from target import name`, or `import target` with name None."""

    target: str
    name: str | None
    line: int


@dataclass(frozen=True)
class Module:
    path: str
    name: str
    tree: ast.Module
    nodes: tuple[ast.AST, ...]
    lines: int

    def imports(self) -> Iterator[Import]:
        for node in self.nodes:
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield Import(alias.name, None, node.lineno)
            elif isinstance(node, ast.ImportFrom):
                target = _absolute(self, node)
                for alias in node.names:
                    yield Import(target, alias.name, node.lineno)

    def where(self, line: int) -> str:
        return f"{self.path}:{line}"


def _absolute(module: Module, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    package = module.name.split(".") if module.path.endswith("__init__.py") else module.name.split(".")[:-1]
    base = package[: len(package) - node.level + 1]
    return ".".join([*base, node.module] if node.module else base)


@cache
def _modules() -> dict[str, Module]:
    """Every module of ours and wsgi, by dotted name."""
    found = {}
    paths = [path for top in OURS for path in sorted((ROOT / top).rglob("*.py"))]
    for path in [*paths, *ROOT.glob("wsgi.py")]:
        relative = path.relative_to(ROOT)
        parts = relative.with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        source = path.read_text(encoding="utf-8")
        tree = ast.parse(source)
        found[name] = Module(relative.as_posix(), name, tree, tuple(ast.walk(tree)), source.count("\n"))
    return found


def _targets(module: Module) -> Iterator[tuple[str, int]]:
    """What a module imports, as our module names where they are ours."""
    known = _modules()
    for one in module.imports():
        inner = f"{one.target}.{one.name}"
        yield (inner if inner in known else one.target), one.line


def _beneath(name: str, roots: tuple[str, ...]) -> bool:
    return any(name == root or name.startswith(root + ".") for root in roots)


def _pure(name: str) -> bool:
    # A package's own __init__ holds no more than its docstring.
    return _beneath(name, PURE) and not _beneath(name, NOT_PURE)


def _layer(name: str) -> int:
    for rank, names in enumerate(LAYERS):
        if _beneath(name, names):
            return rank
    return LAYERS.index(("(pure)",)) if _pure(name) else VERBS


def _ours(target: str) -> bool:
    return target.split(".")[0] in {*OURS, "wsgi", "tests"}


def test_imports_run_one_way() -> None:
    wrong = [
        f"{module.where(line)} imports {target}"
        for module in _modules().values()
        for target, line in _targets(module)
        if _ours(target) and target.split(".")[0] not in MAY_IMPORT[module.name.split(".")[0]]
    ]
    assert wrong == []


def test_only_web_knows_http() -> None:
    wrong = [
        f"{module.where(line)} imports {target}"
        for module in _modules().values()
        if module.name.split(".")[0] in {"models", "bot"}
        for target, line in _targets(module)
        if target.split(".")[0] in ONLY_FOR_WEB
    ]
    assert wrong == []


def test_lower_layers_of_bot_do_not_know_higher_ones() -> None:
    wrong = [
        f"{module.where(line)} ({LAYERS[_layer(module.name)][0]}) imports {target}"
        for module in _modules().values()
        if module.name.startswith("bot.")
        for target, line in _targets(module)
        if target.startswith("bot.") and _layer(target) > _layer(module.name)
    ]
    assert wrong == []


def test_pure_modules_know_no_database_clock_or_network() -> None:
    wrong = []
    for module in filter(lambda one: _pure(one.name), _modules().values()):
        for one in module.imports():
            inner = f"{one.target}.{one.name}"
            database = one.target.startswith("models") and "models.enums" not in (one.target, inner)
            outside = one.target in FORBIDDEN_IN_PURE or one.target.split(".")[0] in FORBIDDEN_IN_PURE
            clock = "bot.clock" in (one.target, inner) and one.name != "SHANGHAI"
            settings = "bot.settings" in (one.target, inner)
            if database or outside or clock or settings:
                wrong.append(f"{module.where(one.line)} imports {inner}")
    assert wrong == []


def test_no_module_imports_itself_in_a_circle() -> None:
    known = _modules()
    graph = {
        name: {target for target, _ in _targets(module) if target in known and target != name}
        for name, module in known.items()
    }
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as circle:
        pytest.fail(" → ".join(circle.args[1]))


def test_migrations_import_nothing_of_ours() -> None:
    wrong = [
        f"{module.where(line)} imports {target}"
        for module in _modules().values()
        if module.path.startswith("models/migrations/versions/")
        for target, line in _targets(module)
        if _ours(target)
    ]
    assert wrong == []


def test_migration_environment_imports_only_the_metadata() -> None:
    imported = {target for target, _ in _targets(_modules()["models.migrations.env"]) if _ours(target)}
    assert imported == {"models.base", "models.tables"}


def _attributes(module: Module) -> Iterator[tuple[str, str, int]]:
    """Every `base.attribute` and `from base import attribute`, with the last part of `base`."""
    for node in module.nodes:
        if isinstance(node, ast.Attribute):
            base = node.value
            last = base.id if isinstance(base, ast.Name) else getattr(base, "attr", "")
            yield last, node.attr, node.lineno
    for one in module.imports():
        if one.name is not None:
            yield one.target.split(".")[-1], one.name, one.line


@pytest.mark.parametrize(
    ("what", "home"),
    [(READS_THE_CLOCK, CLOCK), (READS_THE_ENVIRONMENT, ENVIRONMENT)],
    ids=["clock", "environment"],
)
def test_only_one_module_reads_it(what: set[tuple[str, str]], home: str) -> None:
    # `from datetime import date` names no reading, though `datetime.date` looks like one.
    wrong = [
        f"{module.where(line)}: {base}.{attribute}"
        for module in _modules().values()
        if module.path != home
        for base, attribute, line in _attributes(module)
        if (base, attribute) in what
    ]
    assert wrong == []


def _catches_everything(node: ast.ExceptHandler) -> bool:
    kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
    return any(
        kind is None or (isinstance(kind, ast.Name) and kind.id in {"Exception", "BaseException"})
        for kind in kinds
    )


def test_everything_is_caught_only_at_the_edges() -> None:
    wrong = [
        module.where(node.lineno)
        for module in _modules().values()
        if module.path not in EDGES
        for node in module.nodes
        if isinstance(node, ast.ExceptHandler) and _catches_everything(node)
    ]
    assert wrong == []


def test_modules_stay_readable_in_one_sitting() -> None:
    long = {
        module.path: module.lines
        for module in _modules().values()
        if module.lines >= LONGEST_MODULE and not module.path.startswith(NO_LIMIT)
    }
    assert long == {}


def test_every_area_of_bot_is_in_the_plan_of_the_house() -> None:
    areas = {path.parent.name for path in (ROOT / "bot").glob("*/__init__.py")}
    plan = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(\w+)` \|", plan, re.MULTILINE)) == areas


def test_every_module_says_what_it_holds() -> None:
    assert [module.path for module in _modules().values() if not ast.get_docstring(module.tree)] == []


STRANGE_ADDRESS = re.compile(r"(?:https?:)?//(?!www\.w3\.org/)[a-z0-9-]+(?:\.[a-z0-9-]+)+", re.IGNORECASE)
LOADS = re.compile(r"<(?:link|script|img|iframe|source|audio|video|use)\b[^>]*>", re.IGNORECASE | re.DOTALL)


def _web_files(folder: str) -> list[Path]:
    found = [path for place in (ROOT / "web").rglob(folder) for path in place.rglob("*") if path.is_file()]
    return [
        path for path in found if path.suffix in {".html", ".css", ".js", ".svg", ".txt", ".xml", ".json"}
    ]


def test_pages_load_nothing_from_elsewhere() -> None:
    wrong = [
        f"{path.relative_to(ROOT).as_posix()}: {address.group()}"
        for path in _web_files("templates")
        for tag in LOADS.finditer(path.read_text(encoding="utf-8"))
        for address in STRANGE_ADDRESS.finditer(tag.group())
    ]
    wrong += [
        f"{path.relative_to(ROOT).as_posix()}: {address.group()}"
        for path in _web_files("static")
        for address in STRANGE_ADDRESS.finditer(path.read_text(encoding="utf-8"))
    ]
    assert wrong == []


def _declared(*groups: str) -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = list(project["dependencies"])
    for group in groups:
        lines += project["optional-dependencies"][group]
    return {_canonical(re.split(r"[\s\[<>=!~;]", line)[0]) for line in lines}


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_package_that_is_imported_is_declared() -> None:
    distributions = packages_distributions()
    imported = {
        target.split(".")[0]: module.where(line)
        for module in _modules().values()
        for target, line in _targets(module)
        if not _ours(target) and target.split(".")[0] not in sys.stdlib_module_names
    }
    undeclared = {
        package: where
        for package, where in imported.items()
        if not {_canonical(name) for name in distributions.get(package, [package])} & _declared()
    }
    assert undeclared == {}


@pytest.mark.parametrize(("lock", "groups"), [("requirements.lock", ()), ("requirements-ocr.lock", ("ocr",)),
                                              ("requirements-s3.lock", ("s3",)),
                                              ("requirements-dev.lock", ("dev", "ocr", "s3"))])
def test_lock_file_pins_every_declared_package_by_hash_and_names_no_index(
    lock: str, groups: tuple[str, ...]
) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    pinned = {
        _canonical(match[1])
        for match in re.finditer(r"^([A-Za-z0-9._-]+)==\S+ \\\n    --hash=sha256:", text, re.M)
    }
    assert _declared(*groups) <= pinned
    assert re.findall(r"(?i)https?://|file://|--(?:extra-)?index|--find-links|--trusted-host", text) == []
