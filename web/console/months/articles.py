"""公众号文章: the winners' article of a round, where it stands in the account, and ready to be copied by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, Flask, flash, redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound as NoSuchPage
from werkzeug.wrappers import Response

from bot.audit import Actor
from bot.outbox import rights
from bot.publishing import articles as verbs
from bot.publishing import cover
from bot.wechat import article as wechat
from bot.wechat.profiles import Call, profile
from models.enums import ARTICLE_MOVES, ArticleState
from models.queries import articles as queries
from models.session import reading, writing
from web.deps import deps, now
from web.visitor import actor

blueprint = Blueprint("articles", __name__, url_prefix="/rounds/<int:round_id>/article")


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("/")
def show(round_id: int) -> str:
    with reading(deps().engine) as session:
        found = queries.load(session, round_id)
        if found is None:
            raise NoSuchPage
        granted = _granted(session, found.account)
    moves = ARTICLE_MOVES[found.state] if found.state else frozenset()
    return render_template(
        "console/article.html", article=found, text=wechat.article(found.words, author=found.account_title),
        can_publish=ArticleState.WANTED in moves and Call.PUBLISH in granted,
        can_draft=ArticleState.WAITING in moves and found.state is not ArticleState.WANTED and Call.DRAFT in granted,
        can_finish=ArticleState.BY_HAND in moves, makes_drafts=Call.DRAFT in granted, ArticleState=ArticleState,
    )


def _granted(session: Session, account: str) -> frozenset[Call]:
    """What the account may do, by its type and what was learnt."""
    one = deps().settings.accounts.get(account)
    if one is None:
        return frozenset()
    learnt = rights.learnt(rights.of(session.connection(), account))
    return profile(one.kind, verified=one.verified, has_secret=bool(one.app_secret), learnt=learnt).calls


@blueprint.get("/cover.jpg")
def picture(round_id: int) -> Response:
    answer = Response(cover.jpeg(), mimetype="image/jpeg")
    answer.headers["Content-Disposition"] = f'attachment; filename="cover-{round_id}.jpg"'
    return answer


@blueprint.post("/publish")
def publish(round_id: int) -> Response:
    return _decide(round_id, verbs.publish, "好的，马上请微信发布，结果会写在这里。")


@blueprint.post("/draft")
def draft(round_id: int) -> Response:
    return _decide(round_id, verbs.draft_again, "好的，马上再送一次草稿。")


@blueprint.post("/by-hand")
def by_hand(round_id: int) -> Response:
    return _decide(round_id, verbs.done_by_hand, "记下了：文章已经在公众号后台处理好。")


def _decide(round_id: int, verb: Callable[..., None], sentence: str) -> Response:
    doer: Actor = actor()
    moment: datetime = now()
    with writing(deps().engine) as session:
        verb(session, round_id, actor=doer, now=moment)
    flash(sentence, "success")
    return redirect(url_for("articles.show", round_id=round_id))
