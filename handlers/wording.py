"""Entries and messages as replies: the language chosen, sources and their dates added."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from handlers.privacy import buttons as privacy
from handlers.requests import buttons
from handlers.values import Button, Reply
from knowledge.markup import escape

if TYPE_CHECKING:
    from collections.abc import Mapping

    from knowledge.model import Entry, KnowledgeBase, Language, Source, Texts

MENU = "menu"
TEAM = "team"
YES = "yes"
NO = "no"
NONE_OF_THESE = "none"

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_MENUS = ("entry:", "topic:", "language:")

_MONTHS = {
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "en": "January February March April May June July August September October November December",
}


def entry_button(entry: Entry, language: Language) -> Button:
    """The button that leads to ``entry``."""
    return Button(label=entry.label_in(language), value=f"entry:{entry.id}")


def is_lasting(value: str) -> bool:
    """Whether the button of ``value`` means the same at any time, as those of menus do.

    The buttons of a question do not: once it is answered, a channel may take them away.
    """
    return value in {MENU, TEAM, buttons.LIST, *privacy.LASTING} or value.startswith(_MENUS)


class Wording:
    """What a knowledge base says, in one of its languages."""

    def __init__(self, base: KnowledgeBase, language: Language) -> None:
        self.base = base
        self.language: Language = language if language in base.languages else base.languages[0]

    def text(self, texts: Texts, **values: str) -> str:
        """One of the folder's messages with its placeholders filled in, in this language."""
        template = texts.get(self.language) or next(iter(texts.values()), "")
        filled = {"territory": self._territory(), "contact": self._contact(), **values}
        return _filled(template, filled).strip()

    @property
    def retention(self) -> dict[str, str]:
        """How long things are kept, as texts name it."""
        kept = self.base.retention
        return {
            "conversation_days": str(kept.conversation_days),
            "message_days": str(kept.message_days),
            "question_days": str(kept.question_days),
            "file_days": str(kept.file_days),
            "months": str(self.base.request_form.retention_months),
        }

    def _territory(self) -> str:
        default = {"fr": "le territoire", "en": "the territory"}[self.language]
        return self.base.territory.name.get(self.language, default)

    def _contact(self) -> str:
        return self.base.territory.contact.get(self.language, "")

    def button(self, texts: Texts, value: str) -> Button:
        """A button labelled with one of the folder's messages."""
        return Button(label=self.text(texts), value=value)

    def reply(self, text: str, *buttons: Button) -> Reply:
        """A reply in this language."""
        return Reply(text=text, language=self.language, buttons=buttons)

    def answer(self, entry: Entry, before: str = "") -> Reply:
        """The entry's answer with its sources, and what to ask next."""
        answer = entry.answer.get(self.language) or next(iter(entry.answer.values()))
        paragraphs = [before, _filled(answer, self.retention), self.sources(entry.sources)]
        return Reply(
            text="\n\n".join(filter(None, paragraphs)),
            language=self.language,
            buttons=self.follow_ups(entry),
            venue=entry.venue,
            phone=entry.phone,
        )

    def follow_ups(self, entry: Entry) -> tuple[Button, ...]:
        """Buttons to what people ask after this entry, and to what they may do."""
        following = (self.base.entry(entry_id) for entry_id in entry.follow_ups)
        texts = {
            "mydata": (self.base.messages.button_privacy_data, privacy.SHOW),
            "erase": (self.base.messages.button_privacy_erase, privacy.ERASE),
        }
        return (
            *(self.button(*texts[command]) for command in entry.commands),
            *(entry_button(other, self.language) for other in following if other),
        )

    def sources(self, sources: tuple[Source, ...]) -> str:
        """A line a source: its title, linked, and its date or that it has none."""
        return "  \n".join(map(self._source, sources))

    def _source(self, source: Source) -> str:
        title = escape(source.title)
        if source.url:
            title = f"[{title}]({source.url})"
        if source.date is None:
            return self.text(self.base.messages.source_undated, title=title)
        date = spelt_date(str(source.date), self.language)
        return self.text(self.base.messages.source, title=title, date=date)


def _filled(template: str, values: Mapping[str, str]) -> str:
    # In one pass: what a person wrote may look like a placeholder itself.
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), template)


def spelt_date(date: str, language: Language) -> str:
    """``2019-03-22``, ``2019-03`` or ``2019`` as people write it: "22 mars 2019"."""
    year, *rest = date.split("-")
    if not rest:
        return year
    month = _MONTHS[language].split()[int(rest[0]) - 1]
    if len(rest) == 1:
        return f"{month} {year}"
    day = dt.date.fromisoformat(date).day
    first = "1er" if language == "fr" and day == 1 else str(day)
    return f"{first} {month} {year}"
