"""When the need is to be met."""

from __future__ import annotations

import datetime as dt

from handlers.requests.model import Deadline
from handlers.requests.understanding.passage import Passage


def find_deadline(passage: Passage, today: dt.date) -> tuple[Deadline | None, Passage]:
    """The deadline, and the rest."""
    del today
    return None, passage
