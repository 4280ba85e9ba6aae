"""`accounts publish-menu` against the stand-in over real HTTP: published, pressed, kept from overwriting, not granted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, select

from bot.cli import main
from bot.clock import FrozenClock
from bot.dialogue import menu, phrases
from models.audit import AuditEntry
from models.enums import RightState
from models.outgoing import CallRight
from models.session import reading
from tests.support.databases import Databases
from tests.support.newsroom import Newsroom, open_newsroom
from tests.support.settings import config_file
from tests.support.world import LIUWAN, at, generated_issue, open_contest
from web.simulator.faults import Fault, FaultKind
from web.simulator.values import Side

OWN = [{"type": "view", "name": "本报网站", "url": "https://paper.example/"}]
Publish = Callable[..., Result]


def play(engine: Engine) -> int:
    return open_contest(engine, papers=(LIUWAN,), issues=(generated_issue(LIUWAN, "2026-11", 3),), first="2026-11")


@pytest.fixture
def begun(databases: Databases) -> tuple[str, int]:
    """Played once, for each test here a copy of its own."""
    return databases.begun(play)


@pytest.fixture
def newsroom(contest: int, engine: Engine, database_url: str, clock: FrozenClock, tmp_path: Path) -> Iterator[Newsroom]:
    clock.moment = at("11-10 09:00")
    with open_newsroom(engine, database_url, clock, tmp_path) as newsroom:
        yield newsroom


@pytest.fixture
def publish(newsroom: Newsroom, database_url: str, tmp_path: Path) -> Publish:
    """`accounts publish-menu main` with these arguments; `account`: lines of the account's table."""

    def run(*args: str, account: tuple[str, ...] = ('app_secret = "mainTestSecret"', "verified = true"),
            says: str | None = None, server: str = "") -> Result:
        config = config_file(tmp_path, database_url)
        config.write_text(config.read_text("utf-8").replace("[server]\n", f"[server]\n{server}"), encoding="utf-8")
        api = f'api_base = "{newsroom.settings.wechat.api_base}"'
        config.write_text("\n".join([config.read_text("utf-8").strip(), *account, "[wechat]", api]), encoding="utf-8")
        return CliRunner().invoke(main, ["--config", str(config), "accounts", "publish-menu", "main", *args], input=says)

    return run


def asked(newsroom: Newsroom) -> list[str]:
    return [call.path.removeprefix("/").removeprefix("cgi-bin/") for call in newsroom.calls()]


def learnt(engine: Engine) -> dict[str, RightState]:
    with reading(engine) as session:
        return {row.call: row.state for row in session.scalars(select(CallRight))}


def test_published_menu_is_shown_and_pressed(newsroom: Newsroom, publish: Publish, engine: Engine) -> None:
    done = publish()
    assert (done.exit_code, newsroom.platform.menus["main"]) == (0, menu.body()["button"])
    assert "菜单发出去了" in done.output
    assert "服务器配置须是启用的" in done.output
    reader = newsroom.reader()
    newsroom.platform.send_text(reader, "您好")
    newsroom.platform.click(reader, "winners")
    assert newsroom.platform.chat(reader)[-1].text == phrases.NO_WINNERS_YET
    with reading(engine) as session:
        assert [entry.details for entry in session.scalars(
            select(AuditEntry).where(AuditEntry.verb == "publish_menu"))] == [{"account": "main"}]


def test_where_the_account_knows_its_readers_the_button_opens_their_pages(
    newsroom: Newsroom, publish: Publish
) -> None:
    done = publish(account=('app_secret = "mainTestSecret"', 'kind = "service"', "verified = true", "oauth = true"),
                   server='public_url = "https://paper.example"\n')
    assert done.exit_code == 0, done.output
    mine = next(one for one in newsroom.platform.menu("main") if one.title == "我的纠错")
    assert (mine.kind, mine.key) == ("view", "https://paper.example/my/?at=main")
    reader = newsroom.reader()
    newsroom.platform.click(reader, mine.key)
    assert newsroom.platform.chat(reader)[-1].text == "点了菜单“我的纠错”"  # the page answers, not the chat


