"""Whether a write failed by what was to be written, or because nothing can be written now."""

from __future__ import annotations

import sqlalchemy as sa

_REFUSING = ("21", "22", "23", "44", "54", "P0")
"""Classes of PostgreSQL's error codes that are about the row: data, constraints, triggers, limits.

The others may pass by themselves or by a repair: connections (08), conflicts (40), a missing table
(42), a full disk (53), a shutdown (57), an I/O error (58).
"""


def is_refusal(error: Exception) -> bool:
    """Whether ``error`` is of the row itself, so that writing the same again fails again.

    SQLite says so by the kind of error: a full or locked database is an `OperationalError`. What
    is raised by neither the database nor the network was raised in making the row.
    """
    if not isinstance(error, sa.exc.DBAPIError):
        return not isinstance(error, sa.exc.SQLAlchemyError | OSError)
    code = getattr(error.orig, "sqlstate", None)
    if code:
        return str(code).startswith(_REFUSING)
    return isinstance(error, sa.exc.IntegrityError | sa.exc.DataError)
