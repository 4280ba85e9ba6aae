"""`python -m bot`: the operator's commands. The edge: opens sessions, commits, prints sentences."""

from __future__ import annotations

import json
import logging
import sys
import tempfile
from pathlib import Path

import click
from sqlalchemy import Engine, select
from sqlalchemy.exc import InterfaceError, OperationalError

from bot import database, jobs, replay, staff, wiring
from bot.audit import OPERATOR
from bot.catalogue import importer
from bot.catalogue.importer import IssueChange
from bot.catalogue.papers import paper_named
from bot.contest import contests, rounds
from bot.errors import ImportProblem, WoodpeckerError
from bot.settings import Settings, load_settings
from models.contests import Round
from models.enums import Role
from models.session import reading, writing


class Group(click.Group):
    """Turns the errors that people can mend into one sentence and exit code 1."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except WoodpeckerError as problem:
            click.echo(str(problem), err=True)
        except (OperationalError, InterfaceError) as problem:
            click.echo(f"The database cannot be used: {problem.orig}", err=True)
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
            self._settings = load_settings(self._config)
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
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    # One line a run and job would bury what matters.
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    ctx.obj = Place(config)


@main.group("db", cls=Group)
def db_group() -> None:
    """The database's schema."""


@db_group.command("upgrade")
@pass_place
def db_upgrade(place: Place) -> None:
    """Bring the database to this program's schema (makes it where there is none)."""
    place.settings.server.data_dir.mkdir(parents=True, exist_ok=True)
    database.upgrade(place.settings.database_url)
    click.echo("The database is up to date.")


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
    """Run one job (or all) by hand; doing so twice does no harm."""
    work = wiring.work(place.settings, place.engine(), place.settings.clock(), by_hand=True)
    results = jobs.run_all(work) if name == "all" else {name: jobs.run(name, work)}
    for job, result in results.items():
        click.echo(f"{job}: {result or 'nothing to do'}")


@main.group("papers", cls=Group)
def papers_group() -> None:
    """The catalogue of printed papers."""


@papers_group.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only show what would change.")
@pass_place
def papers_import(place: Place, files: tuple[Path, ...], dry_run: bool) -> None:
    """Import issues from JSON files (see README): all of them or none."""
    engine, now = place.engine(), place.settings.clock().now()
    with writing(engine) as session:
        try:
            plan = importer.preview(session, [(str(path), path.read_bytes()) for path in files])
        except ImportProblem as found:
            raise ImportProblem([*found.problems, "Nothing was imported."]) from None
        for change in plan.changes:
            _show(change)
        if not dry_run:
            importer.apply(session, plan, actor=OPERATOR, now=now)
    click.echo("Dry run: nothing was imported." if dry_run else "Imported." if plan.anything else "Nothing to import.")


def _show(change: IssueChange) -> None:
    file = change.file
    what = "unchanged" if change.unchanged else "changed" if change.known else "new"
    click.echo(f"{file.source}: {file.edition} {file.month}: {what}, {change.pages} pages, {change.articles} articles")
    for line in change.lines:
        click.echo(f"  {line}")


@main.group("staff", cls=Group)
def staff_group() -> None:
    """Who may sign in to the console."""


@staff_group.command("add")
@click.argument("login")
@click.option("--name", required=True, help="As shown in the console.")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.password_option(help="Asked for when not given.")
@pass_place
def staff_add(place: Place, login: str, name: str, role: str, password: str) -> None:
    """Add a member of staff."""
    with writing(place.engine()) as session:
        staff.add_staff(session, login=login, display_name=name, password=password, role=Role(role), actor=OPERATOR,
                        now=place.settings.clock().now())
    click.echo(f"{login} may sign in now.")


@main.group("contests", cls=Group)
def contests_group() -> None:
    """Contests and their rounds."""


