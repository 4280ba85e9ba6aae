"""`python -m bot staff`: who may sign in to the console. The edge."""

from __future__ import annotations

from typing import Protocol

import click
from sqlalchemy import Engine

from bot.audit import OPERATOR
from bot.members import drawn_passwords, initial_passwords, second_factor, staff
from bot.settings import Settings
from models.enums import Role
from models.session import writing


class Place(Protocol):
    """The configuration and the database of this run; see bot.cli."""

    @property
    def settings(self) -> Settings: ...

    def engine(self) -> Engine: ...


@click.group("staff")
def group() -> None:
    """Who may sign in to the console."""


@group.command("add")
@click.argument("login")
@click.option("--name", required=True, help="As shown in the console.")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--password", help="Your own; asked for when not given.")
@click.option("--initial", is_flag=True, help="For somebody else: draw a password for seven days, which he changes first.")
@click.pass_obj
def add(place: Place, login: str, name: str, role: str, password: str | None, initial: bool) -> None:
    """Add a member of staff."""
    if initial and password is not None:
        raise click.UsageError("Give --password or --initial, not both.")
    if not initial and password is None:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    now, drawn = place.settings.clock().now(), ""
    with writing(place.engine()) as session:
        if password is None:
            _, drawn = initial_passwords.add_member(session, login=login, display_name=name, role=Role(role),
                                                    actor=OPERATOR, now=now)
        else:
            staff.add_staff(session, login=login, display_name=name, password=password, role=Role(role), actor=OPERATOR,
                            now=now)
    if drawn:
        _tell_initial(login, drawn)
    click.echo(f"{login} may sign in now.")


def _tell_initial(login: str, password: str) -> None:
    click.echo(f"The initial password of {login}, good for seven days and shown this once:")
    click.echo(" ".join(drawn_passwords.shown(password)))


@group.command("reset-password")
@click.argument("login")
@click.pass_obj
def reset_password(place: Place, login: str) -> None:
    """Draw an initial password for a member who forgot his; he is signed out everywhere and sets his own first."""
    with writing(place.engine()) as session:
        drawn = initial_passwords.reset(session, staff.by_login(session, login), actor=OPERATOR,
                                        now=place.settings.clock().now())
    _tell_initial(login, drawn)


@group.command("reset-second-factor")
@click.argument("login")
@click.pass_obj
def reset_second_factor(place: Place, login: str) -> None:
    """Take away the second factor of a member who lost his telephone and his recovery codes."""
    with writing(place.engine()) as session:
        staff_id = staff.by_login(session, login)
        done = second_factor.reset(session, staff_id, actor=OPERATOR, now=place.settings.clock().now())
    click.echo(f"{login} signs in with the password alone and is asked to set up a new one." if done
               else f"{login} has no second factor.")
