"""The forms of the grading page: what an editor decides and how a record is mended. Fill in, check, hand on."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, StringField, TextAreaField
from wtforms.widgets import HiddenInput

from bot.errors import BadInput
from bot.judging.grading import GradeInput
from bot.understanding.values import Amendment, Field, Finding
from models.enums import SCORING_VERDICTS, Doubling, Verdict
from models.queries.report import ReportView
from web.forms import AtMost, Form, Required, WholeNumber

LONGEST_REASON = 300
LONGEST_FIELD = 1000
KEYS = {
    Verdict.ACCEPTED: "a", Verdict.ACCEPTED_WITH_EDITS: "e", Verdict.BOTH_FORMS: "b", Verdict.SUGGESTION: "s",
    Verdict.NOT_AN_ERROR: "r", Verdict.OUT_OF_SCOPE: "o", Verdict.CANNOT_CHECK: "c", Verdict.NEEDS_MORE: "m",
    Verdict.REPEATED: "t",
}
"""One key for each verdict; the order is that of the buttons."""
MARK_KEYS = ("f", "g", "h")
DOUBLINGS = {
    Doubling.NONE: "不加倍", Doubling.HEADLINE: "标题（报头、报眉、栏头、标题）",
    Doubling.IMPORTANT: "重要信息（名称、时间、图片）",
}
MARKS = {"place_mark": "位置对", "correction_mark": "改得对", "reason_mark": "有理由或出处"}


class VersionedForm(Form):
    """A form about the report as it was when the page was opened; also guards a button without fields."""

    expected_version = WholeNumber(widget=HiddenInput(), validators=[Required("页面不完整，请刷新后再试。")])


class RubricFields(Form):
    """What is judged, on a report, in practice and at a calibration. Its buttons are drawn by console/rubric.html; the
    forms' `given` refuses what is none of them."""

    verdict = StringField("结论", validators=[Required("请选一个结论。")])
    row_code = StringField("差错种类", validators=[AtMost(8)])
    doubling = StringField("加倍", default=Doubling.NONE.value)
    place_mark = BooleanField(MARKS["place_mark"])
    correction_mark = BooleanField(MARKS["correction_mark"])
    reason_mark = BooleanField(MARKS["reason_mark"])
    reason = TextAreaField("理由", validators=[AtMost(LONGEST_REASON)])

    def marks(self) -> tuple[bool, bool, bool]:
        """Place, correction, reason."""
        return bool(self.place_mark.data), bool(self.correction_mark.data), bool(self.reason_mark.data)


class GradeForm(VersionedForm, RubricFields):
    original = StringField("重复的是编号", validators=[AtMost(12)])
    why = TextAreaField("为什么（只在编辑部里看到）", validators=[AtMost(LONGEST_REASON)])

    def given(self, canned: str = "") -> GradeInput:
        """What was decided; only what belongs to the verdict is handed on. BadInput for a forged choice.

        `canned`: the ready sentence that was tapped; it counts where nothing was written, as without scripts.
        """
        try:
            verdict = Verdict(self.verdict.data or "")
            doubling = Doubling(self.doubling.data or Doubling.NONE)
        except ValueError:
            raise BadInput("请选一个结论。") from None
        scoring = verdict in SCORING_VERDICTS
        return GradeInput(
            verdict=verdict, row_code=(self.row_code.data or None) if scoring else None,
            doubling=doubling if scoring else Doubling.NONE, marks=self.marks() if scoring else (False, False, False),
            original_id=_number(self.original.data) if verdict is Verdict.REPEATED else None,
            reason=_plain(self.reason.data or "") or _plain(canned)[:LONGEST_REASON], why=_plain(self.why.data or ""),
        )


class MendForm(VersionedForm):
    paper = StringField("报纸", validators=[AtMost(80)])
    issue = StringField("期", validators=[AtMost(40)])
    page = StringField("版面", validators=[AtMost(40)])
    article = StringField("文章", validators=[AtMost(200)])
    wrong = TextAreaField("原文（印错的字）", validators=[AtMost(LONGEST_FIELD)])
    right = TextAreaField("改正（应为）", validators=[AtMost(LONGEST_FIELD)])
    delete = BooleanField("应删去，没有替换的字")
    reason = TextAreaField("理由或出处", validators=[AtMost(LONGEST_FIELD)])

    def amendments(self, now: dict[str, str]) -> tuple[Amendment, ...]:
        """The fields that differ from the record `now`. A field is replaced, never emptied, but 改正 by 应删去."""
        changed = []
        for field in (Field.PAPER, Field.ISSUE, Field.PAGE, Field.ARTICLE, Field.WRONG, Field.REASON):
            value = (self[field.value].data or "").strip()
            if value and _plain(value) != _plain(now[field.value]):
                changed.append(Amendment(field, value))
        right = (self.right.data or "").strip()
        if self.delete.data:
            changed += [] if now["delete"] else [Amendment(Field.RIGHT, "")]
        elif right and _plain(right) != _plain(now["right"]):
            changed.append(Amendment(Field.RIGHT, right))
        return tuple(changed)


class NumberForm(VersionedForm):
    """Another report, by its number."""

    other = StringField("另一条的编号", validators=[Required("请填另一条的编号。"), AtMost(12)])

    def number(self) -> int:
        found = _number(self.other.data)
        if found is None:
            raise BadInput("请填另一条的编号。")
        return found


class TellForm(VersionedForm):
    """The words to the reader, written anew."""

    reason = TextAreaField("给读者的话", validators=[AtMost(LONGEST_REASON)])


class EscalateForm(VersionedForm):
    escalate_reason = StringField("上报的理由", validators=[Required("请写一句上报的理由。"),
                                                   AtMost(LONGEST_REASON)])


def _plain(text: str) -> str:
    """Browsers send line ends as CR LF."""
    return text.replace("\r\n", "\n").strip()


def _number(text: str | None) -> int | None:
    plain = (text or "").strip().removeprefix("编号").strip()
    if not plain:
        return None
    if not (plain.isdecimal() and len(plain) <= 9):
        raise BadInput("编号是几位数字，例如 10023。")
    return int(plain)


def record_now(report: ReportView, finding: Finding) -> dict[str, str]:
    """The record as the mend form shows it."""
    return {
        "paper": report.paper or report.paper_text or "", "issue": report.month or report.issue_label or "",
        "page": report.page_label or report.page_text or "", "article": report.article_text or "",
        "wrong": report.wrong or "", "right": report.right or "", "reason": report.reason or "",
        "delete": "1" if finding.right == "" else "",
    }


def first_words(form: Any) -> str:
    """The first problem of a small form, as a sentence for the top of the page."""
    return next((str(errors[0]) for errors in form.errors.values() if errors), "请再试一次。")
