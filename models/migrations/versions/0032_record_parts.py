"""The file of a record is kept in parts: a large month's is never in memory, or written, as one value.

Revision ID: 0032
Revises: 0031
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision: str | None = "0031"
branch_labels = None
depends_on = None

PART = 1_000_000
RECORD = sa.table("round_record", sa.column("id"), sa.column("round_id"), sa.column("version"), sa.column("body", sa.LargeBinary))
PARTS = sa.table("round_record_part", sa.column("round_id"), sa.column("version"), sa.column("number"),
                 sa.column("data", sa.LargeBinary))


def upgrade() -> None:
    op.create_table(
        "round_record_part",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_round_record_part_number_counted")),
        sa.ForeignKeyConstraint(
            ["round_id", "version"], ["round_record.round_id", "round_record.version"],
            name=op.f("fk_round_record_part_round_id_version"), initially="DEFERRED", deferrable=True),
        sa.PrimaryKeyConstraint("round_id", "version", "number", name=op.f("pk_round_record_part")),
    )
    db = op.get_bind()
    for key, round_id, version in db.execute(sa.select(RECORD.c.id, RECORD.c.round_id, RECORD.c.version)).all():
        body = db.scalar(sa.select(RECORD.c.body).where(RECORD.c.id == key))
        for number, start in enumerate(range(0, len(body), PART), 1):
            db.execute(PARTS.insert().values(round_id=round_id, version=version, number=number,
                                             data=bytes(body[start:start + PART])))
    with op.batch_alter_table("round_record") as table:
        table.drop_column("body")


def downgrade() -> None:
    with op.batch_alter_table("round_record") as table:
        table.add_column(sa.Column("body", sa.LargeBinary(), nullable=True))
    db = op.get_bind()
    for key, round_id, version in db.execute(sa.select(RECORD.c.id, RECORD.c.round_id, RECORD.c.version)).all():
        parts = db.scalars(sa.select(PARTS.c.data).where(PARTS.c.round_id == round_id, PARTS.c.version == version)
                           .order_by(PARTS.c.number)).all()
        db.execute(RECORD.update().where(RECORD.c.id == key).values(body=b"".join(bytes(part) for part in parts)))
    with op.batch_alter_table("round_record") as table:
        table.alter_column("body", existing_type=sa.LargeBinary(), nullable=False)
    op.drop_table("round_record_part")
