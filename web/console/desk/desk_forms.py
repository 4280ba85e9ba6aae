"""The forms of 来信 and 代录. Fill in, check, hand on."""

from __future__ import annotations

from wtforms import BooleanField, StringField, TextAreaField

from bot.letters import desk as verbs
from bot.letters.taken_down import LONGEST_WORDS
from bot.understanding.values import Amendment, Field
from web.forms import AtMost, Form, Required

READY_REASONS = ("看过了，不是纠错", "看过了，没有差错", "同一位读者重复发来", "广告或骚扰")
"""Reasons for closing that need no typing; the first has the key."""


class AnswerForm(Form):
    text = TextAreaField("回复读者", validators=[Required("请写回复。"), AtMost(verbs.LONGEST_ANSWER)])
    and_close = BooleanField("回复后结案，看下一封")


class CloseForm(Form):
    reason = StringField("结案的理由", validators=[Required("请写一句结案的理由。"), AtMost(verbs.LONGEST_REASON)])


class FieldsForm(Form):
    """Words read like a message, and fields that put right what was read of them."""

    words = TextAreaField("差错是什么", validators=[AtMost(LONGEST_WORDS)])
    paper = StringField("报纸", validators=[AtMost(80)])
    issue = StringField("期", validators=[AtMost(40)])
    page = StringField("版面", validators=[AtMost(40)])
    article = StringField("文章", validators=[AtMost(200)])
    wrong = StringField("原文（印错的字）", validators=[AtMost(1000)])
    right = StringField("改正（应为）", validators=[AtMost(1000)])
    delete = BooleanField("应删去，没有替换的字")
    reason = StringField("理由或出处", validators=[AtMost(1000)])

    def amendments(self) -> tuple[Amendment, ...]:
        """The fields that were filled in."""
        fields = (Field.PAPER, Field.ISSUE, Field.PAGE, Field.ARTICLE, Field.WRONG, Field.RIGHT, Field.REASON)
        told = [(field, (self[field.value].data or "").strip()) for field in fields]
        given = [Amendment(field, value) for field, value in told if value
                 and not (field is Field.RIGHT and self.delete.data)]
        return (*given, Amendment(Field.RIGHT, "")) if self.delete.data else tuple(given)


class ReportForm(FieldsForm):
    words = TextAreaField("差错是什么", validators=[Required("请写是哪几个字错了。"), AtMost(LONGEST_WORDS)])


class PlainForm(Form):
    """Guards a button."""
