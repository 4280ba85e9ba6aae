"""The platform's door by HTTP: what it takes, what it refuses and how it answers, in every mode and format."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from io import BytesIO
from urllib.parse import parse_qs

import pytest
from flask import Flask
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import Engine, select, update
from sqlalchemy.exc import OperationalError

from bot import intake, logs
from bot.audit import by_staff
from bot.clock import SHANGHAI
from bot.dialogue import person_phrases
from bot.readers import mutes
from bot.settings import parse_settings
from bot.wechat import bodies
from bot.wechat.crypto import sign
from bot.wechat.keys import BodyFormat, Mode
from bot.wechat.platform_side import encrypt, make_delivery, open_reply
from models.enums import MessageFate, ReportState, Role
from models.messages import HeldMessage, Message
from models.queries import desk
from models.queries.desk import DeskView
from models.readers import Reader
from models.reports import Report
from models.session import reading, writing
from tests.support import factories
from tests.support.platform import EVENTS, MESSAGES, Platform
from tests.support.settings import AES_KEYS, raw_account, raw_settings
from tests.support.world import open_contest
from web import create_app, webhook
from web.headers import GUARDS

MODES_AND_FORMATS = [(mode, form) for mode in Mode for form in BodyFormat]
REPORT = "柳湾版3版《社区食堂开张》，“八折优慧”应为“八折优惠”"


@pytest.fixture
def settings(tmp_path, database_url):
    """Six accounts, `safe-xml` to `plaintext-json`, and those of every test."""
    raw = raw_settings(tmp_path, database_url)
    for number, (mode, form) in enumerate(MODES_AND_FORMATS, 20):
        name = f"{mode}-{form}"
        raw["accounts"][name] = raw_account(name, number, mode=mode.value, body_format=form.value,
                                            token=f"{mode}{form}Token", aes_key=AES_KEYS["main"])
    return parse_settings(raw, base=tmp_path, source="test settings")


@pytest.fixture
def app(settings, clock, engine):
    app = create_app(settings, clock=clock, engine=engine)
    door = app.extensions["woodpecker-door"].intake
    yield app
    door.close()


@pytest.fixture
def platform(contest, client, settings, clock):
    return Platform(client, settings, clock.now())


def messages(engine: Engine):
    with reading(engine) as session:
        return list(session.scalars(select(Message).order_by(Message.id)))


# GET


@pytest.mark.parametrize(("mode", "form"), MODES_AND_FORMATS)
def test_the_get_check_is_answered_with_the_bare_echostr(platform, mode, form):
    keys = platform.keys(f"{mode}-{form}")
    moment = str(int(platform.now.timestamp()))
    query = {"signature": sign(keys.token, moment, "n"), "timestamp": moment, "nonce": "n", "echostr": "7384922834"}

    answer = platform.client.get(f"/wechat/{mode}-{form}", query_string=query)

    assert (answer.status_code, answer.get_data(), answer.mimetype) == (200, b"7384922834", "text/plain")


def test_a_get_check_that_nobody_signed_is_refused(platform):
    answer = platform.client.get("/wechat/main", query_string={"signature": "0" * 40, "timestamp": "1", "nonce": "n",
                                                              "echostr": "7384922834"})  # fmt: skip

    assert (answer.status_code, answer.get_data()) == (403, b"")


# POST


@pytest.mark.sampled
@pytest.mark.parametrize(("mode", "form"), MODES_AND_FORMATS)
def test_a_delivery_is_stored_and_answered_in_the_accounts_mode_and_format(platform, engine, mode, form):
    account = f"{mode}-{form}"

    answer = platform.post(platform.text("您好"), account=account)

    reply = platform.opened(answer, account=account)
    raw = answer.get_data()
    outer = bodies.parse(form, raw)
    assert answer.status_code == 200
    assert ("Encrypt" in outer) is (mode is not Mode.PLAINTEXT)
    assert answer.mimetype == ("application/xml" if form is BodyFormat.XML else "application/json")
    assert (reply["ToUserName"], reply["FromUserName"]) == ("oReaderA", platform.keys(account).original_id)
    assert reply["MsgType"] == "text"
    assert str(reply["Content"]).startswith("您好！")
    assert [(m.account, m.content, m.reply) for m in messages(engine)] == [(account, "您好", reply["Content"])]


def test_a_clear_delivery_to_a_compatible_account_is_answered_in_the_clear(platform):
    keys = platform.keys("compat")
    plain = platform.keys("plain")
    clear = type(keys)(keys.name, keys.app_id, keys.original_id, keys.token, None, Mode.PLAINTEXT, keys.body_format)
    query, body = make_delivery(clear, platform.text("您好"), timestamp=int(platform.now.timestamp()), nonce="n")

    answer = platform.client.post("/wechat/compat", query_string=query, data=body)

    assert plain.mode is Mode.PLAINTEXT
    assert b"Encrypt" not in answer.get_data()
    assert str(open_reply(clear, answer.get_data())["Content"]).startswith("您好！")


@pytest.mark.sampled
@pytest.mark.parametrize("msg_type", MESSAGES)
def test_every_kind_of_message_is_accepted_stored_and_answered(platform, engine, msg_type):
    answer = platform.post(platform.fields(msg_type, MESSAGES[msg_type]))

    assert answer.status_code == 200
    assert platform.opened(answer)["Content"]
    assert [m.msg_type for m in messages(engine)] == [msg_type]


@pytest.mark.sampled
@pytest.mark.parametrize("form", ["main", "json"])
@pytest.mark.parametrize("name", EVENTS)
def test_every_event_is_accepted_and_stored(platform, engine, name, form):
    fields = {"Event": name} | EVENTS[name]

    answer = platform.post(platform.fields("event", fields), account=form)

    said = platform.opened(answer, account=form).get("Content")
    assert answer.status_code == 200
    assert (said is not None) is (name in ("subscribe", "subscribe by code", "CLICK"))
    assert [(m.event, m.fate) for m in messages(engine)] == [(fields["Event"].lower(), MessageFate.EVENT)]


def test_success_is_the_answer_where_nothing_is_to_be_said(platform):
    answer = platform.post(platform.fields("event", {"Event": "VIEW", "EventKey": "http://127.0.0.1/"}))

    assert (answer.status_code, answer.get_data(), answer.mimetype) == (200, b"success", "text/plain")


def test_the_answer_carries_no_cookie(platform):
    answer = platform.post(platform.text("您好"))

    assert "Set-Cookie" not in answer.headers


def test_no_csrf_token_is_asked_of_the_platform(app, platform):
    app.config["WTF_CSRF_ENABLED"] = True

    assert platform.post(platform.text("您好")).status_code == 200


def test_a_report_is_filed_through_the_door(platform, engine):
    reply = platform.say(REPORT)

    assert reply.splitlines()[0] == "收到，谢谢！记为第1条（编号10001）。"
    with reading(engine) as session:
        assert session.scalars(select(Report.wrong)).all() == ["八折优慧"]


def test_signs_that_xml_cannot_hold_reach_the_database_and_come_back_harmless(platform, engine):
    keys = platform.keys("json")
    fields = platform.text("x") | {"ToUserName": keys.original_id}
    clear = json.dumps(fields).replace('"x"', r'"“八折优慧\u0000”应为“八折优惠\ud800”"').encode()
    sealed = encrypt(keys.aes_key, keys.app_id, clear, b"0" * 16)
    moment = str(int(platform.now.timestamp()))
    query = {"timestamp": moment, "nonce": "n", "encrypt_type": "aes",
             "msg_signature": sign(keys.token, moment, "n", sealed)}

    answer = platform.client.post("/wechat/json", query_string=query, data=json.dumps({"Encrypt": sealed}))

    assert answer.status_code == 200
    assert len(messages(engine)) == 1


# Once


@pytest.mark.parametrize("msg_type", MESSAGES)
def test_a_resend_gets_the_same_answer_and_is_stored_once(platform, engine, clock, msg_type):
    fields = platform.text(REPORT) if msg_type == "text" else platform.fields(msg_type, MESSAGES[msg_type])
    first = platform.opened(platform.post(fields))
    clock.advance(seconds=5)

    again = platform.opened(platform.post(fields))

    assert again == first
    assert len(messages(engine)) == 1


@given(st.lists(st.tuples(st.text(max_size=4), st.sampled_from(("=", "", "==")), st.text(max_size=4)), max_size=5),
       st.sampled_from(("&", "&&", ";")))
@example([("signature", "=", "ab12"), ("timestamp", "=", "1700000000"), ("nonce", "=", "")], "&")
@example([("nonce", "=", "1"), ("nonce", "=", "2")], "&")
@example([("a", "=", "%41+"), ("号", "=", "号")], "&")
def test_a_query_is_read_as_everywhere(pairs, between):
    text = between.join("".join(pair) for pair in pairs)

    assert webhook.read_query(text) == parse_qs(text, keep_blank_values=True, errors="replace")


def test_a_stale_timestamp_with_a_valid_msg_signature_is_accepted_and_flagged(platform, engine, caplog):
    old = int((platform.now - timedelta(minutes=11)).timestamp())

    answer = platform.post(platform.text("您好"), timestamp=old)

    assert answer.status_code == 200
    assert [m.stale for m in messages(engine)] == [True]
    assert "old timestamp" in caplog.text


def test_a_replay_gets_the_saved_answer(platform, engine, clock):
    fields = platform.text(REPORT)
    first = platform.opened(platform.post(fields))
    then = int(platform.now.timestamp())
    clock.advance(days=3)

    replayed = platform.opened(platform.post(fields, timestamp=then))

    assert replayed == first
    assert [m.stale for m in messages(engine)] == [False]


# Refused, all alike


def _refused_posts(platform: Platform):
    """(what is logged, account, query, body) of deliveries that must not be taken."""
    now, keys = int(platform.now.timestamp()), platform.keys("main")
    fields = platform.text("您好")

    def made(account: str = "main", sent: dict[str, object] | None = None, **changes: object):
        given = platform.keys(account)
        values = {name: getattr(given, name) for name in given.__slots__} | changes
        return account, *make_delivery(type(given)(**values), sent or fields, timestamp=now, nonce="n")

    safe = make_delivery(keys, fields, timestamp=now, nonce="n")
    plain_keys = {"mode": Mode.PLAINTEXT, "aes_key": None}
    yield "unknown account", "nobody", *safe
    yield "bad_signature", *made(token="anotherToken")
    yield "wrong_app_id", *made(app_id="wx0000000000000099")
    yield "wrong_receiver", *made(original_id="gh_other")
    yield "not_encrypted", *made(**plain_keys)
    yield "missing_parameter", "main", {k: v for k, v in safe[0].items() if k != "nonce"}, safe[1]
    yield "repeated_parameter", "main", [*safe[0].items(), ("nonce", "m")], safe[1]
    yield "bad_timestamp", *made("plain")[:1], _signed(platform, "plain", "soon"), made("plain")[2]
    yield "stale_timestamp", *made("plain")[:1], _signed(platform, "plain", str(now - 601)), made("plain")[2]
    yield "malformed", *made(sent=fields | {"CreateTime": "-5"})
    yield "malformed", *made(sent=fields | {"CreateTime": "1" + "0" * 18})
    yield "malformed", "main", safe[0], b"<xml><Encrypt>"
    yield "malformed", "main", safe[0], b""
    yield "doctype", "main", safe[0], b'<!DOCTYPE x [<!ENTITY a "b">]><xml><Encrypt>&a;</Encrypt></xml>'
    yield "too_large", "main", safe[0], b"<xml>" + b" " * (64 * 1024)
    yield "malformed", *made("json", body_format=BodyFormat.XML)


def _signed(platform: Platform, account: str, timestamp: str) -> dict[str, str]:
    return {"signature": sign(platform.keys(account).token, timestamp, "n"), "timestamp": timestamp, "nonce": "n"}


@pytest.mark.sampled
@pytest.mark.parametrize("number", range(16))
def test_every_refusal_looks_alike_from_outside_and_tells_its_reason_to_the_log(platform, engine, caplog, number):
    cases = list(_refused_posts(platform))
    assert len(cases) == 16
    reason, account, query, body = cases[number]
    unknown = platform.client.post("/wechat/nobody-at-all", query_string={"a": "b"}, data=b"x")
    caplog.clear()

    answer = platform.client.post(f"/wechat/{account}", query_string=query, data=body)

    assert (answer.status_code, answer.get_data()) == (403, b"")
    assert dict(answer.headers) == dict(unknown.headers)
    logged = [r for r in caplog.records if r.name == "web.webhook"]
    assert [r.levelno for r in logged] == [logging.WARNING]
    assert reason in logged[0].getMessage()
    assert messages(engine) == []


@pytest.mark.parametrize("form", ["main", "json"])
def test_a_safe_account_refuses_clear_text_even_with_a_valid_plain_signature(platform, form):
    keys = platform.keys(form)
    clear = bodies.build(keys.body_format, platform.text("您好") | {"ToUserName": keys.original_id})
    query = _signed(platform, form, str(int(platform.now.timestamp())))

    answer = platform.client.post(f"/wechat/{form}", query_string=query, data=clear)

    assert (answer.status_code, answer.get_data()) == (403, b"")


def test_a_body_of_64_kib_is_read_and_one_byte_more_is_not(platform):
    keys = platform.keys("plain")
    query = _signed(platform, "plain", str(int(platform.now.timestamp())))
    clear = bodies.build(keys.body_format, platform.text("您好") | {"ToUserName": keys.original_id})
    full = clear.replace(b"<xml>", b"<xml>" + b" " * (64 * 1024 - len(clear)))

    answers = [platform.client.post("/wechat/plain", query_string=query, data=body) for body in (full, full + b" ")]

    assert [answer.status_code for answer in answers] == [200, 403]


def test_an_unknown_name_cannot_forge_lines_of_the_log(platform, caplog):
    platform.client.post("/wechat/a%0AERROR", query_string={}, data=b"x")

    assert "refused a delivery on ?: unknown account" in caplog.text


# Answers


def _reply_as(engine: Engine, text: str) -> None:
    with writing(engine) as session:
        session.execute(update(Message).values(reply=text))


@pytest.mark.parametrize("form", ["main", "json", "plain"])
def test_a_reply_over_2048_bytes_is_cut_at_a_character_with_an_ellipsis(platform, engine, form):
    fields = platform.text("您好")
    platform.post(fields, account=form)
    _reply_as(engine, "错" * 1000)

    said = platform.opened(platform.post(fields, account=form), account=form)["Content"]

    assert said == "错" * 681 + "…"
    assert len(said.encode()) <= 2048


@pytest.mark.parametrize("form", ["main", "json", "plain", "compat"])
def test_the_end_of_a_cdata_section_in_a_readers_words_breaks_nothing(platform, form):
    said = platform.say("柳湾3版“]]></Content><x>”应为“]]>”", account=form)

    assert "“]]></Content><x>”→“]]>”" in said


# Faults


class _Broken:
    """An intake whose database is gone."""

    def answer(self, *_args, **_named):
        raise intake.CannotStore


def test_what_cannot_be_stored_is_answered_with_a_bare_500(app: Flask, platform, monkeypatch):
    monkeypatch.setattr(app.extensions["woodpecker-door"], "intake", _Broken())

    answer = platform.post(platform.text("您好"))

    assert (answer.status_code, answer.get_data()) == (500, b"")


def test_each_delivery_has_an_id_in_the_log_and_leaves_none_behind(app: Flask, platform, monkeypatch):
    seen = []

    class Listening(_Broken):
        def answer(self, *args, **kwargs):
            seen.append(logs.current())
            return super().answer(*args, **kwargs)

    monkeypatch.setattr(app.extensions["woodpecker-door"], "intake", Listening())
    for _ in range(2):
        platform.post(platform.text("您好"))

    assert [one.startswith("delivery-") for one in seen] == [True, True]
    assert len({*seen, logs.current()}) == 3


def test_a_database_that_takes_nothing_leads_to_a_500_after_four_seconds_of_trying(
    app: Flask, platform, engine, monkeypatch, caplog
):
    seconds, tried = [0.0], []
    monkeypatch.setattr(intake.clock, "monotonic", lambda: seconds[0])
    monkeypatch.setattr(intake.clock, "pause", lambda _: seconds.append(seconds.pop() + 1))

    def busy(*_args):
        tried.append(1)
        raise OperationalError("INSERT", {}, Exception("database is locked"))

    monkeypatch.setattr(app.extensions["woodpecker-door"].intake, "_store", busy)

    answer = platform.post(platform.text("您好"))

    assert (answer.status_code, answer.get_data()) == (500, b"")
    assert len(tried) == 5  # at once, and after one, two, three and four seconds
    assert "cannot store a delivery on main" in caplog.text
    assert messages(engine) == []


def test_a_second_application_on_the_same_database_gives_the_same_answer(platform, settings, clock, engine):
    fields = platform.text(REPORT)
    first = platform.opened(platform.post(fields))
    other = create_app(settings, clock=clock, engine=engine)

    again = Platform(other.test_client(), settings, platform.now).post(fields)

    other.extensions["woodpecker-door"].intake.close()
    assert platform.opened(again) == first
    with reading(engine) as session:
        assert len(session.scalars(select(Reader.id)).all()) == 1


def test_reader_beyond_the_days_pace_is_told_and_nothing_is_lost(tmp_path, database_url, clock, engine) -> None:
    """The number of the settings, through the platform's door; the message waits for the next morning."""
    raw = raw_settings(tmp_path, database_url) | {"readers": {"reports_a_day": 2}}
    settings = parse_settings(raw, base=tmp_path, source="test settings")
    app = create_app(settings, clock=clock, engine=engine)
    open_contest(engine)
    platform = Platform(app.test_client(), settings, clock.now())
    words = ["“八折优慧”应为“八折优惠”", "“污水横留”应为“污水横流”", "“建成开方”应为“建成开放”"]
    replies = [platform.say(f"柳湾{text}") for text in words]
    app.extensions["woodpecker-door"].intake.close()
    assert replies[2].startswith(person_phrases.held(2))
    with reading(engine) as session:
        kept = session.scalars(select(Message).order_by(Message.id.desc()).limit(1)).one()
        assert (kept.fate, kept.content) == (MessageFate.UNREAD, f"柳湾{words[2]}")
        assert f"{session.get_one(HeldMessage, kept.id).read_at.astimezone(SHANGHAI):%m-%d %H:%M}" == "11-11 07:00"
        assert len(session.scalars(select(Report.id)).all()) == 2


