"""The first schema: every table of intake, reports, grading, rounds, prizes and staff.

Written out in full and never edited once released: it must not follow later changes of `models`.

Revision ID: 0001
Revises: nothing
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision: str | None = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "access_token",
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("token", sa.String(length=600), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_access_token")),
    )
    op.create_table(
        "catalogue_version",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_catalogue_version_single_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_version")),
    )
    op.create_table(
        "job_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.CheckConstraint("outcome IN ('running', 'done', 'failed')", name=op.f("ck_job_run_job_outcome")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_run")),
    )
    op.create_index("ix_job_run_name_started_at", "job_run", ["name", "started_at"], unique=False)
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bar", sa.String(length=32), nullable=True),
        sa.Column("bar_reason", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("bar IN ('staff', 'relative', 'blocked')", name=op.f("ck_person_bar_kind")),
        sa.CheckConstraint("(bar IS NULL) = (bar_reason IS NULL)", name=op.f("ck_person_bar_has_reason")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("login", sa.String(length=40), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempt")),
    )
    op.create_index("ix_sign_in_attempt_address_at", "sign_in_attempt", ["address", "at"], unique=False)
    op.create_index("ix_sign_in_attempt_login_at", "sign_in_attempt", ["login", "at"], unique=False)
    op.create_table(
        "reader",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("openid", sa.String(length=80), nullable=True),
        sa.Column("openid_digest", sa.String(length=64), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_message_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unfollowed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_ordinal", sa.Integer(), nullable=False),
        sa.Column("name_state", sa.String(length=32), nullable=False),
        sa.Column("printed_name", sa.String(length=40), nullable=True),
        sa.Column("name_is_nickname", sa.Boolean(), nullable=False),
        sa.Column("name_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("name_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(name_state = 'given') = (printed_name IS NOT NULL)", name=op.f("ck_reader_given_name")
        ),
        sa.CheckConstraint(
            "name_state IN ('not_asked', 'asked', 'given', 'declined', 'unsuitable')",
            name=op.f("ck_reader_name_state_kind"),
        ),
        sa.CheckConstraint(
            "erased_at IS NULL OR openid IS NULL", name=op.f("ck_reader_erased_has_no_openid")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_reader_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reader")),
        sa.UniqueConstraint("account", "openid", name=op.f("uq_reader_account_openid")),
        sa.UniqueConstraint("account", "openid_digest", name=op.f("uq_reader_account_openid_digest")),
    )
    op.create_index(op.f("ix_reader_person_id"), "reader", ["person_id"], unique=False)
    op.create_table(
        "staff",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("login", sa.String(length=40), nullable=False),
        sa.Column("display_name", sa.String(length=40), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("role IN ('editor', 'chief', 'prizes', 'admin')", name=op.f("ck_staff_role_kind")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_staff_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("login", name=op.f("uq_staff_login")),
    )
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_kind", sa.String(length=32), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("verb", sa.String(length=40), nullable=False),
        sa.Column("object_kind", sa.String(length=40), nullable=False),
        sa.Column("object_id", sa.Integer(), nullable=True),
        sa.Column("before", sa.String(length=40), nullable=True),
        sa.Column("after", sa.String(length=40), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("chain", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "(actor_kind = 'staff') = (staff_id IS NOT NULL)", name=op.f("ck_audit_entry_staff_is_named")
        ),
        sa.CheckConstraint(
            "actor_kind IN ('staff', 'scheduler', 'operator')", name=op.f("ck_audit_entry_actor_kind")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_audit_entry_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_entry_object", "audit_entry", ["object_kind", "object_id"], unique=False)
    op.create_table(
        "contest",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("account_title", sa.String(length=80), nullable=False),
        sa.Column("publication_day", sa.Integer(), nullable=False),
        sa.Column("deadline_day", sa.Integer(), nullable=False),
        sa.Column("published_months", sa.Integer(), nullable=False),
        sa.Column("deadline_months", sa.Integer(), nullable=False),
        sa.Column("weekend_rule", sa.String(length=20), nullable=False),
        sa.Column("auto_announce", sa.Boolean(), nullable=False),
        sa.Column("deputy_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["deputy_id"], ["staff.id"], name=op.f("fk_contest_deputy_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contest")),
        sa.UniqueConstraint("name", name=op.f("uq_contest_name")),
    )
    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("dedupe_key", sa.String(length=200), nullable=False),
        sa.Column("reader_id", sa.Integer(), nullable=True),
        sa.Column("msg_type", sa.String(length=40), nullable=False),
        sa.Column("event", sa.String(length=80), nullable=True),
        sa.Column("content", sa.Text(), nullable=True),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("create_time", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("time_flagged", sa.Boolean(), nullable=False),
        sa.Column("stale", sa.Boolean(), nullable=False),
        sa.Column("fate", sa.String(length=32), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("intent", sa.String(length=20), nullable=True),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("close_reason", sa.Text(), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(fate = 'desk_closed') = (closed_at IS NOT NULL)", name=op.f("ck_message_closed_has_time")
        ),
        sa.CheckConstraint(
            "fate IN ('read', 'unread', 'failed', 'event', 'desk', 'desk_closed')",
            name=op.f("ck_message_message_fate"),
        ),
        sa.ForeignKeyConstraint(["closed_by_id"], ["staff.id"], name=op.f("fk_message_closed_by_id")),
        sa.ForeignKeyConstraint(["reader_id"], ["reader.id"], name=op.f("fk_message_reader_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("account", "dedupe_key", name=op.f("uq_message_account_dedupe_key")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_message_fate_id", "message", ["fate", "id"], unique=False)
    op.create_index(op.f("ix_message_reader_id"), "message", ["reader_id"], unique=False)
    op.create_table(
        "staff_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("browser_digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_session_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_session")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_staff_session_token_digest")),
    )
    op.create_index(op.f("ix_staff_session_staff_id"), "staff_session", ["staff_id"], unique=False)
    op.create_table(
        "paper",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("aliases", sa.JSON(), nullable=False),
        sa.Column("contest_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name=op.f("fk_paper_contest_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper")),
        sa.UniqueConstraint("name", name=op.f("uq_paper_name")),
    )
    op.create_index(op.f("ix_paper_contest_id"), "paper", ["contest_id"], unique=False)
    op.create_table(
        "rule_set",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name=op.f("fk_rule_set_contest_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_set")),
        sa.UniqueConstraint("contest_id", "number", name=op.f("uq_rule_set_contest_id_number")),
    )
    op.create_table(
        "issue",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("paper_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("deadline_on", sa.Date(), nullable=True),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("source", sa.String(length=200), nullable=True),
        sa.Column("content_hash", sa.String(length=64), nullable=True),
        sa.CheckConstraint("length(month) = 7", name=op.f("ck_issue_month_form")),
        sa.ForeignKeyConstraint(["paper_id"], ["paper.id"], name=op.f("fk_issue_paper_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue")),
        sa.UniqueConstraint("paper_id", "month", name=op.f("uq_issue_paper_id_month")),
    )
    op.create_index(op.f("ix_issue_month"), "issue", ["month"], unique=False)
    op.create_table(
        "round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("rule_set_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.Column("deadline_on", sa.Date(), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("grading_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("print_by", sa.Date(), nullable=False),
        sa.Column("box_text", sa.Text(), nullable=True),
        sa.Column("deadline_reason", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seed", sa.String(length=64), nullable=True),
        sa.Column("picked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pick_reason", sa.Text(), nullable=True),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.Column("print_block", sa.Text(), nullable=True),
        sa.Column("article", sa.Text(), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(state = 'open') = (closed_at IS NULL)", name=op.f("ck_round_closed_has_time")),
        sa.CheckConstraint(
            "(state = 'released') = (released_at IS NOT NULL)", name=op.f("ck_round_released_has_time")
        ),
        sa.CheckConstraint(
            "(state IN ('picked', 'released')) = (picked_at IS NOT NULL)",
            name=op.f("ck_round_picked_has_time"),
        ),
        sa.CheckConstraint(
            "state IN ('open', 'closed', 'picked', 'released')", name=op.f("ck_round_round_state")
        ),
        sa.CheckConstraint("(picked_at IS NULL) = (result IS NULL)", name=op.f("ck_round_picked_has_result")),
        sa.CheckConstraint("closes_at <= grading_until", name=op.f("ck_round_grading_after_close")),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name=op.f("fk_round_contest_id")),
        sa.ForeignKeyConstraint(["released_by_id"], ["staff.id"], name=op.f("fk_round_released_by_id")),
        sa.ForeignKeyConstraint(["rule_set_id"], ["rule_set.id"], name=op.f("fk_round_rule_set_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round")),
        sa.UniqueConstraint("contest_id", "month", name=op.f("uq_round_contest_id_month")),
    )
    op.create_index(op.f("ix_round_closes_at"), "round", ["closes_at"], unique=False)
    op.create_table(
        "award",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("reader_id", sa.Integer(), nullable=False),
        sa.Column("prize", sa.String(length=32), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("standing_milli", sa.Integer(), nullable=False),
        sa.Column("printed_name", sa.String(length=40), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("prize IN ('best', 'excellent')", name=op.f("ck_award_prize_kind")),
        sa.CheckConstraint(
            "state IN ('to_be_claimed', 'claimed', 'handed_over', 'lapsed')",
            name=op.f("ck_award_prize_state"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_award_person_id")),
        sa.ForeignKeyConstraint(["reader_id"], ["reader.id"], name=op.f("fk_award_reader_id")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_award_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award")),
        sa.UniqueConstraint("round_id", "person_id", name=op.f("uq_award_round_id_person_id")),
        sa.UniqueConstraint("round_id", "place", name=op.f("uq_award_round_id_place")),
    )
    op.create_index(
        "uq_award_one_best",
        "award",
        ["round_id"],
        unique=True,
        sqlite_where=sa.text("prize = 'best'"),
        postgresql_where=sa.text("prize = 'best'"),
    )
    op.create_table(
        "page",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=True),
        sa.Column("aliases", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["issue_id"], ["issue.id"], name=op.f("fk_page_issue_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page")),
        sa.UniqueConstraint("issue_id", "number", name=op.f("uq_page_issue_id_number")),
    )
    op.create_table(
        "article",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("page_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("subtitle", sa.Text(), nullable=True),
        sa.Column("byline", sa.Text(), nullable=True),
        sa.Column("paragraphs", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["page_id"], ["page.id"], name=op.f("fk_article_page_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article")),
        sa.UniqueConstraint("page_id", "key", name=op.f("uq_article_page_id_key")),
    )
    op.create_table(
        "erratum",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=True),
        sa.Column("page_label", sa.String(length=40), nullable=True),
        sa.Column("article_id", sa.Integer(), nullable=True),
        sa.Column("paragraph", sa.Integer(), nullable=True),
        sa.Column("span_start", sa.Integer(), nullable=True),
        sa.Column("span_end", sa.Integer(), nullable=True),
        sa.Column("wrong", sa.Text(), nullable=True),
        sa.Column("right", sa.Text(), nullable=True),
        sa.Column("same_as_id", sa.Integer(), nullable=True),
        sa.Column("row_code", sa.String(length=8), nullable=True),
        sa.Column("doubling", sa.String(length=32), nullable=False),
        sa.Column("points_milli", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "doubling IN ('none', 'headline', 'important')", name=op.f("ck_erratum_doubling_kind")
        ),
        sa.CheckConstraint(
            "(article_id IS NULL) = (span_start IS NULL)", name=op.f("ck_erratum_place_whole")
        ),
        sa.CheckConstraint(
            "(row_code IS NULL) = (points_milli IS NULL)", name=op.f("ck_erratum_row_has_points")
        ),
        sa.CheckConstraint("(span_start IS NULL) = (span_end IS NULL)", name=op.f("ck_erratum_span_whole")),
        sa.CheckConstraint(
            "same_as_id IS NULL OR same_as_id <> id", name=op.f("ck_erratum_not_same_as_itself")
        ),
        sa.CheckConstraint(
            "span_start IS NULL OR span_start <= span_end", name=op.f("ck_erratum_span_order")
        ),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_erratum_article_id")),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name=op.f("fk_erratum_contest_id")),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_erratum_issue_id")),
        sa.ForeignKeyConstraint(["same_as_id"], ["erratum.id"], name=op.f("fk_erratum_same_as_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erratum")),
    )
    op.create_index("ix_erratum_article_id_paragraph", "erratum", ["article_id", "paragraph"], unique=False)
    op.create_index("ix_erratum_issue_id", "erratum", ["issue_id"], unique=False)
    op.create_table(
        "report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=True),
        sa.Column("reader_id", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("time_flagged", sa.Boolean(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("paper_id", sa.Integer(), nullable=True),
        sa.Column("paper_text", sa.Text(), nullable=True),
        sa.Column("issue_id", sa.Integer(), nullable=True),
        sa.Column("issue_text", sa.Text(), nullable=True),
        sa.Column("issue_label", sa.String(length=10), nullable=True),
        sa.Column("page_text", sa.Text(), nullable=True),
        sa.Column("page_label", sa.String(length=40), nullable=True),
        sa.Column("article_text", sa.Text(), nullable=True),
        sa.Column("stated_article_id", sa.Integer(), nullable=True),
        sa.Column("wrong", sa.Text(), nullable=True),
        sa.Column("right", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("located", sa.String(length=16), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=True),
        sa.Column("paragraph", sa.Integer(), nullable=True),
        sa.Column("quote_start", sa.Integer(), nullable=True),
        sa.Column("quote_end", sa.Integer(), nullable=True),
        sa.Column("erratum_id", sa.Integer(), nullable=True),
        sa.Column("maybe_erratum_id", sa.Integer(), nullable=True),
        sa.Column("verdict", sa.String(length=32), nullable=True),
        sa.Column("original_id", sa.Integer(), nullable=True),
        sa.Column("place_mark", sa.Boolean(), nullable=False),
        sa.Column("correction_mark", sa.Boolean(), nullable=False),
        sa.Column("reason_mark", sa.Boolean(), nullable=False),
        sa.Column("reason_text", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(state = 'decided') = (verdict IS NOT NULL AND verdict <> 'needs_more')",
            name=op.f("ck_report_decided_has_verdict"),
        ),
        sa.CheckConstraint(
            "(state IN ('decided', 'needs_more', 'escalated')) = (decided_at IS NOT NULL)",
            name=op.f("ck_report_decided_has_time"),
        ),
        sa.CheckConstraint(
            "(verdict IS NOT NULL AND verdict = 'repeated') = (original_id IS NOT NULL)",
            name=op.f("ck_report_repeated_names_original"),
        ),
        sa.CheckConstraint(
            "source IN ('chat', 'photo', 'voice', 'staff')", name=op.f("ck_report_report_source")
        ),
        sa.CheckConstraint(
            "state <> 'withdrawn' OR withdrawn_at IS NOT NULL", name=op.f("ck_report_withdrawn_has_time")
        ),
        sa.CheckConstraint(
            "state IN ('half_told', 'filed', 'needs_more', 'decided', 'escalated', 'withdrawn', 'lapsed')",
            name=op.f("ck_report_report_state"),
        ),
        sa.CheckConstraint(
            "verdict IN ('accepted', 'accepted_with_edits', 'both_forms', 'suggestion', 'not_an_error', 'out_of_scope', 'cannot_check', 'repeated', 'needs_more')",
            name=op.f("ck_report_verdict_kind"),
        ),
        sa.CheckConstraint(
            "verdict IS NULL OR verdict IN ('accepted', 'accepted_with_edits') OR (reason_text IS NOT NULL AND length(reason_text) > 0)",
            name=op.f("ck_report_no_has_reason"),
        ),
        sa.CheckConstraint(
            "verdict IS NULL OR verdict NOT IN ('accepted', 'accepted_with_edits') OR erratum_id IS NOT NULL",
            name=op.f("ck_report_accepted_has_erratum"),
        ),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (decided_by_id IS NULL)", name=op.f("ck_report_time_has_decider")
        ),
        sa.CheckConstraint(
            "original_id IS NULL OR original_id <> id", name=op.f("ck_report_not_its_own_original")
        ),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_report_article_id")),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name=op.f("fk_report_contest_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["staff.id"], name=op.f("fk_report_decided_by_id")),
        sa.ForeignKeyConstraint(["erratum_id"], ["erratum.id"], name=op.f("fk_report_erratum_id")),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_report_issue_id")),
        sa.ForeignKeyConstraint(
            ["maybe_erratum_id"], ["erratum.id"], name=op.f("fk_report_maybe_erratum_id")
        ),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_report_message_id")),
        sa.ForeignKeyConstraint(["original_id"], ["report.id"], name=op.f("fk_report_original_id")),
        sa.ForeignKeyConstraint(["paper_id"], ["paper.id"], name=op.f("fk_report_paper_id")),
        sa.ForeignKeyConstraint(["reader_id"], ["reader.id"], name=op.f("fk_report_reader_id")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_report_round_id")),
        sa.ForeignKeyConstraint(
            ["stated_article_id"], ["article.id"], name=op.f("fk_report_stated_article_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sa.UniqueConstraint("reader_id", "ordinal", name=op.f("uq_report_reader_id_ordinal")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_report_erratum_id", "report", ["erratum_id"], unique=False)
    op.create_index(op.f("ix_report_message_id"), "report", ["message_id"], unique=False)
    op.create_index("ix_report_round_id_state", "report", ["round_id", "state"], unique=False)
    op.create_index("ix_report_state_id", "report", ["state", "id"], unique=False)
    op.create_table(
        "conversation",
        sa.Column("reader_id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=True),
        sa.Column("waiting_for", sa.String(length=20), nullable=True),
        sa.Column("asked_name", sa.Boolean(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["reader_id"], ["reader.id"], name=op.f("fk_conversation_reader_id")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_conversation_report_id")),
        sa.PrimaryKeyConstraint("reader_id", name=op.f("pk_conversation")),
    )
    op.create_table(
        "grade",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("report_version", sa.Integer(), nullable=False),
        sa.Column("grader_id", sa.Integer(), nullable=False),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("rule_set_id", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(length=32), nullable=False),
        sa.Column("row_code", sa.String(length=8), nullable=True),
        sa.Column("doubling", sa.String(length=32), nullable=False),
        sa.Column("place_mark", sa.Boolean(), nullable=False),
        sa.Column("correction_mark", sa.Boolean(), nullable=False),
        sa.Column("reason_mark", sa.Boolean(), nullable=False),
        sa.Column("original_id", sa.Integer(), nullable=True),
        sa.Column("reason_text", sa.Text(), nullable=True),
        sa.Column("taken_back", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(verdict = 'repeated') = (original_id IS NOT NULL)",
            name=op.f("ck_grade_repeated_names_original"),
        ),
        sa.CheckConstraint(
            "doubling IN ('none', 'headline', 'important')", name=op.f("ck_grade_grade_doubling")
        ),
        sa.CheckConstraint(
            "verdict IN ('accepted', 'accepted_with_edits', 'both_forms', 'suggestion', 'not_an_error', 'out_of_scope', 'cannot_check', 'repeated', 'needs_more')",
            name=op.f("ck_grade_grade_verdict"),
        ),
        sa.CheckConstraint(
            "verdict NOT IN ('accepted', 'accepted_with_edits') OR row_code IS NOT NULL",
            name=op.f("ck_grade_accepted_has_row"),
        ),
        sa.CheckConstraint(
            "replaces_id IS NULL OR replaces_id <> id", name=op.f("ck_grade_not_replacing_itself")
        ),
        sa.ForeignKeyConstraint(["grader_id"], ["staff.id"], name=op.f("fk_grade_grader_id")),
        sa.ForeignKeyConstraint(["original_id"], ["report.id"], name=op.f("fk_grade_original_id")),
        sa.ForeignKeyConstraint(["replaces_id"], ["grade.id"], name=op.f("fk_grade_replaces_id")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_grade_report_id")),
        sa.ForeignKeyConstraint(["rule_set_id"], ["rule_set.id"], name=op.f("fk_grade_rule_set_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grade")),
        sa.UniqueConstraint("replaces_id", name=op.f("uq_grade_replaces_id")),
    )
    op.create_index(op.f("ix_grade_report_id"), "grade", ["report_id"], unique=False)
    op.create_table(
        "outgoing_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reader_id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("idempotency_key", sa.String(length=120), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state = 'sent') = (sent_at IS NOT NULL)", name=op.f("ck_outgoing_message_sent_has_time")
        ),
        sa.CheckConstraint(
            "state IN ('queued', 'sending', 'sent', 'failed', 'uncertain', 'unreachable', 'called_back')",
            name=op.f("ck_outgoing_message_outgoing_state"),
        ),
        sa.ForeignKeyConstraint(["reader_id"], ["reader.id"], name=op.f("fk_outgoing_message_reader_id")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_outgoing_message_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outgoing_message")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_outgoing_message_idempotency_key")),
    )
    op.create_index(op.f("ix_outgoing_message_reader_id"), "outgoing_message", ["reader_id"], unique=False)
    op.create_index(
        "ix_outgoing_message_state_not_before", "outgoing_message", ["state", "not_before"], unique=False
    )
    op.create_table(
        "report_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(message_id IS NULL) <> (staff_id IS NULL)", name=op.f("ck_report_version_by_reader_or_staff")
        ),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_report_version_message_id")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_report_version_report_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_report_version_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_version")),
        sa.UniqueConstraint("report_id", "number", name=op.f("uq_report_version_report_id_number")),
    )
    op.create_table(
        "delivery_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("outgoing_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("errcode", sa.Integer(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["outgoing_id"], ["outgoing_message.id"], name=op.f("fk_delivery_attempt_outgoing_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_attempt")),
    )
    op.create_index(
        op.f("ix_delivery_attempt_outgoing_id"), "delivery_attempt", ["outgoing_id"], unique=False
    )

    _first_rows()


def _first_rows() -> None:
    op.execute("INSERT INTO catalogue_version (id, version) VALUES (1, 0)")
    # Report numbers start at 10001, so that none can be taken for a reader's own count (第2条).
    if op.get_bind().dialect.name == "sqlite":
        op.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('report', 10000)")
    else:
        op.execute("ALTER SEQUENCE report_id_seq RESTART WITH 10001")


def downgrade() -> None:
    op.drop_table("delivery_attempt")
    op.drop_table("report_version")
    op.drop_table("outgoing_message")
    op.drop_table("grade")
    op.drop_table("conversation")
    op.drop_table("report")
    op.drop_table("erratum")
    op.drop_table("article")
    op.drop_table("page")
    op.drop_table("award")
    op.drop_table("round")
    op.drop_table("issue")
    op.drop_table("rule_set")
    op.drop_table("paper")
    op.drop_table("staff_session")
    op.drop_table("message")
    op.drop_table("contest")
    op.drop_table("audit_entry")
    op.drop_table("staff")
    op.drop_table("reader")
    op.drop_table("sign_in_attempt")
    op.drop_table("person")
    op.drop_table("job_run")
    op.drop_table("catalogue_version")
    op.drop_table("access_token")
