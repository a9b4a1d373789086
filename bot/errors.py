"""Errors as whoever runs the assistant reads them, without what people wrote."""

from __future__ import annotations

import traceback


class ReportedError(Exception):
    """What whoever runs the assistant can mend: the message alone says what is wrong and how."""


def without_message(error: BaseException) -> str:
    """The type of ``error`` and where it was raised, for a log or an error column.

    Not its message: that may quote a person's words, or an address with a token in it.
    """
    frames = "".join(traceback.format_tb(error.__traceback__)).rstrip()
    return f"{type(error).__qualname__}\n{frames}" if frames else type(error).__qualname__
