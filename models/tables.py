"""Imports every table once, so that `Base.metadata` is whole."""

from models import audit, contests, grades, messages, outgoing, papers, readers, reports, staff
from models.base import Base

metadata = Base.metadata

__all__ = ["audit", "contests", "grades", "messages", "metadata", "outgoing", "papers", "readers",
           "reports", "staff"]