def test_every_button_gets_an_answer(newsroom: Newsroom, publish: Publish) -> None:
    publish()
    reader = newsroom.reader()
    for one in newsroom.platform.menu("main"):
        newsroom.platform.click(reader, one.key)
        assert newsroom.platform.chat(reader)[-1].side is Side.ACCOUNT


def test_dry_run_shows_the_menu_and_asks_nothing(newsroom: Newsroom, publish: Publish) -> None:
    done = publish("--dry-run")
    assert done.exit_code == 0
    assert done.output.splitlines() == [
        "main：社区发布，订阅号（已认证）", "  参加活动", "    怎么纠错（report）", "    活动规则（rules）",
        "    截止时间（deadline）", "    个人信息（privacy）", "  我的纠错（mine）", "  公布栏", "    获奖名单（winners）",
        "    我的排行（standing）", "    差错日历（errata）", "    光荣榜（hall）", "只是看看，没有发给微信。"]
    assert asked(newsroom) == []


def test_menu_that_stands_already_is_not_published_again(newsroom: Newsroom, publish: Publish) -> None:
    publish()
    again = publish()
    assert "已经是这个菜单" in again.output
    assert asked(newsroom).count("menu/create") == 1


@pytest.mark.parametrize(("args", "says", "replaced"), [((), "n\n", False), ((), "y\n", True), (("--yes",), None, True)])
def test_another_menu_is_replaced_only_on_a_word(
    newsroom: Newsroom, publish: Publish, args: tuple[str, ...], says: str | None, replaced: bool
) -> None:
    newsroom.platform.menus["main"] = list(OWN)
    done = publish(*args, says=says)
    assert (newsroom.platform.menus["main"] != OWN) is replaced
    assert ("本报网站（https://paper.example/）" in done.output) is (args == ())


@pytest.mark.parametrize(("account", "words"), [
    (('app_secret = "mainTestSecret"',), "没有自定义菜单的接口（48001）：请读者发“帮助”“我的”“规则”这样的词。"),
    (("verified = true",), "配置里没有 app_secret"),
])
def test_account_that_may_have_none_is_told_so_and_nothing_is_asked(
    newsroom: Newsroom, publish: Publish, account: tuple[str, ...], words: str
) -> None:
    done = publish(account=account)
    assert (done.exit_code, words in done.output, asked(newsroom)) == (1, True, [])
    assert words in publish("--dry-run", account=account).output


def test_refusal_in_life_is_learnt(newsroom: Newsroom, publish: Publish, engine: Engine) -> None:
    newsroom.platform.faults.add(Fault("menu/get", FaultKind.ERRCODE, 48001, left=None))
    done = publish()
    assert (done.exit_code, "48001 公众号没有这个接口的权限" in done.output) == (1, True)
    assert learnt(engine) == {"menu": RightState.REFUSED}
    assert "没有自定义菜单的接口" in publish().output


@pytest.mark.sampled
@pytest.mark.parametrize(("fault", "words", "known"), [
    (Fault("menu/create", FaultKind.DOWN), "菜单发两遍也没有关系", {}),
    (Fault("menu/create", FaultKind.ERRCODE, 45009), "45009 今天的调用次数用完了", {}),
    (Fault("menu/create", FaultKind.ERRCODE, 40018), "微信说 40018", {}),
    (Fault("stable_token", FaultKind.ERRCODE, 40164), "40164 服务器地址不在 IP 白名单里", {"api": RightState.REFUSED}),
], ids=["down", "quota", "refused", "address"])
def test_what_goes_wrong_is_one_sentence(
    newsroom: Newsroom, publish: Publish, engine: Engine, fault: Fault, words: str, known: dict[str, Any]
) -> None:
    newsroom.platform.faults.add(fault)
    done = publish()
    assert (done.exit_code, words in done.output) == (1, True), done.output
    assert learnt(engine) == known
    assert "main" not in newsroom.platform.menus