@contests_group.command("create")
@click.argument("name")
@click.option("--account", required=True, help="The account readers write to, as named in the configuration.")
@click.option("--paper", "papers", multiple=True, required=True, help="A paper's full name; may be repeated.")
@click.option("--publication-day", type=click.IntRange(1, 31), required=True)
@click.option("--deadline-day", type=click.IntRange(1, 31), required=True)
@click.option("--weekend-rule", type=click.Choice(["none", "next_workday"]), default="none")
@pass_place
def contests_create(place: Place, name: str, account: str, papers: tuple[str, ...], publication_day: int,
                    deadline_day: int, weekend_rule: str) -> None:
    """Create a contest over papers, with its rounds ahead."""
    settings, now = place.settings, place.settings.clock().now()
    if account not in settings.accounts:
        raise click.BadParameter(f"no [accounts.{account}] in the configuration", param_hint="--account")
    with writing(place.engine()) as session:
        # Nothing need be imported: a paper's name is enough.
        ids = [paper_named(session, paper, actor=OPERATOR, now=now).id for paper in papers]
        contest = contests.create_contest(
            session, name=name, account=account, account_title=settings.accounts[account].title, paper_ids=ids,
            publication_day=publication_day, deadline_day=deadline_day, weekend_rule=weekend_rule,
            actor=OPERATOR, now=now)
        contests.make_rounds(session, contest.id, months_ahead=settings.scheduler.rounds_ahead, actor=OPERATOR, now=now)
    click.echo(f"{name}: created.")


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


@rounds_group.command("close")
@click.argument("round_id", type=int)
@pass_place
def rounds_close(place: Place, round_id: int) -> None:
    """Close a round whose deadline has passed."""
    with writing(place.engine()) as session:
        done = rounds.close_round(session, round_id, actor=OPERATOR, now=place.settings.clock().now())
    click.echo("Closed." if done else "Nothing to do: closed before, or the deadline has not passed.")


@rounds_group.command("pick")
@click.argument("round_id", type=int)
@pass_place
def rounds_pick(place: Place, round_id: int) -> None:
    """Pick the winners of a closed round."""
    with writing(place.engine()) as session:
        done = rounds.pick_round(session, round_id, actor=OPERATOR, now=place.settings.clock().now())
    click.echo("Picked." if done else "Nothing to do: picked before, or not closed yet.")


@main.command("replay")
@click.option("--papers", type=click.Path(exists=True, file_okay=False, path_type=Path),
              help="Folder of issues in the exchange format; they go into a scratch database.")
@click.option("--input", "source", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=True,
              help='Conversations, one a line: {"id": ..., "turns": [{"sent_at": ..., "text": ...}]}.')
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Where what was understood goes.")
@click.option("--jobs", type=click.IntRange(1, 16), default=1, help="Processes at once.")
@click.option("--into", is_flag=True, help="Bring the messages into the real database.")
@click.option("--account", help="With --into: the account they came to.")
@click.option("--yes", is_flag=True, help="With --into: really write; without it only a dry run is made.")
@pass_place
def replay_command(place: Place, papers: Path | None, source: Path, output: Path | None, jobs: int, into: bool,
                   account: str | None, yes: bool) -> None:
    """Run past conversations through intake: to measure understanding, or to bring them in (--into)."""
    conversations = replay.parse(str(source), source.read_text(encoding="utf-8"))
    if into:
        _bring_in(place, conversations, account, really=yes)
        return
    if papers is None or output is None:
        raise click.UsageError("--papers and --output are needed, or --into")
    with tempfile.TemporaryDirectory() as folder, click.progressbar(length=len(conversations), label="replay") as bar:
        engine = replay.scratch(Path(folder), papers.glob("*.json"))
        replay.play_all(engine, conversations, jobs=jobs, progress=lambda: bar.update(1))
        lines = [json.dumps(one, ensure_ascii=False) for one in replay.answers(
            engine, conversations, account=replay.ACCOUNT)]
    output.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    click.echo(f"{output}: {len(lines)} conversations.")


def _bring_in(place: Place, conversations: list[replay.Conversation], account: str | None, *, really: bool) -> None:
    """Past messages into the real database; a message brought in before is not brought in twice."""
    engine, settings = place.engine(), place.settings
    account = account or replay.account_of(engine, settings.accounts)
    if account not in settings.accounts:
        raise click.BadParameter(f"no [accounts.{account}] in the configuration", param_hint="--account")
    turns = sum(len(one.turns) for one in conversations)
    if not really:
        click.echo(f"Dry run: {len(conversations)} readers, {turns} messages for {account}. Add --yes to bring them in.")
        return
    with click.progressbar(length=len(conversations), label="replay") as bar:
        replay.play(engine, conversations, account=account, secret=settings.server.secret_key,
                    progress=lambda: bar.update(1))
    click.echo(f"{turns} messages are in.")