# The porch, which takes deliveries before the application does.


def _posted(app, path, body, **environ):
    """(status, headers, body) of a POST as a WSGI server hands it over; `environ` over the usual."""
    said = []
    given = {"REQUEST_METHOD": "POST", "PATH_INFO": path, "QUERY_STRING": "", "SCRIPT_NAME": "", "SERVER_NAME": "127.0.0.1",
             "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1", "wsgi.url_scheme": "http",
             "CONTENT_LENGTH": str(len(body)), "wsgi.input": BytesIO(body)}
    answer = app({key: value for key, value in (given | environ).items() if value is not None},
                 lambda status, headers: said.append((status, dict(headers))))
    return *said[0], b"".join(answer)


def test_a_delivery_has_the_headers_of_every_answer_and_no_cookie(app, platform):
    status, headers, _ = _posted(app, "/wechat/main", b"x")
    page = platform.client.get("/sign-in").headers

    assert status == "403 FORBIDDEN"
    assert {name: headers.get(name) for name in GUARDS} == {name: page[name] for name in GUARDS}
    assert headers["Cache-Control"] == page["Cache-Control"] == "no-store"
    assert {"Set-Cookie", "Vary"}.isdisjoint(headers)


@pytest.mark.parametrize("account", ["main", "nobody-at-all"])
def test_a_body_in_pieces_is_read_by_the_application_and_refused_alike(app, caplog, account):
    status, headers, body = _posted(app, f"/wechat/{account}", b"<xml></xml>", CONTENT_LENGTH=None,
                                    HTTP_TRANSFER_ENCODING="chunked", **{"wsgi.input_terminated": True})

    assert (status, body) == ("403 FORBIDDEN", b"")
    assert headers["Content-Type"] == "text/plain; charset=utf-8"


