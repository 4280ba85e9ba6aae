"""Why a delivery is turned away: one exception with a reason for the log. Knows nothing else."""

from enum import StrEnum


class RefusalReason(StrEnum):
    """What the log says. The caller outside learns none of it: every refusal is the same empty 403."""

    TOO_LARGE = "too_large"
    REPEATED_PARAMETER = "repeated_parameter"
    MISSING_PARAMETER = "missing_parameter"
    BAD_TIMESTAMP = "bad_timestamp"
    STALE_TIMESTAMP = "stale_timestamp"
    BAD_SIGNATURE = "bad_signature"
    NOT_ENCRYPTED = "not_encrypted"
    BAD_CIPHERTEXT = "bad_ciphertext"
    BAD_KEY = "bad_key"
    WRONG_APP_ID = "wrong_app_id"
    WRONG_RECEIVER = "wrong_receiver"
    DOCTYPE = "doctype"
    REPEATED_ELEMENT = "repeated_element"
    MALFORMED = "malformed"


class Refused(Exception):
    """The one exception of the protocol. `detail` is for the log: a field's name, never a reader's words."""

    def __init__(self, reason: RefusalReason, detail: str = "") -> None:
        super().__init__(f"{reason.value}: {detail}" if detail else reason.value)
        self.reason = reason
        self.detail = detail
