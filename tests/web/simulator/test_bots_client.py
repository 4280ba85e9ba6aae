"""The bot's own calls against the stand-in over a real socket: both sides know the same table of permissions."""

from __future__ import annotations

import pytest

from bot.wechat import article, oauth
from bot.wechat.client import Client
from bot.wechat.media import MediaApi
from bot.wechat.oauth import Came, Visitor
from bot.wechat.profiles import GRANTS, PROBES, UNPROBED, Call, profile
from tests.support.stand_in import make_account, make_scene, say, served
from tests.support.tokens import OwnToken
from web.simulator.faults import Fault, FaultKind
from web.simulator.media import quiet_voice
from web.simulator.values import Account


def client_of(account: Account, address: str) -> Client:
    assert account.app_secret is not None
    return Client(account.keys.app_id, account.app_secret, tokens=OwnToken(), base=address, connect_seconds=5,
                  read_seconds=5)  # fmt: skip


@pytest.mark.parametrize(("kind", "verified"), list(GRANTS))
def test_probes_find_the_rights_that_the_bot_expects_of_the_type(kind: str, verified: bool) -> None:
    account = make_account(kind=kind, verified=verified)
    scene = make_scene(account, say(None))
    with served(scene.platform) as address:
        client = client_of(account, address)
        answers = {
            probe.call: client.call(probe.method, probe.path, query=probe.query, body=probe.body).errcode
            for probe in PROBES
        }

    granted = {call for call, errcode in answers.items() if errcode != 48001}
    expected = profile(kind, verified=verified, has_secret=True)  # type: ignore[arg-type]
    assert granted == {call for call in answers if expected.may(call)}
    assert 40066 not in answers.values()


def test_a_message_and_a_voice_go_through_the_bots_client() -> None:
    account = make_account()
    scene = make_scene(account, say(None))
    scene.platform.send_voice(scene.reader)
    media_id = scene.hook.deliveries[0].message.media_id
    with served(scene.platform) as address:
        client = client_of(account, address)
        sent = client.send_text(scene.reader.openid, "您好，编号1")
        media = MediaApi(client, base=address, connect_seconds=5, read_seconds=5)
        given = media.get(media_id, most_bytes=10_000, seconds=5)
        gone = media.get("other", most_bytes=10_000, seconds=5)

    assert (sent.errcode, scene.chat()[-1]) == (0, ("account", "您好，编号1"))
    assert (given.data, gone.errcode) == (quiet_voice(), 40007)


@pytest.mark.parametrize(
    ("kind", "errcode", "arrived"),
    [(FaultKind.CUT, None, True), (FaultKind.GARBAGE, None, True), (FaultKind.DOWN, None, False)],
)
def test_an_answer_that_is_none_is_uncertain_for_the_bot(kind: FaultKind, errcode: None, arrived: bool) -> None:
    account = make_account()
    scene = make_scene(account, say(None))
    scene.platform.send_text(scene.reader, "hi")
    scene.platform.faults.add(Fault("message/custom/send", kind))
    with served(scene.platform) as address:
        answer = client_of(account, address).send_text(scene.reader.openid, "hello")

    assert (answer.errcode, answer.never_left) == (errcode, False)
    assert (scene.chat()[-1] == ("account", "hello")) is arrived


def test_an_article_goes_from_its_cover_to_its_address() -> None:
    account = make_account()
    scene = make_scene(account, say(None))
    with served(scene.platform) as address:
        client = client_of(account, address)
        cover = article.upload_cover(client, b"\xff\xd8\xff\xe0" + b"\0" * 100).content["media_id"]
        one = article.article("获奖名单\n\n恭喜以下读者。", author="晨报")
        draft = article.add_draft(client, one, cover=cover).content["media_id"]
        publish_id = article.submit(client, draft).content["publish_id"]
        scene.clock.advance(seconds=5)
        scene.platform.tick()
        found = client.call("POST", "cgi-bin/freepublish/get", body={"publish_id": publish_id}).content

    assert found["article_detail"]["item"][0]["article_url"].startswith(address)


def test_a_voided_token_is_renewed_once() -> None:
    account = make_account()
    scene = make_scene(account, say(None))
    scene.platform.send_text(scene.reader, "hi")
    with served(scene.platform) as address:
        client = client_of(account, address)
        client.send_text(scene.reader.openid, "one")
        scene.platform.tokens.void("demo")
        answer = client.send_text(scene.reader.openid, "two")

    assert answer.errcode == 0
    paths = [one.path for one in reversed(scene.platform.store.calls())]
    assert paths == ["stable_token", *["message/custom/send"] * 2, "stable_token", "message/custom/send"]


@pytest.mark.parametrize(("kind", "verified"), list(GRANTS))
def test_bot_learns_who_opened_a_page_where_the_type_is_granted_it(kind: str, verified: bool) -> None:
    account = make_account(kind=kind, verified=verified)
    scene = make_scene(account, say(None))
    codes = [scene.platform.codes.give("demo", scene.reader.openid, snapshot=frame, now=scene.clock.now())
             for frame in (False, True)]
    with served(scene.platform) as address:
        client = client_of(account, address)
        came = [oauth.visitor(client.exchange(code)) for code in (*codes, codes[0])]

    if profile(kind, verified=verified, has_secret=True).may(Call.OAUTH):  # type: ignore[arg-type]
        assert came == [Visitor(Came.FOLLOWER, scene.reader.openid), Visitor(Came.SNAPSHOT), Visitor(Came.AGAIN, "", 40163)]
    else:
        assert came == [Visitor(Came.REFUSED, "", 48001)] * 3


@pytest.mark.parametrize("kind", [FaultKind.CUT, FaultKind.GARBAGE, FaultKind.DOWN])
def test_broken_exchange_makes_nobody_a_follower(kind: FaultKind) -> None:
    account = make_account(kind="service")
    scene = make_scene(account, say(None))
    code = scene.platform.codes.give("demo", scene.reader.openid, snapshot=False, now=scene.clock.now())
    scene.platform.faults.add(Fault("sns/oauth2/access_token", kind))
    with served(scene.platform) as address:
        assert oauth.visitor(client_of(account, address).exchange(code)) == Visitor(Came.SILENCE)


def test_every_family_of_calls_has_a_probe_here() -> None:
    assert {probe.call for probe in PROBES} == set(Call) - {Call.API} - UNPROBED
