"""The tables. A change here needs a migration beside it; a test compares the two.

Times are UTC; JSON is kept as text, so that whatever a person wrote fits (PostgreSQL's JSONB
refuses NUL characters). Claims use partial indexes, which hold only what waits.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect

metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)


class UtcDateTime(sa.types.TypeDecorator[dt.datetime]):
    """An aware time, kept in UTC: SQLite forgets time zones."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """As UTC; a naive time is a programming error."""
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time needs a time zone")
        return value.astimezone(dt.UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> dt.datetime | None:  # noqa: ANN401 - as the base class has it
        """Aware again."""
        del dialect
        if not isinstance(value, dt.datetime):
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


def _id() -> sa.Column[int]:
    """A key that grows and is never used twice (SQLite's own would be, without autoincrement)."""
    return sa.Column(
        "id",
        sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
        primary_key=True,
        autoincrement=True,
    )


def _conversation_id() -> sa.Column[str]:
    return sa.Column("conversation_id", sa.Text, sa.ForeignKey("conversations.id"), nullable=False)


def _trying() -> tuple[sa.Column[Any], ...]:
    """How work on a row stands.

    ``status`` is pending, done or dead; in the outbox pending, sent, dead or withheld (not sent,
    as a member of a team had the conversation by then).
    """
    return (
        sa.Column("due_at", UtcDateTime, nullable=False),  # not to be tried before
        sa.Column("leased_until", UtcDateTime),  # somebody is at it until then
        sa.Column("attempts", sa.Integer, nullable=False),  # that failed
        sa.Column("last_error", sa.Text),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("finished_at", UtcDateTime),  # when the status became final
    )


conversations = sa.Table(
    "conversations",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),  # JSON of ConversationState
    sa.Column("version", sa.Integer, nullable=False),  # goes up with each event handled
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("blocked_at", UtcDateTime),  # when the person blocked the assistant
    sa.Column("token_hash", sa.Text),  # of a page's bearer token
    sa.Column("erased_at", UtcDateTime),  # when the person last had everything erased
    sa.UniqueConstraint("channel", "address"),
)

inbox = sa.Table(
    "inbox",
    metadata,
    _id(),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("external_id", sa.Text, nullable=False),
    _conversation_id(),
    sa.Column("event", sa.Text, nullable=False),  # JSON of Event
    sa.Column("context", sa.Text, nullable=False),  # JSON object of strings
    sa.Column("received_at", UtcDateTime, nullable=False),
    *_trying(),
    sa.UniqueConstraint("channel", "external_id"),
    sa.Index("ix_inbox_conversation_id_id", "conversation_id", "id"),
    sqlite_autoincrement=True,
)

outbox = sa.Table(
    "outbox",
    metadata,
    _id(),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    _conversation_id(),
    sa.Column("inbox_id", sa.ForeignKey("inbox.id")),  # the event it answers
    sa.Column("request_id", sa.ForeignKey("requests.id")),  # of a card
    sa.Column("kind", sa.Text, nullable=False, server_default="reply"),  # of Payload
    sa.Column("payload", sa.Text, nullable=False),  # JSON of Payload
    sa.Column("context", sa.Text, nullable=False),  # JSON object of strings
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("retried_at", UtcDateTime),  # when staff asked for it to be tried anew
    *_trying(),
    sa.Index("ix_outbox_conversation_id_id", "conversation_id", "id"),
    sa.Index("ix_outbox_inbox_id", "inbox_id"),
    sa.Index("ix_outbox_request_id_id", "request_id", "id"),
    sqlite_autoincrement=True,
)

open_questions = sa.Table(
    "open_questions",
    metadata,
    _id(),
    _conversation_id(),
    sa.Column("inbox_id", sa.ForeignKey("inbox.id"), nullable=False),
    sa.Column("kind", sa.Text, nullable=False),  # unanswered or handoff
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Index("ix_open_questions_kind_id", "kind", "id"),
    sqlite_autoincrement=True,
)

