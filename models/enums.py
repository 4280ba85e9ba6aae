"""Every stored state and kind, and the moves allowed between states. Knows no table."""

from __future__ import annotations

from enum import StrEnum


class Verdict(StrEnum):
    """What an editor says of a report (RULES 6)."""

    ACCEPTED = "accepted"
    ACCEPTED_WITH_EDITS = "accepted_with_edits"
    BOTH_FORMS = "both_forms"
    SUGGESTION = "suggestion"
    NOT_AN_ERROR = "not_an_error"
    OUT_OF_SCOPE = "out_of_scope"
    CANNOT_CHECK = "cannot_check"
    REPEATED = "repeated"
    NEEDS_MORE = "needs_more"


SCORING_VERDICTS = frozenset({Verdict.ACCEPTED, Verdict.ACCEPTED_WITH_EDITS})


class Doubling(StrEnum):
    """Why an erratum's points are doubled; never stacked (annex N-01, N-02)."""

    NONE = "none"
    HEADLINE = "headline"
    IMPORTANT = "important"


class ReportState(StrEnum):
    """Where a report stands. `escalated`: political or forbidden content, never scored (RULES 6)."""

    HALF_TOLD = "half_told"
    FILED = "filed"
    NEEDS_MORE = "needs_more"
    DECIDED = "decided"
    ESCALATED = "escalated"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


REPORT_MOVES: dict[ReportState, frozenset[ReportState]] = {
    ReportState.HALF_TOLD: frozenset(
        {ReportState.FILED, ReportState.WITHDRAWN, ReportState.LAPSED, ReportState.DECIDED,
         ReportState.ESCALATED}
    ),
    ReportState.FILED: frozenset(
        {ReportState.DECIDED, ReportState.NEEDS_MORE, ReportState.ESCALATED, ReportState.WITHDRAWN}
    ),
    ReportState.NEEDS_MORE: frozenset(
        {ReportState.FILED, ReportState.DECIDED, ReportState.LAPSED, ReportState.WITHDRAWN,
         ReportState.ESCALATED}
    ),
    ReportState.DECIDED: frozenset({ReportState.FILED, ReportState.NEEDS_MORE, ReportState.DECIDED,
                                    ReportState.ESCALATED}),
    ReportState.ESCALATED: frozenset({ReportState.FILED, ReportState.DECIDED}),
    ReportState.WITHDRAWN: frozenset({ReportState.FILED}),
    ReportState.LAPSED: frozenset({ReportState.FILED}),
}


class ReportSource(StrEnum):
    """How a report reached us."""

    CHAT = "chat"
    PHOTO = "photo"
    VOICE = "voice"
    STAFF = "staff"


class MessageFate(StrEnum):
    """What became of a delivery."""

    READ = "read"
    UNREAD = "unread"  # stored, reading failed or was put off: a job reads it again
    FAILED = "failed"  # reading failed for good: a person looks
    EVENT = "event"
    DESK = "desk"  # kept for a person, open
    DESK_CLOSED = "desk_closed"


MESSAGE_MOVES: dict[MessageFate, frozenset[MessageFate]] = {
    MessageFate.UNREAD: frozenset({MessageFate.READ, MessageFate.FAILED, MessageFate.DESK}),
    MessageFate.FAILED: frozenset({MessageFate.READ, MessageFate.DESK_CLOSED}),
    MessageFate.DESK: frozenset({MessageFate.DESK_CLOSED, MessageFate.READ}),
    MessageFate.DESK_CLOSED: frozenset({MessageFate.DESK}),
    MessageFate.READ: frozenset(),
    MessageFate.EVENT: frozenset(),
}


class AttachmentKind(StrEnum):
    PICTURE = "picture"
    VOICE = "voice"


class AttachmentState(StrEnum):
    """`fetching` is written before the call; fetching again does no harm, so what stays there is tried again."""

    WAITING = "waiting"
    FETCHING = "fetching"
    KEPT = "kept"
    REFUSED = "refused"  # not a file that we take: never asked for again
    LOST = "lost"  # the platform no longer has it, or never gave it
    ERASED = "erased"  # its reader has gone; a job deletes the file


class NameState(StrEnum):
    """The name for print: what the reader said, or what we said of it (RULES 16)."""

    NOT_ASKED = "not_asked"
    ASKED = "asked"
    GIVEN = "given"
    DECLINED = "declined"
    UNSUITABLE = "unsuitable"


