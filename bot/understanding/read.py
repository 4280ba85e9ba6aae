"""Reads one message in the light of the conversation: the joint of the understanding package.

Pure: no database, no clock, no network. Work is bounded by counting. A fault of ours raises, so that intake
keeps the message unread and a job reads it again.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from bot.dialogue import commands, questions
from bot.understanding.cited.pages import answered_page
from bot.understanding.corrections.correction import has_doubt
from bot.understanding.corrections.evident import with_right
from bot.understanding.corrections.extents import own_span
from bot.understanding.corrections.item import Correction
from bot.understanding.corrections.unquoted import quoted_alone, rare_run, side_by_side
from bot.understanding.heard import Heard, hear
from bot.understanding.in_print.locate import Index
from bot.understanding.in_print.placing import meant_by, placed
from bot.understanding.thresholds import LONGEST_READ, NEAR_RUN, SHORT_ANSWER, SHORTEST_RUN
from bot.understanding.turns import intents
from bot.understanding.turns.halves import half_told
from bot.understanding.turns.later import supplement
from bot.understanding.turns.parting import parted
from bot.understanding.turns.pointed import pointed_at
from bot.understanding.turns.withdrawing import withdrawal
from bot.understanding.values import About, Field, Finding, Intent, Reading, Waiting
from bot.understanding.words.masking import TOKEN
from bot.understanding.words.normalise import fold, loose_key, narrowed, strict_key, unadorned

LONGEST = LONGEST_READ


LONGEST_NAME = 12
_PAGE_IN_FIGURES = re.compile(r"\s*[pP]?0[1-9]\s*")
"""06, after 我要纠错."""
RATINGS = (Intent.SATISFIED, Intent.DISSATISFIED)
"""Words that may be the very ones in print, where we asked which are wrong."""
_WONDERS = re.compile("怎么(?:回事|会|成)|看不懂|字母|标点|句号|[这那]个.{1,4}字")
_REPORTED_BEFORE = re.compile(r"我[^,。]{0,4}报过了")
"""“食唐”我早就报过了，怎么别人第一: asked about a report on record."""
_OWN_PICTURE = re.compile(r"[这那]张[照图]片|(?:上面|刚才|前面|我)[拍发传][^,。]{0,4}[照图]片|[照图]片[里上]?[拍圈画]")
"""这张照片拍的是另外一个错: of the picture that he sent, and not of words that stand in print too."""
_MORE = re.compile(r"还有|还|也|另|再|又")
_OF_HIMSELF = re.compile(
    r"(?:[那这另其]|剩下|第?[一二两三四五\d])?(?:外|他|余|的)?[一两几\d]?[条个处]|我(?:不|没|要|想|是|有|也|就|还|的|在|已)"
)
_NEVER_A_NAME = re.compile(
    r"^\d+$|^好[的滴]|字$|^[喂哎唉哦啊嗯额]+$|谁|哪[里儿个位些]|什么|[这那]个|[这那]里|[照图]片|不是|没[有收看]|编号|(?:.的|就是|不对)$"
)
"""谁来评的, 照片里红圈圈出来的就是, 1: said to us, and nobody's name."""
_ENDS_A_QUESTION = re.compile("(?:没有?|吗|么|呢|伐|了)$|第几|多久|多少|什么|怎|结果|消息|发现的|登出来|(.)不\\1")
_ONE_EXPLAINED = re.compile("[一-鿿]{0,3}(?P<one>[一-鿿])[一-鿿]{0,3}的(?P=one)字?")
"""饺子的饺: which character is meant."""
_REPORTS = re.compile(r"应[为是该作]|改[为成]|误[为作写]|写成|印成|→|之误|[“\"「][^”\"」]*[”\"」].+")
"""What a short answer holds that is a correction and no name, whatever was asked."""


