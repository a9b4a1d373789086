"""Requests as text and as data."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter
from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.listing.deliveries import because, first_line
from bot.listing.text import at, cut, harmless, paragraphs, table
from bot.storage.records import StoredRequest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bot.storage.records import HistoryLine, StoredDelivery
    from handlers.requests.model import Company, Details

_STORED = TypeAdapter(StoredRequest)
_TITLES = ("REFERENCE", "FILED", "STATUS", "NEED", "TEAM", "COMPANY", "WHERE", "DELIVERIES")
_LABEL = 14
_COMPANY = 28
_WHERE = 24
_MISTYPED = 2
"""A reference with at most so many signs wrong, missing or swapped may be the one meant."""


def as_data(stored: StoredRequest) -> dict[str, Any]:
    """Everything as JSON."""
    return {"reference": stored.reference, **_STORED.dump_python(stored, mode="json")}


def as_table(requests: Sequence[StoredRequest]) -> list[str]:
    """A line for each."""
    return table(_TITLES, [_row(stored) for stored in requests])


def _row(stored: StoredRequest) -> tuple[str, ...]:
    request = stored.request
    company = request.details.company
    return (
        stored.reference,
        at(stored.created_at),
        stored.status,
        request.details.need or "-",
        request.team or "-",
        cut(company_name(company) or "-", _COMPANY),
        cut(", ".join(place.name for place in request.details.communes) or "-", _WHERE),
        _summary(stored.deliveries),
    )


def _summary(deliveries: Sequence[StoredDelivery]) -> str:
    """How many were sent, wait, are dead."""
    counts = Counter(delivery.status for delivery in deliveries)
    return ", ".join(f"{counts[status]} {status}" for status in counts) or "none"


def company_name(company: Company | None) -> str:
    """What it is called, or else its number."""
    return (company.name or company.siret or company.siren) if company else ""


def as_text(stored: StoredRequest, absent: Mapping[str, str]) -> list[str]:
    """One request whole; ``absent`` says of channels why nothing can be sent on them."""
    request = stored.request
    lines = [
        f"{stored.reference}  {stored.status}",
        _line("Filed", f"{at(stored.created_at)}, in {request.language}, on {request.channel}"),
        _line("Agreed to", at(request.consented_at)),
        _line("Team", _team(stored)),
    ]
    lines += [_line(label, text) for label, text in _details(request.details) if text]
    if request.eligibility:
        lines += _block("Was told", request.eligibility)
    lines += ["", "History"]
    lines += [f"  {line}" for line in map(_history_line, stored.history)]
    lines += ["", "Deliveries"]
    lines += [f"  {_delivery_line(line, absent)}" for line in stored.deliveries] or ["  none"]
    return lines


def _team(stored: StoredRequest) -> str:
    """Who has the request, and why; of one that was transferred, why the first team had it."""
    request = stored.request
    rule = f"rule {request.rule}" if request.rule else "no rule: the default team"
    filed = next((line for line in stored.history if line.kind == "filed"), None)
    first = filed.data.get("team") if filed else request.team
    why = rule if request.team == first else f"filed for {first or '-'}, {rule}"
    return f"{request.team or '-'} ({why})"


def _details(details: Details) -> Iterator[tuple[str, str]]:
    """What is known of the request, a label and a text each."""
    yield "Need", details.need or ""
    for number, line in enumerate(paragraphs(details.description)):
        yield ("Description", line) if number == 0 else ("", line)
    yield "Surface", surface(details)
    yield "Where", ", ".join(f"{place.name} {place.code}".strip() for place in details.communes)
    yield "Headcount", "" if details.headcount is None else str(details.headcount)
    yield "Deadline", deadline(details)
    yield "Company", _company(details.company)
    yield "Person", details.person
    yield "E-mail", details.email
    yield "Telephone", details.phone
    for number, file in enumerate(details.files):
        yield ("Files" if number == 0 else "", f"{file.name} ({file.media_type}, {file.channel})")


def surface(details: Details) -> str:
    """Square metres, a range where there is one."""
    wanted = details.surface
    if wanted is None:
        return ""
    most = "" if wanted.most_m2 is None else f" to {wanted.most_m2}"
    return f"{wanted.least_m2}{most} m2"


def deadline(details: Details) -> str:
    """In the company's words, with the day that they come to."""
    until = details.deadline
    if until is None:
        return ""
    return f"{until.text} ({until.day})" if until.day else until.text


def _company(company: Company | None) -> str:
    if company is None:
        return ""
    where = f"{company.locality.name} {company.locality.code}" if company.locality else ""
    number = company.siret or company.siren
    known = (company.name, number, where, company.activity, company.headcount_band)
    source = "as the directory has it" if company.verified else "as it was told"
    closed = "" if company.active else ", closed"
    return f"{', '.join(filter(None, map(harmless, known)))} ({source}{closed})"


def _block(label: str, text: str) -> list[str]:
    lines = paragraphs(text)
    return [_line(label if number == 0 else "", line) for number, line in enumerate(lines)]


def _line(label: str, text: str) -> str:
    return f"{label:<{_LABEL}}{harmless(text)}".rstrip()


def _history_line(line: HistoryLine) -> str:
    said = harmless("; ".join(_told(line)))
    return f"{at(line.at)}  {line.kind:<12}  {line.author:<10}  {said}".rstrip()


def _told(line: HistoryLine) -> Iterator[str]:
    data = line.data
    if line.kind == "filed":
        yield f"team {data.get('team') or '-'}"
    if line.kind == "added":
        yield str(data.get("text", ""))
        yield from (f"file {file.get('name', '')}" for file in data.get("files", ()))
    if "delivery" in data:
        yield f"{data['news'] or 'card'} → {data['channel']} {data['address']}"
    if "reason" in data:
        yield first_line(str(data["reason"]))


def _delivery_line(delivery: StoredDelivery, absent: Mapping[str, str]) -> str:
    where = f"{delivery.channel} {delivery.address}"
    said = f"#{delivery.id}  {delivery.news or 'card':<11}  {where}  {delivery.status}"
    if delivery.finished_at:
        said += f" {at(delivery.finished_at)}"
    if delivery.attempts:
        said += f", {delivery.attempts} failed"
    reason = because(delivery, absent)
    return harmless(f"{said}: {reason}" if reason else said)


def meant(typed: str, references: Sequence[str]) -> str | None:
    """The reference that ``typed`` is, whatever its case, spaces and hyphens."""
    return next((one for one in references if _signs(one) == _signs(typed)), None)


def nearest(typed: str, references: Sequence[str]) -> str | None:
    """The reference that ``typed`` may be meant for; None if it is like none."""
    found = process.extractOne(
        typed, references, scorer=OSA.distance, processor=_signs, score_cutoff=_MISTYPED
    )
    return None if found is None else found[0]


def _signs(reference: str) -> str:
    return "".join(sign for sign in reference.upper() if sign.isalnum())
