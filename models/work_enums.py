"""States and kinds of the editors' own work: appeals, callers, drafts, second opinions, bulk acts. Knows no table."""

from __future__ import annotations

from enum import StrEnum


class AppealState(StrEnum):
    """What became of a reader's appeal (RULES 19)."""

    OPEN = "open"
    UPHELD = "upheld"
    KEPT = "kept"


class EntryState(StrEnum):
    """Whether what staff entered for a caller counts from the call (RULES 2)."""

    COUNTS = "counts"
    WAITING = "waiting"  # it would overtake another reader: a second member of staff confirms
    CONFIRMED = "confirmed"
    REFUSED = "refused"  # it counts from its entry


class Doing(StrEnum):
    """What somebody who has a report open is doing there."""

    VIEWING = "viewing"
    IDLE = "idle"  # the page lies behind another one
    EDITING = "editing"  # something is entered and not saved


class DraftOf(StrEnum):
    """The forms whose unsaved contents are kept."""

    GRADE = "grade"
    MEND = "mend"
    NOTE = "note"
    ANSWER = "answer"


class ReminderMoment(StrEnum):
    """When members are written to about a round: hours before its close or the end of its grading; days before the press
    day of a list that is not released (chiefs and deputy); and after the release, with the month on one page (chiefs)."""

    CLOSES_72 = "closes_72"
    CLOSES_24 = "closes_24"
    CLOSES_2 = "closes_2"
    GRADING_72 = "grading_72"
    GRADING_24 = "grading_24"
    GRADING_2 = "grading_2"
    PRINT_2 = "print_2"
    PRINT_1 = "print_1"
    MONTH = "month"


class ReminderState(StrEnum):
    """What became of a reminder's e-mail. One that stays *sending* is not repeated: nobody knows whether it went."""

    CONSOLE = "console"  # no e-mail: no address, no mail server, or seen in the console before
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


class CallTarget(StrEnum):
    """To which address of the configuration something is said, or that it goes to one member's own."""

    ROBOT = "robot"  # a group in enterprise WeChat
    WEBHOOK = "webhook"  # another program, of alerts
    MAIL = "mail"
    EVENTS = "events"  # another program, signed, of what becomes public
    MEMBER = "member"  # by mail to one member of staff


class GiveUpReason(StrEnum):
    """Why a person gives up on something that waits to leave the house."""

    TOLD = "told_otherwise"
    OUTDATED = "outdated"
    NO_ADDRESS = "no_address"
    DOUBLE = "sent_already"
    NOT_NEEDED = "not_needed"


class Revealed(StrEnum):
    """What was looked at without its blackening."""

    WORDS = "words"
    PICTURE = "picture"


class RevealCause(StrEnum):
    """Why somebody may look: before the round is picked only a necessity counts."""

    THREAT = "threat"
    DUTY = "duty"
    PRIZE = "prize"
    OTHER = "other"


class ReviewCause(StrEnum):
    """Why a second editor grades a report without seeing the first grade."""

    RANDOM = "random"
    CONTENDER = "contender"
    APPEAL = "appeal"


class ReviewState(StrEnum):
    """Where a second opinion stands. `dropped`: the decision that it was about was taken back, or the round picked."""

    WAITING_SECOND = "waiting_second"
    WAITING_THIRD = "waiting_third"
    WAITING_CHIEF = "waiting_chief"
    SETTLED = "settled"
    DROPPED = "dropped"


REVIEW_MOVES: dict[ReviewState, frozenset[ReviewState]] = {
    ReviewState.WAITING_SECOND: frozenset({ReviewState.WAITING_THIRD, ReviewState.WAITING_CHIEF, ReviewState.SETTLED,
                                           ReviewState.DROPPED}),
    ReviewState.WAITING_THIRD: frozenset({ReviewState.WAITING_SECOND, ReviewState.WAITING_CHIEF, ReviewState.SETTLED,
                                          ReviewState.DROPPED}),
    ReviewState.WAITING_CHIEF: frozenset({ReviewState.WAITING_SECOND, ReviewState.WAITING_THIRD, ReviewState.SETTLED,
                                          ReviewState.DROPPED}),
    ReviewState.SETTLED: frozenset(),
    ReviewState.DROPPED: frozenset(),
}
OPEN_REVIEWS = (ReviewState.WAITING_SECOND, ReviewState.WAITING_THIRD, ReviewState.WAITING_CHIEF)
BLIND_REVIEWS = (ReviewState.WAITING_SECOND, ReviewState.WAITING_THIRD)
"""Somebody is still to grade without seeing what others said."""


class ReviewResult(StrEnum):
    """How a second opinion was settled (RULES 10)."""

    AGREED = "agreed"
    TWO_OF_THREE = "two_of_three"
    CHIEF = "chief"


class CannedKind(StrEnum):
    """What a ready sentence is for: a verdict, of the same value, or an answer from the desk."""

    ACCEPTED = "accepted"
    ACCEPTED_WITH_EDITS = "accepted_with_edits"
    BOTH_FORMS = "both_forms"
    SUGGESTION = "suggestion"
    NOT_AN_ERROR = "not_an_error"
    OUT_OF_SCOPE = "out_of_scope"
    CANNOT_CHECK = "cannot_check"
    REPEATED = "repeated"
    NEEDS_MORE = "needs_more"
    DESK = "desk"


class BulkVerb(StrEnum):
    """What can be done to many reports at once."""

    ASSIGN = "assign"
    SNOOZE = "snooze"
    NOTE = "note"
    ASK_BACK = "ask_back"
    REFUSE = "refuse"
    NOT_SAME = "not_same"
    ESCALATE = "escalate"


class BulkFate(StrEnum):
    """What became of one report in an act on many. `stays`: done, and could not be undone."""

    WAITING = "waiting"
    DONE = "done"
    SKIPPED = "skipped"
    UNDONE = "undone"
    STAYS = "stays"


class LeadKind(StrEnum):
    """What was noticed about readers of a round. The first ones weigh most."""

    TOGETHER = "together"  # several persons report the same errors, one right after the other
    SAME_LETTER = "same_letter"  # several persons send the same words
    EARLY = "early"  # reported before the issue came out
    ONE_MAKER = "one_maker"  # nearly all of a person's finds lie on the pages of one member of staff
    NAMESAKE = "namesake"  # a reader's name for print is that of a member of staff
    ONE_PAGE = "one_page"  # nearly all of a person's many finds lie on one page


class LeadOutcome(StrEnum):
    """What the person who looked at a lead did."""

    NOTHING = "nothing"
    ACTED = "acted"


class Receiving(StrEnum):
    """How a winner gets his prize."""

    PICK_UP = "pick_up"
    POST = "post"


class ClaimWay(StrEnum):
    """How a claim came (RULES 17): on the winner's page, or entered by staff after the same notice was read out."""

    PAGE = "page"
    PHONE = "phone"
    COUNTER = "counter"


class LapseReason(StrEnum):
    """Why a prize is given to nobody under its first name (RULES 12, 18)."""

    NOT_CLAIMED = "not_claimed"
    NOT_FETCHED = "not_fetched"
    NOT_WANTED = "not_wanted"
    RELATION = "relation"


class ContactKind(StrEnum):
    """What is kept of a claim, each sealed by itself."""

    PHONE = "phone"
    RECIPIENT = "recipient"
    ADDRESS = "address"
    GUARDIAN = "guardian"
    GUARDIAN_PHONE = "guardian_phone"
    CODE_WORD = "code_word"
