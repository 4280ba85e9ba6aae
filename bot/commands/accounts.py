"""`python -m bot accounts`: what an account may do, tried in life, and its menu. The edge: opens sessions, commits, prints."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import urlencode

import click
from sqlalchemy import Engine

from bot import audit, wiring
from bot.audit import OPERATOR
from bot.dialogue import menu as menus
from bot.errors import NotAllowed
from bot.outbox import people, rights
from bot.settings import AccountSettings, Settings
from bot.wechat.client import Answer, Client
from bot.wechat.codes import NOT_GRANTED, Action, advise, closes_account, request_id
from bot.wechat.profiles import INSTEAD, NAMES, PROBES, Call, profile
from models.session import reading, writing

WORKS, NOT_OPEN, BLOCKED, UNKNOWN = "能用", "未开通", "不能用", "没查清"
RECEIVING = "收信、被动回复"
TYPES = {("subscription", False): "订阅号（未认证）", ("subscription", True): "订阅号（已认证）",
         ("service", False): "服务号（未认证）", ("service", True): "服务号（已认证）"}
NO_MENU = 46003
"""menu/get where none was ever published."""


class Place(Protocol):
    """The configuration and the database of this run; see bot.cli."""

    @property
    def settings(self) -> Settings: ...

    def engine(self) -> Engine: ...


@click.group("accounts")
def group() -> None:
    """The public accounts and what they may do."""


@group.command("check")
@click.argument("name")
@click.pass_obj
def check(place: Place, name: str) -> None:
    """Try every call the bot needs and show what works, what is not granted and what the bot does instead."""
    settings, account, engine, clock = place.settings, _account(place, name), place.engine(), place.settings.clock()
    click.echo(_heading(name, account))
    client = wiring.clients(settings, engine, clock).get(name)
    rows = _without_secret(account) if client is None else try_all(client, engine, name, account, now=clock.now())
    click.echo(table([("接口", "结果", "说明"), *rows]))


def _account(place: Place, name: str) -> AccountSettings:
    accounts = place.settings.accounts
    if name not in accounts:
        known = ", ".join(accounts)
        raise click.BadParameter(f"no [accounts.{name}] in the configuration (there are: {known})", param_hint="NAME")
    return accounts[name]


def _heading(name: str, account: AccountSettings) -> str:
    return f"{name}：{account.title}，{TYPES.get((account.kind, account.verified), '接口测试号')}"


def _without_secret(account: AccountSettings) -> list[tuple[str, str, str]]:
    """Nothing can be tried; what the bot does is clear all the same."""
    rows = [(RECEIVING, WORKS, "微信来信时验证；服务器配置见公众平台")]
    granted = profile(account.kind, verified=account.verified, has_secret=False)
    return rows + [(NAMES[call], NOT_OPEN, f"配置里没有 app_secret。{INSTEAD[call]}") for call in Call
                   if not granted.may(call)]


def try_all(client: Client, engine: Engine, name: str, account: AccountSettings, *,
            now: datetime) -> list[tuple[str, str, str]]:
    """Asks each family of calls something harmless and keeps what was learnt; gives the rows of the table."""
    rows = [(RECEIVING, WORKS, "微信来信时验证；服务器配置见公众平台")]
    token = client.probe()
    rows.append(_row(Call.API, token))
    _learn(engine, name, account, Call.API, token, now)
    if token.errcode != 0:
        return rows
    for one in PROBES:
        answer = client.call(one.method, one.path, query=one.query, body=one.body)
        rows.append(_row(one.call, answer))
        _learn(engine, name, account, one.call, answer, now)
    return [*rows, _pages(account)]


def _pages(account: AccountSettings) -> tuple[str, str, str]:
    """Only a reader's browser can try it."""
    if not profile(account.kind, verified=account.verified, has_secret=True).may(Call.OAUTH):
        return NAMES[Call.OAUTH], NOT_OPEN, f"这种号没有。{INSTEAD[Call.OAUTH]}"
    how = "点一次菜单“我的纠错”就知道" if account.oauth else "在公众平台填好网页授权域名，配置里设 oauth = true"
    return NAMES[Call.OAUTH], UNKNOWN, f"这种号有；{how}"


def _row(call: Call, answer: Answer) -> tuple[str, str, str]:
    state = _state(call, answer)
    if state == WORKS:
        return NAMES[call], state, ""
    if answer.errcode is None:
        return NAMES[call], state, f"微信没有回应（{answer.error}），过一会儿再试"
    rid = request_id(answer.error)
    code = f"{answer.errcode} {advise(answer.errcode).meaning}" + (f"（rid: {rid}）" if rid else "")
    return NAMES[call], state, code if state == UNKNOWN else f"{code}。{INSTEAD[call]}"


def _state(call: Call, answer: Answer) -> str:
    """Any complaint about what was asked shows that asking is granted."""
    if answer.errcode is None:
        return UNKNOWN
    if advise(answer.errcode).action in (Action.BACK_OFF, Action.REFRESH_TOKEN, Action.WAIT_FOR_QUOTA):
        return UNKNOWN
    if answer.errcode in NOT_GRANTED:
        return NOT_OPEN
    return BLOCKED if closes_account(answer.errcode) or (call is Call.API and answer.errcode != 0) else WORKS


