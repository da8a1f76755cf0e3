"""The market stall: what is tapped there, photos of the day, the record written afterwards."""

import sqlalchemy as sa
from alembic import op

import bot.storage.columns

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    moment = bot.storage.columns.Moment(timezone=True)
    op.create_table(
        "event_records",
        sa.Column("event", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("written_by", sa.String(length=64), nullable=False),
        sa.Column("written_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("event", "day", name=op.f("pk_event_records")),
    )
    op.create_table(
        "stall_taps",
        sa.Column("id", key, nullable=False),
        sa.Column("event", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("once", sa.String(length=64), nullable=False),
        sa.Column("staff_id", key, nullable=False),
        sa.Column("tapped_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stall_taps")),
        sa.UniqueConstraint("once", name=op.f("uq_stall_taps_once")),
    )
    op.create_index("ix_stall_taps_event_day", "stall_taps", ["event", "day"])
    op.create_index("ix_stall_taps_day", "stall_taps", ["day"])
    op.create_table(
        "stall_photos",
        sa.Column("id", key, nullable=False),
        sa.Column("event", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("once", sa.String(length=64), nullable=False),
        sa.Column("staff_id", key, nullable=False),
        sa.Column("taken_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stall_photos")),
        sa.UniqueConstraint("once", name=op.f("uq_stall_photos_once")),
    )
    op.create_index("ix_stall_photos_event_day", "stall_photos", ["event", "day"])


def downgrade() -> None:
    op.drop_table("stall_photos")
    op.drop_table("stall_taps")
    op.drop_table("event_records")
