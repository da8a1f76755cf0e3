"""Notices: who approved them, what is to be done when they are late, how WeChat says they went."""

import sqlalchemy as sa
from alembic import op

import bot.storage.columns

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("if_late", sa.String(length=8), server_default="ride", nullable=False)
        )
        batch_op.add_column(
            sa.Column("approved_by", sa.String(length=64), server_default="", nullable=False)
        )
        batch_op.add_column(
            sa.Column("approved_at", bot.storage.columns.Moment(timezone=True), nullable=True)
        )
        batch_op.add_column(
            sa.Column("result", sa.String(length=16), server_default="", nullable=False)
        )
        batch_op.add_column(sa.Column("reached", sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("notices", schema=None) as batch_op:
        for name in ("reached", "result", "approved_at", "approved_by", "if_late"):
            batch_op.drop_column(name)
