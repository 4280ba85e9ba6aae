"""Runs the migrations for Alembic. The only file here that imports our code, and of it only the metadata.

`bot.database` hands its open connection over in `config.attributes["connection"]`. From the command line
(a developer making the next revision) the place comes with `-x url=...`:
`alembic -x url=sqlite:///draft.db revision --autogenerate --rev-id 0002 -m "what changes"`.
"""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection, Enum, create_engine

from models.base import UtcDateTime
from models.tables import metadata


def _render_plainly(kind: str, item: Any, _: AutogenContext) -> str | Literal[False]:
    """Our own column types as the plain ones beneath them, so that no revision needs our code."""
    if kind == "type" and isinstance(item, Enum):
        return f"sa.String(length={item.length})"
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        compare_type=True,
        render_as_batch=True,
        render_item=_render_plainly,
        transactional_ddl=True,  # on SQLite too: a failed migration leaves nothing half done
    )
    with context.begin_transaction():
        context.run_migrations()


handed_over: Connection | None = context.config.attributes.get("connection")
if handed_over is not None:
    _run(handed_over)
else:
    engine = create_engine(context.get_x_argument(as_dictionary=True)["url"])
    with engine.begin() as own:
        _run(own)
