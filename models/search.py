"""What full-text search stands on: the character bigrams of articles and reports, and how far they are kept."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, UtcDateTime, stored_enum
from models.enums import SearchKind


class SearchGram(Base):
    """One bigram of one text. Chinese has no word marks, and SQLite's trigrams miss words of two characters.

    The last character of each line is kept alone too, so that a single character is the beginning of some gram.
    """

    __tablename__ = "search_gram"
    __table_args__ = ({"sqlite_with_rowid": False},)

    # "C": grams that begin alike must be neighbours, whatever the language of the server
    gram: Mapped[str] = mapped_column(
        String(2).with_variant(String(2, collation="C"), "postgresql"), primary_key=True
    )
    kind: Mapped[SearchKind] = mapped_column(stored_enum(SearchKind, "search_kind"), primary_key=True)
    ref_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)


class SearchMark(Base):
    """Up to which change the texts of a kind are in the index."""

    __tablename__ = "search_mark"

    kind: Mapped[SearchKind] = mapped_column(stored_enum(SearchKind, "search_mark_kind"), primary_key=True)
    upto: Mapped[datetime] = mapped_column(UtcDateTime)
