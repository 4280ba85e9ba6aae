"""The laid-out pages of one issue → the same values the exchange file gives, jumps joined, with every letter's box. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.catalogue.boxes import article_name, encode
from bot.catalogue.exchange import PageFile, PageForm
from bot.catalogue.pdf.compose import At, Composer
from bot.catalogue.pdf.furniture import BACK, JUMP, jump_target, page_number
from bot.catalogue.pdf.values import Draft, Laid


@dataclass
class _Whole:
    """A draft with the pages of its lines, so that another page's lines can be added."""

    page: int
    kind: str
    title: list[At]
    subtitle: list[At]
    body: list[At]


def pages_of(pages: Sequence[Laid], hints: Sequence[str | None]) -> tuple[PageFile, ...]:
    """`hints`: the page number a file's own name says, used where the page prints none."""
    numbers = numbered(pages, hints)
    composer = Composer(pages)
    wholes = _joined([_whole(n, draft) for n, page in enumerate(pages) for draft in page.drafts], pages, numbers)
    articles: list[list[_Whole]] = [[] for _ in pages]
    for whole in wholes:
        articles[whole.page].append(whole)
    files = []
    for n, own in enumerate(articles):
        made = []
        for count, whole in enumerate(own, 1):
            key = f"{numbers[n]}-{count}"
            made.append(composer.article(article_name(numbers[n], key), key, _kind(whole), whole.title,
                                         whole.subtitle, whole.body))
        files.append(PageFile(numbers[n], pages[n].name, (), tuple(made)))
    return tuple(replace(file, form=PageForm(pages[n].width, pages[n].height, encode(composer.boxes(n))))
                 for n, file in enumerate(files))


def _kind(whole: _Whole) -> str:
    return "news" if whole.kind == "continued" else whole.kind


def _whole(page: int, draft: Draft) -> _Whole:
    return _Whole(page, draft.kind, *([At(page, line) for line in part] for part in (draft.title, draft.subtitle, draft.body)))


def numbered(pages: Sequence[Laid], hints: Sequence[str | None]) -> list[str]:
    """A number for every page, each only once: as printed, as the file is named, else the next after the one before."""
    numbers: list[str] = []
    last = 0
    for page, hint in zip(pages, hints, strict=True):
        following = f"{last + 1:02d}" if page.width <= page.height else f"{last + 1:02d}、{last + 2:02d}"
        number = next((one for one in (page.number, hint, following) if one and one not in numbers), None)
        while number is None or number in numbers:
            last += 1
            number = f"{last:02d}"
        numbers.append(number)
        last = int(re.findall(r"\d+", number)[-1])
    return numbers


def number_in(file_name: str) -> str | None:
    """The page number in a file's name: 第02版.pdf, A03.pdf, 20261108_04-05.pdf, 柳湾-2.pdf; None where none shows."""
    stem = file_name.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    stem = re.sub(r"(?:19|20)\d\d([\-_.年]?)(?:0?[1-9]|1[0-2])(?:(?:\1|月)(?:[0-2]?\d|3[01])日?)?(?!\d)", " ", stem)
    match = re.search(r"第?([A-D]?\d{1,2}(?:[、\-—][A-D]?\d{1,2})?)版", stem) or re.search(
        r"(?:^|[^\dA-Za-z])([A-D]?\d{1,2}(?:[、\-—]\d{1,2})?)$", stem)
    return page_number(match[1]) if match else None


def _joined(wholes: list[_Whole], pages: Sequence[Laid], numbers: Sequence[str]) -> list[_Whole]:
    """（下转3版） and （上接1版） brought together; the notes themselves are furniture then."""

    def text(at: At) -> str:
        return pages[at.page].lines[at.line].text

    gone: set[int] = set()
    for source in wholes:
        note = next((at for at in source.body if JUMP.fullmatch(text(at))), None)
        match = JUMP.fullmatch(text(note)) if note else None
        if note is None or match is None:
            continue
        target = _target(source, jump_target(match[1]), wholes, gone, numbers, text)
        if target is not None:
            gone.add(id(target))
            source.body = [at for at in source.body if at != note]
            source.body += [at for at in target.body if not BACK.fullmatch(text(at))]
    return [whole for whole in wholes if id(whole) not in gone]


def _target(source: _Whole, wanted: int, wholes: list[_Whole], gone: set[int], numbers: Sequence[str],
            text: object) -> _Whole | None:  # fmt: skip
    """The piece on the page named that says it comes from the source's page, else the only one there that says 上接."""
    assert callable(text)
    back = [whole for whole in wholes if id(whole) not in gone and whole is not source
            and wanted in _plain(numbers[whole.page]) and any(BACK.fullmatch(text(at)) for at in whole.body)]  # fmt: skip
    named = [whole for whole in back for at in whole.body
             if (match := BACK.fullmatch(text(at))) and jump_target(match[1]) in _plain(numbers[source.page])]  # fmt: skip
    found = named or back
    return found[0] if len(found) == 1 else None


def _plain(number: str) -> list[int]:
    return [int(digits) for digits in re.findall(r"\d+", number)]