def test_a_delivery_that_breaks_off_is_refused(app, caplog):
    status, _, body = _posted(app, "/wechat/main", b"<xml>", CONTENT_LENGTH="500")

    assert (status, body) == ("403 FORBIDDEN", b"")
    assert "broken off" in caplog.text


def test_no_more_is_read_of_a_body_than_is_taken(app):
    class Endless(BytesIO):
        def read(self, size=-1):
            asked.append(size)
            return b"x" * size

    asked = []
    status, _, _ = _posted(app, "/wechat/main", b"", CONTENT_LENGTH=str(10**12), **{"wsgi.input": Endless()})

    assert (status, asked) == ("403 FORBIDDEN", [64 * 1024 + 1])


def test_what_nobody_foresaw_is_an_error_without_the_readers_words(app, platform, monkeypatch, caplog):
    def broken(*_args, **_named):
        raise RuntimeError(words)

    words = "八折优慧"
    monkeypatch.setattr(app.extensions["woodpecker-door"].intake, "answer", broken)
    answer = platform.post(platform.text(words))

    assert (answer.status_code, answer.get_data()) == (500, b"")
    assert "RuntimeError" in caplog.text
    assert words not in caplog.text


@pytest.mark.parametrize("path", ["/wechat/", "/wechat/main/more", "/wechat"])
def test_other_addresses_are_the_applications(app, path):
    assert _posted(app, path, b"x")[0] == "404 NOT FOUND"


