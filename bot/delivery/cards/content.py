"""What a card tells, in its own language: headings, quotes and rows, before any markup."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from email_validator import EmailNotValidError, validate_email

from bot.delivery.cards import figures
from bot.delivery.cards.cleaning import clean_line, clean_text, shortened
from handlers.requests.bands import spelt as spelt_band
from handlers.wording import Wording
from knowledge import activities, markup
from knowledge.model import Hours

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from handlers.requests.model import Card, Company, Locality
    from handlers.values import File
    from knowledge.model import KnowledgeBase, Language, Texts

TOPIC_NAME_LIMIT = 128
"""Characters of a forum topic's name (Bot API, ``createForumTopic``)."""

WHOLE = frozenset({"filed", "undelivered", "transferred", "waiting", "again"})
"""News that show the whole request."""

_COLONS: dict[Language, str] = {"fr": " : ", "en": ": "}
_PHONE = re.compile(r"\+?[0-9][0-9 .()/-]{3,30}")


@dataclass(frozen=True, slots=True)
class Row:
    """A label and what stands after it; ``phone`` and ``email`` are such, checked, to link to."""

    label: str
    values: tuple[str, ...]
    kind: Literal["text", "phone", "email"] = "text"


@dataclass(frozen=True, slots=True)
class Quote:
    """What the company wrote, whole, of one or more lines."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Content:
    """A card in words. All of it is cleaned: only markup is left to escape.

    ``subject`` is the same for all cards of a request. ``groups`` are rows that belong together,
    ``traces`` those that say how the request came about. ``reply_to`` is the company's address,
    if it gave one that a header can hold; ``foot`` tells the reader of a mail
    whether an answer reaches it. ``standing`` is how far the team has come, ``hint`` how to answer
    from a group; each may be empty.
    """

    language: Language
    reference: str
    subject: str
    title: str
    note: str
    need: Row
    quotes: tuple[Quote, ...]
    groups: tuple[tuple[Row, ...], ...]
    traces: tuple[Row, ...]
    reply_to: str
    foot: tuple[str, ...]
    standing: str = ""
    hint: str = ""

    @property
    def colon(self) -> str:
        """What stands between a label and its value."""
        return _COLONS[self.language]


def content(card: Card, base: KnowledgeBase, *, left: Sequence[File] = ()) -> Content:
    """``card`` in words; ``left`` are files of it that do not come along."""
    return _Writer(card, base).content(left)


def card_files(card: Card) -> tuple[File, ...]:
    """The files that come with this card."""
    return card.request.details.files if card.news in WHOLE else card.files


def subject(card: Card) -> str:
    """``reference · need · company`` on one line."""
    company = card.request.details.company
    parts = [card.request.reference, card.need, company.name if company else ""]
    return " · ".join(filter(None, map(clean_line, parts)))


def topic_name(card: Card) -> str:
    """:func:`subject` as the name of a forum topic."""
    return shortened(subject(card), TOPIC_NAME_LIMIT)


def left_behind(card: Card, base: KnowledgeBase, left: Sequence[File]) -> str:
    """A line that names the files that did not come along."""
    return _Writer(card, base).left_behind(left)


def closed_topic(card: Card, base: KnowledgeBase) -> str:
    """A line that says why a card is not in its request's topic."""
    return _Writer(card, base).closed_topic()


