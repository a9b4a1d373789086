"""What a knowledge folder holds, in the words of its YAML files.

Every model is frozen and refuses unknown keys, so that a slip in a file is an error with a
line and not a silence. :mod:`knowledge.loading` reads the files and names file, line and mend.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

Language = Literal["fr", "en"]
LANGUAGES: tuple[Language, ...] = ("fr", "en")

Outcome = Literal["answer", "clarify", "handoff", "unknown"]

TELEGRAM_TEXT_LIMIT = 4096
"""Characters of a Telegram message after its markup is parsed (Bot API, ``sendMessage``)."""

BUTTON_LABEL_LIMIT = 40
"""Characters that a telephone shows of a button before it cuts the label."""

SLUG_LIMIT = 58
"""Characters of an id: with its prefix it fits the 64 bytes of a Telegram button's data."""

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_PARTIAL_DATE = re.compile(r"\d{4}(-\d{2})?")


def _slug(value: str) -> str:
    if not _SLUG.fullmatch(value) or len(value) > SLUG_LIMIT:
        raise ValueError("use lower-case letters, digits and single dashes, 58 at most")
    return value


def _text(value: str) -> str:
    if not value.strip():
        raise ValueError("is empty: write the text or remove the key")
    return value.strip()


def _day_month_or_year(value: dt.date | str | int) -> str:
    """``2019-03-22``, ``2019-03`` or ``2019``: as precise as the source is, never more."""
    if isinstance(value, dt.date):
        return value.isoformat()
    text = str(value)
    try:
        if not _PARTIAL_DATE.fullmatch(text):
            return dt.date.fromisoformat(text).isoformat()
        dt.date.fromisoformat(f"{text}-01-01"[:10])
    except ValueError:
        raise ValueError("is not a date: write 2019-03-22, 2019-03 or 2019") from None
    return text


def _no_timestamp(value: object) -> object:
    """``value`` if it is written as a date: pydantic would take a number for seconds of 1970."""
    if isinstance(value, int | float):
        raise ValueError("is not a date: write 2019-03-22")  # noqa: TRY004 - pydantic's contract
    return value


Slug = Annotated[str, AfterValidator(_slug)]
Text = Annotated[str, AfterValidator(_text)]
PartialDate = Annotated[dt.date | str | int, AfterValidator(_day_month_or_year)]
WholeDate = Annotated[dt.date, BeforeValidator(_no_timestamp)]
Texts = dict[Language, Text]
Label = Annotated[str, AfterValidator(_text), Field(max_length=BUTTON_LABEL_LIMIT)]