# A muted reader (bot.readers.mutes)


def test_a_muted_readers_report_is_receipted_his_talk_meets_success_and_nothing_is_lost(platform, engine, clock):
    platform.post(platform.text("您好"), account="main")
    with writing(engine) as session:
        chief = factories.staff(session, "zhubian", Role.CHIEF)
        mutes.mute(session, 1, 7, "天天来闲聊", actor=by_staff(chief), now=clock.now())

    first, second, filed = (platform.post(platform.text(words), account="main")
                            for words in ("今天天气真好", "昨天下了一天的雨", REPORT))

    assert str(platform.opened(first, account="main")["Content"]) == person_phrases.HEARD
    assert (second.status_code, second.get_data()) == (200, b"success")  # the platform shows nothing, and no failure
    assert str(platform.opened(filed, account="main")["Content"]).startswith("收到，谢谢！记为第1条")
    assert [m.content for m in messages(engine)] == ["您好", "今天天气真好", "昨天下了一天的雨", REPORT]
    with reading(engine) as session:
        assert session.scalars(select(Report.state)).all() == [ReportState.FILED]
        assert session.scalar(select(desk.unseen_count(chief, now=clock.now()))) == 0
        listed, _ = desk.rows(session, DeskView.MUTED, staff_id=chief, now=clock.now())
    assert [one.start for one in listed] == ["今天天气真好", "昨天下了一天的雨"]