requests = sa.Table(
    "requests",
    metadata,
    _id(),
    sa.Column("reference", sa.Text, nullable=False),
    _conversation_id(),
    sa.Column("inbox_id", sa.ForeignKey("inbox.id"), nullable=False),  # the event that filed it
    sa.Column("need", sa.Text),  # these four as in the request, to be looked for
    sa.Column("team", sa.Text),
    sa.Column("rule", sa.Text),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),  # open, taken, closed or withdrawn
    sa.Column("owner", sa.Text, nullable=False, server_default=""),  # the member who has it
    sa.Column("request", sa.Text, nullable=False),  # JSON of Request, with what was added since
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("updated_at", UtcDateTime, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),  # goes up with each change
    sa.UniqueConstraint("reference"),
    sa.Index("ix_requests_conversation_id", "conversation_id"),
    sa.Index("ix_requests_status_id", "status", "id"),
    sqlite_autoincrement=True,
)

request_history = sa.Table(
    "request_history",
    metadata,
    _id(),
    sa.Column("request_id", sa.ForeignKey("requests.id"), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),  # HistoryKind; lines are only ever added
    sa.Column("author", sa.Text, nullable=False),  # company, assistant or staff
    sa.Column("data", sa.Text, nullable=False),  # JSON object
    sa.Index("ix_request_history_request_id_id", "request_id", "id"),
    sqlite_autoincrement=True,
)

topics = sa.Table(
    "topics",
    metadata,
    sa.Column("reference", sa.ForeignKey("requests.reference"), primary_key=True),
    sa.Column("group_id", sa.Text, primary_key=True),  # a Telegram group's chat id
    sa.Column("thread_id", sa.BigInteger, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
)

team_messages = sa.Table(
    "team_messages",
    metadata,
    sa.Column("group_id", sa.Text, primary_key=True),  # a Telegram group's chat id
    sa.Column("message_id", sa.BigInteger, primary_key=True),  # of what the assistant has shown
    sa.Column("reference", sa.ForeignKey("requests.reference"), nullable=False),
    sa.Column("purpose", sa.Text, nullable=False),  # reply, note or info (Post.purpose), or card
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Index("ix_team_messages_reference", "reference"),
)

group_moves = sa.Table(
    "group_moves",
    metadata,
    sa.Column("old_id", sa.Text, primary_key=True),  # a Telegram group's chat id
    sa.Column("new_id", sa.Text, nullable=False),  # what it is since the group was upgraded
    sa.Column("moved_at", UtcDateTime, nullable=False),
)

timers = sa.Table(
    "timers",
    metadata,
    _id(),
    _conversation_id(),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("due_at", UtcDateTime, nullable=False),
    sa.UniqueConstraint("conversation_id", "name"),
    sa.Index("ix_timers_due_at", "due_at"),
    sqlite_autoincrement=True,
)

files = sa.Table(
    "files",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    _conversation_id(),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("media_type", sa.Text, nullable=False),
    sa.Column("size", sa.Integer, nullable=False),  # of content, in bytes
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Index("ix_files_conversation_id", "conversation_id"),
)

erasures = sa.Table(
    "erasures",
    metadata,
    _id(),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("asked_by", sa.Text, nullable=False),  # Asker
    sa.Column("channel", sa.Text, nullable=False),  # of the conversation, or "" for many at once
    sa.Column("counts", sa.Text, nullable=False),  # JSON object: how many of what
    sa.Column("request_references", sa.Text, nullable=False),  # JSON list
    sqlite_autoincrement=True,
)


def has_status(table: sa.FromClause, status: str) -> sa.ColumnElement[bool]:
    """That a row's status is ``status``, spelt out: a parameter would not match the indexes."""
    return table.c.status == sa.literal_column(f"'{status}'")


def _partial(name: str, table: sa.Table, status: str, *columns: str) -> None:
    condition = has_status(table, status)
    sa.Index(
        name,
        *(table.c[column] for column in columns),
        sqlite_where=condition,
        postgresql_where=condition,
    )


_partial("ix_inbox_pending", inbox, "pending", "id")
_partial("ix_inbox_pending_conversation", inbox, "pending", "conversation_id", "id")
_partial("ix_inbox_dead", inbox, "dead", "id")
_partial("ix_outbox_pending", outbox, "pending", "id")
_partial("ix_outbox_pending_lane", outbox, "pending", "channel", "address", "id")
_partial("ix_outbox_dead", outbox, "dead", "id")