def read(text: str, *, sent_at: datetime, index: Index, waiting: Waiting) -> Reading:
    """What one message is for and what is in it. `sent_at` is aware; relative days are those of Shanghai."""
    truncated = len(text) > LONGEST
    said, text = text, narrowed(unadorned(text[:LONGEST]))
    command = commands.parse(text, has_reports=waiting.has_reports)
    bare = command is not None and command.intent in RATINGS and not (command.targets or command.findings)
    if command is not None and not (bare and waiting.field is not None):
        return command._replace(truncated=truncated)
    answer = _answer(text, sent_at, index, waiting)
    if answer is not None:
        return answer
    answers = waiting.has_reports or waiting.field is not None
    gone, rest = parted(text) if waiting.own else ((), "")
    if gone:
        mended = read(rest, sent_at=sent_at, index=index, waiting=waiting)
        if mended.intent is Intent.SUPPLEMENT and mended.targets and not set(mended.targets) & set(gone):
            return mended._replace(besides=gone)
    heard = hear(text, sent_at=sent_at, index=index, answers=answers, truncated=truncated)
    right_after_all = intents.finds_it_right(heard.spoken)
    if right_after_all is not None and (heard.corrections or heard.citations.mentions):
        stays = tuple(c for c in heard.corrections if c.start < right_after_all)[:-1]
        if not stays:
            return Reading(Intent.OTHER, truncated=truncated, about=About.CLOSING)
        until, cites = heard.corrections[len(stays)].start, heard.citations
        cites.text = cites.text[:until] + TOKEN * (len(cites.text) - until)  # no reason of those that stay
        heard = replace(heard, corrections=stays)
    reading = _understood(heard, waiting, answers)
    if waiting.asked_name and waiting.field is None and _says_no_error(reading):
        reading = _bare_name(text) or reading
    return reading._replace(truncated=heard.truncated, about=reading.about or questions.about(said, reading.intent))


def _answer(text: str, sent_at: datetime, index: Index, waiting: Waiting) -> Reading | None:
    """A bare answer to our own question: 2 after "which page?", a name after "which name?"."""
    asks_place = waiting.field is Field.PAGE or (waiting.field is Field.DETAIL and waiting.finding != Finding())
    asks_place = asks_place or (waiting.field is Field.DETAIL and _PAGE_IN_FIGURES.fullmatch(text) is not None)
    if asks_place and waiting.finding.page is None and len(text) <= SHORT_ANSWER:
        form = answered_page(text)
        if form:
            piece = _cited(waiting.finding)._replace(page_text=text.strip(), page=form)
            piece = placed(piece, meant_by(piece, index), index=index, sent_at=sent_at)
            return Reading(Intent.SUPPLEMENT, (Finding(page_text=text.strip(), page=piece.page),))
    return None


def _says_no_error(reading: Reading) -> bool:
    """Nothing understood, or only a word in quotation marks that stands nowhere in print."""
    if reading.intent is not Intent.REPORT:
        return reading.intent is Intent.OTHER
    only = reading.findings[0] if len(reading.findings) == 1 else None
    return (only is not None and only.right is None and only.place is None and not only.places
            and only.page is None and only.paper_id is None and only.article_id is None)


def _bare_name(text: str) -> Reading | None:
    """One word after "which name?", where nothing else could be understood from it."""
    bare = text.strip()
    if not 0 < len(bare) <= LONGEST_NAME or not re.fullmatch(r"[\w·“”\"「」]+", bare) or _REPORTS.search(bare):
        return None
    plain = bare.strip("“”\"「」")
    if _NEVER_A_NAME.search(plain) or _OF_HIMSELF.match(plain):
        return None
    if _ENDS_A_QUESTION.search(plain) or _ONE_EXPLAINED.fullmatch(plain):
        return None
    if intents.is_greeting(plain) or intents.question(plain) is not None or has_doubt(plain) or (
            questions.about(plain, Intent.OTHER) is not None):
        return None
    return Reading(Intent.NAME, name=commands.clean_name(bare))


def _cited(finding: Finding) -> Finding:
    return Finding(paper_text=finding.paper_text, paper_id=finding.paper_id, issue_text=finding.issue_text,
                   issue_label=finding.issue_label)  # fmt: skip


def _understood(heard: Heard, waiting: Waiting, answers: bool) -> Reading:
    spoken = heard.spoken
    if questions.is_contact(spoken):
        return Reading(Intent.OTHER)
    name = _name(heard)
    heard = _without_name(heard, name)
    withdrawn = withdrawal(heard, waiting)
    if withdrawn is not None:
        return withdrawn
    if answers:
        later = supplement(heard, waiting)
        if later is not None:
            bare = all(one._replace(reason=None) == Finding() for one in later.findings)
            if name is not None and bare and not later.amendments:
                return Reading(Intent.NAME, name=name)  # 那个名字就写方阿姨: no reason for anything
            return later._replace(name=_beside(heard, name))
    if name is not None and not heard.citations.mentions and all(c.wrong is None for c in heard.corrections):
        return Reading(Intent.NAME, name=name)
    if heard.stated:
        return _report(heard, _with_print(heard), waiting, _beside(heard, name))
    if name is not None and not heard.citations.mentions:
        return Reading(Intent.NAME, name=name)
    asked = intents.question(spoken)
    if asked is not None and not (heard.corrections and has_doubt(spoken)):
        return Reading(Intent.OTHER if asked is Intent.RULES and _asks_about_print(heard) else asked)
    doubted = _doubted(heard)
    if doubted:
        return _report(heard, doubted, waiting, _beside(heard, name))
    return _without_quotation(heard, waiting, name)


