"""The rows of the points table as data, and where each value comes from. Knows no scoring."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class RowKind(StrEnum):
    """What a row of the annex does."""

    POINTS = "points"  # an editor picks it; it carries the base points
    DOUBLING = "doubling"  # doubles the row that the error falls in
    REPEATS = "repeats"  # limits repeats in the paper's own ledger; readers' repeats are one erratum
    ESCALATED = "escalated"  # goes to a person, never scored


class RowStatus(StrEnum):
    """What we may call a row in front of readers."""

    NATIONAL = "national"
    LOCAL = "local"


class Evidence(StrEnum):
    """How well the value of a row is known."""

    CONFIRMED = "confirmed"  # read in the text of the 2020 newspaper annex
    PROXY = "proxy"  # taken from another regulation, named in the source
    NOT_FOUND = "not_found"  # no text read shows it: our own value


STATUS_NAMES = {RowStatus.NATIONAL: "国标", RowStatus.LOCAL: "本报暂定值"}

USAGE = "usage"
"""The group of punctuation and number usage, of which a person's first points only count (rule 7)."""


@dataclass(frozen=True, slots=True)
class AnnexRow:
    """One row: `base_milli` in thousandths of a point, `cap_group` "" or "usage"."""

    code: str
    name: str
    base_milli: int
    doubles: bool
    cap_group: str
    kind: RowKind
    status: RowStatus
    evidence: Evidence
    source: str

    @property
    def label(self) -> str:
        """Name and standing for a screen: 标点符号错用、漏用、多用（本报暂定值）."""
        return f"{self.name}（{STATUS_NAMES[self.status]}）"


_PAPER = "《报纸编校差错率计算方法》（国新出发〔2020〕10号附件）"
_BOOK = "参照《图书编校质量差错率计算方法》（2005）"


def _national(
    code: str, name: str, base: int, item: str, *, doubles: bool = True, group: str = ""
) -> AnnexRow:
    return AnnexRow(code, name, base, doubles, group, RowKind.POINTS,
                    RowStatus.NATIONAL, Evidence.CONFIRMED, f"{_PAPER}{item}")


def _rule(code: str, name: str, kind: RowKind, item: str) -> AnnexRow:
    return AnnexRow(code, name, 0, False, "", kind, RowStatus.NATIONAL, Evidence.CONFIRMED, f"{_PAPER}{item}")


def _local(code: str, name: str, base: int, evidence: Evidence, source: str, *,
           doubles: bool = False, group: str = "", kind: RowKind = RowKind.POINTS) -> AnnexRow:
    return AnnexRow(code, name, base, doubles, group, kind, RowStatus.LOCAL, evidence, source)


# Copies of the annex print the middle length class as "25个字" (the dash is lost); 2—5 and, for the last
# class, 6 and more are our reading, which the book regulation bears out.
DEFAULT_ANNEX: tuple[AnnexRow, ...] = (
    _rule("N-01", "报头、报眉、栏头、标题中的文字差错（加倍）", RowKind.DOUBLING, "重要信息差错"),
    _rule("N-02", "重要名称、重要时间、重要图片等信息错误（加倍）", RowKind.DOUBLING, "重要信息差错"),
    _rule("N-03", "同一文字差错重复出现，每期最多计 3 次", RowKind.REPEATS, "重复差错"),
    _national("N-04", "事实性、知识性、逻辑性、语法性错误", 1000, "第2（1）项"),
    _national("N-05", "错字、别字、多字、漏字，1 个字", 1000, "第2（2）项"),
    _national("N-06", "错字、别字、多字、漏字，2 至 5 个字", 2000, "第2（2）项"),
    _national("N-07", "错字、别字、多字、漏字，6 个字及以上", 4000, "第2（2）项"),
    _national("N-08", "前后颠倒字，用一个校对符号可以改正", 1000, "第2（2）项"),
    _national("N-09", "阿拉伯数字、罗马数字差错", 1000, "第2（2）项"),
    _national("N-10", "阿拉伯数字与汉字数字用法不符合规定", 100, "第2（3）项", doubles=False, group=USAGE),
    _national("N-11", "外文、国际音标差错，按单词计", 1000, "第2（4）项"),
    _local("N-12", "少数民族文字差错", 1000, Evidence.PROXY, f"{_BOOK}；报纸附件有此项，分值未见"),
    _local("N-13", "汉语拼音不符合拼写规则", 1000, Evidence.PROXY, _BOOK),
    _local("N-14", "字母大小写、正斜体、黑白体误用，字母与符号混用", 500, Evidence.PROXY, _BOOK),
    _local("N-15", "繁体字、异体字、异形词使用不当，简繁混用", 500, Evidence.PROXY, _BOOK),
    _local("N-16", "计量单位、科技术语不规范", 1000, Evidence.PROXY, _BOOK),
    _local("N-17", "涉港澳台及民族用语不符合规定", 1000, Evidence.NOT_FOUND, "本报按事实性错误计"),
    _local("N-18", "标点符号错用、漏用、多用", 100, Evidence.NOT_FOUND, "本报按数字用法计", group=USAGE),
    _local("N-19", "小数点与中圆点等其他符号差错", 100, Evidence.NOT_FOUND, "本报按标点符号计"),
    _local("N-20", "格式差错", 100, Evidence.NOT_FOUND, "本报按标点符号计"),
    _local("N-21", "图片、图表与文字不符", 1000, Evidence.PROXY,
           "参照报纸附件第2（1）项；附件只写明重要图片加倍", doubles=True),
    _local("N-22", "政治性差错、法规禁止的内容", 0, Evidence.NOT_FOUND,
           "《报纸期刊质量管理规定》第四条：归内容质量，不计分，转专人处理", kind=RowKind.ESCALATED),
)
ROW_NAMES = {row.code: row.name for row in DEFAULT_ANNEX}
"""What our own rows are called; a rule set may have more, or other names."""
