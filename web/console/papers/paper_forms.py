"""The forms of a paper's screen and what they say in words. Writes nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from wtforms import (
    DateField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import Optional
from wtforms.widgets import HiddenInput, MonthInput

from bot.catalogue.names import MOST_ALIASES, NAME_LENGTH
from bot.catalogue.papers import MOST_PAGES, NOTE_LENGTH, PaperSettings
from bot.contest.days.calendar import Rhythm
from models.queries.papers import PaperLine
from web.forms import AtMost, Between, Form, Required, WholeNumber

RHYTHMS = {"1": "每月一期", "2": "双月一期", "3": "每季一期", "0": "不定期，每期自己排"}
MONTH = re.compile(r"(?:19|20)[0-9]{2}-(0[1-9]|1[0-2])")


class MonthField(StringField):
    """A month as YYYY-MM; browsers that know it show their own way of choosing."""

    widget = MonthInput()

    def pre_validate(self, form: Any) -> None:
        self.data = (self.data or "").strip()
        if self.data and not MONTH.fullmatch(self.data):
            raise ValidationError("请写成 2026-11 这样。")


class AddForm(Form):
    name = StringField("报纸的名字", [Required("请写报纸的名字。"), AtMost(NAME_LENGTH)])


class PaperForm(Form):
    version = WholeNumber(widget=HiddenInput(), default=0)
    name = StringField("名字", [Required("请写报纸的名字。"), AtMost(NAME_LENGTH)])
    aliases = TextAreaField("别名", [AtMost(MOST_ALIASES * 41)])
    months_between = SelectField("多久出一期", choices=RHYTHMS)
    first_month = MonthField("从哪个月的一期算起")
    usual_pages = WholeNumber("通常几个版", [Optional(), Between(1, MOST_PAGES)])
    outside_scope = TextAreaField("哪些不算在内", [AtMost(NOTE_LENGTH)])
    graders = SelectMultipleField("谁来评", coerce=int)

    def validate_first_month(self, field: MonthField) -> None:
        if not field.data and self.months_between.data not in ("0", "1"):
            raise ValidationError("请填第一期是哪个月，往后按间隔推算。")


class PlanForm(Form):
    month = MonthField("哪个月的一期", [Required("请填月份。")])
    published_on = DateField("出报日", [Optional()])
    deadline_on = DateField("截止日", [Optional()])


@dataclass(frozen=True, slots=True)
class Forms:
    """Those of one paper's screen, filled; one that was sent and refused keeps what was typed."""

    edit: PaperForm
    plan: PlanForm


People = list[tuple[int, str, bool]]
"""(id, name, grades this paper) of those whom the form offers."""


def filled(paper: PaperLine, people: People) -> PaperForm:
    """The form as it is opened."""
    form = PaperForm(
        formdata=None, version=paper.version, name=paper.name, aliases="\n".join(paper.aliases),
        months_between=str(paper.months_between), first_month=paper.first_month or "", usual_pages=paper.usual_pages,
        outside_scope=paper.outside_scope or "", graders=[number for number, _, own in people if own])
    return offered(form, paper.months_between, people)


def offered(form: PaperForm, months_between: int, people: People) -> PaperForm:
    """With the choices that this paper has; a rhythm that came from elsewhere stays choosable."""
    own = str(months_between)
    form.months_between.choices = [*RHYTHMS.items(), *([] if own in RHYTHMS else [(own, rhythm_words(months_between))])]
    form.graders.choices = [(number, name) for number, name, _ in people]
    return form


def wanted(form: PaperForm, before: PaperSettings, people: People) -> PaperSettings:
    """What was asked for. Graders who left stay as they were: the form does not show them."""
    shown = {number for number, _, _ in people}
    chosen = frozenset(form.graders.data or ())
    return PaperSettings(
        form.name.data or "", tuple((form.aliases.data or "").splitlines()),
        Rhythm(int(form.months_between.data), form.first_month.data or None), form.usual_pages.data,
        # What a browser sends has CRLF for every line end.
        (form.outside_scope.data or "").replace("\r\n", "\n"), chosen | (before.graders - shown))


def rhythm_words(months_between: int, first_month: str | None = None) -> str:
    """双月一期，从 2026年1月起."""
    words = RHYTHMS.get(str(months_between), f"每 {months_between} 个月一期").partition("，")[0]
    if not first_month:
        return words
    year, _, month = first_month.partition("-")
    return f"{words}，从{year}年{int(month)}月起"
