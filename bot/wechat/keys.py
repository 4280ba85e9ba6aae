"""What one public account is set to on the platform's side: mode, format, secrets. Knows no files."""

from dataclasses import dataclass, field
from enum import StrEnum


class Mode(StrEnum):
    """How the platform sends: in the clear, both ways in one body, or encrypted only."""

    PLAINTEXT = "plaintext"
    COMPATIBLE = "compatible"
    SAFE = "safe"


class BodyFormat(StrEnum):
    """The account's setting for bodies, both ways."""

    XML = "xml"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class AccountKeys:
    """One account. `original_id` is the gh_… name; `aes_key` the 43-character EncodingAESKey, or None.

    The secrets stay out of `repr`, so that a logged object gives nothing away.
    """

    name: str
    app_id: str
    original_id: str
    token: str = field(repr=False)
    aes_key: str | None = field(repr=False)
    mode: Mode
    body_format: BodyFormat
