"""The API's calls for articles: drafts, publishing, and the result that comes later as an event."""

from __future__ import annotations

from typing import Any

from web.simulator import limits
from web.simulator.articles import Publication
from web.simulator.calls import DONE, Call, Content, Route, text_in
from web.simulator.errcodes import Failure
from web.simulator.media import Keeping
from web.simulator.profiles import Right


def draft_add(call: Call) -> Content:
    """One article or several; the cover must be permanent material of this account (40007)."""
    articles = call.json().get("articles")
    if not isinstance(articles, list) or not articles:
        raise Failure(47001)
    for one in articles:
        _check_article(call, one)
    return {"media_id": call.platform.articles.keep_draft(call.account.name, articles)}


def _check_article(call: Call, article: Any) -> None:
    if not isinstance(article, dict):
        raise Failure(47001)
    if len(text_in(article, "title", errcode=45003)) > limits.TITLE_CHARACTERS:
        raise Failure(45003)
    body = text_in(article, "content", errcode=44004)
    if len(body) >= limits.ARTICLE_CHARACTERS or len(body.encode("utf-8")) >= limits.ARTICLE_BYTES:
        raise Failure(45002)
    digest = article.get("digest", "")
    if isinstance(digest, str) and len(digest) > limits.DIGEST_CHARACTERS:
        raise Failure(45004)
    cover = call.platform.media.find(call.account.name, article.get("thumb_media_id"), now=call.now)
    if cover.keeping is not Keeping.PERMANENT:
        raise Failure(40007)


def draft_get(call: Call) -> Content:
    return {"news_item": _draft(call)}


def draft_delete(call: Call) -> Content:
    _draft(call)
    call.platform.articles.drop_draft(call.account.name, str(call.json()["media_id"]))
    return DONE


def submit(call: Call) -> Content:
    """Only accepted: the result is PUBLISHJOBFINISH, or freepublish/get, after a while."""
    articles = _draft(call)
    made = call.platform.articles.submit(call.account.name, articles)
    call.platform.later(call.platform.publish_delay, lambda: finish(call, made.publish_id))
    return DONE | {"publish_id": made.publish_id, "msg_data_id": int(made.publish_id) + 1}


def finish(call: Call, publish_id: str) -> None:
    """The end of the work: the status that was set by steering, and the event."""
    made = call.platform.articles.finish(publish_id, base=call.platform.picture_base)
    call.platform.push_system(call.account.name, "PUBLISHJOBFINISH", {"PublishEventInfo": _info(made)})


def publish_get(call: Call) -> Content:
    made = call.platform.articles.publication(call.account.name, str(call.json().get("publish_id", "")))
    if made is None:
        raise Failure(53600)
    return _info(made)


def _info(made: Publication) -> Content:
    """publish_status 0 published, 1 under way, 3 failed without a reason, …; the article only where published."""
    info: Content = {"publish_id": made.publish_id, "publish_status": made.status}
    if made.status:
        return info | {"fail_idx": []}
    items = [{"idx": index, "article_url": url} for index, url in enumerate(made.addresses, start=1)]
    return info | {"article_id": made.article_id, "article_detail": {"count": len(items), "item": items},
                   "fail_idx": []}  # fmt: skip


def _draft(call: Call) -> list[Content]:
    found = call.platform.articles.draft(call.account.name, call.json().get("media_id"))
    if found is None:
        raise Failure(40007)
    return found


ROUTES = {
    "draft/add": Route("POST", Right.DRAFT, draft_add),
    "draft/get": Route("POST", Right.DRAFT, draft_get),
    "draft/delete": Route("POST", Right.DRAFT, draft_delete),
    "draft/count": Route("GET", Right.DRAFT, lambda call: {"total_count": call.platform.articles.count(call.account.name)}),
    "freepublish/submit": Route("POST", Right.PUBLISH, submit),
    "freepublish/get": Route("POST", Right.PUBLISH, publish_get),
    "freepublish/batchget": Route("POST", Right.PUBLISH, lambda _call: {"total_count": 0, "item_count": 0, "item": []}),
}
