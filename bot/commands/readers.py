"""`python -m bot readers`: what an operator does for a reader who wants to be forgotten, and the proofs. The edge."""

from __future__ import annotations

from typing import Protocol

import click
from sqlalchemy import Engine

from bot.audit import OPERATOR
from bot.errors import NotFound
from bot.personal import erasing
from bot.personal.erasing import Proof, Way
from bot.readers import persons
from bot.settings import Settings
from models.session import reading, writing


class Place(Protocol):
    """The configuration and the database of this run; see bot.cli."""

    @property
    def settings(self) -> Settings: ...

    def engine(self) -> Engine: ...


@click.group("readers")
def group() -> None:
    """Readers' personal data: erase a person, show the proofs of erasures."""


@group.command("erase")
@click.argument("reader_id", type=click.IntRange(1, 2**31 - 1))
@click.option("--alone", is_flag=True, help="Only this account, not those linked with it.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def erase(place: Place, reader_id: int, alone: bool, yes: bool) -> None:
    """Erase reader READER_ID (as in the console and in the proofs) for good, with the accounts linked to him."""
    engine = place.engine()
    with reading(engine) as session:
        db = session.connection()
        together = [reader_id] if alone else persons.linked_with(db, reader_id)
        if not erasing.left_of(db, together):
            raise NotFound(f"There is no reader {reader_id}, or he was erased before: python -m bot readers erasures shows "
                           "who was.")
        gives = erasing.given_up(db, together)
    click.echo(f"Readers {', '.join(map(str, together))}. He gives up: {gives.to_be_claimed} prizes to be claimed, "
               f"{gives.claimed} claimed and not fetched, {gives.running} reports of rounds that are not picked.")
    if not yes:
        click.confirm("Erase for good?", abort=True)
    with writing(engine) as session:
        counts = erasing.erase(session.connection(), together, way=Way.OPERATOR, actor=OPERATOR,
                               now=place.settings.clock().now())
    click.echo(f"Erased. {_told(counts)}")


@group.command("erasures")
@click.option("--most", default=50, show_default=True, help="How many, the newest first.")
@click.pass_obj
def erasures(place: Place, most: int) -> None:
    """The proofs: when, which reader, in which way, how many of what. They name nobody."""
    with reading(place.engine()) as session:
        found = erasing.proofs(session, most)
    for one in found:
        click.echo(_line(one))
    if not found:
        click.echo("Nobody was erased yet.")


def _line(one: Proof) -> str:
    by = f" by staff {one.staff_id}" if one.staff_id is not None else ""
    return f"{one.at.isoformat(timespec='seconds')}  reader {one.reader_id}  {one.way}{by}  {_told(one.counts)}"


def _told(counts: dict[str, int]) -> str:
    return ", ".join(f"{kind} {many}" for kind, many in counts.items() if many)
