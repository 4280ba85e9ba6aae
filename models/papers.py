"""What is printed: Paper 报纸, Issue 期, Page 版面, Article 文章."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    Float,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import JSON

from models.base import Base, UtcDateTime


class Paper(Base):
    """One edition. A paper belongs to one contest at a time (RULES 1).

    `months_between` issues: 1 monthly, 2, 3 …; 0: issues are planned by hand. The rhythm counts from `first_month`
    (YYYY-MM), before which no issue is planned. `version` is raised by every change of what stands here.
    """

    __tablename__ = "paper"
    __table_args__ = (
        CheckConstraint("months_between BETWEEN 0 AND 12", name="rhythm_within_a_year"),
        CheckConstraint("months_between < 2 OR first_month IS NOT NULL", name="rhythm_has_first_month"),
        CheckConstraint("first_month IS NULL OR length(first_month) = 7", name="first_month_form"),
        CheckConstraint("usual_pages IS NULL OR usual_pages > 0", name="has_pages"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    aliases: Mapped[list[str]] = mapped_column(JSON, default=list)
    contest_id: Mapped[int | None] = mapped_column(ForeignKey("contest.id"), index=True)
    months_between: Mapped[int] = mapped_column(default=1)
    first_month: Mapped[str | None] = mapped_column(String(7))
    usual_pages: Mapped[int | None]
    outside_scope: Mapped[str | None] = mapped_column(String(200))  # what is printed with it and yet does not count
    version: Mapped[int] = mapped_column(default=1)

    issues: Mapped[list[Issue]] = relationship(back_populates="paper", order_by="Issue.month.desc()")


class PaperGrader(Base):
    """Who grades the reports of a paper; a paper without a row is everybody's."""

    __tablename__ = "paper_grader"

    paper_id: Mapped[int] = mapped_column(ForeignKey("paper.id", ondelete="CASCADE"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True, index=True)


class Issue(Base):
    """One number of a paper. `month` is YYYY-MM; imported or only planned (no pages yet)."""

    __tablename__ = "issue"
    __table_args__ = (
        UniqueConstraint("paper_id", "month"),
        CheckConstraint("length(month) = 7", name="month_form"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    paper_id: Mapped[int] = mapped_column(ForeignKey("paper.id"))
    month: Mapped[str] = mapped_column(String(7), index=True)
    published_on: Mapped[date | None]
    deadline_on: Mapped[date | None]
    imported_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    source: Mapped[str | None] = mapped_column(String(200))
    content_hash: Mapped[str | None] = mapped_column(String(64))

    paper: Mapped[Paper] = relationship(back_populates="issues")
    pages: Mapped[list[Page]] = relationship(
        back_populates="issue", order_by="Page.position", cascade="all, delete-orphan"
    )


class Page(Base):
    """One page or spread; `number` as printed: 02, or 04、05."""

    __tablename__ = "page"
    __table_args__ = (UniqueConstraint("issue_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id", ondelete="CASCADE"))
    position: Mapped[int]
    number: Mapped[str] = mapped_column(String(20))
    name: Mapped[str | None] = mapped_column(String(80))
    aliases: Mapped[list[str]] = mapped_column(JSON, default=list)

    issue: Mapped[Issue] = relationship(back_populates="pages")
    articles: Mapped[list[Article]] = relationship(
        back_populates="page", order_by="Article.position", cascade="all, delete-orphan"
    )


class Article(Base):
    """One article as printed, errors included. `key` is its id in the exchange file."""

    __tablename__ = "article"
    __table_args__ = (UniqueConstraint("page_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("page.id", ondelete="CASCADE"))
    position: Mapped[int]
    key: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(40), default="news")
    title: Mapped[str] = mapped_column(Text)
    subtitle: Mapped[str | None] = mapped_column(Text)
    byline: Mapped[str | None] = mapped_column(Text)
    paragraphs: Mapped[list[str]] = mapped_column(JSON, default=list)

    page: Mapped[Page] = relationship(back_populates="articles")


class PageGeometry(Base):
    """How a page looks in print: size in points, the blob of every letter's box (bot.catalogue.boxes), its picture.

    `picture` is the name of the stored file (SHA-256), its size in pixels beside it. `checked_at`: an editor looked
    whether its articles are right; another layout is to be looked at anew. A table of its own: lists of pages never
    load the blobs.
    """

    __tablename__ = "page_geometry"
    __table_args__ = (
        CheckConstraint("width > 0 AND height > 0", name="has_size"),
        CheckConstraint("(picture IS NULL) = (picture_width IS NULL)", name="picture_has_width"),
        CheckConstraint("(picture IS NULL) = (picture_height IS NULL)", name="picture_has_height"),
        CheckConstraint("(checked_at IS NULL) = (checked_by_id IS NULL)", name="checked_by_somebody"),
    )

    page_id: Mapped[int] = mapped_column(ForeignKey("page.id", ondelete="CASCADE"), primary_key=True)
    width: Mapped[float] = mapped_column(Float)
    height: Mapped[float] = mapped_column(Float)
    boxes: Mapped[bytes] = mapped_column(LargeBinary)
    picture: Mapped[str | None] = mapped_column(String(64))
    picture_width: Mapped[int | None]
    picture_height: Mapped[int | None]
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class ParagraphDigest(Base):
    """By what a paragraph is known again in other editions: equal digests of one month are shared copy (RULES 7)."""

    __tablename__ = "paragraph_digest"

    article_id: Mapped[int] = mapped_column(ForeignKey("article.id", ondelete="CASCADE"), primary_key=True)
    paragraph: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    digest: Mapped[str] = mapped_column(String(32), index=True)


class CatalogueVersion(Base):
    """One row whose number every import raises, so that each process knows when to read again."""

    __tablename__ = "catalogue_version"
    __table_args__ = (CheckConstraint("id = 1", name="single_row"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(default=0)
