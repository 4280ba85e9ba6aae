"""The winner's page: what it says first, what it takes, what it says to links that open nothing, what it never shows."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from bot.chat import chat_links
from bot.claiming.terms import Terms
from bot.clock import FrozenClock
from bot.readers import page_codes, persons
from bot.settings import Settings
from models.claims import ClaimContact, ClaimTerm, PrizeClaim
from models.contests import Award, Declaration
from models.enums import Bar, LinkedBy, PrizeState, Relation
from models.messages import Message
from models.outgoing import OutgoingMessage
from models.readers import Person, Reader
from models.session import reading, writing
from models.work_enums import ClaimWay, ContactKind, LapseReason, Receiving
from tests.support import claims, factories
from tests.support.claims import CHILD, GIVEN, POSTED, award, code_of, later, path_of, send
from tests.support.factories import ACCOUNT
from tests.support.world import Chat, text_message
from web import claims as claim_pages


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    return claims.claiming(settings, tmp_path)


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


def told(engine: Engine, settings: Settings, clock: FrozenClock, award_id: int) -> str:
    """The answer to 领奖."""
    with closing(Chat(engine, clock.now(), terms=Terms.of(settings))) as chat:
        return chat.say(openid_of(engine, award_id), "领奖")


def openid_of(engine: Engine, award_id: int) -> str:
    with reading(engine) as session:
        openid = session.get_one(Reader, session.get_one(Award, award_id).reader_id).openid
    assert openid is not None
    return openid


def test_notice_of_the_winner_says_what_to_answer_where_to_come_and_the_last_day_and_holds_no_link(
    engine: Engine, best: int
) -> None:
    with reading(engine) as session:
        text = session.scalars(select(OutgoingMessage.text).where(
            OutgoingMessage.idempotency_key == f"award-{best}")).one()
        until = session.get_one(ClaimTerm, best).until
    last = Terms.last_day(until)
    assert f"请在{last.month}月{last.day}日前领：在这里回“领奖”两个字" in text
    assert ["银杏路1号编辑部" in text, "021-00000000" in text] == [True, True]
    assert not any(word in text for word in ("http", "/my/", "/claim/", "四位数"))


def test_answer_to_the_word_gives_the_link_and_the_digits_and_what_is_stored_of_it_opens_nothing(
    engine: Engine, client: FlaskClient, settings: Settings, clock: FrozenClock, best: int
) -> None:
    reply = told(engine, settings, clock, best)
    link, code = re.search(r"http\S+", reply), re.search(r"四位数：(\d{4})", reply)
    assert link is not None
    assert code is not None
    assert "30分钟内有效" in reply
    assert "银杏路1号编辑部" in reply
    with reading(engine) as session:
        stored = session.scalars(select(Message.reply).where(Message.intent == "claim")).one()
    assert stored is not None
    assert (code[1] in stored, link[0] in stored, "四位数：____" in stored, "/my/______/claim/" in stored) == (
        False, False, True, True)
    in_it = re.search(r"http\S+", stored)
    assert in_it is not None
    assert client.get(urlsplit(in_it[0]).path).status_code == 404
    assert client.get(urlsplit(link[0]).path).status_code == 200
    assert client.post(urlsplit(link[0]).path, data=GIVEN | {"code": code[1]}).status_code == 200


def test_resent_word_gets_the_same_link_and_digits(
    engine: Engine, settings: Settings, clock: FrozenClock, best: int
) -> None:
    with closing(Chat(engine, clock.now(), terms=Terms.of(settings))) as chat:
        incoming = text_message(openid_of(engine, best), "领奖", created=clock.now(), msg_id=77)
        replies = {chat.intake.take(ACCOUNT, incoming, stale=False, now=clock.now() + timedelta(seconds=5 * time))
                   for time in range(3)}
    assert len(replies) == 1


def test_page_says_what_for_what_is_kept_who_sees_it_and_until_when_before_it_asks(
    client: FlaskClient, souvenir: int
) -> None:
    answer = client.get(path_of(client, souvenir))
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
    engine: Engine, client: FlaskClient, best: int, borne: bool, said: str
) -> None:
    claims.tax_borne_by_paper(engine, borne=borne)
    assert said in words(client.get(path_of(client, best)).text)


def test_looking_at_the_page_spends_nothing(client: FlaskClient, best: int) -> None:
    for _ in range(3):
        assert client.get(path_of(client, best)).status_code == 200


def test_claim_is_kept_and_gives_the_code_word(
    engine: Engine, client: FlaskClient, clock: FrozenClock, best: int
) -> None:
    answer = send(client, best)
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
    engine: Engine, client: FlaskClient, best: int, souvenir: int
) -> None:
    assert "寄给我" in client.get(path_of(client, souvenir)).text
    assert "会寄到您留的地址" in send(client, souvenir, POSTED).text
    assert contacts(engine, souvenir) == [ContactKind.ADDRESS, ContactKind.CODE_WORD, ContactKind.PHONE, ContactKind.RECIPIENT]
    assert "寄给我" not in client.get(path_of(client, best)).text
    assert send(client, best, POSTED).status_code == 400
    assert award(engine, best).state is PrizeState.TO_BE_CLAIMED


def test_no_address_is_kept_of_who_comes_by(
    engine: Engine, client: FlaskClient, souvenir: int
) -> None:
    send(client, souvenir, POSTED | {"receiving": "pick_up", "phone": ""})
    assert contacts(engine, souvenir) == [ContactKind.CODE_WORD]


def test_child_is_claimed_for_by_a_guardian(
    engine: Engine, client: FlaskClient, clock: FrozenClock, best: int
) -> None:
    alone = send(client, best, GIVEN | {"under_age": "y"})
    assert alone.status_code == 400
    assert [sentence in alone.text for sentence in (
        "请写监护人的姓名。", "请写监护人的电话。", "未满14周岁，要监护人看过说明并同意。")] == [True] * 3
    assert send(client, best, CHILD).status_code == 200
    assert contacts(engine, best) == [ContactKind.CODE_WORD, ContactKind.GUARDIAN, ContactKind.GUARDIAN_PHONE]
    with reading(engine) as session:
        assert session.get_one(PrizeClaim, best).guardian_agreed_at == clock.now()


@pytest.mark.sampled
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
    engine: Engine, client: FlaskClient, souvenir: int, changes: dict[str, str], sentence: str
) -> None:
    data = GIVEN | changes
    answer = send(client, souvenir, data)
    assert answer.status_code == 400
    assert sentence in answer.text
    for name in ("phone", "recipient", "address"):
        if data.get(name) and data["receiving"] == "post":
            assert f'value="{data[name]}"' in answer.text
    assert award(engine, souvenir).state is PrizeState.TO_BE_CLAIMED
    assert contacts(engine, souvenir) == []


@pytest.mark.parametrize(("relation", "bar"), [("staff", Bar.STAFF), ("relative", Bar.RELATIVE)])
def test_staff_and_relatives_give_nothing_and_get_nothing(
    engine: Engine, client: FlaskClient, best: int, relation: str, bar: Bar
) -> None:
    answer = send(client, best, GIVEN | {"relation": relation})
    assert "不领奖" in answer.text
    kept = award(engine, best)
    assert kept.state is PrizeState.LAPSED
    assert contacts(engine, best) == []
    with reading(engine) as session:
        assert session.get_one(ClaimTerm, best).lapsed_because is LapseReason.RELATION
        assert session.get_one(Person, session.get_one(Reader, kept.reader_id).person_id).bar is bar
    again = client.get(path_of(client, best))
    assert (again.status_code, "不能领了" in again.text) == (410, True)


def test_prize_is_claimed_once(client: FlaskClient, best: int) -> None:
    send(client, best)
    for answer in (client.get(path_of(client, best)), send(client, best, GIVEN | {"phone": "13800000000"})):
        assert answer.status_code == 410
        assert "已经登记" in answer.text
        assert "回“领奖”两个字" in answer.text
        assert "data-word" not in answer.text


def test_link_lives_half_an_hour_and_another_is_had_by_the_word(
    engine: Engine, client: FlaskClient, settings: Settings, clock: FrozenClock, best: int
) -> None:
    link, code = path_of(client, best), code_of(client, best)
    later(clock, minutes=29, seconds=59)
    assert client.get(link).status_code == 200
    later(clock, seconds=1)
    for answer in (client.get(link), client.post(link, data=GIVEN | {"code": code})):
        assert (answer.status_code, "回“领奖”两个字" in answer.text, "优秀" in answer.text) == (410, True, False)
    assert award(engine, best).state is PrizeState.TO_BE_CLAIMED
    assert told(engine, settings, clock, best).count("/claim/") == 1
    assert send(client, best).status_code == 200


def test_prize_is_claimed_until_the_last_day(client: FlaskClient, clock: FrozenClock, best: int) -> None:
    later(clock, days=60)
    assert client.get(path_of(client, best)).status_code == 200
    later(clock, days=1)
    for answer in (client.get(path_of(client, best)), send(client, best)):
        assert answer.status_code == 410
        assert "领取的日子已经过了" in answer.text
        assert "021-00000000" in answer.text


def test_links_that_stood_in_notices_open_nothing_and_say_how_to_get_another(
    engine: Engine, client: FlaskClient, settings: Settings, best: int
) -> None:
    old = chat_links.numbered("claim link", best, settings.server.secret_key)
    for token in (old, f"{best}-0", "<script>", "1" * 300):
        for answer in (client.get(f"/claim/{token}"), client.post(f"/claim/{token}", data=GIVEN)):
            assert (answer.status_code, "回“领奖”两个字" in answer.text, "<script>" in answer.text) == (410, True, False)
    assert award(engine, best).state is PrizeState.TO_BE_CLAIMED


def test_links_that_nobody_here_made_open_nothing(
    client: FlaskClient, clock: FrozenClock, prizes: list[int]
) -> None:
    """Forged, another reader's signature, another end, another installation's."""
    best, other = prizes
    _, _, good, *rest = path_of(client, best).split("/")
    number, until, mac = good.split("-")
    other_number = path_of(client, other).split("/")[2].split("-")[0]
    longer = f"{number}-{int(until) + 3600}-{mac}"
    elsewhere = chat_links.token(int(number), clock.now() + timedelta(minutes=30), "another-installation-another-installation")
    for token in (f"{other_number}-{until}-{mac}", longer, f"0{good}", good[:-1], good + "0", good.upper(), elsewhere, "12",
                  "-", "九-" + mac, f"999999999999-{until}-{mac}", f"{number}-{until}-", f"{number}--{mac}", "______"):
        answer = client.get("/".join(["/my", token, *rest]))
        assert (answer.status_code, "回“领奖”两个字" in answer.text) == (404, True), token
        assert client.post("/".join(["/my", token, *rest]), data=GIVEN).status_code == 404


def test_key_of_one_winner_opens_no_other_prize(
    engine: Engine, client: FlaskClient, prizes: list[int], caplog: pytest.LogCaptureFixture
) -> None:
    best, other = prizes
    mine = path_of(client, best)
    for award_id in (other, 99_999, 0):
        path = f"{mine.rpartition('/')[0]}/{award_id}"
        for answer in (client.get(path), client.post(path, data=GIVEN | {"code": code_of(client, best)})):
            assert (answer.status_code, claim_pages.NO_SUCH in answer.text) == (404, True)
    assert award(engine, other).state is PrizeState.TO_BE_CLAIMED
    assert "no prize of his" in caplog.text


def test_winner_claims_with_another_account_that_is_linked_with_his(
    engine: Engine, client: FlaskClient, settings: Settings, clock: FrozenClock, best: int
) -> None:
    with writing(engine) as session:
        account = factories.reader(session, now=clock.now())
        persons.join(session.connection(), award(engine, best).reader_id, account, how=LinkedBy.CODE, now=clock.now())
    token = chat_links.token(account, clock.now() + chat_links.LIVES, settings.server.secret_key)
    code = chat_links.code(account, clock.now(), settings.server.secret_key)
    assert client.post(f"/my/{token}/claim/{best}", data=GIVEN | {"code": code}).status_code == 200


def test_claim_needs_the_digits_and_loses_nothing_without_them(
    engine: Engine, client: FlaskClient, souvenir: int
) -> None:
    wrong = f"{(int(code_of(client, souvenir)) + 1) % 10_000:04d}"
    for typed, sentence in (("", claim_pages.NO_CODE), ("  ", claim_pages.NO_CODE), (wrong, claim_pages.CODE_WRONG),
                            ("四位数", claim_pages.CODE_WRONG), ("1" * 300, claim_pages.CODE_WRONG)):
        answer = send(client, souvenir, POSTED | {"code": typed})
        assert (answer.status_code, sentence in answer.text) == (400, True), typed
        assert f'value="{POSTED["address"]}"' in answer.text
    assert contacts(engine, souvenir) == []
    assert send(client, souvenir, POSTED).status_code == 200


def test_digits_of_another_winner_are_none(engine: Engine, client: FlaskClient, prizes: list[int]) -> None:
    best, other = prizes
    assert send(client, best, GIVEN | {"code": code_of(client, other)}).status_code == 400
    assert award(engine, best).state is PrizeState.TO_BE_CLAIMED


@pytest.mark.slow
def test_guessing_digits_from_many_addresses_ends_and_the_telephone_is_named(
    engine: Engine, client: FlaskClient, clock: FrozenClock, prizes: list[int]
) -> None:
    best, other = prizes
    wrong = f"{(int(code_of(client, best)) + 1) % 10_000:04d}"
    for number in range(page_codes.MOST):
        answer = client.post(path_of(client, best), data=GIVEN | {"code": wrong},
                             environ_base={"REMOTE_ADDR": f"10.0.{number}.1"})
        assert answer.status_code == 400
    locked = client.post(path_of(client, best), data=GIVEN | {"code": code_of(client, best)},
                         environ_base={"REMOTE_ADDR": "10.9.9.9"})
    assert (locked.status_code, "021-00000000" in locked.text) == (429, True)
    assert client.get(path_of(client, best)).status_code == 200  # looking is free
    assert send(client, other).status_code == 200
    later(clock, minutes=31)
    assert send(client, best).status_code == 200


@pytest.mark.slow
def test_whoever_tries_link_after_link_waits_and_keeps_no_winner_from_his_page(
    client: FlaskClient, clock: FrozenClock, best: int
) -> None:
    """A carrier's customers, or a household, share one address: the one who guesses is kept out, the winner is not."""
    made_up = f"/my/1-{int(clock.now().timestamp()) + 60}-{'0' * 31}"
    for number in range(30):
        assert client.get(f"{made_up}{number % 10}/claim/{best}").status_code == 404
    answer = client.get(f"{made_up}0/claim/{best}")
    assert (answer.status_code, "请过一会儿再试" in answer.text) == (429, True)
    assert client.get(f"{made_up}0/claim/{best}", environ_base={"REMOTE_ADDR": "10.9.8.7"}).status_code == 404
    assert client.get(path_of(client, best)).status_code == 200
    assert send(client, best).status_code == 200
    later(clock, minutes=16)
    assert client.get(f"{made_up}0/claim/{best}").status_code == 404


def test_missing_key_loses_nothing(
    engine: Engine, client: FlaskClient, settings: Settings, souvenir: int
) -> None:
    assert settings.claims.keys is not None
    away = settings.claims.keys.rename(settings.claims.keys.with_name("away"))
    answer = send(client, souvenir, POSTED)
    assert answer.status_code == 503
    assert "您填的都还在这一页" in answer.text
    assert 'value="银杏小区3栋2单元501室"' in answer.text
    assert award(engine, souvenir).state is PrizeState.TO_BE_CLAIMED
    away.rename(settings.claims.keys)
    assert send(client, souvenir, POSTED).status_code == 200


def test_page_needs_no_token_of_a_session(app: Any, client: FlaskClient, best: int) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    assert send(client, best).status_code == 200


def test_two_claims_at_once_are_one(engine: Engine, app: Any, best: int) -> None:
    start = Barrier(2)

    def claim(number: int) -> int:
        start.wait()
        return send(app.test_client(), best, GIVEN | {"phone": f"1391234567{number}"}).status_code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(claim, range(2))) == [200, 410]
    assert contacts(engine, best) == [ContactKind.CODE_WORD, ContactKind.PHONE]
