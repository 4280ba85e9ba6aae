"""Imports every table once, so that `Base.metadata` is whole."""

from models import (
    appeals,
    articles,
    attachments,
    audit,
    claims,
    cockpit,
    codes,
    contests,
    copies,
    grades,
    imports,
    leads,
    ledger,
    links,
    lists,
    measures,
    messages,
    metrics,
    month,
    newsroom,
    notes,
    outgoing,
    outside,
    papers,
    practice,
    readers,
    records,
    reports,
    rescoring,
    reviews,
    round_changes,
    satisfaction,
    search,
    staff,
    working,
)
from models.base import Base

metadata = Base.metadata

__all__ = [
    "appeals", "articles", "attachments", "audit", "claims", "cockpit", "codes", "contests", "copies",
    "grades", "imports", "leads", "ledger", "links", "lists", "measures", "messages", "metadata", "metrics", "month",
    "newsroom", "notes", "outgoing", "outside", "papers", "practice", "readers", "records", "reports",
    "rescoring", "reviews", "round_changes", "satisfaction", "search", "staff", "working",
]
