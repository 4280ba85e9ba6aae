"""Imports every table once, so that `Base.metadata` is whole."""

from models import (
    articles,
    attachments,
    audit,
    codes,
    contests,
    grades,
    imports,
    ledger,
    links,
    messages,
    newsroom,
    outgoing,
    papers,
    readers,
    reports,
    search,
    staff,
)
from models.base import Base

metadata = Base.metadata

__all__ = ["articles", "attachments", "audit", "codes", "contests", "grades", "imports", "ledger", "links",
           "messages", "metadata", "newsroom", "outgoing", "papers", "readers", "reports", "search", "staff"]
