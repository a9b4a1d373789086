"""The answer to one question of the form: read more generously than free text, or courteously not.

Who is asked "what surface?" and answers "500" means square metres. What the answer says besides
("500 m² à Vitry") is read as in any message.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from handlers.requests.details import merge
from handlers.requests.model import Details
from handlers.requests.reading.asked import (
    Read,
    read_communes,
    read_deadline,
    read_headcount,
    read_surface,
)
from handlers.requests.reading.identity import read_company, read_contact
from handlers.requests.reading.misread import Misread, Problem
from handlers.requests.understanding import read_identity, read_slots
from handlers.requests.understanding.passage import Passage

if TYPE_CHECKING:
    from knowledge.matching import Matcher
    from knowledge.model import Language, Slot

__all__ = ["Misread", "Problem", "read_answer"]


def read_answer(
    slot: Slot,
    text: str,
    matcher: Matcher,
    language: Language,  # noqa: ARG001 - an answer is read in both languages at once
    today: dt.date,
) -> Details | Misread:
    """What ``text`` says, as the answer to a question for ``slot``.

    Details that say nothing of the slot are an answer too: "anywhere" leaves the communes empty,
    "not founded yet" the company. The need is never read out of an answer.
    """
    passage = Passage.of(text)
    match slot:
        case "company":
            return read_company(passage)
        case "contact":
            return read_contact(passage)
        case "surface":
            return _with_the_rest(read_surface(matcher, passage), matcher, today)
        case "communes":
            return _with_the_rest(read_communes(matcher, passage), matcher, today)
        case "headcount":
            return _with_the_rest(read_headcount(matcher, passage), matcher, today)
        case "deadline":
            return _with_the_rest(read_deadline(passage, today), matcher, today)
        case "description":
            return _with_the_rest(_read_description(passage, text), matcher, today)


def _read_description(passage: Passage, text: str) -> Read:
    if not re.search(r"\w", text):
        return Misread(problem="description_empty")
    return Details(description=text.strip()), passage


def _with_the_rest(read: Read, matcher: Matcher, today: dt.date) -> Details | Misread:
    """``read``, and what the rest of the answer says besides."""
    if isinstance(read, Misread):
        return read
    details, passage = read
    identity, rest = read_identity(passage)
    slots, _ = read_slots(matcher, rest, today)
    return merge(merge(identity, slots), details)