def _asks_about_print(heard: Heard) -> bool:
    """合唱团怎么参加: a question without a word of the contest, about something printed that is not its box."""
    run = None if intents.names_the_contest(heard.spoken) else heard.print.longest_run(heard.spoken, SHORTEST_RUN)
    printed = heard.print.exact(run[0]) if run else []
    return bool(printed) and not any("啄木鸟" in heard.index.entries[hit.entry].loose for hit in printed)


def _name(heard: Heard) -> str | None:
    words = intents.name_for_print(heard.masked.folded.text)
    if words is None:
        return None
    return commands.clean_name(_as_typed(heard, words)) if words else ""


def _without_name(heard: Heard, name: str | None) -> Heard:
    """登报写“钮师傅”: the name in marks is no word of print that is doubted."""
    if not name or not any(c.wrong == name for c in heard.corrections):
        return heard
    return replace(heard, corrections=tuple(c for c in heard.corrections if c.wrong != name or c.right))


def _beside(heard: Heard, name: str | None) -> str | None:
    """The name that a report gives beside its error, where it plainly is one and none of the words that are corrected."""
    if not name or not intents.gives_name(heard.masked.folded.text):
        return None
    return None if any(name in (c.wrong or "") + (c.right or "") for c in heard.corrections) else name


def _as_typed(heard: Heard, words: str) -> str:
    folded = heard.masked.folded
    at = folded.text.find(words)
    return folded.words(at, at + len(words)) if at >= 0 else words


def _with_print(heard: Heard) -> tuple[Correction, ...]:
    """The corrections; where only the right form is given, the printed words said before it are the wrong."""
    text = heard.citations.text
    completed = []
    for correction in heard.corrections:
        span, around = None, correction.context
        if correction.wrong is None and correction.right:
            begin = max((c.end for c in heard.corrections if c.end <= correction.start), default=0)
            span = quoted_alone(text[begin : correction.start], heard.print)
            span = (span[0] + begin, span[1] + begin) if span else None
            part = own_span(text[slice(*span)], fold(correction.right).text) if span else None
            if span and part:  # 青菜每份4元应该是5元
                around, span = around or heard.masked.words(*span), (span[0] + part[0], span[0] + part[1])
        completed.append(correction._replace(wrong=heard.masked.words(*span), context=around) if span else correction)
    return tuple(completed)


def _doubted(heard: Heard) -> tuple[Correction, ...]:
    """Quotations that the message doubts, or that are all it says beside citations."""
    if heard.corrections:
        outside = re.sub("[\ue000-\ue7ff]", "", heard.citations.text)
        if _REPORTED_BEFORE.search(outside) and not heard.citations.mentions:
            return ()
        says_nothing_else = len(loose_key(outside)) <= 3
        if says_nothing_else or has_doubt(outside) or not intents.asks_about_service(outside):
            serious = says_nothing_else or has_doubt(outside) or bool(heard.citations.mentions) or _stands(heard)
            return heard.corrections if serious else ()
        return ()
    pair = side_by_side(heard.citations.text, heard.print)
    if pair:
        wrong, right = (heard.masked.words(*span) for span in pair)
        return (Correction(pair[0][0], pair[1][1], wrong, right, quoted=False),)
    span = quoted_alone(heard.citations.text, heard.print)
    if span is None:
        return _run_doubted(heard)
    copied = span[1] - span[0] >= NEAR_RUN and bool(heard.citations.mentions)
    if intents.asks_about_service(heard.spoken) and not copied:
        return ()
    whole = len(loose_key(heard.spoken)) - len(loose_key(heard.citations.text[span[0] : span[1]])) <= 3
    shown = _shown(heard, span)
    return (shown,) if whole or shown.right or has_doubt(heard.spoken) else ()


def _run_doubted(heard: Heard) -> tuple[Correction, ...]:
    """Speech that doubts something and holds a stretch of print found hardly anywhere else: 那个二O一八年用了字母."""
    text = heard.citations.text
    doubts = (intents.speaks_of_error(text) or _WONDERS.search(text)) and not _OWN_PICTURE.search(text)
    asks = intents.asks_about_service(heard.spoken) and not heard.citations.has(Field.PAGE)
    if not doubts or heard.citations.has(Field.ARTICLE) or asks:
        return ()  # of a cited article the description tells more than a few words of it
    span = rare_run(text, heard.print)
    return (_shown(heard, span),) if span else ()