def sound_address(address: str) -> str:
    """``address`` as a mail header may hold it, or "" where it is none.

    Of an internationalised domain that is its ASCII form.
    """
    try:
        checked = validate_email(address, check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError:
        return ""
    found = checked.ascii_email or checked.normalized
    return found if found == clean_line(found) else ""


class _Writer:
    def __init__(self, card: Card, base: KnowledgeBase) -> None:
        self._card = card
        self._request = card.request
        self._details = card.request.details
        self._base = base
        self._words = base.messages
        self._wording = Wording(base, card.language)
        self._language = self._wording.language

    def content(self, left: Sequence[File]) -> Content:
        whole = self._card.news in WHOLE
        came = [file for file in card_files(self._card) if file not in left]
        files = (
            self._row(self._words.card_files, *map(self._file, came)),
            self._row(self._words.card_files_left, *map(self._file, left)),
        )
        groups = (
            self._asked() if whole else (),
            self._company(whole=whole),
            self._contact(),
            self._advice() if whole else (),
            files,
        )
        address = sound_address(self._details.email)
        # A header takes other letters only from servers that speak SMTPUTF8, which few do.
        reply_to = address if address.isascii() else ""
        answers = self._words.card_reply if reply_to else self._words.card_no_reply
        return Content(
            language=self._language,
            reference=clean_line(self._request.reference),
            subject=subject(self._card),
            title=self._title(),
            note=self._note(),
            need=self._row(self._words.card_need, self._card.need),
            quotes=tuple(quote for quote in self._quotes(whole=whole) if quote.text),
            groups=tuple(filter(None, map(_rows, groups))),
            traces=_rows(self._traces()) if whole else (),
            reply_to=reply_to,
            foot=(self._say(answers), self._say(self._words.card_automatic)),
            standing=self._standing() if whole else "",
            hint=self._hint(),
        )

    def left_behind(self, left: Sequence[File]) -> str:
        names = ", ".join(map(self._file, left))
        return f"{self._say(self._words.card_files_left)}{_COLONS[self._language]}{names}"

    def closed_topic(self) -> str:
        reference = self._request.reference
        return self._say(self._words.card_topic_closed, reference=reference)

    def _say(self, texts: Texts, **values: str) -> str:
        """A message without its markup; ``values`` are put in afterwards, as they are."""
        text = markup.to_plain(self._wording.text(texts))
        for name, value in values.items():
            text = text.replace("{" + name + "}", clean_line(value))
        return text

    def _row(
        self, label: Texts, *values: str, kind: Literal["text", "phone", "email"] = "text"
    ) -> Row:
        cleaned = tuple(filter(None, map(clean_line, values)))
        return Row(self._say(label), cleaned, kind)

    def _title(self) -> str:
        words = self._words
        texts = {
            "filed": words.card_filed,
            "added": words.card_added,
            "withdrawn": words.card_withdrawn,
            "undelivered": words.card_undelivered,
            "corrected": words.card_corrected,
            "transferred": words.card_transferred,
            "waiting": words.card_waiting,
            "again": words.card_again,
            "erased": words.card_erased,
        }[self._card.news]
        return self._say(texts, reference=self._request.reference)

    def _note(self) -> str:
        if self._card.news == "withdrawn":
            return self._say(self._words.card_withdrawn_note)
        if self._card.news == "undelivered":
            lost = self._card.lost
            to = lost.to if lost else ""
            return self._say(self._words.card_undelivered_note, destination=to)
        if self._card.news == "waiting":
            return self._say(self._words.card_waiting_note, team=self._card.team)
        return self._erased_note() if self._card.news == "erased" else ""

    def _erased_note(self) -> str:
        """Why, and what of it is left for the reader to erase."""
        card, words = self._card, self._words
        because = {
            "staff": words.card_erased_staff,
            "retention": words.card_erased_retention,
        }.get(card.erased_by, words.card_erased_person)
        rest = words.card_erased_elsewhere
        if card.destination.channel == "team":
            rest = words.card_erased_left if card.left else words.card_erased_here
        return f"{self._say(because)} {self._say(rest, count=str(card.left))}"

    def _standing(self) -> str:
        card, words = self._card, self._words
        if card.moved_to:
            return self._say(words.card_standing_moved, team=card.moved_to)
        match card.status:
            case "taken":
                return self._say(words.card_standing_taken, name=card.owner)
            case "closed":
                return self._say(words.card_standing_closed)
            case "withdrawn":
                return self._say(words.card_standing_withdrawn)
            case _:
                return ""

    def _hint(self) -> str:
        """An answer reaches the company from its own team's group alone."""
        card = self._card
        no_more = {"undelivered", "waiting", "withdrawn", "erased"}
        elsewhere = card.news in no_more or card.moved_to
        over = card.status in {"closed", "withdrawn"}
        return "" if elsewhere or over else self._say(self._words.card_answer_here)

    def _quotes(self, *, whole: bool) -> Iterable[Quote]:
        if whole:
            text = clean_text(self._details.description)
            yield Quote(self._say(self._words.card_message), text)
        labels = {
            "added": self._words.card_addition,
            "corrected": self._words.card_addition,
            "transferred": self._words.card_course,
        }
        lost = self._card.lost
        label = labels.get(lost.news if lost else self._card.news)
        if label:
            yield Quote(self._say(label), clean_text(self._card.addition))

    def _asked(self) -> Iterable[Row]:
        words, details, language = self._words, self._details, self._language
        if details.surface:
            yield self._row(words.card_surface, figures.surface(details.surface, language))
        yield self._row(words.card_communes, ", ".join(map(self._locality, details.communes)))
        if details.deadline:
            yield self._row(words.card_deadline, figures.deadline(details.deadline, language))

    def _company(self, *, whole: bool) -> Iterable[Row]:
        company, words = self._details.company, self._words
        yield self._row(words.card_company, company.name if company else "")
        if company and whole:
            yield from self._establishment(company)
        if whole and self._details.headcount is not None:
            yield self._row(
                words.card_headcount, figures.number(self._details.headcount, self._language)
            )

    def _establishment(self, company: Company) -> Iterable[Row]:
        words = self._words
        trust = words.card_verified if company.verified else words.card_unverified
        trusts = [trust] if company.active else [trust, words.card_ceased]
        # A row of its own: a name that somebody typed must not read like a verified one.
        yield self._row(words.card_verification, ", ".join(map(self._say, trusts)))
        siren = "" if company.siret else company.siren
        name = activities.name(company.activity, company.activity_label, self._language)
        activity = " · ".join(filter(None, [company.activity, name]))
        yield self._row(words.card_siret, figures.company_number(company.siret))
        yield self._row(words.card_siren, figures.company_number(siren))
        commune = self._locality(company.locality) if company.locality else ""
        yield self._row(words.card_commune, commune)
        yield self._row(words.card_activity, activity)
        band = markup.to_plain(spelt_band(self._wording, company.headcount_band))
        yield self._row(words.card_headcount_band, band or company.headcount_band)

    def _contact(self) -> Iterable[Row]:
        words, details = self._words, self._details
        phone = figures.phone(details.phone)
        yield self._row(words.card_person, details.person)
        yield self._row(
            words.card_phone, phone, kind="phone" if _PHONE.fullmatch(phone) else "text"
        )
        address = sound_address(details.email)
        yield self._row(words.card_email, details.email, kind="email" if address else "text")

    def _advice(self) -> Iterable[Row]:
        told = markup.to_plain(self._request.eligibility)
        yield self._row(self._words.card_eligibility, told)

    def _traces(self) -> Iterable[Row]:
        words, request = self._words, self._request
        channel: Texts = getattr(words, f"card_channel_{request.channel}", {})
        spoken: Texts = getattr(words, f"card_language_{request.language}", {})
        team = self._base.routing.team(request.team)
        hours = team.hours if team and team.hours else Hours()
        moment = figures.moment(request.consented_at, hours.timezone, self._language)
        rule = request.rule or self._say(words.card_no_rule)
        yield self._row(words.card_team, self._card.team)
        yield self._row(words.card_rule, rule)
        yield self._row(words.card_channel, self._say(channel) or request.channel)
        yield self._row(words.card_language, self._say(spoken) or request.language)
        yield self._row(words.card_consent, moment)

    def _locality(self, locality: Locality) -> str:
        name = clean_line(locality.name)
        if locality.inside or not name:
            return name
        return f"{name} ({self._say(self._words.card_outside)})"

    def _file(self, file: File) -> str:
        name = clean_line(file.name) or "?"
        return (
            name
            if file.size_bytes is None
            else f"{name} ({figures.size(file.size_bytes, self._language)})"
        )


def _rows(rows: Iterable[Row]) -> tuple[Row, ...]:
    return tuple(row for row in rows if row.values)