class Bar(StrEnum):
    """Why a person can win nothing (RULES 12)."""

    STAFF = "staff"
    RELATIVE = "relative"
    BLOCKED = "blocked"


class Measure(StrEnum):
    """What staff may lay on a reader: a bar takes prizes (RULES 12), a mute the attention of the desk and nothing else."""

    BAR = "bar"
    MUTE = "mute"


class LinkedBy(StrEnum):
    """How two readers became known as one person (RULES 11)."""

    CODE = "code"
    UNION = "union"  # the platform's unionid
    STAFF = "staff"


class Relation(StrEnum):
    """What a winner said at the claim: whether he is staff, or the relative of staff (RULES 12)."""

    NEITHER = "neither"
    STAFF = "staff"
    RELATIVE = "relative"


class RoundState(StrEnum):
    """A round closes, is picked and is released exactly once (RULES 5)."""

    OPEN = "open"
    CLOSED = "closed"
    PICKED = "picked"
    RELEASED = "released"


ROUND_MOVES: dict[RoundState, frozenset[RoundState]] = {
    RoundState.OPEN: frozenset({RoundState.CLOSED}),
    RoundState.CLOSED: frozenset({RoundState.PICKED}),
    RoundState.PICKED: frozenset({RoundState.RELEASED}),
    RoundState.RELEASED: frozenset(),
}


class ReleaseStep(StrEnum):
    """What is left to people once a round is released, in the order of its list."""

    TYPESET = "typeset"  # the printed box went to the press
    ARTICLE = "article_in_account"  # as a draft, or copied there by hand
    MASS_SENT = "mass_sent"  # by hand, in the account's own console
    WINNERS_TOLD = "winners_told"


class Prize(StrEnum):
    BEST = "best"
    EXCELLENT = "excellent"


class PrizeState(StrEnum):
    """RULES 18."""

    TO_BE_CLAIMED = "to_be_claimed"
    CLAIMED = "claimed"
    HANDED_OVER = "handed_over"
    LAPSED = "lapsed"


class ArticleState(StrEnum):
    """Where the winners' article stands in the account's own console."""

    WAITING = "waiting"
    DRAFTING = "drafting"
    DRAFTED = "drafted"
    WANTED = "wanted"  # a chief wants it published
    SUBMITTING = "submitting"
    SUBMITTED = "submitted"  # accepted; the result comes later
    PUBLISHED = "published"
    NOT_GRANTED = "not_granted"  # the account may not: a person copies
    FAILED = "failed"
    UNCERTAIN = "uncertain"  # it may have got there: a person looks
    BY_HAND = "by_hand"  # a person did it in the account's console


ARTICLE_MOVES: dict[ArticleState, frozenset[ArticleState]] = {
    ArticleState.WAITING: frozenset({ArticleState.DRAFTING, ArticleState.NOT_GRANTED, ArticleState.BY_HAND}),
    ArticleState.DRAFTING: frozenset({ArticleState.WAITING, ArticleState.DRAFTED, ArticleState.WANTED,
                                      ArticleState.NOT_GRANTED, ArticleState.FAILED, ArticleState.UNCERTAIN}),
    ArticleState.DRAFTED: frozenset({ArticleState.WANTED, ArticleState.WAITING, ArticleState.BY_HAND}),
    ArticleState.WANTED: frozenset({ArticleState.SUBMITTING, ArticleState.DRAFTED}),
    ArticleState.SUBMITTING: frozenset({ArticleState.WANTED, ArticleState.SUBMITTED, ArticleState.DRAFTED,
                                        ArticleState.FAILED, ArticleState.UNCERTAIN}),
    ArticleState.SUBMITTED: frozenset({ArticleState.PUBLISHED, ArticleState.FAILED}),
    ArticleState.PUBLISHED: frozenset(),
    ArticleState.NOT_GRANTED: frozenset({ArticleState.WAITING, ArticleState.BY_HAND}),
    ArticleState.FAILED: frozenset({ArticleState.WAITING, ArticleState.BY_HAND}),
    ArticleState.UNCERTAIN: frozenset({ArticleState.WAITING, ArticleState.BY_HAND}),
    ArticleState.BY_HAND: frozenset({ArticleState.WAITING}),
}


