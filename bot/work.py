"""What every job of the scheduler needs, and what a job gives back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine

from bot.audit import SCHEDULER, Actor
from bot.catalogue.library import Library
from bot.catalogue.reading_loop import ReadingLoop
from bot.clock import Clock
from bot.mail import Mailer
from bot.media.collecting import Sources
from bot.media.reading import ReadLines
from bot.outbox.channels import Account
from bot.outbox.delivery import Delivery
from bot.settings import Settings
from bot.wechat.client import Client


@dataclass(frozen=True, slots=True)
class Work:
    """What a job needs: the same things for each."""

    engine: Engine
    settings: Settings
    clock: Clock
    library: Library
    delivery: Delivery
    actor: Actor = SCHEDULER
    accounts: Mapping[str, Account] = field(default_factory=dict)
    callers: Mapping[str, Client] = field(default_factory=dict)  # those of the accounts that have a secret
    sources: Sources | None = None  # where readers' photos and voices come from; None: they wait
    imports: ReadingLoop | None = None  # reads newspapers' files that were dropped in the console
    mailer: Mailer | None = None  # None: no relay is set, and no mail leaves
    read_lines: ReadLines | None = None  # reads the print on a photo; None: the extra `ocr` is not installed


Result = dict[str, Any]
