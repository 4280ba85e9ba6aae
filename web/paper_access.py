"""Roles on single papers: of which paper the thing of a request is, and whether the member may open it there.

Costs nothing for members whose role holds everywhere; one query for the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flask import request
from sqlalchemy import Select, literal, select
from sqlalchemy.orm import Session

from bot.errors import NotAllowed
from bot.members.sign_in import SignedIn
from models.enums import Role
from models.papers import Paper
from models.queries import paper_of
from models.queries.staff import whom_to_ask
from models.session import reading
from web.deps import deps
from web.visitor import member as visitor

PAPER_OF: dict[str, Callable[[int], Select[Any]]] = {
    "number": paper_of.report,
    "report_id": paper_of.report,
    "other": paper_of.report,
    "paper_id": lambda paper_id: select(literal(paper_id)),
    "issue_id": paper_of.issue,
    "page_id": paper_of.page,
    "erratum_id": paper_of.erratum,
    "notice_id": paper_of.correction,
    "find_id": paper_of.house_find,
    "attachment_id": paper_of.attachment,
    "message_id": paper_of.letter,
    "outgoing_id": paper_of.outgoing,
}
"""By the name of the number in the address."""

PAPERS_OF: dict[str, Callable[[Any], Select[Any]]] = {
    "contest_id": paper_of.of_contest,
    "round_id": paper_of.of_round,
    "award_id": paper_of.of_award,
    "lead_id": paper_of.of_lead,
    "reader_id": paper_of.of_reader,
    "account": paper_of.of_account,
    "message_id": paper_of.of_letter,
}
"""What is of several papers at once: open by the member's own role as soon as one of them is his (or none is known). A
letter that tells a report of a paper is judged by that paper alone, above."""

OF_NO_PAPER = frozenset({
    "filename", "call", "link_id",
    "row", "column", "zoom", "month", "kind", "upload_id", "name", "staff_id", "session_id", "token", "form", "subject",
    "filter_id", "act_id", "moment", "box_id", "position", "note_id", "change_id", "version",
    "post", "ref", "ordinal", "field",
})
"""Names in addresses that say nothing of a paper; a test asks that every name stands here or above."""

PRINTED = frozenset({"papers", "ledger", "codes", "pictures", "calendar"})
"""Blueprints that show what is printed, and figures of it: everybody may look at every paper."""


def role_here(member: SignedIn, endpoint: str, allowed: Callable[[Role], bool]) -> Role | None:
    """The member's role on the paper of the request, where it opens the endpoint; None: it is about no paper of rows.

    NotAllowed, with whom to ask, where his role on that paper does not open it.
    """
    asked = request.view_args or {}
    printed = endpoint.partition(".")[0] in PRINTED and request.method in ("GET", "HEAD")
    if not member.paper_roles or printed:
        return None
    for name in asked.keys() & (PAPER_OF.keys() | PAPERS_OF.keys()):
        with reading(deps().engine) as session:
            paper_id = session.scalar(PAPER_OF[name](int(asked[name]))) if name in PAPER_OF else None
            if paper_id is None:
                _check_several(session, member, name, asked[name])
                continue
            role = member.role_on(paper_id)
            if role is not None and allowed(role):
                return role
            raise NotAllowed(_refusal(session, paper_id, role))
    return None


def _check_several(session: Session, member: SignedIn, name: str, value: Any) -> None:
    """NotAllowed where a thing is of several papers and none of them is his; whoever deputises for the contest may."""
    papers = set(session.scalars(PAPERS_OF[name](value))) if name in PAPERS_OF else set()
    if not papers or member.only_papers is None or papers & member.only_papers:
        return
    if not member.deputy_of & set(session.scalars(select(Paper.contest_id).where(Paper.id.in_(papers)))):
        raise NotAllowed(_refusal(session, min(papers), None))


def check_named(session: Session, kind: str, ids: Iterable[int]) -> None:
    """The same for what a form names instead of the address (`kind` as above): NotAllowed for what is not his."""
    only = visitor().only_papers
    for one in dict.fromkeys(ids) if only is not None else ():
        paper_id = session.scalar(PAPER_OF[kind](one)) if kind in PAPER_OF else None
        if paper_id is None:
            _check_several(session, visitor(), kind, one)
        elif only is not None and paper_id not in only:
            raise NotAllowed(_refusal(session, paper_id, None))


def _refusal(session: Session, paper_id: int, role: Role | None) -> str:
    paper, people = whom_to_ask(session, paper_id)
    ask = f"需要的话，请找{'、'.join(people)}。" if people else "需要的话，请找管理员。"
    return (f"《{paper}》不归您管。" if role is None else f"在《{paper}》，您的角色做不了这一步。") + ask