class OutgoingState(StrEnum):
    """`sending` is written before the call; what stays there goes to a person (`uncertain`)."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    UNREACHABLE = "unreachable"
    CALLED_BACK = "called_back"


UNSENT = (OutgoingState.QUEUED, OutgoingState.UNREACHABLE)
"""What has not left yet, and may still leave or ride on a reply."""


class AttemptOutcome(StrEnum):
    """What came of one try to send; none while it is under way, or where the process died in it."""

    SENT = "sent"
    REFUSED = "refused"  # the platform said no: it was not sent
    NEVER_LEFT = "never_left"  # the platform was not reached: it was not sent
    UNKNOWN = "unknown"  # it may have been sent


class RightState(StrEnum):
    """What was learnt of a call of one account, beside what its type may do."""

    GRANTED = "granted"
    REFUSED = "refused"  # switched off until a person has looked
    RESTING = "resting"  # not asked before a time


class Role(StrEnum):
    """What a member of staff may do; the rules of access stand in web/access.py."""

    EDITOR = "editor"
    CHIEF = "chief"
    PRIZES = "prizes"
    ADMIN = "admin"


class Theme(StrEnum):
    """How the console looks to one member of staff."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class ActorKind(StrEnum):
    STAFF = "staff"
    SCHEDULER = "scheduler"
    OPERATOR = "operator"


class JobOutcome(StrEnum):
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class SearchKind(StrEnum):
    """What full-text search looks through."""

    ARTICLE = "article"
    REPORT = "report"


class ImportState(StrEnum):
    """A drop of newspaper files: read by a process of its own, looked at, then imported or dropped."""

    WAITING = "waiting"
    READING = "reading"
    READ = "read"
    REFUSED = "refused"
    APPLIED = "applied"
    DROPPED = "dropped"


IMPORT_MOVES: dict[ImportState, frozenset[ImportState]] = {
    ImportState.WAITING: frozenset({ImportState.READING, ImportState.DROPPED}),
    ImportState.READING: frozenset({ImportState.READ, ImportState.REFUSED, ImportState.WAITING, ImportState.DROPPED}),
    ImportState.READ: frozenset({ImportState.APPLIED, ImportState.DROPPED}),
    ImportState.REFUSED: frozenset({ImportState.WAITING, ImportState.DROPPED}),
    ImportState.APPLIED: frozenset(),
    ImportState.DROPPED: frozenset(),
}


class ImportStep(StrEnum):
    """What is done with an import's pages now."""

    READING = "reading"
    DRAWING = "drawing"


class DeskCause(StrEnum):
    """The step of the work at which an erratum came about, in the order of the work."""

    REPORTING = "reporting"
    WRITING = "writing"
    EDITING = "editing"
    PROOFREADING = "proofreading"
    LAYOUT = "layout"
    PRINTING = "printing"


class CorrectionKind(StrEnum):
    """What a correction notice says of one error; each has its own sentence."""

    WORDING = "wording"
    TITLE = "title"
    DELETION = "deletion"
    INSERTION = "insertion"
    FACT = "fact"


class CorrectionState(StrEnum):
    """Where a correction notice stands; a chief releases it, and it is corrected once it is printed."""

    DRAFT = "draft"
    RELEASED = "released"
    PRINTED = "printed"
    WITHDRAWN = "withdrawn"


CORRECTION_MOVES: dict[CorrectionState, frozenset[CorrectionState]] = {
    CorrectionState.DRAFT: frozenset({CorrectionState.RELEASED, CorrectionState.WITHDRAWN}),
    CorrectionState.RELEASED: frozenset({CorrectionState.PRINTED, CorrectionState.WITHDRAWN}),
    CorrectionState.PRINTED: frozenset(),
    CorrectionState.WITHDRAWN: frozenset(),
}


class AwardOrigin(StrEnum):
    """How a prize came to its winner: with the pick, after the release from another one, or beside the printed ones."""

    PICKED = "picked"
    MOVED_ON = "moved_on"  # lapsed with its first winner (RULES 18)
    FURTHER = "further"  # an appeal upheld after the release (RULES 19)


class ChangeKind(StrEnum):
    """What an open correction changes on a released list."""

    NAME = "name"
    NOT_ENTITLED = "not_entitled"
    MOVED_ON = "moved_on"
    FURTHER = "further"
