"""The answer to one question of the form: read more generously than free text, or courteously not.

Who was asked "what surface?" and answers "500" means square metres.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Literal

from handlers.requests.model import Details, Value
from handlers.requests.understanding import read_slots
from handlers.requests.understanding.passage import Passage
from knowledge.model import Slot

if TYPE_CHECKING:
    from knowledge.matching import Matcher
    from knowledge.model import Language

Problem = Literal[
    "description_empty",
    "surface_unreadable",
    "surface_absurd",
    "commune_unknown",
    "headcount_unreadable",
    "headcount_absurd",
    "deadline_unreadable",
    "deadline_past",
    "deadline_absurd",
    "siret_length",
    "siret_checksum",
    "siren_checksum",
    "company_unreadable",
    "email_malformed",
    "phone_malformed",
    "contact_unreadable",
]
"""Why an answer cannot be read; each names a message that says so with an example.

``siret_length``: digits that are neither a SIREN's nine nor a SIRET's fourteen.
"""


class Misread(Value):
    """An answer that cannot be taken, and why."""

    problem: Problem


def read_answer(
    slot: Slot,
    text: str,
    matcher: Matcher,
    language: Language,  # noqa: ARG001 - an answer is read in both languages, for now
    today: dt.date,
) -> Details | Misread:
    """What ``text`` says, as the answer to a question for ``slot``.

    Details that say nothing of the slot are an answer too: "anywhere" leaves the communes empty.
    """
    details, _ = read_slots(matcher, Passage.of(text), today)
    if slot == "description":
        return details.model_copy(update={"description": text.strip()})
    return details
