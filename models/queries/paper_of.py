"""Of which paper a thing is, by its id: for roles that hold on single papers only. Knows no role.

Each gives one paper id; none, or NULL, for what is of no paper (yet), and for what does not exist. Those at the end give
the papers of the contest, or of the account's contests, that a thing belongs to.
"""

from __future__ import annotations

from sqlalchemy import Select, func, select

from models.attachments import Attachment
from models.contests import Award, Contest, Round
from models.leads import Lead
from models.ledger import HouseFind
from models.messages import Message
from models.newsroom import CorrectionNotice
from models.outgoing import OutgoingMessage
from models.papers import Article, Issue, Page, Paper
from models.readers import Reader
from models.reports import Erratum, Report


def report(number: int) -> Select[int | None]:
    return select(Report.paper_id).where(Report.id == number)


def issue(issue_id: int) -> Select[int]:
    return select(Issue.paper_id).where(Issue.id == issue_id)


def page(page_id: int) -> Select[int]:
    return select(Issue.paper_id).join(Page, Page.issue_id == Issue.id).where(Page.id == page_id)


def erratum(erratum_id: int) -> Select[int | None]:
    """Where its place is, else where its issue is, else what its reports say."""
    place = (select(Issue.paper_id).join(Page, Page.issue_id == Issue.id).join(Article, Article.page_id == Page.id)
             .where(Article.id == Erratum.article_id).scalar_subquery())
    stated = select(Issue.paper_id).where(Issue.id == Erratum.issue_id).scalar_subquery()
    told = select(func.min(Report.paper_id)).where(Report.erratum_id == Erratum.id).scalar_subquery()
    return select(func.coalesce(place, stated, told)).where(Erratum.id == erratum_id)


def correction(notice_id: int) -> Select[int]:
    return select(Issue.paper_id).join(CorrectionNotice, CorrectionNotice.issue_id == Issue.id).where(
        CorrectionNotice.id == notice_id)


def house_find(find_id: int) -> Select[int]:
    return select(Issue.paper_id).join(HouseFind, HouseFind.issue_id == Issue.id).where(HouseFind.id == find_id)


def attachment(attachment_id: int) -> Select[int | None]:
    """That of the report its message told; a message told several reports at most of one issue."""
    return (select(Report.paper_id).join(Attachment, Attachment.message_id == Report.message_id)
            .where(Attachment.id == attachment_id).order_by(Report.id).limit(1))


def letter(message_id: int) -> Select[int | None]:
    """That of the report it tells; a letter that tells none is of no paper."""
    return select(Report.paper_id).where(Report.message_id == message_id).order_by(Report.id).limit(1)


def outgoing(outgoing_id: int) -> Select[int | None]:
    """That of the report that words to a reader are about."""
    return select(Report.paper_id).join(OutgoingMessage, OutgoingMessage.report_id == Report.id).where(
        OutgoingMessage.id == outgoing_id)


def of_contest(contest_id: int) -> Select[int]:
    return select(Paper.id).where(Paper.contest_id == contest_id)


def of_round(round_id: int) -> Select[int]:
    return select(Paper.id).join(Round, Round.contest_id == Paper.contest_id).where(Round.id == round_id)


def of_award(award_id: int) -> Select[int]:
    return (select(Paper.id).join(Round, Round.contest_id == Paper.contest_id).join(Award, Award.round_id == Round.id)
            .where(Award.id == award_id))


def of_lead(lead_id: int) -> Select[int]:
    return (select(Paper.id).join(Round, Round.contest_id == Paper.contest_id).join(Lead, Lead.round_id == Round.id)
            .where(Lead.id == lead_id))


def of_account(account: str) -> Select[int]:
    return select(Paper.id).join(Contest, Contest.id == Paper.contest_id).where(Contest.account == account)


def of_reader(reader_id: int) -> Select[int]:
    return (select(Paper.id).join(Contest, Contest.id == Paper.contest_id).join(Reader, Reader.account == Contest.account)
            .where(Reader.id == reader_id))


def of_letter(message_id: int) -> Select[int]:
    """Those of its account: of a letter that tells no report of a paper."""
    return (select(Paper.id).join(Contest, Contest.id == Paper.contest_id).join(Message, Message.account == Contest.account)
            .where(Message.id == message_id))
