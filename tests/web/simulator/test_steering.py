"""The steering page and its JSON, the transcript that is saved and replayed, accounts of other bots, the limits."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from bot.errors import BadInput, SettingsError
from bot.wechat.keys import Mode
from tests.support.stand_in import Scene, api_of, make_account, make_scene, say, served, silence
from web.simulator import accounts_file, hostile, limits
from web.simulator.__main__ import main
from web.simulator.replay import act_out, begin
from web.simulator.transcript import LineKind, Transcript, parse

OWN = {"X-Simulator": "1"}
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


@pytest.fixture
def scene() -> Scene:
    return make_scene(make_account(kind="service"), say("收到"))


@pytest.fixture
def page(scene: Scene) -> FlaskClient:
    return api_of(scene)


def steer(page: FlaskClient, deed: str, /, **content: Any) -> Any:
    return page.post(f"/steer/{deed}", json=content, headers=OWN)


def state(page: FlaskClient) -> Any:
    return page.get("/steer/state", query_string={"account": "demo"}).get_json()


def test_page_stands_by_itself_and_names_every_push_and_limit(page: FlaskClient) -> None:
    answer = page.get("/steer/")

    assert answer.status_code == 200
    assert "<script>" not in answer.text
    assert "TEMPLATESENDJOBFINISH" in answer.text
    assert all(one.name in answer.text for one in limits.TABLE)
    for path in ("/static/common.js", "/static/steer.js", "/static/steer.css"):
        with page.get(path) as served_file:
            assert served_file.status_code == 200


def test_state_shows_windows_caps_faults_calls_and_deliveries(page: FlaskClient, scene: Scene) -> None:
    scene.platform.send_text(scene.reader, "第3版")
    steer(page, "fault", path="menu/get", kind="slow", seconds=3, times=None)
    page.get("/cgi-bin/menu/get")

    shown = state(page)

    assert shown["account"]["profile_title"] == "服务号（已认证）"
    assert shown["readers"][0]["windows"] == [{"by": "来信", "left": 5, "ends": "2026-06-03 16:00:00"}]
    assert shown["faults"][0]["words"] == "办了，回答得慢 3 秒"
    assert [(one["path"], one["errcode"]) for one in shown["calls"]] == [("menu/get", "41001")]
    assert [one["words"] for one in shown["deliveries"]] == ["已回复"]
    assert {"path": "token", "used": 0, "cap": 2000} in shown["caps"]


def test_profile_mode_clock_and_push_are_steered(page: FlaskClient, scene: Scene) -> None:
    assert steer(page, "profile", account="demo", profile="subscription-unverified").status_code == 200
    assert steer(page, "mode", account="demo", mode="plaintext", body_format="json").status_code == 200
    assert steer(page, "clock", hours=48).get_json()["clock"] == "2026-06-03 16:00:00"
    scene.hook.account = scene.platform.accounts["demo"]
    answer = steer(page, "push", account="demo", reader=scene.reader.openid, push="link", changes={"Title": "新"},
                   late_minutes=5)  # fmt: skip

    assert answer.get_json()["ok"] is True
    assert scene.hook.account.keys.mode is Mode.PLAINTEXT
    assert scene.hook.deliveries[0].message.fields["Title"] == "新"
    assert state(page)["ahead"] == "2 天 0 小时".replace(" 0 小时", "")


def test_hold_release_lose_burst_scan_and_consent_are_steered(page: FlaskClient, scene: Scene) -> None:
    reader = {"account": "demo", "reader": scene.reader.openid}
    steer(page, "hold", holding=True)
    steer(page, "burst", **reader, texts=["一", "二"])
    assert state(page)["held"] == 2
    steer(page, "hold", holding=False)
    assert steer(page, "release", order="reversed").get_json()["released"] == 2
    assert [one.message.content for one in scene.hook.deliveries] == ["二", "一"]
    steer(page, "lose", count=3)
    assert state(page)["lose"] == 3
    ticket = scene.platform.scenes.make("demo", "s", permanent=True, seconds=1, now=scene.clock.now()).ticket
    assert steer(page, "scan", **reader, ticket=ticket).status_code == 200
    assert steer(page, "consent", **reader, template="t").status_code == 200
    assert steer(page, "consent", **reader, template="t", scene=4).status_code == 200
    assert steer(page, "unionid", given=False).status_code == 200
    assert (state(page)["unionid"], state(page)["scenes"][0]["key"]) == (False, "s")


def test_quotas_tokens_and_results_are_steered(page: FlaskClient, scene: Scene) -> None:
    account = scene.platform.accounts["demo"]
    content = {"grant_type": "client_credential", "appid": account.keys.app_id, "secret": account.app_secret}
    first = page.post("/cgi-bin/stable_token", json=content).get_json()["access_token"]
    steer(page, "tokens", account="demo")
    assert page.get(f"/cgi-bin/getcallbackip?access_token={first}").get_json()["errcode"] == 40001
    steer(page, "cap", account="demo", path="stable_token", used=500_000)
    assert page.post("/cgi-bin/stable_token", json=content).get_json()["errcode"] == 45009
    assert steer(page, "next", template="failed:user block", publish=3, publish_seconds=0).status_code == 200
    assert scene.platform.notices.take_status() == "failed:user block"


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("profile", {"account": "demo", "profile": "royal"}),
        ("clock", {"hours": -1}),
        ("clock", {"hours": "1"}),
        ("fault", {"path": "no/such", "kind": "down"}),
        ("fault", {"path": "*", "kind": "sulk"}),
        ("fault", {"path": "*", "kind": "errcode"}),
        ("push", {"account": "demo", "push": "text", "changes": [1]}),
        ("release", {"order": "up"}),
        ("lose", {"count": -1}),
        ("burst", {"texts": "x"}),
        ("picture", {"lie": "none"}),
        ("consent", {"template": " "}),
        ("next", {"publish": 9}),
        ("next", {"template": "well"}),
    ],
)
def test_what_cannot_be_done_gets_a_sentence(page: FlaskClient, path: str, content: dict[str, Any]) -> None:
    answer = steer(page, path, **content)

    assert answer.status_code == 400
    assert answer.get_json()["error"].endswith("。")


def test_steering_from_another_page_is_refused(page: FlaskClient) -> None:
    assert page.post("/steer/hold", json={"holding": True}).status_code == 403


def test_the_servers_address_is_checked_as_the_platform_does() -> None:
    scene = make_scene(None, say(None))
    with served(scene.platform) as address:
        page = api_of(scene)
        scene.platform.webhook_base = address
        wrong = steer(page, "check", account="demo").get_json()
    gone = steer(page, "check", account="demo").get_json()

    assert (wrong["passed"], wrong["says"]) == (False, "状态码 404，回答的不是 echostr 原文。")
    assert (gone["passed"], gone["says"][:4]) == (False, "没有回应")


@pytest.mark.slow
def test_pictures_that_lie_are_served_and_pushed(page: FlaskClient, scene: Scene) -> None:
    steer(page, "picture", account="demo", reader=scene.reader.openid, lie="bomb")

    assert scene.hook.deliveries[0].message.pic_url == "http://127.0.0.1:8001/hostile/bomb.jpg"
    assert page.get("/hostile/bomb.jpg").data[16:24] == (30_000).to_bytes(4) * 2
    assert page.get("/hostile/html.jpg").mimetype == "image/jpeg"
    assert page.get("/hostile/redirect.jpg").status_code == 302
    assert page.get("/hostile/missing.jpg").status_code == 404
    with page.get("/hostile/endless.jpg") as answer:
        assert answer.headers["Content-Length"] == str(hostile.ENDLESS_BYTES)


# Transcript and replay


def played() -> Scene:
    scene = make_scene(None, say("收到"))
    scene.platform.send_text(scene.reader, "第3版")
    scene.clock.advance(hours=50)
    scene.platform.send_picture(scene.reader, PNG)
    scene.platform.click(scene.reader, "mine")
    new = scene.platform.add_reader("demo", "新读者")
    scene.platform.push(new, "link", {"Title": "旧闻"})
    scene.platform.unfollow(new)
    return scene


def test_transcript_tells_acts_pushes_tries_answers_and_calls_without_secrets() -> None:
    scene = played()
    page = api_of(scene)
    account = scene.platform.accounts["demo"]
    page.get("/cgi-bin/token", query_string={"grant_type": "client_credential", "appid": account.keys.app_id,
                                             "secret": account.app_secret})  # fmt: skip

    saved = page.get("/steer/transcript")

    lines = [json.loads(line) for line in saved.text.splitlines()]
    assert [one["line"] for one in lines[:4]] == ["act", "push", "try", "told"]
    assert {one["line"] for one in lines} == set(LineKind)
    assert parse(saved.text) == lines
    for secret in (account.app_secret, account.keys.token, account.keys.aes_key, "access_token"):
        assert secret is not None
        assert secret not in saved.text


def test_a_replay_does_the_same_acts_at_the_same_distance() -> None:
    saved = parse(played().platform.transcript.dump())
    scene = make_scene(None, say("收到"))
    replay = begin(saved)

    act_out(scene.platform, saved, replay)

    assert (replay.acts, replay.done, replay.problems, replay.differences) == (6, 6, [], [])
    assert scene.platform.skew.total_seconds() == 50 * 3600
    kinds = [one.message.event or one.message.msg_type for one in scene.hook.deliveries]
    assert kinds == ["text", "image", "click", "subscribe", "link", "unsubscribe"]


def test_a_replay_says_where_readers_are_told_something_else() -> None:
    saved = parse(played().platform.transcript.dump())
    scene = make_scene(None, say("您好"), say("收到"))
    replay = begin(saved)

    act_out(scene.platform, saved, replay)

    assert [(one.act, one.then, one.now) for one in replay.differences] == [("text", ("收到",), ("您好",))]


def test_a_replay_goes_on_after_an_act_that_fails() -> None:
    saved = parse(played().platform.transcript.dump())
    saved[0]["text"] = "  "
    scene = make_scene(None, say("收到"))
    replay = begin(saved)

    act_out(scene.platform, saved, replay)

    assert (replay.done, len(replay.problems), replay.ended) == (5, 1, True)


def test_a_saved_transcript_is_replayed_through_the_page() -> None:
    text = played().platform.transcript.dump()
    scene = make_scene(None, say("收到"))
    page = api_of(scene)

    form = {"transcript": (io.BytesIO(text.encode()), "t.jsonl")}
    assert page.post("/steer/replay", data=form, headers=OWN).get_json() == {"acts": 6, "ok": True}

    assert state(page)["replay"]["done"] == 6
    steer(page, "transcript/clear")
    assert page.get("/steer/transcript").text == ""
    assert page.post("/steer/replay", data=b"", headers=OWN).status_code == 400


def test_transcript_forgets_its_oldest_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "TRANSCRIPT_LINES", 10)
    monkeypatch.setattr(limits, "TRANSCRIPT_BYTES", 25)
    transcript, now = Transcript(), make_scene().clock.now()
    for number in range(30):
        transcript.add(LineKind.ACT, now=now, act=str(number))
    mark = transcript.mark()
    for number in range(3):
        transcript.add(LineKind.ACT, now=now, act="picture", data="x" * 10, number=number)

    assert [one["number"] for one in transcript.since(mark)] == [1, 2]
    assert len(transcript.lines()) == 2


@pytest.mark.parametrize("text", ["x", "{}", '{"line": "act"}', '{"line": "dance", "at": "2026-01-01T00:00:00+08:00"}',
                                  '{"line": "act", "at": "2026-01-01T00:00:00"}'])  # fmt: skip
def test_a_line_that_is_none_is_named(text: str) -> None:
    with pytest.raises(BadInput, match="第 2 行"):
        parse("\n" + text)


def test_faults_are_in_the_transcript() -> None:
    scene = make_scene(None, silence())
    scene.platform.send_text(scene.reader, "在吗")

    told = [one for one in scene.platform.transcript.lines() if one["line"] == LineKind.TOLD]

    assert [(one["how"], one["text"]) for one in told] == [("fault", limits.FAULT_NOTICE)]


# Limits, accounts of other bots, the command


def test_every_limit_has_its_source_and_its_constant() -> None:
    for one in limits.TABLE:
        assert getattr(limits, one.name) == one.value
        assert one.says
        assert one.source
    named = {one.name for one in limits.TABLE}
    sources = {name for name, value in vars(limits).items() if isinstance(value, str) and name not in named}
    constants = {name for name in vars(limits) if name.isupper()} - sources
    assert constants - named == {"TABLE", "DAILY_CAPS"}


def test_the_example_file_is_right_and_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--print-example"]) == 0
    path = tmp_path / "accounts.toml"
    path.write_text(capsys.readouterr().out, encoding="utf-8")

    (account,) = accounts_file.read(path)

    assert (account.name, account.webhook, account.profile) == (
        "mine",
        "http://127.0.0.1:5000/wechat",
        "subscription-verified",
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("[accounts.mine]", "[other]"), "no \\[accounts.NAME\\]"),
        (('token = "theToken', '# "'), "token: missing"),
        (('mode = "safe"', 'mode = "secret"'), "expected one of plaintext, compatible, safe"),
        (('mode = "safe"', "mode = 1"), "expected a text"),
        (('title = "', 'titel = "'), "titel: unknown key"),
        (("ABCDEFA", "A"), "43 characters"),
        (("[accounts.mine]", "[accounts.mine"), "cannot be read as TOML"),
    ],
)
def test_a_wrong_accounts_file_is_explained(tmp_path: Path, change: tuple[str, str], words: str) -> None:
    path = tmp_path / "accounts.toml"
    path.write_text(accounts_file.EXAMPLE.replace(*change), encoding="utf-8")

    with pytest.raises(SettingsError, match=words):
        accounts_file.read(path)


def test_a_wrong_file_ends_the_command_with_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--accounts", str(tmp_path / "none.toml")]) == 1
    assert "cannot be read as TOML" in capsys.readouterr().err
