"""Imports every table once, so that `Base.metadata` is whole."""

from models import (
    articles,
    attachments,
    audit,
    codes,
    contests,
    grades,
    links,
    messages,
    outgoing,
    papers,
    readers,
    reports,
    search,
    staff,
)
from models.base import Base

metadata = Base.metadata

__all__ = ["articles", "attachments", "audit", "codes", "contests", "grades", "links", "messages", "metadata", "outgoing",
           "papers", "readers", "reports", "search", "staff"]
