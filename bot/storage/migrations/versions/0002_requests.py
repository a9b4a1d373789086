"""The outbox holds more than replies."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Name what each row of the outbox is."""
    op.alter_column("outbox", "reply", new_column_name="payload")
    op.add_column("outbox", sa.Column("kind", sa.Text, nullable=False, server_default="reply"))
