"""领奖 at the counter: the list, contact after a press that is logged, the code word, claims entered for a caller."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, update

from bot.clock import FrozenClock
from bot.settings import Settings
from models.audit import AuditEntry
from models.claims import ClaimContact, ClaimTerm, PrizeClaim
from models.contests import Declaration
from models.enums import PrizeState, Relation, Role
from models.session import reading, writing
from models.staff import Staff
from models.work_enums import ClaimWay, ContactKind, LapseReason
from tests.support import claims, factories
from tests.support.claims import CHILD, GIVEN, IN_CLEAR, POSTED, award, send
from tests.support.factories import House

Sign = Callable[[Role], FlaskClient]


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    return claims.claiming(settings, tmp_path)


@pytest.fixture
def best(prizes: list[int]) -> int:
    return prizes[0]


@pytest.fixture
def souvenir(prizes: list[int]) -> int:
    return prizes[1]


@pytest.fixture
def counter(prizes: list[int], browser: Sign) -> FlaskClient:
    return browser(Role.PRIZES)


MENDS = 'name="mends" value="1"'


def word_of(page: str) -> str:
    return re.findall(r"data-word>([^<]+)<", page)[0]


def logged(engine: Engine, verb: str) -> list[AuditEntry]:
    with reading(engine) as session:
        return list(session.scalars(select(AuditEntry).where(AuditEntry.verb == verb).order_by(AuditEntry.id)))


@pytest.mark.parametrize(("borne", "hand", "aloud"), [
    (True, "现金100元（个人所得税25元报社另外交）", "现金100元。税前125元，个人所得税25元由报社出，您到手100元。"),
    (False, "现金80元（100元里扣下个人所得税20元）", "现金100元。税前100元，扣个人所得税20元，您到手80元。"),
])  # fmt: skip
def test_counter_is_told_what_goes_into_the_hand_and_the_caller_what_arrives(
    engine: Engine, counter: FlaskClient, best: int, borne: bool, hand: str, aloud: str
) -> None:
    claims.tax_borne_by_paper(engine, borne=borne)
    assert f"<dt>奖品</dt><dd>{hand}</dd>" in counter.get(f"/prizes/{best}").text
    assert f"最佳啄木鸟：{aloud}</dd>" in counter.get(f"/prizes/{best}/enter").text


def test_list_tells_claimed_from_unclaimed_and_shows_nothing_that_was_given(
    client: FlaskClient, counter: FlaskClient, souvenir: int
) -> None:
    send(client, souvenir, POSTED)
    page = counter.get("/prizes/").text
    assert re.findall(r'<span class="count">(\d+)</span>', page) == ["1", "1", "0", "0"]
    assert "寄送" in page
    claimed = counter.get("/prizes/?state=claimed").text
    assert re.findall(r'href="/prizes/(\d+)"', claimed) == [str(souvenir)]
    one = counter.get(f"/prizes/{souvenir}").text
    assert "电话、收件人、地址，加密存着" in one
    assert [text for text in IN_CLEAR if text in page + one] == []


def test_contact_is_shown_after_a_press_and_every_look_is_logged(
    engine: Engine, client: FlaskClient, counter: FlaskClient, souvenir: int, staff: dict[Role, int]
) -> None:
    word = word_of(send(client, souvenir, POSTED).text)
    for _ in range(2):
        page = counter.post(f"/prizes/{souvenir}/contact").text
        assert [text in page for text in ("13912345678", "季小满", "银杏小区3栋2单元501室")] == [True] * 3
        assert word not in page
    assert [(one.staff_id, one.object_id, one.details) for one in logged(engine, "see_contact")] == [
        (staff[Role.PRIZES], souvenir, {"kinds": ["address", "phone", "recipient"]})] * 2


def test_only_the_prize_role_looks(
    engine: Engine, client: FlaskClient, browser: Sign, souvenir: int, counter: FlaskClient
) -> None:
    send(client, souvenir, POSTED)
    chief = browser(Role.CHIEF)
    assert "看联系方式" not in chief.get(f"/prizes/{souvenir}").text
    answer = chief.post(f"/prizes/{souvenir}/contact")
    assert (answer.status_code, "只有负责发奖的同事能看" in answer.text) == (403, True)
    assert browser(Role.EDITOR).post(f"/prizes/{souvenir}/contact").status_code == 403
    assert logged(engine, "see_contact") == []


def test_chief_looks_where_nobody_holds_the_prize_role(
    engine: Engine, client: FlaskClient, browser: Sign, souvenir: int
) -> None:
    send(client, souvenir, POSTED)
    with writing(engine) as session:
        session.execute(update(Staff).where(Staff.role == Role.PRIZES).values(active=False))
    assert "13912345678" in browser(Role.CHIEF).post(f"/prizes/{souvenir}/contact").text
    assert [one.details["same_person"] for one in logged(engine, "see_contact")] == [True]


@pytest.mark.slow
def test_right_word_hands_over_and_a_wrong_one_does_not(
    engine: Engine, client: FlaskClient, counter: FlaskClient, best: int
) -> None:
    word = word_of(send(client, best).text)
    for said in ("", "桂花茶壶" if word != "桂花茶壶" else "麻雀草帽"):
        answer = counter.post(f"/prizes/{best}/hand-over", data={"said": said})
        assert (answer.status_code, "暗号对不上" in answer.text) == (400, True)
    assert award(engine, best).state is PrizeState.CLAIMED
    assert counter.post(f"/prizes/{best}/hand-over", data={"said": f" {word[:2]}、{word[2:]} "}).status_code == 302
    assert award(engine, best).state is PrizeState.HANDED_OVER
    assert logged(engine, "hand_over")[0].details == {"receiving": "pick_up", "word": True}
    assert counter.post(f"/prizes/{best}/hand-over", data={"said": word}).status_code == 403


def test_winner_without_his_word_gets_it_after_a_look_at_who_he_is(
    engine: Engine, client: FlaskClient, counter: FlaskClient, best: int
) -> None:
    send(client, best)
    counter.post(f"/prizes/{best}/hand-over", data={"said": "", "without_word": "y"})
    assert award(engine, best).state is PrizeState.HANDED_OVER
    assert logged(engine, "hand_over")[0].details == {"receiving": "pick_up", "word": False}


@pytest.mark.slow
def test_souvenir_is_ticked_off_as_sent(
    engine: Engine, client: FlaskClient, counter: FlaskClient, souvenir: int
) -> None:
    send(client, souvenir, POSTED)
    assert "已经寄出" in counter.get(f"/prizes/{souvenir}").text
    counter.post(f"/prizes/{souvenir}/hand-over")
    assert logged(engine, "hand_over")[0].details == {"receiving": "post"}


@pytest.mark.slow
def test_claim_is_entered_after_the_notice_was_read_out(
    engine: Engine, counter: FlaskClient, best: int, staff: dict[Role, int]
) -> None:
    page = counter.get(f"/prizes/{best}/enter").text
    assert page.index("先念给对方听") < page.index("只用来把这份奖品") < page.index('name="agreed"') < page.index('name="phone"')
    unread = counter.post(f"/prizes/{best}/enter", data=CHILD | {"agreed": "", "way": "phone"})
    assert unread.status_code == 400
    assert 'value="季大满"' in unread.text
    assert award(engine, best).state is PrizeState.TO_BE_CLAIMED
    answer = counter.post(f"/prizes/{best}/enter", data=CHILD | {"way": "phone"})
    assert len(word_of(answer.text)) == 4
    with reading(engine) as session:
        kept, said = session.get_one(PrizeClaim, best), session.get_one(Declaration, best)
    assert (kept.way, kept.staff_id) == (ClaimWay.PHONE, staff[Role.PRIZES])
    assert (said.relation, said.staff_id) == (Relation.NEITHER, staff[Role.PRIZES])
    assert logged(engine, "claim_prize")[0].details == {"way": "phone", "receiving": "pick_up"}


@pytest.mark.slow
def test_claim_that_the_winner_made_meanwhile_is_not_written_over_unseen(
    engine: Engine, client: FlaskClient, counter: FlaskClient, souvenir: int
) -> None:
    path, entered = f"/prizes/{souvenir}/enter", GIVEN | {"way": "counter", "mends": ""}
    assert MENDS not in counter.get(path).text
    send(client, souvenir, POSTED)
    refused = counter.post(path, data=entered)
    assert (refused.status_code, "读者刚才自己登记好了" in refused.text, MENDS in refused.text) == (409, True, True)
    with reading(engine) as session:
        assert session.get_one(PrizeClaim, souvenir).way is ClaimWay.PAGE
        assert ContactKind.ADDRESS in set(session.scalars(select(ClaimContact.kind)))
    assert counter.post(path, data=entered | {"mends": "1"}).status_code == 200


@pytest.mark.slow
def test_second_of_a_double_click_has_the_code_word_that_counts(counter: FlaskClient, best: int) -> None:
    words = [word_of(counter.post(f"/prizes/{best}/enter", data=GIVEN | {"way": "counter", "mends": ""}).text) for _ in range(2)]
    assert counter.post(f"/prizes/{best}/hand-over", data={"said": words[1]}).status_code == 302


@pytest.mark.slow
def test_claim_is_mended_at_the_winners_word(
    engine: Engine, client: FlaskClient, counter: FlaskClient, souvenir: int
) -> None:
    old = word_of(send(client, souvenir, POSTED).text)
    assert MENDS in counter.get(f"/prizes/{souvenir}/enter").text
    new = word_of(counter.post(f"/prizes/{souvenir}/enter", data=GIVEN | {"way": "counter", "mends": "1"}).text)
    with reading(engine) as session:
        kinds = sorted(session.scalars(select(ClaimContact.kind).where(ClaimContact.award_id == souvenir)))
    assert kinds == [ContactKind.CODE_WORD, ContactKind.PHONE]
    assert logged(engine, "mend_claim")[0].details == {"way": "counter", "receiving": "pick_up"}
    if old != new:
        assert counter.post(f"/prizes/{souvenir}/hand-over", data={"said": old}).status_code == 400
    assert counter.post(f"/prizes/{souvenir}/hand-over", data={"said": new}).status_code == 302
    assert counter.get(f"/prizes/{souvenir}/enter").location == f"/prizes/{souvenir}"
    assert counter.post(f"/prizes/{souvenir}/enter", data=GIVEN).location == f"/prizes/{souvenir}"


def test_relative_on_the_telephone_gets_nothing_and_nothing_of_his_is_kept(
    engine: Engine, counter: FlaskClient, best: int
) -> None:
    counter.post(f"/prizes/{best}/enter", data=GIVEN | {"way": "phone", "relation": "relative"})
    assert award(engine, best).state is PrizeState.LAPSED
    with reading(engine) as session:
        assert session.scalars(select(ClaimContact)).all() == []


@pytest.mark.sampled
@pytest.mark.parametrize(("claimed", "reason", "status"), [
    (False, "not_wanted", 302), (True, "not_wanted", 302), (True, "not_fetched", 302), (False, "not_fetched", 400),
    (False, "not_claimed", 400), (False, "", 400)])
def test_prize_is_let_go_for_a_reason(
    engine: Engine, client: FlaskClient, counter: FlaskClient, best: int, claimed: bool, reason: str,
    status: int
) -> None:
    if claimed:
        send(client, best)
    assert counter.post(f"/prizes/{best}/let-go", data={"reason": reason}).status_code == status
    lapsed = award(engine, best).state is PrizeState.LAPSED
    assert lapsed is (status == 302)
    if lapsed:
        with reading(engine) as session:
            assert session.get_one(ClaimTerm, best).lapsed_because is LapseReason(reason)
        assert logged(engine, "lapse_prize")[0].details == {"reason": reason}


@pytest.mark.slow
def test_missing_key_is_said_and_the_prize_can_be_handed_over_all_the_same(
    engine: Engine, client: FlaskClient, counter: FlaskClient, settings: Settings, best: int
) -> None:
    send(client, best)
    assert settings.claims.keys is not None
    away = settings.claims.keys.rename(settings.claims.keys.with_name("away"))
    assert "钥匙文件不见了" in counter.get("/prizes/").text
    answer = counter.post(f"/prizes/{best}/contact")
    assert (answer.status_code, "钥匙文件不见了" in answer.text) == (403, True)
    assert logged(engine, "see_contact") == []
    away.write_text("abcd " + "a" * 43 + "=\n", encoding="ascii")
    away.rename(settings.claims.keys)
    assert "2 项联系方式打不开" in counter.get("/prizes/").text
    assert "不在钥匙文件里" in counter.post(f"/prizes/{best}/contact").text
    assert counter.post(f"/prizes/{best}/hand-over", data={"said": "桂花雨伞", "without_word": ""}).status_code == 403
    assert counter.post(f"/prizes/{best}/hand-over", data={"without_word": "y"}).status_code == 302


@pytest.mark.slow
def test_prizes_of_a_round_that_is_not_released_have_no_page(
    engine: Engine, house: House, clock: FrozenClock, browser: Sign
) -> None:
    with writing(engine) as session:
        factories.accept(session, factories.report(session, factories.HEADLINE), house)
        clock.moment = factories.picked(session, house)
    counter = browser(Role.PRIZES)
    for path in ("/prizes/1", "/prizes/1/enter", "/prizes/99"):
        assert counter.get(path).status_code == 404
    for path in ("contact", "hand-over", "let-go"):
        assert counter.post(f"/prizes/1/{path}", data={"reason": "not_wanted", "relation": "neither"}).status_code in (403, 404)
