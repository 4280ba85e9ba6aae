"""`python -m bot`: the operator's commands. The edge: opens sessions, commits, prints sentences."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path

import click
from sqlalchemy import Engine, make_url, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot import conversations, database, jobs, logs, replay, wiring
from bot.audit import OPERATOR
from bot.catalogue import drawing, importer, sources
from bot.catalogue.importer import IssueChange
from bot.commands import accounts, backups, check, claims, contests, readers, records, restored, root, staff
from bot.contest import rounds
from bot.conversations import Conversation
from bot.errors import ImportProblem, NotFound, WoodpeckerError
from bot.media import ocr
from bot.media.store import Store
from bot.settings import Settings, config_path, load_settings
from bot.transfer import whole
from models.contests import Round
from models.session import reading, writing


class Group(click.Group):
    """Turns the errors that people can mend into one sentence and exit code 1."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except WoodpeckerError as problem:
            click.echo(str(problem), err=True)
        except DBAPIError as problem:
            if database.is_ours(problem):
                raise
            click.echo(database.trouble(problem), err=True)
        except OSError as problem:
            click.echo(f"{problem.filename or 'file'}: {problem.strerror or problem}", err=True)
        sys.exit(1)


class Place:
    """The configuration and the database of this run, opened when a command needs them."""

    def __init__(self, config: Path | None) -> None:
        self._config = config
        self._settings: Settings | None = None

    @property
    def settings(self) -> Settings:
        if self._settings is None:
            settings, path = load_settings(self._config), self._config or config_path()
            if not settings.demo.enabled:
                root.refuse(settings.server.data_dir, path.absolute(), us=os.geteuid())
            self._settings = settings
            logs.set_up(settings.logs.form)
        return self._settings

    def engine(self) -> Engine:
        engine = wiring.main_engine(self.settings)
        click.get_current_context().call_on_close(engine.dispose)
        database.check(engine)
        return engine


pass_place = click.make_pass_decorator(Place)


@click.group(cls=Group)
@click.option("--config", type=click.Path(path_type=Path), help="config.toml (default: $WOODPECKER_CONFIG).")
@click.pass_context
def main(ctx: click.Context, config: Path | None) -> None:
    """Woodpecker: the bot and console behind a newspaper's error hunt."""
    logs.set_up("text")
    ctx.obj = Place(config)


for command in (accounts.group, contests.group, records.group, records.audit_group, claims.group,
                backups.group, backups.restore, check.check, restored.command,
                readers.group, staff.group):
    main.add_command(command)


@main.group("db", cls=Group)
def db_group() -> None:
    """The database's schema."""


@db_group.command("upgrade")
@pass_place
def db_upgrade(place: Place) -> None:
    """Bring the database to this program's schema (makes it where there is none)."""
    place.settings.server.data_dir.mkdir(parents=True, exist_ok=True)
    if database.upgrade(place.settings.database_url):
        click.echo(f"A new database was made, {make_url(place.settings.database_url).render_as_string()}: nothing is in it yet.")
    click.echo("The database is up to date.")


@db_group.command("move")
@click.option("--from", "file", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="The SQLite file of the old database.")
@pass_place
def db_move(place: Place, file: Path) -> None:
    """Bring everything from a SQLite file into the empty database that the configuration names now.

    Stop the web application and the scheduler first. All or nothing; the file stays as it is. See docs/deploy.md.
    """
    engine = wiring.main_engine(place.settings)
    click.get_current_context().call_on_close(engine.dispose)
    with contests.bar("move") as done:
        moved = whole.move(file, engine, now=place.settings.clock().now(), progress=done)
    sealed = "no sealed audit trail yet" if moved.audit_end is None else f"audit trail whole to {moved.audit_end}"
    click.echo(f"Moved: {moved.rows} rows of {moved.tables} tables, each compared; {sealed}. Numbers go on where they were.")
    click.echo(f"{file} is as it was. Keep it until you are sure, then delete it: it holds personal data.")


@main.command("scheduler")
@pass_place
def scheduler_command(place: Place) -> None:
    """Run the jobs until stopped. Any number of schedulers may run."""
    from bot.scheduler import serve

    serve(wiring.work(place.settings, place.engine(), place.settings.clock()))


@main.command("job")
@click.argument("name", type=click.Choice([*jobs.JOBS, "all"]))
@pass_place
def job_command(place: Place, name: str) -> None:
    """Run one job (or all) by hand; doing so twice does no harm.

    Exit code 1 where one failed; the others have run all the same.
    """
    work = wiring.work(place.settings, place.engine(), place.settings.clock(), by_hand=True)
    results = jobs.run_all(work, jobs.JOBS if name == "all" else (name,))
    for job, result in results.items():
        click.echo(f"{job}: {f'failed: {result}' if isinstance(result, str) else result or 'nothing to do'}")
    if any(isinstance(result, str) for result in results.values()):
        sys.exit(1)


@main.group("papers", cls=Group)
def papers_group() -> None:
    """The catalogue of printed papers."""


