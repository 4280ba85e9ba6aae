"""Readers' pages of an account that can tell who opens them: for the reader himself, whatever link anybody else holds."""

from __future__ import annotations

import base64
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, update

from bot.chat import chat_links
from bot.clock import FrozenClock
from bot.personal import privacy
from bot.settings import Settings
from models.readers import Reader
from models.session import reading, writing
from tests.support import factories
from tests.support.claims import PUBLIC
from tests.support.factories import ACCOUNT
from tests.support.phone import OUTSIDE, Phone, stand_in, telling
from tests.support.settings import reached
from web.public import follower_sign_in as sign_in
from web.public import followers, own, proofs
from web.simulator.faults import Fault, FaultKind
from web.simulator.platform import Platform
from web.simulator.profiles import Profile

EXCHANGE = "sns/oauth2/access_token"
HELD = "现在存着您的"
"""Stands on the page that a reader sees of himself, and on no other."""


@pytest.fixture
def platform(settings: Settings, clock: FrozenClock) -> Iterator[tuple[Settings, Platform]]:
    with stand_in(telling(reached(settings, PUBLIC), ACCOUNT), clock) as found:
        yield found


@pytest.fixture
def app(app: Flask, platform: tuple[Settings, Platform]) -> Flask:
    app.extensions["woodpecker"] = replace(app.extensions["woodpecker"], settings=platform[0])
    return app


@pytest.fixture
def him(engine: Engine, clock: FrozenClock) -> int:
    with writing(engine) as session:
        return factories.reader(session, now=clock.now())


@pytest.fixture
def other(engine: Engine, clock: FrozenClock) -> int:
    with writing(engine) as session:
        return factories.reader(session, now=clock.now())


def openid(engine: Engine, reader_id: int) -> str:
    with reading(engine) as session:
        return session.get_one(Reader, reader_id).openid or ""


@pytest.fixture
def phone(app: Flask, platform: tuple[Settings, Platform], engine: Engine, him: int) -> Phone:
    return Phone(app, platform[1], ACCOUNT, openid(engine, him))


@pytest.fixture
def other_phone(app: Flask, platform: tuple[Settings, Platform], engine: Engine, other: int) -> Phone:
    return Phone(app, platform[1], ACCOUNT, openid(engine, other))


def link(settings: Settings, reader_id: int, clock: FrozenClock, page: str = "privacy") -> str:
    token = chat_links.token(reader_id, clock.now() + chat_links.LIVES, settings.server.secret_key)
    return f"/my/{token}/{page}"


def test_reader_opens_his_link_and_is_asked_nothing(
    phone: Phone, settings: Settings, clock: FrozenClock, him: int
) -> None:
    path = link(settings, him, clock)
    page = phone.tap(path)
    assert (page.status_code, HELD in page.text) == (200, True)
    assert [urlsplit(one).path for one in phone.seen] == ["/connect/oauth2/authorize", "/my/back", path]
    assert parse_qs(urlsplit(phone.seen[0]).query)["scope"] == ["snsapi_base"]
    assert phone.tap(path).status_code == 200
    assert len(phone.seen) == 3  # known from then on: the platform is not asked for every page


def test_another_follower_sees_nothing_of_it(
    other_phone: Phone, settings: Settings, clock: FrozenClock, him: int, caplog: pytest.LogCaptureFixture
) -> None:
    page = other_phone.tap(link(settings, him, clock))
    assert (page.status_code, HELD in page.text, followers.OTHER in page.text) == (403, False, True)
    for path in (f"{link(settings, him, clock)}/copy", f"{link(settings, him, clock)}/delete"):
        code = chat_links.code(him, clock.now(), settings.server.secret_key)
        assert other_phone.send(path, {"code": code}).status_code == 403
    assert "another follower" in caplog.text
    assert not any(word in caplog.text for word in (other_phone.openid, link(settings, him, clock)))


def test_form_from_a_browser_nobody_knows_does_nothing(
    app: Flask, engine: Engine, settings: Settings, clock: FrozenClock, him: int
) -> None:
    """As sent by a page elsewhere: a browser keeps our cookie (SameSite=Lax) from such a form."""
    code = chat_links.code(him, clock.now(), settings.server.secret_key)
    answer = app.test_client().post(f"{link(settings, him, clock)}/delete", data={"code": code})
    assert (answer.status_code, followers.AGAIN in answer.text) == (403, True)
    assert openid(engine, him) != ""