def _shown(heard: Heard, span: tuple[int, int]) -> Correction:
    """Printed words that are doubted, with the right form that is evident behind them."""
    shown = Correction(*span, heard.masked.words(*span), doubt=True, quoted=False)
    return with_right(shown, heard.spoken[span[1] :])


def _stands(heard: Heard) -> bool:
    """Whether a quotation of some length stands in print: who copies a sentence means it."""
    keys = [loose_key(c.wrong or "") for c in heard.corrections]
    return any(len(key) >= SHORTEST_RUN and heard.print.stands(key) for key in keys)


def _report(heard: Heard, corrections: tuple[Correction, ...], waiting: Waiting, name: str | None) -> Reading:
    findings = _with_topics_of_others(tuple(_inheriting(heard.finding(c), heard, waiting) for c in corrections), heard)
    return Reading(Intent.REPORT, _one_each(findings), name=name)


def _with_topics_of_others(findings: tuple[Finding, ...], heard: Heard) -> tuple[Finding, ...]:
    """A citation carries over to further errors of a message, if they stand in the article too or nowhere known."""
    if heard.citations.has(Field.ARTICLE):
        return findings
    carried: list[Finding] = []
    for finding in findings:
        last = carried[-1] if carried else None
        same_place = last is not None and last.article_id is not None and finding.article_id is None and (
            finding.page == last.page and finding.paper_text == last.paper_text
            and finding.place is not None and finding.place.article_id == last.article_id)  # fmt: skip
        carried.append(finding._replace(article_text=last.article_text, article_id=last.article_id)
                       if same_place and last else finding)  # fmt: skip
    return tuple(carried)


def _one_each(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    kept: dict[tuple[object, ...], Finding] = {}
    for finding in findings:
        words = strict_key(finding.wrong or ""), finding.right if finding.right is None else strict_key(finding.right)
        kept.setdefault((*words, finding.article_text, finding.page, finding.paper_text), finding)
    return tuple(kept.values())


def _inheriting(finding: Finding, heard: Heard, waiting: Waiting) -> Finding:
    """With the former report's citation, as far as the reader says so (同一篇, 同一版)."""
    former = waiting.finding
    depth = heard.citations.inherits
    again = finding.article_id is not None and finding.article_id == former.article_id
    if depth is None and again and _MORE.search(heard.spoken):
        depth = Field.ARTICLE  # 还有导读里…: the same article named once more
    if depth is None or former == Finding():
        return finding
    inherited = finding
    if finding.paper_text is None:
        inherited = inherited._replace(paper_text=former.paper_text, paper_id=former.paper_id)
    if finding.issue_label is None:
        inherited = inherited._replace(issue_text=former.issue_text, issue_label=former.issue_label)
    if depth in (Field.PAGE, Field.ARTICLE) and finding.page is None:
        inherited = inherited._replace(page_text=former.page_text, page=former.page)
    if depth is Field.ARTICLE and finding.article_text is None:
        inherited = inherited._replace(article_text=former.article_text, article_id=former.article_id)
    return placed(inherited, meant_by(inherited, heard.index), index=heard.index, sent_at=heard.sent_at)


def _without_quotation(heard: Heard, waiting: Waiting, name: str | None) -> Reading:
    """No words of print: a half-told report, a courtesy, or nothing for this desk."""
    spoken, cites = heard.spoken, heard.citations
    outside = cites.text
    pointed = pointed_at(heard)
    if pointed:
        return Reading(Intent.REPORT, pointed, name=name)
    told = half_told(heard)
    if told and questions.is_online(spoken) and not (cites.has(Field.PAGE) or cites.has(Field.PAPER)):
        return Reading(Intent.OTHER)
    if told:
        return Reading(Intent.REPORT, tuple(_inheriting(finding, heard, waiting) for finding in told), name=name)
    asked = None if cites.has(Field.PAGE) or cites.has(Field.ARTICLE) else intents.contest_question(spoken)
    if intents.starts_report(spoken) and (asked is None or cites.mentions):
        findings = (heard.cited_only(),) if cites.mentions else ()
        return Reading(Intent.REPORT, findings, name=name)
    if name is not None:
        return Reading(Intent.NAME, name=name)
    if intents.is_greeting(spoken):
        return Reading(Intent.GREETING)
    says_more = intents.asks(spoken) or intents.praises(spoken)
    only_citation = not says_more and len(loose_key(re.sub("[\ue000-\ue7ff]", "", outside))) <= 4
    if cites.mentions and only_citation and any(map(cites.has, (Field.PAGE, Field.ARTICLE, Field.PAPER))):
        return Reading(Intent.REPORT, (heard.cited_only(),), name=name)
    return Reading(asked or Intent.OTHER)
