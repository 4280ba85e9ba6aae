"""Conversations with gold answers played through `read`: catalogue and predictions in the corpus's form."""

from __future__ import annotations

import json
from datetime import date, datetime
from itertools import count
from pathlib import Path
from typing import Any

from bot.understanding.in_print.locate import Index
from bot.understanding.values import ArticleText, Catalogue, Finding, IssueText, PageText, PaperText
from tests.support.conversation import Conversation, errata


def _articles(page: dict[str, Any], ids: count[int]) -> tuple[ArticleText, ...]:
    articles = [
        ArticleText(next(ids), a["id"], a["title"], a.get("subtitle"), tuple(a["paragraphs"]), a.get("kind") or "news",
                    tuple(a.get("subheads") or ()))
        for a in page["articles"]
    ]  # fmt: skip
    captions = [ArticleText(next(ids), c["id"], "", None, tuple(c["paragraphs"]), "caption")
                for c in page.get("captions", ())]  # fmt: skip
    return (*articles, *captions)


def catalogue_of(folder: Path) -> tuple[Catalogue, dict[int, str]]:
    """The catalogue of all files and, for each issue id, the name of its file."""
    ids, files = count(1), dict[int, str]()
    aliases: dict[str, set[str]] = {}
    issues: dict[str, list[IssueText]] = {}
    for path in sorted(folder.glob("*.json")):
        raw = json.loads(path.read_text(encoding="utf-8"))
        pages = tuple(
            PageText(next(ids), p["number"], p["name"], tuple(p.get("name_aliases", ())), _articles(p, ids))
            for p in raw["pages"]
        )
        day = date.fromisoformat(raw["date"]) if raw["date"] else None
        issue = IssueText(next(ids), raw["issue"], day, pages)
        files[issue.id] = path.stem
        aliases.setdefault(raw["edition"], set()).update(raw["aliases"])
        issues.setdefault(raw["edition"], []).append(issue)
    papers = (PaperText(next(ids), name, tuple(sorted(aliases[name])), tuple(issues[name])) for name in issues)
    return Catalogue(1, tuple(papers)), files


def _located(finding: Finding, index: Index, files: dict[int, str]) -> dict[str, str] | None:
    places = (finding.place,) if finding.place else finding.places
    entries = {index.entry_of(place.article_id) for place in places}
    number = entries.pop() if len(entries) == 1 else None
    if number is None:
        return None
    entry = index.entries[number]
    return {"paper": files[entry.issue.id], "page": entry.page.number, "article": entry.article.key}


def _report(finding: Finding, index: Index, files: dict[int, str]) -> dict[str, Any]:
    paper, number = index.paper(finding.paper_id), index.entry_of(finding.article_id)
    return {
        "paper": paper.name if paper else None,
        "issue": finding.issue_label,
        "page": finding.page,
        "article": index.entries[number].article.title if number is not None else None,
        "wrong": finding.wrong,
        "right": finding.right,
        "located": _located(finding, index, files),
    }


def predictions(papers: Path, gold: Path) -> list[dict[str, Any]]:
    """What is understood of the conversations of a file, in the form that the corpus's scorer reads."""
    catalogue, files = catalogue_of(papers)
    index = Index(catalogue)
    lines, findings, reports = [], list[Finding](), list[dict[str, Any]]()
    for text in gold.read_text(encoding="utf-8").splitlines():
        line = json.loads(text)
        conversation = Conversation(index)
        for turn in line["turns"]:
            conversation.say(turn["text"], datetime.fromisoformat(turn["sent_at"]))
        standing = conversation.standing()
        own = [_report(finding, index, files) for finding in standing]
        findings += standing
        reports += own
        lines.append({"id": line["id"], "intents": [str(i) for i in conversation.intents], "reports": own})
    for report, number in zip(reports, errata(findings, index), strict=True):
        report["erratum"] = None if number is None else f"p{number}"
    return lines