class Model(BaseModel):
    """A frozen part of the folder; a key that it does not have is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(Model):
    """Where an answer comes from. Without ``date`` the page shows none, and the reply says so."""

    title: Text
    url: Annotated[str, Field(pattern=r"^https?://\S+$")] | None = None
    date: PartialDate | None = None


class Venue(Model):
    """A place, shown as a pin on a map by the channels that can. Degrees, WGS 84."""

    title: Text
    address: Text
    latitude: Annotated[float, Field(ge=-90, le=90)]
    longitude: Annotated[float, Field(ge=-180, le=180)]


class Phone(Model):
    """A telephone number in international form, shown as a contact card where one exists."""

    name: Text
    number: Annotated[str, Field(pattern=r"^\+[1-9]\d{6,14}$")]


class Entry(Model):
    """One thing the assistant knows.

    ``questions`` may hold ``{commune}``: it stands for any commune's name or postal code.
    ``outcome`` is what giving this entry's answer amounts to: ``answer``; ``handoff`` for a need
    that the team takes over; ``unknown`` for what is knowingly not answered (the text says who
    does). ``label`` is the text of the button that leads here; else the first question is.
    ``courtesy`` marks greetings and thanks: left unanswered beside a question in one message.
    """

    id: Slug
    topic: Slug = "general"
    label: dict[Language, Label] = {}
    questions: dict[Language, tuple[Text, ...]]
    answer: Annotated[Texts, Field(min_length=1)]
    outcome: Literal["answer", "handoff", "unknown"] = "answer"
    courtesy: bool = False
    sources: tuple[Source, ...] = ()
    checked: WholeDate | None = None
    follow_ups: tuple[Slug, ...] = ()
    venue: Venue | None = None
    phone: Phone | None = None

    def label_in(self, language: Language) -> str:
        """The text of a button that leads to this entry, in ``language`` if there is one."""
        if self.label:
            return self.label.get(language) or next(iter(self.label.values()))
        questions = self.questions.get(language) or next(
            (texts for texts in self.questions.values() if texts), (self.id,)
        )
        return questions[0]


class Commune(Model):
    """A municipality by its name, INSEE code and postal codes."""

    name: Text
    code: Annotated[str, Field(pattern=r"^\d[\dAB]\d{3}$")]
    postal_codes: tuple[Annotated[str, Field(pattern=r"^\d{5}$")], ...] = ()
    aliases: tuple[Text, ...] = ()


class Territory(Model):
    """What is covered, and whom to reach. Every field has a neutral default.

    ``names`` are ways people name the territory: they are not taken for a commune's name.
    ``outside`` are neighbours often asked about, told apart with certainty. A message that
    names a commune and asks for ``membership_entry`` reads whether that commune is covered; one
    that asks for an entry of ``membership_topics`` reads it before that entry's answer.
    """

    name: Texts = {}
    names: tuple[Text, ...] = ()
    communes: tuple[Commune, ...] = ()
    outside: tuple[Commune, ...] = ()
    contact: Texts = {}
    membership_entry: Slug | None = None
    membership_topics: tuple[Slug, ...] = ()


class LanguageLexicon(Model):
    """Words of one language: ``abbreviations`` are written out, ``synonyms`` count as one word."""

    abbreviations: dict[str, Text] = {}
    synonyms: tuple[tuple[Text, ...], ...] = ()


class Lexicon(Model):
    """What the folder knows of its own words."""

    fr: LanguageLexicon = LanguageLexicon()
    en: LanguageLexicon = LanguageLexicon()


class Messages(Model):
    """Everything the assistant says that is not an entry, as light Markdown.

    A folder overrides any of them; the rest comes from neutral defaults. ``{…}`` are filled in
    when the message is said; the defaults file shows which each may hold.
    """

    welcome: Texts
    help: Texts
    menu: Texts
    unknown: Texts
    clarify: Texts
    clarify_none: Texts
    choose: Texts
    acknowledged: Texts
    thanked: Texts
    puzzled: Texts
    more: Texts
    no_more: Texts
    no_detail: Texts
    handoff: Texts
    handoff_compose: Texts
    handoff_recorded: Texts
    handoff_cancelled: Texts
    language_switched: Texts
    other_language: Texts
    other_languages: dict[str, Text] = {}
    not_text: Texts
    too_long: Texts
    failed: Texts
    commune_inside: Texts
    commune_outside: Texts
    source: Texts
    source_undated: Texts
    button_menu: Texts
    button_team: Texts
    button_yes: Texts
    button_no: Texts
    button_none: Texts
    command_start: Texts
    command_help: Texts
    command_menu: Texts
    command_language: Texts
    command_contact: Texts
    topics: dict[Slug, dict[Language, Label]] = {}
    menu_entries: tuple[Slug, ...] = ()
    contact_entry: Slug | None = None


class KnowledgeBase(Model):
    """A whole folder, checked. ``content_hash`` changes when any of its files does."""

    entries: tuple[Entry, ...]
    messages: Messages
    lexicon: Lexicon = Lexicon()
    territory: Territory = Territory()
    content_hash: str = ""

    @model_validator(mode="after")
    def _entries_exist(self) -> Self:
        if not self.entries:
            raise ValueError("holds no entry: write at least one in entries/*.yaml")
        return self

    @property
    def languages(self) -> tuple[Language, ...]:
        """The languages of the entries' answers, French first."""
        used = {language for entry in self.entries for language in entry.answer}
        return tuple(language for language in LANGUAGES if language in used)

    def entry(self, entry_id: str) -> Entry | None:
        """The entry of that id, or None (a button from before an edit may name one that left)."""
        return next((entry for entry in self.entries if entry.id == entry_id), None)
