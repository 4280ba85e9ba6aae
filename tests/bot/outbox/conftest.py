"""An outbox with one reader who wrote at the start."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from tests.support.outbox import Outbox


@pytest.fixture
def outbox(engine: Engine) -> Outbox:
    outbox = Outbox(engine)
    outbox.reader()
    return outbox
