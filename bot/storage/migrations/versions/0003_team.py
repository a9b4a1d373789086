"""A team's work on requests: who has them, what was shown in groups, and timers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the tables, and the owner to the requests."""
    op.add_column("requests", sa.Column("owner", sa.Text, nullable=False, server_default=""))
    op.create_table(
        "team_messages",
        sa.Column("group_id", sa.Text, nullable=False),
        sa.Column("message_id", sa.BigInteger, nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("group_id", "message_id", name="pk_team_messages"),
        sa.ForeignKeyConstraint(
            ["reference"], ["requests.reference"], name="fk_team_messages_reference"
        ),
    )
    op.create_index("ix_team_messages_reference", "team_messages", ["reference"])
    op.create_table(
        "timers",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("conversation_id", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("due_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_timers"),
        sa.UniqueConstraint("conversation_id", "name", name="uq_timers_conversation_id_name"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_timers_conversation_id"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_timers_due_at", "timers", ["due_at"])
