"""A released round with its prizes, and a configuration under which winners claim them on their page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from werkzeug.test import TestResponse

from bot.audit import by_staff
from bot.chat import chat_links
from bot.claiming.filling import Filled
from bot.claiming.terms import Terms
from bot.clock import FrozenClock
from bot.contest import rounds
from bot.contest.rules import from_json, to_json
from bot.settings import Settings, parse_settings
from models.contests import Award, RuleSet
from models.enums import Relation, Role
from models.session import reading, writing
from models.work_enums import Receiving
from tests.support import factories
from tests.support.factories import HEADLINE, NOW, VOLUNTEERS, House
from tests.support.housed import Housed, housed
from tests.support.settings import raw_settings, reached
from web.deps import Deps

PUBLIC = "http://phone.example"
GIVEN = {"agreed": "y", "receiving": "pick_up", "phone": "139 1234 5678", "relation": "neither"}
POSTED = GIVEN | {"receiving": "post", "recipient": "季小满", "address": "银杏小区3栋2单元501室"}
CHILD = GIVEN | {"phone": "", "under_age": "y", "guardian": "季大满", "guardian_phone": "13887654321",
                 "guardian_agrees": "y"}
SENT = Filled(Receiving.POST, Relation.NEITHER, agreed=True, phone="13912345678", recipient="季小满", address="银杏小区3栋501室")
KEY = "testskey " + "a" * 43 + "=\n"
"""The same in every test, so that what it sealed opens in each copy of a database."""
IN_CLEAR = ("13912345678", "139 1234 5678", "季小满", "银杏小区3栋2单元501室", "季大满", "13887654321")
"""Whatever stands in a claim of this module."""


def claiming(settings: Settings, folder: Path, **changes: object) -> Settings:
    """`settings` with a page for claims, a key, and souvenirs that may be sent."""
    path = folder / "claim-keys"
    if not path.exists():
        path.write_text(KEY, encoding="ascii")
        path.chmod(0o600)
    values = {"keys": path, "by_post": True, "place": "银杏路1号编辑部"} | changes
    return reached(settings, PUBLIC).model_copy(update={"claims": settings.claims.model_copy(update=values)})


def settings_in(folder: Path) -> Settings:
    """Those of `claiming` in a place of its own, for what is played once."""
    return claiming(parse_settings(raw_settings(folder), base=folder, source="tests"), folder)


@dataclass(frozen=True, slots=True)
class Won(Housed):
    prizes: tuple[int, ...]
    """The best first."""


def won(engine: Engine) -> Won:
    """`released`, for `Databases.begun`."""
    made, clock = housed(engine), FrozenClock(NOW)
    with TemporaryDirectory() as folder:
        prizes = released(engine, made.house, clock, made.staff[Role.CHIEF], settings_in(Path(folder)))
    return Won(made.staff, made.house, clock.now(), tuple(prizes))


def released(engine: Engine, house: House, clock: FrozenClock, chief: int, settings: Settings) -> list[int]:
    """The prizes, the best first, of two readers' reports in a round released now."""
    with writing(engine) as session:
        for text in (HEADLINE, VOLUNTEERS):
            factories.accept(session, factories.report(session, text), house)
        clock.moment = factories.picked(session, house)
        rounds.release_round(session, house.round_id, actor=by_staff(chief), now=clock.now(), terms=Terms.of(settings))
        return list(session.scalars(select(Award.id).order_by(Award.place)))


def tax_borne_by_paper(engine: Engine, *, borne: bool) -> None:
    """As if every round had run under rules that say so."""
    with writing(engine) as session:
        for held in session.scalars(select(RuleSet)):
            held.rules = to_json(replace(from_json(held.rules), tax_borne_by_payer=borne))


def path_of(client: FlaskClient, award_id: int) -> str:
    """The winner's page, by a link told to him this moment."""
    its = client.application.extensions["woodpecker"]
    return f"/my/{chat_links.token(_winner(its, award_id), its.clock.now() + chat_links.LIVES, _key(its))}/claim/{award_id}"


def code_of(client: FlaskClient, award_id: int) -> str:
    """The digits told with it."""
    its = client.application.extensions["woodpecker"]
    return chat_links.code(_winner(its, award_id), its.clock.now(), _key(its))


def _winner(its: Deps, award_id: int) -> int:
    with reading(its.engine) as session:
        return session.get_one(Award, award_id).reader_id


def _key(its: Deps) -> str:
    return its.settings.server.secret_key


def send(client: FlaskClient, award_id: int, data: dict[str, str] = GIVEN) -> TestResponse:
    """With the digits of this moment, unless `data` holds others."""
    return client.post(path_of(client, award_id), data={"code": code_of(client, award_id)} | data)


def award(engine: Engine, award_id: int) -> Award:
    with reading(engine) as session:
        return session.get_one(Award, award_id)


def later(clock: FrozenClock, **span: float) -> None:
    clock.moment += timedelta(**span)