def test_browser_outside_wechat_is_told_where_to_go_and_shown_nothing(
    app: Flask, platform: tuple[Settings, Platform], engine: Engine, settings: Settings, clock: FrozenClock, him: int
) -> None:
    outside = Phone(app, platform[1], ACCOUNT, openid(engine, him), agent=OUTSIDE)
    for path in (link(settings, him, clock), "/my/"):
        page = outside.tap(path)
        assert (page.status_code, followers.OUTSIDE in page.text, outside.seen) == (403, True, [])
        assert "Set-Cookie" not in page.headers


def test_menu_leads_a_follower_straight_to_his_page(
    phone: Phone, settings: Settings, clock: FrozenClock, him: int
) -> None:
    phone.tap(f"/my/?at={ACCOUNT}")
    opened = urlsplit(phone.seen[-1]).path
    assert chat_links.opened(opened.split("/")[2], settings.server.secret_key, now=clock.now()).reader_id == him


def test_where_one_account_tells_the_menu_need_not_say_which(phone: Phone) -> None:
    phone.tap("/my/")
    assert urlsplit(phone.seen[-1]).path.startswith("/my/")
    assert "/my/back" in [urlsplit(one).path for one in phone.seen]


@pytest.mark.parametrize("account", ["plain", "nobody", "../main", "main\r\nX: y", "<script>"])
def test_address_without_a_key_opens_nothing_where_no_account_tells(client: FlaskClient, account: str) -> None:
    page = client.get("/my/", query_string={"at": account})
    assert (page.status_code, "回“我的”" in page.text, "<script>" in page.text) == (404, True, False)


def test_old_link_opens_the_same_page_for_its_reader_with_a_new_key(
    phone: Phone, settings: Settings, clock: FrozenClock, him: int
) -> None:
    old = link(settings, him, clock)
    clock.moment += timedelta(days=3)
    page = phone.tap(old)
    assert (page.status_code, HELD in page.text) == (200, True)
    new = urlsplit(phone.seen[-1]).path
    assert new != old
    assert chat_links.opened(new.split("/")[2], settings.server.secret_key, now=clock.now()).reader_id == him


@pytest.mark.sampled
@pytest.mark.parametrize("page", ["?before=3", "1/change/wrong", "1/change/%0d%0aSet-Cookie:%20a=b", "1/change/a%3Fb%23c",
                                  "1/change/甲", "?next=//evil.example"])
def test_way_through_the_platform_and_a_new_key_keep_the_page_that_was_asked_for(
    phone: Phone, settings: Settings, clock: FrozenClock, him: int, page: str
) -> None:
    first = phone.tap(link(settings, him, clock, page))
    clock.moment += timedelta(days=1)
    old = chat_links.token(him, clock.now() - timedelta(hours=1), settings.server.secret_key)
    again = phone.tap(f"/my/{old}/{page}")
    for answer in (first, again):
        assert answer.status_code in (200, 404)
    for address in phone.seen:
        parts = urlsplit(address)
        assert parts.netloc in ("", "phone.example", urlsplit(phone.seen[0]).netloc)
    asked = unquote(page)
    assert unquote(phone.seen[-1]).endswith(f"/{asked}")
    assert "a" not in phone.cookies()


def test_old_link_opens_nothing_for_another_and_takes_no_form(
    phone: Phone, other_phone: Phone, settings: Settings, clock: FrozenClock, him: int
) -> None:
    old = link(settings, him, clock)
    clock.moment += timedelta(days=3)
    assert other_phone.tap(old).status_code == 403
    phone.tap(f"/my/?at={ACCOUNT}")
    answer = phone.send(f"{old}/delete", {"code": chat_links.code(him, clock.now(), settings.server.secret_key)})
    assert (answer.status_code, own.OVER in answer.text) == (410, True)


