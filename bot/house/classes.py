"""Which of the eight classes of the Shanghai checks a row of the annex belongs to. Knows no error, no paper.

The classes are those that 上海市出版物编校质量检测中心 counts papers by. Which row goes to which is our own reading: the
checks publish no table. Where one row holds two classes the likelier one stands here, with the reason.
"""

from __future__ import annotations

from enum import StrEnum


class CheckClass(StrEnum):
    """The eight classes, in the order of the checks."""

    CHARACTERS = "characters"
    WORDS = "words"
    EXPRESSION = "expression"
    KNOWLEDGE = "knowledge"
    PUNCTUATION = "punctuation"
    NUMBERS = "numbers"
    UNITS = "units"
    FORM = "form"


CLASS_NAMES: dict[CheckClass, str] = {
    CheckClass.CHARACTERS: "用字", CheckClass.WORDS: "词语", CheckClass.EXPRESSION: "表达",
    CheckClass.KNOWLEDGE: "知识内容", CheckClass.PUNCTUATION: "标点", CheckClass.NUMBERS: "数字用法",
    CheckClass.UNITS: "计量单位", CheckClass.FORM: "格式体例",
}

_CLASS_OF: dict[str, CheckClass] = {
    "N-04": CheckClass.KNOWLEDGE,  # grammar and logic share the row; facts are what readers report under it
    "N-05": CheckClass.CHARACTERS,
    "N-06": CheckClass.WORDS,  # two to five characters: a word
    "N-07": CheckClass.EXPRESSION,  # a run of six and more breaks the sentence
    "N-08": CheckClass.CHARACTERS,
    "N-09": CheckClass.NUMBERS,
    "N-10": CheckClass.NUMBERS,
    "N-11": CheckClass.CHARACTERS,
    "N-12": CheckClass.CHARACTERS,
    "N-13": CheckClass.CHARACTERS,
    "N-14": CheckClass.FORM,
    "N-15": CheckClass.CHARACTERS,
    "N-16": CheckClass.UNITS,
    "N-17": CheckClass.WORDS,
    "N-18": CheckClass.PUNCTUATION,
    "N-19": CheckClass.PUNCTUATION,
    "N-20": CheckClass.FORM,
    "N-21": CheckClass.KNOWLEDGE,
}


def shanghai_class(row_code: str | None) -> CheckClass | None:
    """The class of a row such as "N-05"; None for a row that is never scored, and for a code of another table."""
    return _CLASS_OF.get(row_code or "")
