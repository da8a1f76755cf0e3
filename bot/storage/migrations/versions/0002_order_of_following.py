"""When a resident was heard of last, so that a late push cannot undo a newer one."""

import sqlalchemy as sa
from alembic import op

import bot.storage.columns

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.add_column(
        "residents",
        sa.Column("heard_at", bot.storage.columns.Moment(timezone=True), nullable=True),
    )


def downgrade() -> None:

    op.drop_column("residents", "heard_at")
