"""`python -m bot restored`: after a backup was brought back. The edge: opens sessions, commits, prints sentences."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import click
from sqlalchemy import Engine

from bot import wiring
from bot.audit import OPERATOR
from bot.outside import journal, mending
from bot.outside.journal import Line
from bot.outside.lost import Lost, Notice, Pick, find
from bot.settings import Settings
from models.session import reading, writing

SHOWN = 50


class Place(Protocol):
    """The configuration and the database of this run; see bot.cli."""

    @property
    def settings(self) -> Settings: ...

    def engine(self) -> Engine: ...


@click.command("restored")
@click.option("--dry-run", is_flag=True, help="Only show what is missing.")
@click.option("--also", multiple=True, type=click.Path(exists=True, file_okay=False, path_type=Path),
              help="The `outside` folder of another machine of this installation; may be repeated.")
@click.option("--all", "everything", is_flag=True, help=f"Name everything, not the first {SHOWN} of each kind.")
@click.pass_obj
def command(place: Place, dry_run: bool, also: tuple[Path, ...], everything: bool) -> None:
    """Say what a backup that was brought back does not know, and go on behind it.

    Compares the database with the journal of what left the house (DATA/outside). Numbers already told are skipped,
    messages that left do not leave again, a round that was picked is picked again by a chief only. Stop the web server
    and the scheduler before; running it twice does no harm.
    """
    engine, settings = place.engine(), place.settings
    most = None if everything else SHOWN
    with reading(engine) as session:
        db = session.connection()
        kept = journal.of(db) or journal.Journal(wiring.outside_folder(settings))
        own = kept.folder(db)
        lost = find(db, [own, *(folder / own.name for folder in also)])
    for line in told(lost, most):
        click.echo(line)
    if dry_run:
        click.echo("Dry run: nothing was changed.")
        return
    kept.trust()
    if lost.anything:
        with writing(engine) as session:
            mending.mend(session, lost, actor=OPERATOR, now=settings.clock().now())
    with reading(engine) as session:
        kept.set_mark(session.connection(), journal.standing(session.connection()))
    click.echo("The database may be used again.")


def told(lost: Lost, most: int | None) -> list[str]:
    """What is missing, in sentences; at most so many of each kind by name."""
    if not lost.anything:
        return ["Nothing is missing: the database knows everything that left the house."]
    found = [f"Missing: {', '.join(f'{number} {what}' for what, number in lost.counts.items())}."]
    numbers = [line["n"] for line in lost.reports]
    if numbers:
        found += [f"Report numbers told to readers and missing here: {_runs(numbers)}.",
                  f"The next report gets number {lost.last_report + 1} or a higher one."]
        found += _some([f"  report {line['n']}: the {line['o']}. of reader {line['r']}, {line['at']}"
                        for line in lost.reports], most)
    if lost.messages:
        times = sorted(line["at"] for line in lost.messages)
        found.append(f"Messages acknowledged and missing here: {len(times)}, from {times[0]} to {times[-1]}.")
    found += _some([_notice(one) for one in lost.notices], most)
    found += [_pick(one) for one in lost.picks]
    found += [f"  reader {reader_id}: {'asked to be forgotten' if line['erased'] else 'unfollowed'} at {line['at']};"
              " done again" for reader_id, line in lost.gone.items()]
    found += [f"  article of round {round_id}: may be in the account already; a person looks" for round_id in lost.articles]
    if lost.acts:
        found.append("Acts missing here (their work is to be done again where it still matters):")
    return found + _some([_act(line) for line in lost.acts], most)


def _act(line: Line) -> str:
    who = "" if line["s"] is None else f" by staff {line['s']}"
    after = "" if line["a"] is None else f": {line['a']}"
    return f"  {line['v']} {line['o']} {'' if line['i'] is None else line['i']}{after}{who}, {line['at']}"


def _some(those: list[str], most: int | None) -> list[str]:
    return those if most is None or len(those) <= most else [*those[:most], f"  and {len(those) - most} more (--all)"]


def _notice(one: Notice) -> str:
    about = "" if one.report_id is None else f" about report {one.report_id}"
    known = "its row is marked" if one.row_id is not None else "another like it waits for a person"
    return (f"  {one.kind} {one.key} to reader {one.reader_id}{about}: "
            f"{'sent' if one.certain else 'perhaps sent'} at {one.left_at.isoformat()}; {known}")


def _pick(one: Pick) -> str:
    ended = "not released" if one.released_at is None else f"released at {one.released_at.isoformat()}"
    return (f"  {one.contest} {one.month}: picked at {one.picked_at.isoformat()}, record {one.digest}, {ended}; winners by "
            f"their first reports, the best first: {', '.join(map(str, one.winners)) or 'none'}. Only a chief picks again.")


def _runs(numbers: list[int]) -> str:
    """10057-10059, 10063."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)
