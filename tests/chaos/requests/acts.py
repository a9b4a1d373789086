"""What a company can do, and its plain answer to each question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from handlers.requests import buttons
from tests.chaos.requests.content import COMMUNES, NEEDS

if TYPE_CHECKING:
    from knowledge.model import Language
    from tests.chaos.requests.reading import Kind
    from tests.chaos.requests.wishes import Wish

_SOON = {"fr": "dans 6 mois", "en": "in 6 months"}


@dataclass(frozen=True, slots=True)
class Say:
    """Writes ``text``."""

    text: str


@dataclass(frozen=True, slots=True)
class Press:
    """Presses the button of ``value``, perhaps impatiently."""

    value: str
    times: int = 1


@dataclass(frozen=True, slots=True)
class Attach:
    """Sends the document of this name."""

    name: str


Act = Say | Press | Attach


def plain_answer(kind: Kind, wish: Wish, language: Language) -> Act | None:
    """To a question of this ``kind``; None where the buttons shown decide."""

    def either(value: str, words: str) -> Act:
        return Say(words) if wish.in_words else Press(value)

    answers: dict[Kind, Act] = {
        "ask_description": Say(wish.first),
        "ask_need": either(f"need:{wish.need}", NEEDS[wish.need][language]),
        "ask_surface": Say(f"{wish.surface} m2"),
        "ask_communes": either(f"request:commune:{COMMUNES[wish.commune]}", wish.commune),
        "ask_headcount": either("request:headcount:1", str(wish.count)),
        "ask_deadline": either("request:deadline:6", _SOON[language]),
        "ask_company": Say(wish.company),
        "ask_contact": Say(wish.contact),
        "open_already": Press(buttons.OTHER_NEED),
        "under_way": Press(buttons.RESUME),
    }
    return answers.get(kind)
