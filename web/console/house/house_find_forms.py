"""What an editor types when the newsroom found an error itself: one, or many at once, one a line. Pure but for the forms."""

from __future__ import annotations

import re
from dataclasses import dataclass

from wtforms import BooleanField, HiddenField, SelectField, StringField, TextAreaField

from bot.contest.annex import STATUS_NAMES, AnnexRow
from bot.contest.arithmetic import points_text
from bot.understanding.values import Place
from models.enums import Doubling
from web.forms import AtMost, Form, Required

MOST_LINES = 60
"""So many finds are taken at once from a pasted list."""
AUTO = ""
DOUBLINGS = {
    AUTO: "自动（在标题里就加倍）", Doubling.NONE.value: "不加倍",
    Doubling.HEADLINE.value: "报头、报眉、栏头、标题，加倍", Doubling.IMPORTANT.value: "重要名称、时间、图片，加倍",
}
LONGEST_LINE = 1000
"""Characters: two quotations as long as the form above takes them, and a page."""
_ARROW = re.compile(r"→|->|—>|=>|⇒")
_PAGE = re.compile(r"第?\s*(?P<page>[\d、,，\-—]{1,12})\s*版?[\s:：]+(?=[^\s:：])")
_DELETE = ("删", "删去", "删除", "（删）", "(删)")


class FindForm(Form):
    issue = SelectField("哪一期")
    page = StringField("第几版", [AtMost(20)])
    wrong = StringField("报上印的", [Required("请写报上印的是什么。"), AtMost(400)])
    right = StringField("应该是", [AtMost(400)])
    delete = BooleanField("应删去这几个字")
    row_code = SelectField("差错种类")
    doubling = SelectField("加倍", choices=DOUBLINGS)
    note = StringField("备注", [AtMost(400)])
    anyway = BooleanField("报上确实是这样印的，照样登记")


class ManyForm(Form):
    many_issue = SelectField("哪一期")
    lines = TextAreaField("一行一处", [Required("请写至少一行。"), AtMost(20_000)])


class ReclassForm(Form):
    """On the same page as FindForm, hence ids of its own. `issue`: the list that it was sent from."""

    row_code = SelectField("差错种类", id="new-row")
    doubling = SelectField("加倍", id="new-doubling", choices={key: name for key, name in DOUBLINGS.items() if key != AUTO})
    issue = HiddenField()


class WithdrawForm(Form):
    reason = StringField("为什么撤销", [Required("请写一句为什么撤销。"), AtMost(400)])
    issue = HiddenField()


@dataclass(frozen=True, slots=True)
class Typed:
    """One line of a pasted list."""

    line: str
    page: str
    wrong: str
    right: str


def typed_lines(text: str) -> tuple[list[Typed], list[str]]:
    """“02 食唐→食堂”, one a line: (what was read, the lines that cannot be read)."""
    read: list[Typed] = []
    unread: list[str] = []
    for line in (one.strip() for one in text.splitlines()):
        if not line:
            continue
        # The arrow first: a pattern for the whole line would try every way to part a long run of spaces.
        arrow = _ARROW.search(line, 1) if len(line) <= LONGEST_LINE else None
        if arrow is None:
            unread.append(line)
            continue
        printed, right = line[: arrow.start()].rstrip(), _bare(line[arrow.end() :])
        page = _PAGE.match(printed)
        wrong = printed[page.end() :] if page else printed
        read.append(Typed(line, page["page"] if page else "", _bare(wrong), "" if right in _DELETE else right))
    return read, unread


def _bare(words: str) -> str:
    """Without the quotation marks around it."""
    text = words.strip()
    pairs = (("“", "”"), ("「", "」"), ('"', '"'), ("『", "』"))
    for opening, closing in pairs:
        if len(text) > 1 and text.startswith(opening) and text.endswith(closing):
            return text[1:-1]
    return text


def row_choices(rows: tuple[AnnexRow, ...]) -> dict[str, str]:
    """The rows that carry points."""
    return {row.code: f"{row.name}（{points_text(row.base_milli)} 分，{STATUS_NAMES[row.status]}）" for row in rows}


def token(place: Place) -> str:
    """A place as the form names it."""
    return f"{place.article_id}:{place.paragraph}:{place.start}:{place.end}"
