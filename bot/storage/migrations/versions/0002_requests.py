"""Requests with their history, files and topics; the outbox holds more than replies."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the tables of requests, and say of each row of the outbox what it is."""
    _requests()
    _request_history()
    _topics()
    _files()
    _outbox()


def _requests() -> None:
    op.create_table(
        "requests",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("conversation_id", sa.Text, nullable=False),
        sa.Column("inbox_id", _ID, nullable=False),
        sa.Column("need", sa.Text),
        sa.Column("team", sa.Text),
        sa.Column("rule", sa.Text),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("request", sa.Text, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("updated_at", _TIME, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_requests"),
        sa.UniqueConstraint("reference", name="uq_requests_reference"),
        _to("conversations", "requests", "conversation_id"),
        _to("inbox", "requests", "inbox_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_requests_conversation_id", "requests", ["conversation_id"])
    op.create_index("ix_requests_status_id", "requests", ["status", "id"])


def _request_history() -> None:
    op.create_table(
        "request_history",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("request_id", _ID, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_request_history"),
        _to("requests", "request_history", "request_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_request_history_request_id_id", "request_history", ["request_id", "id"])


def _topics() -> None:
    op.create_table(
        "topics",
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("group_id", sa.Text, nullable=False),
        sa.Column("thread_id", sa.BigInteger, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("reference", "group_id", name="pk_topics"),
        _to("requests", "topics", "reference", key="reference"),
    )


def _files() -> None:
    op.create_table(
        "files",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("conversation_id", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_files"),
        _to("conversations", "files", "conversation_id"),
    )
    op.create_index("ix_files_conversation_id", "files", ["conversation_id"])


def _outbox() -> None:
    op.alter_column("outbox", "reply", new_column_name="payload")
    op.add_column("outbox", sa.Column("kind", sa.Text, nullable=False, server_default="reply"))
    op.add_column("outbox", sa.Column("retried_at", _TIME))
    # The reference stands in the column's own clause: SQLite could only add it by a new table.
    key = sa.ForeignKey("requests.id", name="fk_outbox_request_id")
    op.add_column("outbox", sa.Column("request_id", _ID, key), inline_references=True)
    op.create_index("ix_outbox_request_id_id", "outbox", ["request_id", "id"])


def _to(target: str, table: str, column: str, *, key: str = "id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.{key}"], name=f"fk_{table}_{column}")
