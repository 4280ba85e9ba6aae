"""Every screen of the console with an address on a filled database: for screenshots, accessibility and timing.

The rows behind an address are asked of the database, so that one list serves the demo and a database of 200,000
reports. A test sees to it that no page is forgotten: what a person looks at stands in SCREENS, the rest in
NOT_SCREENS with its reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from sqlalchemy import Connection, text

from bot.chat import chat_links

CHIEF, EDITOR, SECOND, PRIZES, ADMIN = "chief", "jia", "yi", "prizes", "admin"
"""The demo's sign-ins."""

OPEN_REPORT = ("SELECT id AS number FROM report WHERE state = 'filed' AND located = 'found' AND maybe_erratum_id IS NULL"
               " ORDER BY id DESC LIMIT 1")
NEWEST_ROUND = "SELECT id AS round_id FROM round WHERE state = 'open' ORDER BY month LIMIT 1"
BUSIEST_ISSUE = ("SELECT issue_id FROM report WHERE issue_id IS NOT NULL GROUP BY issue_id"
                 " ORDER BY count(*) DESC, issue_id LIMIT 1")
IMPORTED_MONTH = "SELECT max(month) AS month FROM issue WHERE imported_at IS NOT NULL"
ISSUE_OF = ("SELECT round.contest_id, issue.id AS issue_id FROM issue JOIN paper ON paper.id = issue.paper_id"
            " JOIN round ON round.contest_id = paper.contest_id AND round.month = issue.month JOIN erratum"
            " ON erratum.issue_id = issue.id WHERE {} GROUP BY round.contest_id, issue.id, issue.month"
            " ORDER BY issue.month DESC, count(*) DESC, issue.id LIMIT 1")
RELEASED_ISSUE, RUNNING_ISSUE = ISSUE_OF.format("round.state = 'released'"), ISSUE_OF.format("round.state = 'open'")
PICTURED_PAGE = ("SELECT page.id AS page_id FROM page JOIN page_geometry ON page_geometry.page_id = page.id"
                 " ORDER BY page.id DESC LIMIT 1")
OWN_READER = ("SELECT reader.id AS own_reader{} FROM reader JOIN report ON report.reader_id = reader.id"
              " WHERE reader.openid IS NOT NULL{} GROUP BY reader.id ORDER BY count(*) DESC, reader.id LIMIT 1")
"""Whose own pages are looked at: of those who follow, he who reported most."""


@dataclass(frozen=True, slots=True)
class Screen:
    """`rows`: SQL whose columns are the values of the address. `optional`: the demo has no such row, the bench has."""

    name: str
    endpoint: str
    login: str | None = EDITOR
    rows: str = ""
    query: Mapping[str, str] = field(default_factory=dict)
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Address:
    name: str
    login: str | None
    path: str


def _report(name: str, condition: str, login: str = EDITOR) -> Screen:
    return Screen(f"report-{name}", "report.show", login,
                  f"SELECT id AS number FROM report WHERE {condition} ORDER BY id DESC LIMIT 1")