def _learn(engine: Engine, name: str, account: AccountSettings, call: Call, answer: Answer, now: datetime) -> None:
    """Keeps what life says; where that is what the type says, nothing need be known."""
    state = _state(call, answer)
    if state == UNKNOWN:
        return
    if answer.errcode is not None and closes_account(answer.errcode):
        call = Call.API
    expected = profile(account.kind, verified=account.verified, has_secret=True).may(call)
    with writing(engine) as session:
        db = session.connection()
        if (state == WORKS) is expected:
            rights.forget(db, name, call)
        elif state == WORKS:
            rights.grant(db, name, call, now=now)
        else:
            rights.refuse(db, name, call, errcode=answer.errcode or 0, now=now, noted=True)
        if state == WORKS:
            people.wake(session, name, now=now)


@group.command("publish-menu")
@click.argument("name")
@click.option("--dry-run", is_flag=True, help="Only show the menu.")
@click.option("--yes", is_flag=True, help="Do not ask before another menu is replaced.")
@click.pass_obj
def publish_menu(place: Place, name: str, dry_run: bool, yes: bool) -> None:
    """Publish the bot's menu below the chat, where the account may have one."""
    account, engine, clock = _account(place, name), place.engine(), place.settings.clock()
    wanted = _menu(place.settings, name, account)
    click.echo("\n".join([_heading(name, account), *_set_in(menus.lines(wanted["button"]))]))
    why_not = _no_menu(engine, name, account)
    if dry_run:
        click.echo("只是看看，没有发给微信。" + (why_not or ""))
        return
    client = wiring.clients(place.settings, engine, clock).get(name)
    if why_not is not None or client is None:
        raise NotAllowed(why_not or "")
    before = _standing_menu(client, engine, name, account, now=clock.now())
    if before == wanted["button"]:
        click.echo("公众号里已经是这个菜单，不用再发。")
        return
    if before and not yes:
        click.echo("\n".join(["公众号里现在的菜单，发布后就没有了：", *_set_in(menus.lines(before))]))
        click.confirm("换成上面的菜单吗？", abort=True)
    _publish(client, engine, name, account, wanted, now=clock.now())
    click.echo("菜单发出去了。手机上重新进公众号就能看到，最晚一天。\n"
               "按菜单要有回答，公众平台的服务器配置须是启用的；停用服务器配置后，菜单由公众平台的后台管。")


def _set_in(rows: list[str]) -> list[str]:
    return [f"  {row}" for row in rows]


def _no_menu(engine: Engine, name: str, account: AccountSettings) -> str | None:
    """Why the account can have no menu, by its type and what was learnt; None: it may."""
    if not account.app_secret:
        return f"配置里没有 app_secret，发不了菜单。{INSTEAD[Call.MENU]}。"
    with reading(engine) as session:
        learnt = rights.learnt(rights.of(session.connection(), name))
    if profile(account.kind, verified=account.verified, has_secret=True, learnt=learnt).may(Call.MENU):
        return None
    return (f"这个号没有自定义菜单的接口（48001）：{INSTEAD[Call.MENU]}。"
            f"若是刚刚认证，先运行 python -m bot accounts check {name}。")


def _standing_menu(client: Client, engine: Engine, name: str, account: AccountSettings, *,
                   now: datetime) -> list[dict[str, Any]]:
    """The buttons that the account shows now; none where no menu was ever published."""
    answer = client.call("GET", "cgi-bin/menu/get")
    if answer.errcode not in (0, NO_MENU):
        _learn(engine, name, account, Call.MENU, answer, now)
        raise NotAllowed(_menu_refused(answer))
    return menus.stands(answer.content)


def _menu(settings: Settings, name: str, account: AccountSettings) -> dict[str, Any]:
    """Where the account can tell who opens a page, 我的纠错 opens the reader's own pages at once."""
    own = f"{settings.server.public_url}/my/?{urlencode({'at': name})}" if account.oauth and settings.server.public_url else ""
    return menus.body(menus.of(own))


def _publish(client: Client, engine: Engine, name: str, account: AccountSettings, wanted: dict[str, Any], *,
             now: datetime) -> None:
    """menu/create puts this menu in the place of the former one; doing so twice does no harm."""
    answer = client.call("POST", "cgi-bin/menu/create", body=wanted)
    _learn(engine, name, account, Call.MENU, answer, now)
    if answer.errcode != 0:
        raise NotAllowed(_menu_refused(answer))
    with writing(engine) as session:
        audit.record(session, actor=OPERATOR, verb="publish_menu", object_kind="account", object_id=None, now=now,
                     details={"account": name})


def _menu_refused(answer: Answer) -> str:
    _, state, words = _row(Call.MENU, answer)
    if state == UNKNOWN and answer.errcode is None:
        return f"{words}；菜单发两遍也没有关系。"
    return f"菜单没有发出去：{words or f'微信说 {answer.errcode} {answer.error}'}。"


def table(rows: list[tuple[str, str, str]]) -> str:
    """Columns that stand under each other; a Chinese character is two columns wide."""
    widths = [max(_width(row[n]) for row in rows) for n in range(2)]
    return "\n".join(
        "  ".join([*(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=False)), row[2]])
        .rstrip() for row in rows)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