@papers_group.command("import")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(exists=True, path_type=Path))
@click.option("--paper", help="The paper's full name; read off the pages' heads where it is left out.")
@click.option("--issue", help="2026-11 or 2026-11-08; read off the pages' heads where it is left out.")
@click.option("--dry-run", is_flag=True, help="Only show what would change.")
@pass_place
def papers_import(place: Place, paths: tuple[Path, ...], paper: str | None, issue: str | None, dry_run: bool) -> None:
    """Import issues: JSON files (see README), or one issue's PDF pages, texts or table of titles; all or none.

    A PATH may be a folder. PDFs, texts and tables given together are one issue.
    """
    engine, now, store = place.engine(), place.settings.clock().now(), drawing.page_store(place.settings)
    try:
        with reading(engine) as session:
            hint = _hint(paper, issue, importer.known_papers(session))
        with _page_bar("read") as done:
            issues = sources.read(_files(paths), hint, done, ocr.page_reader())
        with reading(engine) as session:
            plan = importer.plan(session, issues)
        if plan.anything and not dry_run:
            with _page_bar("draw") as done:
                issues = drawing.with_pictures(issues, store, done)
    except ImportProblem as found:
        how = [sources.TELL_HOW] if isinstance(found, sources.Untold) else []
        raise ImportProblem([*found.problems, *how, sources.NOTHING]) from None
    for change in plan.changes:
        _show(change)
    if not dry_run and plan.anything:
        _apply(engine, store, issues, now)
    click.echo("Dry run: nothing was imported." if dry_run else "Imported." if plan.anything else "Nothing to import.")


def _hint(paper: str | None, issue: str | None, known: tuple[tuple[str, tuple[str, ...]], ...]) -> sources.Hint:
    try:
        month, day = sources.issue_date(issue) if issue else (None, None)
    except ValueError:
        raise click.BadParameter(f"expected 2026-11 or 2026-11-08, found {issue}", param_hint="--issue") from None
    return sources.Hint(paper, month, day, known)


def _files(paths: tuple[Path, ...]) -> list[tuple[str, bytes]]:
    """The files named and those in the folders named, hidden ones left out."""
    found: list[Path] = []
    for path in paths:
        inside = sorted(path.rglob("*")) if path.is_dir() else [path]
        found += [one for one in inside if one.is_file() and sources.worth_reading(one.name)]
    if not found:
        raise ImportProblem([f"{paths[0]}：文件夹里没有文件。"])
    return [(str(path), path.read_bytes()) for path in found]


