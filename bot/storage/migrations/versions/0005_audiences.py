"""Who hears: topics residents subscribed to, groups of the office, days before."""

import sqlalchemy as sa
from alembic import op

import bot.storage.columns

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("residents", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reminder_days", sa.Integer(), nullable=True))
    op.create_table(
        "memberships",
        sa.Column("openid", sa.String(length=128), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("since", bot.storage.columns.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("openid", "name", name=op.f("pk_memberships")),
    )
    op.create_index("ix_memberships_name", "memberships", ["name"])


def downgrade() -> None:
    op.drop_table("memberships")
    with op.batch_alter_table("residents", schema=None) as batch_op:
        batch_op.drop_column("reminder_days")
