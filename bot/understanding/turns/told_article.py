"""The article that a reader calls by what it is about, where he was asked for his error: 学企鹅那个, 讲摔跤的. Pure.

Among the articles of the page and edition that he named before, or of the month, one title alone must have the words.
"""

from __future__ import annotations

from bot.understanding.cited.dates import local_day
from bot.understanding.cited.topics import find_topics
from bot.understanding.heard import Heard
from bot.understanding.in_print.locate import Index
from bot.understanding.thresholds import SHORT_ANSWER, SIGNPOSTED, WHOLE_CLAUSE
from bot.understanding.values import Field, Finding
from bot.understanding.words.normalise import loose_key

_ELSE_SAID = 3
"""So many letters may stand beside the words that tell the article: 是…的, 嗯."""


def told_article(heard: Heard, known: Finding) -> Finding | None:
    """What a short message gives that says an article and no more; None where it says anything else, or print does not tell."""
    text = heard.citations.text
    if len(text) > SHORT_ANSWER or heard.corrections or heard.citations.has(Field.ARTICLE) or known.article_text:
        return None
    topics = find_topics(text, 0, len(text))
    if len(topics) != 1 or len(loose_key(text)) - len(loose_key(text[topics[0].start : topics[0].end])) > _ELSE_SAID:
        return None
    topic, among = topics[0], _among(heard, known)
    titles = heard.index.titles
    numbers, weak = titles.match(topic.words, SIGNPOSTED if topic.signposted else WHOLE_CLAUSE, among)
    numbers = numbers or titles.in_any_order(topic.words, among)
    if not numbers and known.page is not None:
        numbers = tuple(n for n in among if titles.fits(n, topic.words, 1.0))  # 食堂, where 食唐 is printed
    if weak or len(numbers) != 1:
        return None
    piece = heard.cited_only()
    return piece._replace(article_text=heard.masked.words(topic.start, topic.end),
                          article_id=heard.index.entries[numbers[0]].article.id)  # fmt: skip


def _among(heard: Heard, known: Finding) -> frozenset[int]:
    """The articles on the page named before, in the edition named before or in each; of the month where no page was."""
    index, sent = heard.index, f"{local_day(heard.sent_at):%Y-%m}"
    papers = [known.paper_id] if known.paper_id is not None else _papers(index)
    if known.page is not None:
        return frozenset(n for paper in papers for n in index.on_page(paper, known.page, known.issue_label, sent))
    return frozenset(n for n, entry in enumerate(index.entries)
                     if entry.paper.id in papers and entry.issue.label[:7] == (known.issue_label or sent)[:7])  # fmt: skip


def _papers(index: Index) -> list[int]:
    return list(dict.fromkeys(entry.paper.id for entry in index.entries))