@pytest.mark.parametrize("kind", [FaultKind.DOWN, FaultKind.GARBAGE, FaultKind.CUT])
def test_page_stays_shut_while_the_platform_does_not_answer(
    phone: Phone, platform: tuple[Settings, Platform], settings: Settings, clock: FrozenClock, him: int, kind: FaultKind
) -> None:
    platform[1].faults.add(Fault(EXCHANGE, kind))
    page = phone.tap(link(settings, him, clock))
    assert (page.status_code, sign_in.SILENT in page.text, HELD in page.text) == (503, True, False)
    assert phone.tap(link(settings, him, clock)).status_code == 200


def test_account_that_lost_its_verification_keeps_its_pages_shut_and_says_so_in_the_log(
    phone: Phone, platform: tuple[Settings, Platform], settings: Settings, clock: FrozenClock, him: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    platform[1].faults.add(Fault(EXCHANGE, FaultKind.ERRCODE, errcode=48001))
    assert phone.tap(link(settings, him, clock)).status_code == 503
    assert (ACCOUNT in caplog.text, "48001" in caplog.text) == (True, True)
    platform[1].set_profile(ACCOUNT, Profile.SUBSCRIPTION_VERIFIED)
    assert "Scope 参数错误" in phone.tap(link(settings, him, clock)).text


def test_snapshot_page_is_nobody(phone: Phone, settings: Settings, clock: FrozenClock, him: int) -> None:
    page = phone.tap(link(settings, him, clock), snapshot="1")
    assert (page.status_code, sign_in.SNAPSHOT in page.text, proofs.PROOF in phone.cookies()) == (403, True, False)


def test_whoever_never_wrote_is_told_so(
    app: Flask, platform: tuple[Settings, Platform]
) -> None:
    page = Phone(app, platform[1], ACCOUNT, "oNeverWroteToUs").tap("/my/")
    assert (page.status_code, sign_in.UNKNOWN in page.text) == (404, True)


def test_reader_who_left_meanwhile_is_forgotten(
    phone: Phone, engine: Engine, settings: Settings, clock: FrozenClock, him: int
) -> None:
    phone.tap("/my/")
    with writing(engine) as session:
        privacy.erase(session.connection(), him, now=clock.now())
    page = phone.tap("/my/")
    assert (page.status_code, proofs.PROOF in phone.cookies()) == (410, False)
    assert phone.tap(link(settings, him, clock)).status_code == 410


def test_account_that_cannot_tell_asks_nobody(
    app: Flask, client: FlaskClient, engine: Engine, settings: Settings, clock: FrozenClock, him: int
) -> None:
    with writing(engine) as session:
        session.execute(update(Reader).where(Reader.id == him).values(account="json"))
    page = client.get(link(settings, him, clock))
    assert (page.status_code, HELD in page.text, "Set-Cookie" in page.headers) == (200, True, False)


# what others try


def begun(phone: Phone, path: str) -> str:
    """The address at which the platform sends this browser back: not opened yet."""
    phone.wechat.get("/open", query_string={"account": ACCOUNT, "reader": phone.openid, "url": "http://x.example/"})
    return str(phone.follow(phone.pages.get(path)).headers["Location"])


def path_of(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"


def test_code_is_good_once(phone: Phone, settings: Settings, clock: FrozenClock, him: int) -> None:
    back = begun(phone, link(settings, him, clock))
    code = parse_qs(urlsplit(back).query)["code"][0]
    assert phone.pages.get(path_of(back)).status_code == 302
    phone.pages.delete_cookie(proofs.PROOF)
    second = begun(phone, link(settings, him, clock))
    state = parse_qs(urlsplit(second).query)["state"][0]
    page = phone.pages.get(f"/my/back?code={code}&state={state}")
    assert (page.status_code, sign_in.ONCE_MORE in page.text, proofs.PROOF in phone.cookies()) == (403, True, False)


def test_nobody_is_signed_in_by_an_address_that_another_sends_him(
    phone: Phone, other_phone: Phone, settings: Settings, clock: FrozenClock, him: int, caplog: pytest.LogCaptureFixture
) -> None:
    """Fixation: the attacker begins, and has his victim's browser end it; the other way round; a made-up errand."""
    back = begun(other_phone, "/my/")
    for name, target in (("", path_of(back)), ("state", "/my/back?code=abc&state=abc"), ("bare", "/my/back")):
        page = phone.pages.get(target)
        assert (page.status_code, proofs.PROOF in phone.cookies()) == (403, False), name
    phone.pages.set_cookie(proofs.ERRAND, other_phone.cookies()[proofs.ERRAND].value + "0")
    assert phone.pages.get(path_of(back)).status_code == 403
    assert back not in caplog.text
    assert other_phone.openid not in caplog.text


def test_errand_ends_and_is_used_once(phone: Phone, settings: Settings, clock: FrozenClock, him: int) -> None:
    back = begun(phone, link(settings, him, clock))
    clock.moment += timedelta(minutes=10)
    assert phone.pages.get(path_of(back)).status_code == 403
    back = begun(phone, link(settings, him, clock))
    assert phone.pages.get(path_of(back)).status_code == 302
    assert proofs.ERRAND not in phone.cookies()
    assert phone.pages.get(path_of(back)).status_code == 403


def test_proof_that_nobody_here_sealed_is_none(
    app: Flask, phone: Phone, other_phone: Phone, settings: Settings, clock: FrozenClock, him: int, other: int
) -> None:
    other_phone.tap("/my/")
    good = other_phone.cookies()[proofs.PROOF].value
    body, _, mac = good.partition(".")
    with app.test_request_context():
        forged = proofs._sealed(proofs.ERRAND, {"account": ACCOUNT, "reader_id": him, "until": 9_999_999_999,
                                                "digest": proofs.digest(ACCOUNT, phone.openid)})
    for made in (forged, body, f"{body}.", f"{body}.{mac[:-1]}", f"{body[:-4]}AAAA.{mac}", "." * 3000, "甲.乙", ""):
        browser = app.test_client()
        browser.set_cookie(proofs.PROOF, made)
        answer = browser.get(link(settings, him, clock))
        assert (answer.status_code, HELD in answer.text) == (403, False), made
    browser.set_cookie(proofs.PROOF, good)
    assert browser.get(link(settings, him, clock)).status_code == 403


def test_errand_is_no_proof_and_neither_cookie_holds_an_openid(
    phone: Phone, settings: Settings, clock: FrozenClock, him: int
) -> None:
    begun(phone, link(settings, him, clock))
    errand = phone.cookies()[proofs.ERRAND].value
    phone.pages.set_cookie(proofs.PROOF, errand)
    assert phone.pages.get(link(settings, him, clock)).status_code == 302
    phone.pages.delete_cookie(proofs.PROOF)
    phone.tap(link(settings, him, clock))
    proof = phone.cookies()[proofs.PROOF].value
    for one in (errand, proof):
        assert phone.openid not in base64.urlsafe_b64decode(one.partition(".")[0]).decode()


def test_browser_goes_on_to_our_own_pages_only(
    app: Flask, phone: Phone, settings: Settings, clock: FrozenClock, him: int
) -> None:
    """Even where somebody could seal an errand: the target is looked at again."""
    for target in ("https://evil.example/", "//evil.example/my/", "/\\evil.example", "/my/\r\nSet-Cookie: a=b",
                   "/sign-in", "javascript:alert(1)", "/my/../sign-in\t", "/my/ours"):
        back = begun(phone, f"/my/?at={ACCOUNT}")
        nonce = parse_qs(urlsplit(back).query)["state"][0]
        with app.test_request_context():
            sealed = proofs._sealed(proofs.ERRAND, {"nonce": nonce, "account": ACCOUNT, "target": target,
                                                    "until": int(clock.now().timestamp()) + 60})
        phone.pages.set_cookie(proofs.ERRAND, sealed)
        answer = phone.pages.get(path_of(back))
        assert answer.headers.get("Location") == ("/my/ours" if target == "/my/ours" else None), target


@pytest.mark.parametrize("tail", ["//evil.example/", "/\\evil.example", "/%0d%0aSet-Cookie:%20a=b", "/..//evil.example"])
def test_whatever_stands_behind_the_key_the_way_back_is_ours(
    phone: Phone, settings: Settings, clock: FrozenClock, him: int, tail: str
) -> None:
    phone.tap(link(settings, him, clock).rpartition("/privacy")[0] + tail)
    assert all(urlsplit(one).netloc in ("", "phone.example", urlsplit(phone.seen[0]).netloc) for one in phone.seen)
    assert "a" not in phone.cookies()


def test_cookies_are_short_kept_from_scripts_and_over_https_only_where_there_is_https(
    app: Flask, platform: tuple[Settings, Platform], phone: Phone, settings: Settings, clock: FrozenClock, him: int
) -> None:
    phone.tap(link(settings, him, clock))
    kept = phone.cookies()[proofs.PROOF]
    assert (kept.http_only, kept.secure, kept.same_site, kept.path, kept.max_age) == (True, False, "Lax", "/", 3600)
    app.extensions["woodpecker"] = replace(app.extensions["woodpecker"], settings=reached(platform[0]))
    safe = Phone(app, platform[1], ACCOUNT, phone.openid)
    safe.pages.environ_base["wsgi.url_scheme"] = "https"
    first = safe.pages.get(link(settings, him, clock), base_url="https://desk.example.org")
    assert first.headers["Set-Cookie"].startswith("__Host-errand=")
    assert all(word in first.headers["Set-Cookie"] for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))


def test_proof_ends_with_the_hour_and_is_asked_anew_before_a_form_could_outlive_it(
    phone: Phone, settings: Settings, clock: FrozenClock, him: int
) -> None:
    phone.tap(link(settings, him, clock))
    clock.moment += timedelta(minutes=29)
    phone.tap(link(settings, him, clock))
    assert len(phone.seen) == 3
    clock.moment += timedelta(minutes=2)
    path = link(settings, him, clock)
    assert phone.send(f"{path}/delete", {"code": "0"}).status_code == 400  # a form that was open is taken
    phone.tap(path)
    assert len(phone.seen) == 6
    clock.moment += timedelta(minutes=61)
    assert phone.send(f"{link(settings, him, clock)}/delete", {"code": "0"}).status_code == 403


def test_nothing_of_it_is_kept_by_a_cache_or_told_to_the_next_page(
    phone: Phone, settings: Settings, clock: FrozenClock, him: int
) -> None:
    begin = phone.pages.get(link(settings, him, clock))
    end = phone.pages.get(path_of(begun(phone, link(settings, him, clock))))
    page = phone.tap(link(settings, him, clock))
    for answer in (begin, end, page):
        assert (answer.headers["Cache-Control"], answer.headers["Referrer-Policy"]) == ("no-store", "no-referrer")


def test_pages_of_errors_tell_nobody_the_address_either(
    client: FlaskClient, settings: Settings, clock: FrozenClock, him: int
) -> None:
    """What fails before a page is asked loads our style sheet too; a proxy's log keeps where that was asked from."""
    path = link(settings, him, clock)
    answers = [client.get(f"{path}?a=%00"), client.post(f"{path}/delete", data={"code": "x" * 300_000}),
               client.get(f"{path}/nothing"), client.put(path), client.get("/mine/1-0/2"), client.get("/claim/1/2")]
    assert [one.status_code for one in answers] == [400, 413, 404, 405, 404, 404]
    assert {one.headers["Referrer-Policy"] for one in answers} == {"no-referrer"}


@pytest.mark.slow
def test_one_address_cannot_make_the_platform_be_asked_for_ever(
    phone: Phone, platform: tuple[Settings, Platform], settings: Settings, clock: FrozenClock, him: int
) -> None:
    for _ in range(sign_in.A_MINUTE + 5):
        back = begun(phone, f"/my/?at={ACCOUNT}")
        state = parse_qs(urlsplit(back).query)["state"][0]
        last = phone.pages.get(f"/my/back?code=guess&state={state}")
    assert last.status_code == 429
    assert len([one for one in platform[1].store.calls() if one.path == EXCHANGE]) == sign_in.A_MINUTE


def test_log_of_a_whole_way_names_nobody(
    phone: Phone, settings: Settings, clock: FrozenClock, him: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    path = link(settings, him, clock)
    phone.tap(path)
    code = parse_qs(urlsplit(phone.seen[1]).query)["code"][0]
    phone.tap(path, snapshot="1")
    ours = "\n".join(one.getMessage() for one in caplog.records if one.name.startswith(("bot", "web")))
    assert not any(word in ours for word in (phone.openid, code, path.split("/")[2]))
