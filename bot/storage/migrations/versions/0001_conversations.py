"""Conversations, inbox, outbox and open questions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the first tables."""
    _conversations()
    _inbox()
    _outbox()
    _open_questions()


def _conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("blocked_at", _TIME),
        sa.Column("token_hash", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_conversations"),
        sa.UniqueConstraint("channel", "address", name="uq_conversations_channel_address"),
    )


def _inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("external_id", sa.Text, nullable=False),
        sa.Column("conversation_id", sa.Text, nullable=False),
        sa.Column("event", sa.Text, nullable=False),
        sa.Column("context", sa.Text, nullable=False),
        sa.Column("received_at", _TIME, nullable=False),
        *_trying(),
        sa.PrimaryKeyConstraint("id", name="pk_inbox"),
        sa.UniqueConstraint("channel", "external_id", name="uq_inbox_channel_external_id"),
        _to_conversations("inbox"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_inbox_conversation_id_id", "inbox", ["conversation_id", "id"])
    _partial("ix_inbox_pending", "inbox", "pending", "id")
    _partial("ix_inbox_pending_conversation", "inbox", "pending", "conversation_id", "id")
    _partial("ix_inbox_dead", "inbox", "dead", "id")


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("conversation_id", sa.Text, nullable=False),
        sa.Column("inbox_id", _ID),
        sa.Column("reply", sa.Text, nullable=False),
        sa.Column("context", sa.Text, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        *_trying(),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        _to_conversations("outbox"),
        _to_inbox("outbox"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outbox_conversation_id_id", "outbox", ["conversation_id", "id"])
    op.create_index("ix_outbox_inbox_id", "outbox", ["inbox_id"])
    _partial("ix_outbox_pending", "outbox", "pending", "id")
    _partial("ix_outbox_pending_lane", "outbox", "pending", "channel", "address", "id")
    _partial("ix_outbox_dead", "outbox", "dead", "id")


def _open_questions() -> None:
    op.create_table(
        "open_questions",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("conversation_id", sa.Text, nullable=False),
        sa.Column("inbox_id", _ID, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_open_questions"),
        _to_conversations("open_questions"),
        _to_inbox("open_questions"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_open_questions_kind_id", "open_questions", ["kind", "id"])


def _trying() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("due_at", _TIME, nullable=False),
        sa.Column("leased_until", _TIME),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("last_error", sa.Text),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("finished_at", _TIME),
    )


def _to_conversations(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["conversation_id"], ["conversations.id"], name=f"fk_{table}_conversation_id"
    )


def _to_inbox(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["inbox_id"], ["inbox.id"], name=f"fk_{table}_inbox_id")


def _partial(name: str, table: str, status: str, *columns: str) -> None:
    condition = sa.text(f"status = '{status}'")
    op.create_index(name, table, list(columns), sqlite_where=condition, postgresql_where=condition)
