"""Deadlines with a slip of the finger are read; what may be another word is not bent into one."""

from __future__ import annotations

import datetime as dt

import pytest

from handlers.requests.understanding.dates import find_deadline
from handlers.requests.understanding.passage import Passage

TODAY = dt.date(2026, 11, 24)


@pytest.mark.parametrize(
    ("text", "day", "words"),
    [
        ("un local, fin mras", dt.date(2027, 3, 31), "fin mras"),
        ("avant fin mars", dt.date(2027, 3, 31), "avant fin mars"),
        ("début setpembre 2027", dt.date(2027, 9, 10), "début setpembre 2027"),
        ("by the end of jnauary", dt.date(2027, 1, 31), "by the end of jnauary"),
        ("dès que possble", None, "dès que possble"),
        ("des que posible svp", None, "des que posible"),
        ("dès que possible", None, "dès que possible"),
    ],
)
def test_a_slip_is_read(text: str, day: dt.date | None, words: str) -> None:
    """In the person's own words, which are kept as they typed them."""
    deadline, _ = find_deadline(Passage.of(text), TODAY)
    assert deadline is not None
    assert (deadline.day, deadline.text) == (day, words)


@pytest.mark.parametrize(
    "text",
    ["fin main", "by mary", "avant mari", "mras",
     "avant de poser la dalle", "dès que le poste est prêt"],
)  # fmt: skip
def test_a_word_of_its_own_is_no_month(text: str) -> None:
    """What the language has, or what no time is told by, stays what it is."""
    deadline, _ = find_deadline(Passage.of(text), TODAY)
    assert deadline is None or deadline.day is None
