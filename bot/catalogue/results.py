"""What was read off an import's files ↔ JSON, so that nothing is read twice and no machine need be the same. Pure."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from bot.catalogue.exchange import ArticleFile, IssueFile, PageFile, PageForm

VERSION = 1


@dataclass(frozen=True, slots=True)
class Kept:
    """One issue as it was read. `thumbnails`: the name of each page's small picture, None where it has none."""

    file: IssueFile
    digest: str
    notes: tuple[str, ...] = ()
    thumbnails: tuple[str | None, ...] = ()


def pictures_of(issues: Sequence[Kept]) -> list[str]:
    """The names of all page pictures, each once."""
    forms = (page.form for issue in issues for page in issue.file.pages)
    return list(dict.fromkeys(form.picture for form in forms if form is not None and form.picture))


def encode(issues: Sequence[Kept]) -> bytes:
    return json.dumps({"version": VERSION, "issues": [_issue(one) for one in issues]}, ensure_ascii=False).encode()


def decode(data: bytes) -> list[Kept]:
    """ValueError for what `encode` of this version did not write."""
    try:
        raw = json.loads(data)
        if raw["version"] != VERSION:
            raise ValueError("another version")
        return [_kept(one) for one in raw["issues"]]
    except (KeyError, TypeError) as problem:
        raise ValueError("not what was read") from problem


def _issue(kept: Kept) -> dict[str, Any]:
    file = kept.file
    return {
        "source": file.source, "edition": file.edition, "aliases": file.aliases, "month": file.month,
        "published_on": file.published_on.isoformat() if file.published_on else None,
        "keys_are_ours": file.keys_are_ours, "pages": [_page(page) for page in file.pages],
        "digest": kept.digest, "notes": kept.notes, "thumbnails": kept.thumbnails,
    }  # fmt: skip


def _page(page: PageFile) -> dict[str, Any]:
    articles = [[one.key, one.kind, one.title, one.subtitle, one.byline, one.paragraphs] for one in page.articles]
    form = page.form and [page.form.width, page.form.height, base64.b64encode(page.form.boxes).decode("ascii"),
                          page.form.picture, page.form.picture_width, page.form.picture_height]  # fmt: skip
    return {"number": page.number, "name": page.name, "aliases": page.aliases, "articles": articles, "form": form}


def _kept(raw: dict[str, Any]) -> Kept:
    day = raw["published_on"]
    file = IssueFile(raw["source"], raw["edition"], tuple(raw["aliases"]), raw["month"],
                     date.fromisoformat(day) if day else None, tuple(map(_page_file, raw["pages"])), raw["keys_are_ours"])
    return Kept(file, raw["digest"], tuple(raw["notes"]), tuple(raw["thumbnails"]))


def _page_file(raw: dict[str, Any]) -> PageFile:
    articles = tuple(replace(ArticleFile(*one), paragraphs=tuple(one[5])) for one in raw["articles"])
    form = raw["form"]
    if form is not None:
        width, height, boxes, *picture = form
        form = PageForm(width, height, base64.b64decode(boxes, validate=True), *picture)
    return PageFile(raw["number"], raw["name"], tuple(raw["aliases"]), articles, form)