SCREENS: tuple[Screen, ...] = (
    Screen("sign-in", "auth.sign_in", None),
    Screen("forgotten", "forgotten.ask", None),
    Screen("account", "account.index"),
    Screen("second-factor", "second_factor.index"),
    Screen("queue", "queue.index"),
    *(Screen(f"queue-{view}", "queue.index", query={"view": view})
      for view in ("disagreed", "needs_more", "maybe", "appeals", "due_soon", "mine", "escalated", "decided", "all")),
    Screen("filters", "filters.index"),
    Screen("bulk", "bulk.index"),
    Screen("bulk-done", "bulk.show", CHIEF, "SELECT max(id) AS act_id FROM bulk_act HAVING max(id) > 0"),
    Screen("practice", "practice.index"),
    Screen("practice-item", "practice.show", query={"position": "1"}),
    Screen("mentions", "notes.index"),
    Screen("queue-empty", "queue.index", query={"view": "escalated", "page": "77"}),
    Screen("report", "report.show", EDITOR, OPEN_REPORT),
    _report("decided", "state = 'decided' AND verdict = 'accepted' AND id NOT IN (SELECT report_id FROM review)"),
    # Which reports are drawn for a second opinion follows from their numbers: one without, if there is any.
    _report("refused", "id = (SELECT id FROM report WHERE state = 'decided' AND verdict = 'not_an_error'"
            " ORDER BY CASE WHEN id IN (SELECT report_id FROM review) THEN 1 ELSE 0 END, id DESC LIMIT 1)"),
    _report("asked-back", "state = 'needs_more'"),
    _report("half-told", "state = 'half_told'"),
    _report("maybe-same", "maybe_erratum_id IS NOT NULL"),
    _report("several-places", "located = 'several'"),
    _report("no-place", "state = 'filed' AND located NOT IN ('found', 'several')"),
    _report("appealed", "id IN (SELECT report_id FROM appeal WHERE state = 'open')", SECOND),
    _report("disagreed", "id IN (SELECT report_id FROM review WHERE state IN ('waiting_third', 'waiting_chief'))"),
    _report("second-look", "state = 'decided' AND id IN (SELECT report_id FROM review WHERE state = 'waiting_second'"
            " AND cause = 'random')", SECOND),
    _report("escalated", "state = 'escalated'", CHIEF),
    _report("thread", "id = (SELECT report_id FROM note GROUP BY report_id ORDER BY count(*) DESC, report_id LIMIT 1)",
            SECOND),
    _report("photo", "id IN (SELECT report_id FROM attachment WHERE kind = 'picture' AND state = 'kept')"),
    Screen("compare", "duplicates.compare", EDITOR,
           "SELECT one.id AS number, other.id AS other FROM report AS one JOIN report AS other"
           " ON other.erratum_id = one.maybe_erratum_id ORDER BY one.id DESC LIMIT 1"),
    Screen("compare-choose", "duplicates.choose", EDITOR, OPEN_REPORT),
    Screen("report-words", "report.words", EDITOR, OPEN_REPORT),
    Screen("desk", "desk.index"),
    Screen("callers", "callers.index"),
    Screen("caller", "callers.enter"),
    Screen("caller-entry", "callers.show", EDITOR, "SELECT max(message_id) AS message_id FROM caller_entry"
           " HAVING max(message_id) > 0"),
    Screen("picture-cover", "redaction.show", EDITOR, "SELECT max(id) AS attachment_id FROM attachment"
           " WHERE kind = 'picture' AND state = 'kept' HAVING max(id) > 0"),
    Screen("desk-message", "desk.show", EDITOR,
           "SELECT id AS message_id FROM message WHERE fate = 'desk' AND msg_type = 'text' ORDER BY id DESC LIMIT 1"),
    Screen("desk-photo", "desk.show", EDITOR,
           "SELECT id AS message_id FROM message WHERE fate = 'desk' AND msg_type = 'image' ORDER BY id DESC LIMIT 1"),
    Screen("standings", "standings.index"),
    Screen("rounds", "rounds.index"),
    Screen("round", "rounds.show", CHIEF, NEWEST_ROUND),
    Screen("cockpit", "cockpit.show", CHIEF, NEWEST_ROUND),
    Screen("cockpit-ungraded", "cockpit.blocking", CHIEF, NEWEST_ROUND, {"kind": "ungraded"}),
    Screen("pairs", "pairs.show", CHIEF, NEWEST_ROUND),
    Screen("agreement", "agreement.index", CHIEF),
    Screen("calibration", "calibration.index", CHIEF),
    Screen("round-released", "rounds.show", CHIEF,
           "SELECT id AS round_id FROM round WHERE state = 'released' ORDER BY month DESC LIMIT 1"),
    Screen("papers", "papers.index", CHIEF),
    Screen("paper", "papers.show", CHIEF, "SELECT min(id) AS paper_id FROM paper"),
    Screen("page-makers", "page_makers.usual", CHIEF, "SELECT min(id) AS paper_id FROM paper"),
    Screen("page-makers-issue", "page_makers.issue", CHIEF, BUSIEST_ISSUE),
    Screen("paper-code", "codes.show", CHIEF, "SELECT min(id) AS paper_id FROM paper"),
    Screen("issue", "papers.issue", EDITOR, BUSIEST_ISSUE),
    Screen("page", "pages.show", EDITOR, PICTURED_PAGE),
    Screen("mending", "mending.show", EDITOR, PICTURED_PAGE),
    Screen("calendar", "calendar.index", CHIEF),
    Screen("import", "imports.upload", CHIEF),
    Screen("import-read", "imports.show", CHIEF, "SELECT max(id) AS upload_id FROM import_upload HAVING max(id) > 0"),
    Screen("ledger", "ledger.index"),
    Screen("ledger-month", "ledger.month", EDITOR, IMPORTED_MONTH),
    Screen("ledger-paper", "ledger.paper", EDITOR, "SELECT min(id) AS paper_id FROM paper"),
    Screen("ledger-issue", "ledger.issue", CHIEF, BUSIEST_ISSUE),
    Screen("house-finds", "house_finds.index"),
    Screen("newsroom", "newsroom.index"),
    Screen("newsroom-month", "newsroom.month", CHIEF, IMPORTED_MONTH),
    Screen("corrections", "corrections.index"),
    Screen("correction", "corrections.show", CHIEF, "SELECT max(id) AS notice_id FROM correction_notice"
           " HAVING max(id) > 0"),
    Screen("search", "search.index"),
    Screen("search-found", "search.index", query={"q": "食堂"}),
    Screen("statistics", "statistics.index"),
    Screen("statistics-errata", "statistics.index", query={"part": "errata"}),
    Screen("statistics-graded", "statistics.index", query={"part": "graded"}),
    Screen("statistics-rate", "statistics.index", query={"part": "rate"}),
    Screen("prizes", "prizes.index", PRIZES),
    Screen("prize", "prizes.show", PRIZES, "SELECT max(id) AS award_id FROM award WHERE state = 'to_be_claimed'"
           " AND round_id IN (SELECT id FROM round WHERE state = 'released') HAVING max(id) > 0", optional=True),
    Screen("prize-enter", "prizes.enter", PRIZES, "SELECT max(id) AS award_id FROM award WHERE state = 'to_be_claimed'"
           " AND round_id IN (SELECT id FROM round WHERE state = 'released') HAVING max(id) > 0", optional=True),
    Screen("payouts", "payouts.index", PRIZES),
    Screen("payouts-owed", "payouts.index", PRIZES, query={"part": "still_owed"}),
    Screen("payouts-not-given", "payouts.index", CHIEF, query={"part": "not_given"}),
    Screen("article", "articles.show", CHIEF,
           "SELECT id AS round_id FROM round WHERE state = 'released' ORDER BY month DESC LIMIT 1"),
    Screen("announcement", "announcement.show", CHIEF,
           "SELECT id AS round_id FROM round WHERE state = 'released' ORDER BY month DESC LIMIT 1"),
    Screen("notices", "notices.index", CHIEF),
    Screen("operations", "operations.index", ADMIN),
    Screen("operations-waiting", "operations.index", ADMIN, query={"view": "queued"}),
    Screen("readers", "readers.index", CHIEF),
    Screen("reader", "readers.show", CHIEF, "SELECT min(id) AS reader_id FROM reader"),
    Screen("personal", "personal.index", CHIEF),
    Screen("reader-personal", "personal.show", CHIEF, "SELECT min(id) AS reader_id FROM reader WHERE erased_at IS NULL"),
    Screen("personal-notice", "copies.notice", None),
    Screen("leads", "leads.index", CHIEF),
    Screen("lead", "leads.show", CHIEF, "SELECT max(id) AS lead_id FROM lead HAVING max(id) > 0"),
    Screen("staff", "staff.index", ADMIN),
    Screen("staff-member", "staff.show", ADMIN, "SELECT id AS staff_id FROM staff WHERE login = 'jia'"
           " OR id = (SELECT min(id) FROM staff) ORDER BY login DESC LIMIT 1"),
    Screen("hand-over", "assignments.preview", ADMIN, "SELECT id AS staff_id FROM staff WHERE login = 'yi'"),
    Screen("staff-add", "staff.add", ADMIN),
    Screen("audit", "audit.index", CHIEF),
    Screen("settings", "contests.index", CHIEF),
    Screen("cut-lines", "cut_lines.show", CHIEF, NEWEST_ROUND),
    Screen("round-rules", "rule_changes.show", CHIEF, NEWEST_ROUND),
    Screen("after-pick", "changes.show", CHIEF,
           "SELECT id AS round_id FROM round WHERE state = 'released' ORDER BY month DESC LIMIT 1"),
    Screen("month", "month_page.show", CHIEF,
           "SELECT id AS round_id FROM round WHERE state = 'released' ORDER BY month DESC LIMIT 1"),
    Screen("reach", "reach.show", CHIEF,
           "SELECT id AS round_id FROM round WHERE state = 'picked' ORDER BY month DESC LIMIT 1", optional=True),
    Screen("sentences", "canned.index", CHIEF, "SELECT min(id) AS contest_id FROM contest"),
    Screen("claim", "claims.show", None, "SELECT award.id AS award_id, reader.id AS own_reader FROM award JOIN reader"
           " ON reader.id = award.reader_id WHERE award.state = 'to_be_claimed' AND reader.openid IS NOT NULL"
           " AND award.round_id IN (SELECT id FROM round WHERE state = 'released') ORDER BY award.place LIMIT 1", optional=True),
    Screen("own-privacy", "own_privacy.show", None, OWN_READER.format("", "")),
    Screen("own-delete", "own_privacy.delete", None, OWN_READER.format("", "")),
    Screen("own-reports", "own_reports.index", None, OWN_READER.format("", "")),
    Screen("own-report", "own_reports.show", None, OWN_READER.format(", max(ordinal) AS ordinal", " AND state = 'decided'")),
    Screen("own-report-open", "own_reports.show", None, OWN_READER.format(", max(ordinal) AS ordinal", " AND state = 'filed'")),
    Screen("own-change", "own_reports.change", None, OWN_READER.format(", max(ordinal) AS ordinal", " AND state = 'filed'"),
           query={"field": "wrong"}),
    Screen("own-standing", "own_standing.standing", None, OWN_READER.format("", "")),
    Screen("own-hall", "own_standing.listing", None, OWN_READER.format("", "")),
    Screen("public-record", "public_records.show", None,
           "SELECT contest_id, month FROM round WHERE state = 'released' ORDER BY month DESC LIMIT 1"),
    *(Screen(f"open-{name}", f"contest_pages.{name}", None, "SELECT min(id) AS contest_id FROM contest")
      for name in ("home", "rules", "winners", "hall")),
    Screen("open-errata", "errata_pages.index", None, "SELECT min(id) AS contest_id FROM contest"),
    Screen("open-issue", "errata_pages.issue", None, RELEASED_ISSUE),
    Screen("open-issue-running", "errata_pages.issue", None, RUNNING_ISSUE),
    Screen("open-refused", "errata_pages.refused", None, RELEASED_ISSUE),
)

