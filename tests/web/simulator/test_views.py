"""The page and its JSON, as the browser uses them."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from bot.clock import SHANGHAI, Clock, ShiftedClock
from bot.demo.material import people
from bot.demo.seed import openid_of
from bot.dialogue.menu import PRESSES
from bot.errors import BadInput
from bot.settings import parse_settings
from tests.support.settings import raw_settings
from tests.support.stand_in import Scene, make_scene, make_settings, say, silence
from web.simulator import create_app
from web.simulator.application import KNOWN_READERS, build, make_platform
from web.simulator.demo_clock import PAST_DEADLINE
from web.simulator.media import quiet_voice
from web.simulator.platform import FIRST_READERS

OWN = {"X-Simulator": "1"}
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


@pytest.fixture
def scene() -> Scene:
    return make_scene(None, say("收到<b>&"))


@pytest.fixture
def page(scene: Scene) -> FlaskClient:
    return build(
        make_settings(), console="http://bot.invalid", port=8001, platform=scene.platform
    ).test_client()


def act(page: FlaskClient, scene: Scene, path: str, **more: Any) -> Any:
    content = {"account": "demo", "reader": scene.reader.openid, **more}
    return page.post(f"/act/{path}", json=content, headers=OWN)


def state(page: FlaskClient, scene: Scene, **query: Any) -> Any:
    query = {"account": "demo", "reader": scene.reader.openid, "boot": scene.platform.store.boot, **query}
    return page.get("/state", query_string=query).get_json()


def test_page_loads_nothing_from_elsewhere_and_no_inline_script(page: FlaskClient) -> None:
    answer = page.get("/")

    assert answer.status_code == 200
    assert "default-src 'none'; script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "<script>" not in answer.text
    assert [word for word in answer.text.split('"') if word.startswith("http")] == ["http://bot.invalid"]
    for path in ("/static/common.js", "/static/phone.js", "/static/phone.css", "/static/icon.svg"):
        with page.get(path) as served:
            assert served.status_code == 200


def test_text_and_reply_appear_in_the_state(page: FlaskClient, scene: Scene) -> None:
    assert act(page, scene, "text", text="第3版").get_json() == {"ok": True}

    content = state(page, scene)
    assert [(one["side"], one["text"]) for one in content["entries"]] == [
        ("reader", "第3版"),
        ("account", "收到<b>&"),
    ]
    assert content["clock"] == "2026-06-01 16:00:00"
    assert [(one["words"], one["tries"]) for one in content["deliveries"]] == [
        ("已回复", [{"status": "200", "ms": 0}])
    ]


def test_state_gives_only_newer_lines_unless_the_stand_in_began_anew(page: FlaskClient, scene: Scene) -> None:
    act(page, scene, "text", text="第3版")
    last = state(page, scene)["entries"][-1]["number"]

    assert state(page, scene, after=last)["entries"] == []
    assert len(state(page, scene, after=last, boot="former")["entries"]) == 2


def test_picture_is_uploaded_and_served(page: FlaskClient, scene: Scene) -> None:
    form = {"account": "demo", "reader": scene.reader.openid, "picture": (io.BytesIO(PNG), "a.html")}
    assert page.post("/act/picture", data=form, headers=OWN).status_code == 200

    served = page.get(state(page, scene)["entries"][0]["picture"])
    assert (served.data, served.mimetype, served.headers["X-Content-Type-Options"]) == (
        PNG,
        "image/png",
        "nosniff",
    )
    assert page.get("/pictures/other").status_code == 404


def test_voice_is_uploaded_and_kept_for_the_bot(page: FlaskClient, scene: Scene) -> None:
    recorded = quiet_voice(2)
    form = {"account": "demo", "reader": scene.reader.openid, "recognition": "", "voice": (io.BytesIO(recorded), "a.amr")}
    assert page.post("/act/voice", data=form, headers=OWN).status_code == 200

    message = scene.hook.deliveries[0].message
    assert message.msg_type == "voice"
    assert scene.platform.media.find("demo", message.media_id, now=scene.clock.now()).data == recorded
    form["voice"] = (io.BytesIO(b"RIFF"), "a.wav")
    assert page.post("/act/voice", data=form, headers=OWN).get_json() == {"error": "这不是 AMR 语音。"}


def test_menu_that_the_bot_published_is_in_the_state(page: FlaskClient, scene: Scene) -> None:
    assert [one["key"] for one in state(page, scene)["menu"]] == ["report", "mine", "rules"]
    scene.platform.menus["demo"] = [{"type": "click", "name": "纠错", "key": "report"}]
    assert state(page, scene)["menu"] == [{"title": "纠错", "key": "report", "opens": False}]
    scene.platform.menus["demo"] = [{"type": "view", "name": "我的", "url": "https://paper.example/my/"}]
    assert state(page, scene)["menu"] == [{"title": "我的", "key": "https://paper.example/my/", "opens": True}]


def test_voice_menu_unfollow_and_follow(page: FlaskClient, scene: Scene) -> None:
    for path, more in (
        ("voice", {"recognition": ""}),
        ("menu", {"key": "rules"}),
        ("unfollow", {}),
        ("follow", {}),
    ):
        assert act(page, scene, path, **more).status_code == 200

    messages = [delivery.message for delivery in scene.hook.deliveries]
    assert [one.event or one.msg_type for one in messages] == ["voice", "click", "unsubscribe", "subscribe"]


def test_added_reader_is_listed(page: FlaskClient, scene: Scene) -> None:
    openid = act(page, scene, "readers", name="新读者").get_json()["openid"]

    assert state(page, scene)["readers"][-1]["openid"] == openid
    assert act(page, scene, "readers", name="新读者").status_code == 400


@pytest.mark.parametrize(
    ("path", "content", "code"),
    [
        ("text", {"text": "  "}, 400),
        ("text", {"text": 5}, 400),
        ("text", {"reader": "oNobody", "text": "a"}, 404),
        ("text", {"account": "other", "text": "a"}, 404),
        ("menu", {"key": "other"}, 404),
        ("clock", {"hours": True}, 400),
        ("clock", {"hours": 1}, 400),
    ],
)
def test_what_cannot_be_done_gets_a_sentence(
    page: FlaskClient, scene: Scene, path: str, content: dict[str, Any], code: int
) -> None:
    answer = act(page, scene, path, **content)

    assert (answer.status_code, answer.get_json()["error"][-1]) in ((code, "。"), (code, "？"))


def test_request_from_another_page_is_refused(page: FlaskClient, scene: Scene) -> None:
    content = {"account": "demo", "reader": scene.reader.openid, "text": "a"}

    assert page.post("/act/text", json=content).status_code == 403
    assert page.get("/", headers={"Host": "evil.invalid"}).status_code == 400
    assert scene.hook.deliveries == []


def test_fault_is_shown_in_the_log_of_deliveries(page: FlaskClient, scene: Scene) -> None:
    scene.hook.script = [silence()]
    act(page, scene, "text", text="在吗")

    shown = state(page, scene)["deliveries"][0]
    assert (shown["words"], [one["status"] for one in shown["tries"]]) == ("故障", ["无回应"] * 3)


def clock_page(scene: Scene, clock: Clock, deadline: datetime | None) -> FlaskClient:
    def ask() -> datetime:
        if deadline is None:
            raise BadInput("眼下没有正在进行的一轮。")
        return deadline

    scene.platform.clock = clock
    return build(
        make_settings(), console="http://bot.invalid", port=8001, platform=scene.platform, ask_deadline=ask
    ).test_client()


def test_clock_jumps_to_just_after_the_deadline(scene: Scene, tmp_path: Path) -> None:
    clock = ShiftedClock(tmp_path / "clock.json")
    deadline = clock.now() + timedelta(days=11)
    page = clock_page(scene, clock, deadline)

    shown = act(page, scene, "clock", to="deadline").get_json()["clock"]

    assert datetime.fromisoformat(shown).replace(tzinfo=SHANGHAI) >= deadline - timedelta(seconds=1)
    assert clock.now() >= deadline + PAST_DEADLINE


def test_clock_goes_forward_by_hours_only(scene: Scene, tmp_path: Path) -> None:
    clock = ShiftedClock(tmp_path / "clock.json")
    page = clock_page(scene, clock, None)
    before = clock.now()

    assert act(page, scene, "clock", hours=24).status_code == 200
    assert clock.now() >= before + timedelta(hours=24)
    for hours in (-1, 0, 100_000, "1"):
        assert act(page, scene, "clock", hours=hours).status_code == 400
    assert act(page, scene, "clock", to="deadline").get_json() == {"error": "眼下没有正在进行的一轮。"}


def test_app_is_made_from_the_settings_alone() -> None:
    page = create_app(make_settings()).test_client()

    assert page.get("/healthz").get_json() == {"status": "ok"}


def test_demo_offers_readers_of_the_demo_with_their_openids(tmp_path: Path) -> None:
    settings = parse_settings(
        raw_settings(tmp_path) | {"demo": {"enabled": True}}, base=tmp_path, source="tests"
    )
    platform = make_platform(settings, console="http://bot.invalid", port=8001)

    known = platform.store.readers("main")[len(FIRST_READERS) :]
    wanted = [(one["nickname"], openid_of("main", one["id"])) for one in people()["readers"][:KNOWN_READERS]]
    assert [(one.name, one.openid) for one in known] == wanted
    assert [one.name for one in platform.store.readers("json")] == list(FIRST_READERS)


def test_demo_has_our_menu_below_every_chat(tmp_path: Path) -> None:
    settings = parse_settings(raw_settings(tmp_path) | {"demo": {"enabled": True}}, base=tmp_path, source="tests")
    platform = make_platform(settings, console="http://bot.invalid", port=8001)
    for name in settings.accounts:
        assert {one.key for one in platform.menu(name)} == set(PRESSES)
