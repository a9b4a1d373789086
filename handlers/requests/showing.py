"""What is known of a request, in words, each line short enough for a telephone.

All that a person typed is escaped here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import phonenumbers

from handlers.requests.bands import spelt as spelt_band
from handlers.requests.moments import spelt
from handlers.requests.steps import LINES, plan
from handlers.wording import spelt_date
from knowledge import activities
from knowledge.markup import escape

if TYPE_CHECKING:
    from collections.abc import Iterable

    from handlers.requests.model import Company, Details, Locality, Surface
    from handlers.state import FiledRequest
    from handlers.talk import Talk
    from knowledge.model import Texts

_LONGEST_DESCRIPTION = 900
_LONGEST = 80
_LONGEST_FILE = 30
_MOST_COMMUNES = 8


def shortened(text: str, longest: int = _LONGEST) -> str:
    """``text`` in at most ``longest`` units of UTF-16 (as Telegram counts), escaped."""
    line = " ".join(text.split())
    encoded = line.encode("utf-16-le", "replace")
    if len(encoded) > 2 * longest:
        line = encoded[: 2 * (longest - 1)].decode("utf-16-le", "ignore").rstrip() + "…"
    return escape(line)


def label(talk: Talk, line: str) -> str:
    """The name of a line: of a slot, of the need, or of the files."""
    texts: Texts = getattr(talk.messages, f"request_label_{line}")
    return talk.words(texts)


def shown_line(talk: Talk, details: Details, line: str) -> str:
    """The line with its label; what is not known is said so."""
    value = shown_value(talk, details, line) or talk.words(talk.messages.request_not_given)
    return talk.words(talk.messages.request_line, label=label(talk, line), value=value)


def known_lines(talk: Talk, details: Details) -> str:
    """All that is known, a line each."""
    lines = [line for line in (*LINES, "files") if shown_value(talk, details, line)]
    return _listed(shown_line(talk, details, line) for line in lines)


def all_lines(talk: Talk, details: Details) -> str:
    """All that is asked or known, a line each."""
    asked = plan(talk.base.request_form, details)
    lines = [
        line for line in (*LINES, "files") if line in asked or shown_value(talk, details, line)
    ]
    return _listed(shown_line(talk, details, line) for line in lines)


def _listed(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def shown_value(talk: Talk, details: Details, line: str) -> str:  # noqa: PLR0911 - one a line
    """What is known, or nothing."""
    match line:
        case "need":
            need = talk.base.request_form.need(details.need)
            return escape(need.label_in(talk.language)) if need else ""
        case "description":
            lines = filter(str.strip, details.description.splitlines())
            return shortened(" / ".join(lines), _LONGEST_DESCRIPTION)
        case "surface":
            return _surface(talk, details.surface) if details.surface else ""
        case "communes":
            return _communes(talk, details.communes)
        case "headcount":
            return _headcount(talk, details)
        case "deadline":
            return _deadline(talk, details)
        case "company":
            return shown_company(talk, details.company) if details.company else ""
        case "contact":
            said = (details.person, details.email, _telephone(details.phone))
            return ", ".join(shortened(value, 254) for value in said if value)
        case _:
            return ", ".join(shortened(file.name, _LONGEST_FILE) for file in details.files)


def _telephone(number: str) -> str:
    """A number in international form, in groups: ``+33 6 12 34 56 78``."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def _surface(talk: Talk, surface: Surface) -> str:
    least, most = _number(talk, surface.least_m2), _number(talk, surface.most_m2 or 0)
    messages = talk.messages
    if surface.most_m2 is None:
        return talk.words(messages.request_surface, least=least)
    if surface.least_m2:
        return talk.words(messages.request_surface_range, least=least, most=most)
    return talk.words(messages.request_surface_at_most, most=most)


def _number(talk: Talk, number: int) -> str:
    """Thousands apart: by a narrow space that does not break in French, by a comma in English."""
    return f"{number:,}".replace(",", "\u202f" if talk.language == "fr" else ",")


def _communes(talk: Talk, communes: tuple[Locality, ...]) -> str:
    names = [_commune(talk, commune) for commune in communes[:_MOST_COMMUNES]]
    left = len(communes) - len(names)
    return ", ".join([*names, f"+ {left}"] if left else names)


def _commune(talk: Talk, commune: Locality) -> str:
    name = shortened(commune.name)
    if commune.inside or not talk.base.territory.communes:
        return name
    return talk.words(talk.messages.request_commune_outside, commune=name)


def _headcount(talk: Talk, details: Details) -> str:
    if details.headcount is not None:
        count = _number(talk, details.headcount)
        return talk.words(talk.messages.request_headcount, count=count)
    band = details.company.headcount_band if details.company else ""
    return shown_band(talk, band)


def shown_band(talk: Talk, band: str) -> str:
    """A range of the headcount: one of our buttons, or the directory's."""
    return spelt_band(talk.wording, band) or shortened(band)


def _deadline(talk: Talk, details: Details) -> str:
    if details.deadline is None:
        return ""
    text, day = shortened(details.deadline.text), details.deadline.day
    if day is None:
        return text
    spelt = spelt_date(day.isoformat(), talk.language)
    return f"{text} ({spelt})" if text and text != escape(spelt) else spelt


def shown_company(talk: Talk, company: Company) -> str:
    """A company in a line: its name, where it is, what it does, its number."""
    closed = "" if company.active else talk.words(talk.messages.request_company_closed)
    parts = [
        shortened(company.name),
        shortened(company.locality.name if company.locality else ""),
        shortened(activities.name(company.activity, company.activity_label, talk.language)),
        grouped(company.siret or company.siren),
    ]
    return ", ".join(filter(None, parts)) + (f" ({closed})" if closed else "")


def grouped(number: str) -> str:
    """A SIREN or SIRET as it is written: ``732 829 320 00074``."""
    return re.sub(r"^(\d{3})(\d{3})(\d{3})", r"\1 \2 \3 ", number).strip()


def sent_on(talk: Talk, filed: FiledRequest) -> str:
    """The day on which a request was sent, spelt out."""
    return spelt(talk, filed.request.consented_at, filed.request.team)[0]


def need_name(talk: Talk, need_id: str | None) -> str:
    """The need's name; of one that the folder has no more, that of any other request."""
    form = talk.base.request_form
    need = form.need(need_id) or form.need(form.other)
    return escape(need.label_in(talk.language)) if need else label(talk, "description")