NOT_SCREENS = {
    "first_password.index": "only with an initial password: tests/flows look at it",
    "claims.old": "where links led that are told no more", "follower_sign_in.enter": "leads to the platform and back",
    "follower_sign_in.back": "where the platform sends a browser back to",
    "copies.show": "good once, from the chat: tests/web/test_copies.py and tests/flows look at it",
    "satisfaction.show": "from the chat, for half an hour: tests/web/public/test_satisfaction.py looks at it",
    "static": "a file", "bootstrap.static": "a file", "auth.home": "leads to the first screen",
    "health.healthz": "for machines", "health.readyz": "for machines", "metrics.show": "for machines",
    "webhook.receive": "for the platform",
    "auth.code": "only between the password and the code: tests/flows look at it",
    "forgotten.choose": "only from a letter", "calibration.show": "only where a chief has switched it on",
    "calibration.item": "only where a chief has switched it on", "cockpit.plot": "a picture",
    "notes.names": "for the script", "presence.listed": "for the script",
    "second_factor.new_codes": "shown once", "second_factor.switch_off": "a form in between",
    "demo.deadline": "for the stand-in", "articles.picture": "a picture", "attachments.original": "a file",
    "attachments.shown": "a picture or a sound", "codes.as_png": "a picture", "codes.as_svg": "a picture",
    "imports.progress": "for the script", "imports.thumbnail": "a picture", "ledger.export": "a file",
    "pages.marks": "for the script", "pictures.crop": "a picture", "pictures.tile": "a picture",
    "pictures.whole": "a picture", "statistics.plot": "a picture", "statistics.table": "a file",
    "changes.record": "a file", "announcement.file": "a file", "announcement.notice": "a file",
    "certificates.one": "a file", "certificates.of_round": "a file",
    "errata_pages.cut": "a picture",
    "public_records.file": "a file", "public_records.listed": "for programs", "public_records.data": "for programs",
}
"""GET routes that nobody looks at as a page, and why."""


def addresses(app: Flask, db: Connection, screens: Iterable[Screen] = SCREENS) -> list[Address]:
    """Every screen that this database can show. LookupError where a screen that must be there has no row."""
    adapter = app.url_map.bind("localhost")
    found = []
    for screen in screens:
        values: dict[str, Any] = dict(screen.query)
        if screen.rows:
            row = db.execute(text(screen.rows)).mappings().first()
            if row is None and screen.optional:
                continue
            if row is None:
                raise LookupError(f"no row for the screen {screen.name}: {screen.rows}")
            values |= dict(row)
        if "own_reader" in values:  # his own pages, by a link told this moment
            here = app.extensions["woodpecker"]
            values["token"] = chat_links.token(values.pop("own_reader"), here.clock.now() + chat_links.LIVES,
                                               here.settings.server.secret_key)
        found.append(Address(screen.name, screen.login, adapter.build(screen.endpoint, values)))
    return found