@contextmanager
def _page_bar(label: str) -> Iterator[sources.Progress]:
    """A progress bar that counts pages, on the error output; where that is no terminal, nothing."""
    with click.progressbar(length=0, label=label, file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        def done(pages: int, of: int) -> None:
            bar.length = of
            bar.update(pages - bar.pos)

        yield done


def _apply(engine: Engine, store: Store, issues: list[sources.ReadIssue], now: datetime) -> None:
    with ExitStack() as undo:
        undo.callback(_take_back, engine, store, issues)
        with writing(engine) as session:
            importer.apply(session, importer.plan(session, issues), actor=OPERATOR, now=now)
        undo.pop_all()


def _take_back(engine: Engine, store: Store, issues: list[sources.ReadIssue]) -> None:
    with reading(engine) as session:
        drawing.discard(session.connection(), store, issues)


def _show(change: IssueChange) -> None:
    file = change.file
    what = "unchanged" if change.unchanged else "changed" if change.known else "new"
    click.echo(f"{file.source}: {file.edition} {file.month}: {what}, {change.pages} pages, {change.articles} articles")
    for line in (*change.lines, *change.notes):
        click.echo(f"  {line}")


@main.group("rounds", cls=Group)
def rounds_group() -> None:
    """What the scheduler does, by hand."""


@rounds_group.command("list")
@pass_place
def rounds_list(place: Place) -> None:
    """Every round with its state and dates."""
    with reading(place.engine()) as session:
        for row in session.scalars(select(Round).order_by(Round.month)):
            click.echo(f"{row.id}  {row.month}  {row.state}  deadline {row.deadline_on}  print by {row.print_by}")


def _known_round(_ctx: click.Context, _param: click.Parameter, value: int) -> int:
    """One that a database can hold; whether it does, the command sees."""
    if not 0 < value < 2**31:
        raise click.BadParameter(f"there is no round {value}: python -m bot rounds list shows them")
    return value


_round = click.argument("round_id", type=int, callback=_known_round)


def _the(session: Session, round_id: int) -> int:
    if session.get(Round, round_id) is None:
        raise NotFound(f"There is no round {round_id}: python -m bot rounds list shows them.")
    return round_id


@rounds_group.command("close")
@_round
@pass_place
def rounds_close(place: Place, round_id: int) -> None:
    """Close a round whose deadline has passed."""
    with writing(place.engine()) as session:
        done = rounds.close_round(session, _the(session, round_id), actor=OPERATOR, now=place.settings.clock().now())
    click.echo("Closed." if done else "Nothing to do: closed before, or the deadline has not passed.")


@rounds_group.command("pick")
@_round
@pass_place
def rounds_pick(place: Place, round_id: int) -> None:
    """Pick the winners of a closed round."""
    with writing(place.engine()) as session:
        done = rounds.pick_round(session, _the(session, round_id), actor=OPERATOR, now=place.settings.clock().now())
    click.echo("Picked." if done else "Nothing to do: picked before, or not closed yet.")


@main.command("replay")
@click.option("--input", "source", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=True,
              help='Conversations, one a line: {"id": ..., "turns": [{"sent_at": ..., "text": ...}]}.')
@click.option("--papers", type=click.Path(exists=True, file_okay=False, path_type=Path),
              help="Measuring: folder of issues in the exchange format; they go into a scratch database.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path),
              help="Measuring: where what was understood goes.")
@click.option("--jobs", type=click.IntRange(1, 16), default=1, help="Measuring: processes at once.")
@click.option("--into", is_flag=True, help="Bring the messages into the real database, after a dry run.")
@click.option("--account", help="With --into: the account they came to.")
@click.option("--dry-run", is_flag=True, help="With --into: only the dry run.")
@click.option("--yes", is_flag=True, help="With --into: do not ask after the dry run.")
@pass_place
def replay_command(place: Place, source: Path, papers: Path | None, output: Path | None, jobs: int, into: bool,
                   account: str | None, dry_run: bool, yes: bool) -> None:
    """Run past conversations through intake: to measure understanding, or to bring them in (--into)."""
    if into:
        if papers or output:
            raise click.UsageError("--into uses the papers of the real database: leave out --papers and --output")
        _bring_in(place, source, account, ask=not yes, only_try=dry_run)
        return
    if dry_run or yes or account:
        raise click.UsageError("--dry-run, --yes and --account go with --into")
    if papers is None or output is None:
        raise click.UsageError("--papers and --output are needed, or --into")
    if not output.parent.is_dir():
        raise click.BadParameter(f"there is no folder {output.parent}", param_hint="--output")
    talks = conversations.parse(str(source), source.read_bytes())
    with tempfile.TemporaryDirectory(prefix="woodpecker-replay-") as folder:
        engine = replay.scratch(Path(folder), papers.glob("*.json"))
        click.get_current_context().call_on_close(engine.dispose)
        with _bar("replay", talks) as done:
            replay.play_all(engine, talks, jobs=jobs, progress=done)
        lines = [json.dumps(one, ensure_ascii=False) for one in replay.answers(
            engine, talks, account=replay.ACCOUNT)]
    output.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    click.echo(f"{output}: {len(lines)} conversations.")


@contextmanager
def _bar(label: str, talks: list[Conversation]) -> Iterator[replay.Progress]:
    """A progress bar that counts messages, on the error output; where that is no terminal, nothing."""
    with click.progressbar(length=replay.messages_in(talks), label=label, file=sys.stderr,
                           hidden=not sys.stderr.isatty()) as bar:
        yield bar.update


def _bring_in(place: Place, source: Path, account: str | None, *, ask: bool, only_try: bool) -> None:
    """The dry run, the question, the real run; a message brought in before is not brought in twice."""
    engine, settings = place.engine(), place.settings
    now, secret = settings.clock().now(), settings.server.secret_key
    talks = conversations.parse(str(source), source.read_bytes(), now=now)
    account = replay.account_of(engine, settings.accounts, account)
    with tempfile.TemporaryDirectory(prefix="woodpecker-replay-") as folder, _bar("dry run", talks) as done:
        foreseen = replay.foresee(engine, Path(folder), talks, account=account, secret=secret, progress=done)
    for one in foreseen:
        click.echo(_foreseen_line(one))
    new = sum(one.messages - one.known for one in foreseen)
    click.echo(f"Dry run: {new} new messages for {account}, {sum(one.known for one in foreseen)} are in already.")
    if only_try or not new or (ask and not click.confirm("Bring them in?")):
        click.echo("Nothing was written.")
        return
    with _bar("bring in", talks) as done:
        new = replay.bring_in(engine, talks, account=account, secret=secret, actor=OPERATOR, now=now,
                              progress=done)
    click.echo(f"{new} messages came in.")


def _foreseen_line(one: replay.Foreseen) -> str:
    """c1: 2 messages (1 in already), 3 reports: 2 placed, 1 half told; 1 message for a person."""
    told = [(one.placed, "placed"), (one.half_told, "half told"), (one.late, "late")]
    kinds = ", ".join(f"{number} {what}" for number, what in told if number)
    in_already = f" ({one.known} in already)" if one.known else ""
    desk = f"; {one.for_desk} for a person" if one.for_desk else ""
    return (f"{one.id}: messages {one.messages}{in_already}, reports {one.reports}" + (f": {kinds}" if kinds else "")
            + desk)
