"""The winner's page: what it says first, what it takes, what it says to links that open nothing, what it never shows."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from bot.claiming import terms
from bot.clock import FrozenClock
from bot.settings import Settings
from models.claims import ClaimContact, ClaimTerm, PrizeClaim
from models.contests import Declaration
from models.enums import Bar, PrizeState, Relation, Role
from models.outgoing import OutgoingMessage
from models.readers import Person, Reader
from models.session import reading, writing
from models.work_enums import ClaimWay, ContactKind, LapseReason, Receiving
from tests.support import claims, factories
from tests.support.claims import CHILD, GIVEN, POSTED, award, later, path_of, send
from tests.support.factories import House


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    return claims.claiming(settings, tmp_path)


@pytest.fixture
def house(engine: Engine, staff: dict[Role, int]) -> House:
    with writing(engine) as session:
        return factories.build(session, editor_id=staff[Role.EDITOR])


@pytest.fixture
def prizes(engine: Engine, house: House, clock: FrozenClock, staff: dict[Role, int], settings: Settings) -> list[int]:
    return claims.released(engine, house, clock, staff[Role.CHIEF], settings)


@pytest.fixture
def best(prizes: list[int]) -> int:
    return prizes[0]


@pytest.fixture
def souvenir(prizes: list[int]) -> int:
    return prizes[1]


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def contacts(engine: Engine, award_id: int) -> list[ContactKind]:
    with reading(engine) as session:
        return sorted(session.scalars(select(ClaimContact.kind).where(ClaimContact.award_id == award_id)))


def test_notice_of_the_winner_holds_the_link_and_the_last_day(
    engine: Engine, settings: Settings, best: int
) -> None:
    with reading(engine) as session:
        text = session.scalars(select(OutgoingMessage.text).where(
            OutgoingMessage.idempotency_key == f"award-{best}")).one()
        until = session.get_one(ClaimTerm, best).until
    assert f"{claims.PUBLIC}{path_of(settings, best)}\n" in text
    last = terms.Terms.last_day(until)
    assert f"请在{last.month}月{last.day}日前点开这里领" in text
    assert "用一次" in text


def test_page_says_what_for_what_is_kept_who_sees_it_and_until_when_before_it_asks(
    client: FlaskClient, settings: Settings, souvenir: int
) -> None:
    answer = client.get(path_of(settings, souvenir))
    page = answer.text
    said = [page.index(words) for words in ("谁来收", "只用来把这份奖品", "收哪些", "只有负责发奖的同事", "再过30天就自动删掉",
                                            "您可以")]
    assert said == sorted(said)
    assert said[-1] < page.index("<input")
    assert "优秀啄木鸟" in page
    assert "公众号“社区发布”" in page
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("borne", "said"), [
    (True, "现金100元 税前125元，个人所得税25元由报社出，您到手100元。 请在"),
    (False, "现金100元 税前100元，扣个人所得税20元，您到手80元。 请在"),
])  # fmt: skip
def test_page_says_what_arrives_of_the_cash(
    engine: Engine, client: FlaskClient, settings: Settings, best: int, borne: bool, said: str
) -> None:
    claims.tax_borne_by_paper(engine, borne=borne)
    assert said in words(client.get(path_of(settings, best)).text)


def test_looking_at_the_page_spends_nothing(client: FlaskClient, settings: Settings, best: int) -> None:
    for _ in range(3):
        assert client.get(path_of(settings, best)).status_code == 200


def test_claim_is_kept_and_gives_the_code_word(
    engine: Engine, client: FlaskClient, settings: Settings, clock: FrozenClock, best: int
) -> None:
    answer = send(client, settings, best)
    assert answer.status_code == 200
    assert re.search(r'data-word>[一-鿿]{4}<', answer.text)
    assert "银杏路1号编辑部" in answer.text
    assert award(engine, best).state is PrizeState.CLAIMED
    assert contacts(engine, best) == [ContactKind.CODE_WORD, ContactKind.PHONE]
    with reading(engine) as session:
        kept = session.get_one(PrizeClaim, best)
        said = session.get_one(Declaration, best)
        told = session.scalars(select(OutgoingMessage.text).where(
            OutgoingMessage.idempotency_key.startswith(f"claimed-{best}-"))).one()
    assert (kept.way, kept.staff_id, kept.receiving, kept.claimed_at) == (
        ClaimWay.PAGE, None, Receiving.PICK_UP, clock.now())
    assert (said.relation, said.staff_id) == (Relation.NEITHER, None)
    assert "回“领奖”两个字，会告诉您暗号" in told
    assert re.findall(r"data-word>([^<]+)<", answer.text)[0] not in told


def test_souvenir_is_sent_where_he_wants_it_and_cash_never(
    engine: Engine, client: FlaskClient, settings: Settings, best: int, souvenir: int
) -> None:
    assert "寄给我" in client.get(path_of(settings, souvenir)).text
    assert "会寄到您留的地址" in send(client, settings, souvenir, POSTED).text
    assert contacts(engine, souvenir) == [ContactKind.ADDRESS, ContactKind.CODE_WORD, ContactKind.PHONE, ContactKind.RECIPIENT]
    assert "寄给我" not in client.get(path_of(settings, best)).text
    assert send(client, settings, best, POSTED).status_code == 400
    assert award(engine, best).state is PrizeState.TO_BE_CLAIMED


def test_no_address_is_kept_of_who_comes_by(
    engine: Engine, client: FlaskClient, settings: Settings, souvenir: int
) -> None:
    send(client, settings, souvenir, POSTED | {"receiving": "pick_up", "phone": ""})
    assert contacts(engine, souvenir) == [ContactKind.CODE_WORD]


def test_child_is_claimed_for_by_a_guardian(
    engine: Engine, client: FlaskClient, settings: Settings, clock: FrozenClock, best: int
) -> None:
    alone = send(client, settings, best, GIVEN | {"under_age": "y"})
    assert alone.status_code == 400
    assert [sentence in alone.text for sentence in (
        "请写监护人的姓名。", "请写监护人的电话。", "未满14周岁，要监护人看过说明并同意。")] == [True] * 3
    assert send(client, settings, best, CHILD).status_code == 200
    assert contacts(engine, best) == [ContactKind.CODE_WORD, ContactKind.GUARDIAN, ContactKind.GUARDIAN_PHONE]
    with reading(engine) as session:
        assert session.get_one(PrizeClaim, best).guardian_agreed_at == clock.now()


@pytest.mark.parametrize(("changes", "sentence"), [
    ({"agreed": ""}, "请看过上面的说明，再勾选同意。"),
    ({"relation": ""}, "请选一项。"),
    ({"relation": "cousin"}, "请选一项。"),
    ({"receiving": ""}, "请选怎么领。"),
    ({"receiving": "by_pigeon"}, "请选怎么领。"),
    ({"phone": "1391234"}, "这个电话号码好像不对"),
    ({"phone": "139123456789"}, "这个电话号码好像不对"),
    ({"phone": "不告诉你"}, "这个电话号码好像不对"),
    ({"receiving": "post", "recipient": "季", "address": "银杏路"}, "请写完整的地址"),
    ({"receiving": "post", "recipient": "", "address": "银杏小区3栋501室"}, "请写收件人的姓名。"),
    ({"receiving": "post", "recipient": "季", "address": "银杏小区3栋501室", "phone": ""}, "寄送要留电话"),
    ({"receiving": "post", "recipient": "季", "address": "长" * 121}, "地址最多 120 个字。"),
    ({"receiving": "post", "recipient": "季" * 21, "address": "银杏小区3栋501室"}, "最多 20 个字。"),
])  # fmt: skip
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    engine: Engine, client: FlaskClient, settings: Settings, souvenir: int, changes: dict[str, str], sentence: str
) -> None:
    data = GIVEN | changes
    answer = send(client, settings, souvenir, data)
    assert answer.status_code == 400
    assert sentence in answer.text
    for name in ("phone", "recipient", "address"):
        if data.get(name) and data["receiving"] == "post":
            assert f'value="{data[name]}"' in answer.text
    assert award(engine, souvenir).state is PrizeState.TO_BE_CLAIMED
    assert contacts(engine, souvenir) == []


@pytest.mark.parametrize(("relation", "bar"), [("staff", Bar.STAFF), ("relative", Bar.RELATIVE)])
def test_staff_and_relatives_give_nothing_and_get_nothing(
    engine: Engine, client: FlaskClient, settings: Settings, best: int, relation: str, bar: Bar
) -> None:
    answer = send(client, settings, best, GIVEN | {"relation": relation})
    assert "不领奖" in answer.text
    kept = award(engine, best)
    assert kept.state is PrizeState.LAPSED
    assert contacts(engine, best) == []
    with reading(engine) as session:
        assert session.get_one(ClaimTerm, best).lapsed_because is LapseReason.RELATION
        assert session.get_one(Person, session.get_one(Reader, kept.reader_id).person_id).bar is bar
    again = client.get(path_of(settings, best))
    assert (again.status_code, "不能领了" in again.text) == (410, True)


def test_link_is_good_once(client: FlaskClient, settings: Settings, best: int) -> None:
    send(client, settings, best)
    for answer in (client.get(path_of(settings, best)), send(client, settings, best, GIVEN | {"phone": "13800000000"})):
        assert answer.status_code == 410
        assert "链接只能用一次" in answer.text
        assert "回“领奖”两个字" in answer.text
        assert "data-word" not in answer.text


def test_link_ends_with_the_last_day(client: FlaskClient, settings: Settings, clock: FrozenClock, best: int) -> None:
    later(clock, days=60)
    assert client.get(path_of(settings, best)).status_code == 200
    later(clock, days=1)
    for answer in (client.get(path_of(settings, best)), send(client, settings, best)):
        assert answer.status_code == 410
        assert "领取的日子已经过了" in answer.text
        assert "021-00000000" in answer.text


def test_links_that_nobody_here_made_open_nothing(client: FlaskClient, settings: Settings, prizes: list[int]) -> None:
    best, other = prizes
    good = path_of(settings, best).rpartition("/")[2]
    mac = good.partition("-")[2]
    elsewhere = terms.token(best, "another-installation-another-installation")
    for token in (f"{other}-{mac}", f"0{good}", good[:-1], good + "0", good.upper(), elsewhere, "12", "-", "九-" + mac,
                  f"999999999999-{mac}", terms.token(99_999, settings.server.secret_key)):
        answer = client.get(f"/claim/{token}")
        assert (answer.status_code, "回“领奖”两个字" in answer.text) == (404, True), token
        assert client.post(f"/claim/{token}", data=GIVEN).status_code == 404


def test_whoever_tries_link_after_link_waits(client: FlaskClient, settings: Settings, clock: FrozenClock, best: int) -> None:
    for number in range(30):
        assert client.get(f"/claim/{best}-{number}").status_code == 404
    answer = client.get(path_of(settings, best))
    assert (answer.status_code, "请过一会儿再试" in answer.text) == (429, True)
    assert client.get(path_of(settings, best), environ_base={"REMOTE_ADDR": "10.9.8.7"}).status_code == 200
    later(clock, minutes=16)
    assert client.get(path_of(settings, best)).status_code == 200


def test_missing_key_loses_nothing(
    engine: Engine, client: FlaskClient, settings: Settings, souvenir: int
) -> None:
    assert settings.claims.keys is not None
    away = settings.claims.keys.rename(settings.claims.keys.with_name("away"))
    answer = send(client, settings, souvenir, POSTED)
    assert answer.status_code == 503
    assert "您填的都还在这一页" in answer.text
    assert 'value="银杏小区3栋2单元501室"' in answer.text
    assert award(engine, souvenir).state is PrizeState.TO_BE_CLAIMED
    away.rename(settings.claims.keys)
    assert send(client, settings, souvenir, POSTED).status_code == 200


def test_page_needs_no_token_of_a_session(app: Any, client: FlaskClient, settings: Settings, best: int) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    assert send(client, settings, best).status_code == 200


def test_two_claims_at_once_are_one(engine: Engine, app: Any, settings: Settings, best: int) -> None:
    start = Barrier(2)

    def claim(number: int) -> int:
        start.wait()
        return send(app.test_client(), settings, best, GIVEN | {"phone": f"1391234567{number}"}).status_code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(claim, range(2))) == [200, 410]
    assert contacts(engine, best) == [ContactKind.CODE_WORD, ContactKind.PHONE]
