"""What a person makes of the words on the screen: which question it is, which reference."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, get_args

from handlers.requests.references import named_in
from knowledge.markup import to_plain
from knowledge.text import words

if TYPE_CHECKING:
    from knowledge.model import Messages
    from tests.chaos.reading import Shown

Kind = Literal[
    # In the order in which they are looked for: a message can hold a remark and a question.
    "filed",
    "already_filed",
    "recap",
    "company_one",
    "company_several",
    "open_already",
    "under_way",
    "pick_line",
    "ask_need",
    "ask_description",
    "ask_surface",
    "ask_communes",
    "ask_headcount",
    "ask_deadline",
    "ask_company",
    "ask_contact",
    "add_ask",
    "added",
    "cancelled",
    "list",
]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass
class Reader:
    """Knows the assistant's messages in both languages."""

    messages: Messages
    _marks: dict[Kind, tuple[str, ...]] = field(init=False)

    def __post_init__(self) -> None:
        self._marks = {
            kind: tuple(map(_mark, getattr(self.messages, f"request_{kind}").values()))
            for kind in KINDS
        }

    def kind(self, shown: Shown) -> Kind | None:
        """What is asked or told, if it is of a request."""
        said = _said(shown.text)
        return next(
            (kind for kind in KINDS if any(mark in said for mark in self._marks[kind])), None
        )


def reference_in(text: str) -> str | None:
    """The first reference that ``text`` names."""
    return named_in(to_plain(text))


def _mark(template: str) -> str:
    """The words of the first line of a message, up to what is filled in."""
    line, _, _ = template.strip().partition("\n")
    return _said(line.partition("{")[0])


def _said(text: str) -> str:
    return f" {' '.join(words(to_plain(text)))} "
