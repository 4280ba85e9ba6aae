"""The application under the servers we name, and 200 deliveries three times over."""

from __future__ import annotations

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from bot.wechat.platform_side import open_reply
from models.enums import ReportState
from models.messages import Message
from models.reports import Erratum, Report
from models.session import reading
from tests.support.site import SERVERS
from tests.support.world import LIUWAN, generated_issue, generated_text, messages_of, open_contest, reports_of

pytestmark = pytest.mark.slow
COUNT = 200


@pytest.mark.parametrize("server", SERVERS)
def test_wsgi_serves_health_and_a_delivery(site, engine, server):
    open_contest(engine, papers=(LIUWAN,), issues=(generated_issue(LIUWAN, "2026-11", 3),))

    site.start_web(server)
    reply = site.send(site.text("oA", generated_text(0), msg_id=1))

    assert reply is not None
    assert str(reply["Content"]).startswith("收到，谢谢！记为第1条（编号10001）。")
    assert site.post({"FromUserName": "oA", "CreateTime": "1", "MsgType": "text", "ToUserName": "gh_other"})[0] == 403
    assert len(reports_of(engine)) == 1


@pytest.mark.parametrize("server", ["gunicorn", "granian"])
def test_200_deliveries_each_sent_three_times_at_once_to_two_workers(site, engine, server):
    open_contest(engine, papers=(LIUWAN,), issues=(generated_issue(LIUWAN, "2026-11", COUNT),))
    site.start_web(server)
    deliveries = [site.text(f"oReader{n % 40}", generated_text(n), msg_id=n) for n in range(COUNT)]
    keys = site.keys

    with ThreadPoolExecutor(9) as pool:
        posted = [(n, pool.submit(site.post, deliveries[n])) for n in range(COUNT) for _ in range(3)]
        answers = [(n, one.result()) for n, one in posted]

    assert Counter(status for _, (status, _) in answers) == {200: 3 * COUNT}
    opened: dict[int, list[dict[str, object]]] = {}
    for n, (_, body) in answers:
        opened.setdefault(n, []).append(open_reply(keys, body))
    assert [n for n, of_one in opened.items() if any(one != of_one[0] for one in of_one)] == []
    assert all("报上找到了这处。目前第1位发现。" in str(of_one[0]["Content"]) for of_one in opened.values())
    with reading(engine) as session:
        counts = [session.scalar(select(func.count()).select_from(table)) for table in (Message, Report, Erratum)]
    assert counts == [COUNT, COUNT, COUNT]
    assert {r.state for r in reports_of(engine)} == {ReportState.FILED}
    assert sorted((m.content) for m in messages_of(engine)) == sorted(generated_text(n) for n in range(COUNT))
    by_reader: dict[int, list[int]] = {}
    for report in reports_of(engine):
        by_reader.setdefault(report.reader_id, []).append(report.ordinal)
    assert [sorted(ordinals) for ordinals in by_reader.values()] == [[1, 2, 3, 4, 5]] * 40


def test_the_texts_of_the_generated_issue_are_all_different():
    texts = [generated_text(n) for n in random.sample(range(COUNT), COUNT)]

    assert len(set(texts)) == COUNT
