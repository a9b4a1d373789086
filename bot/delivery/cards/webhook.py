"""A card as the JSON that a webhook is sent; ``docs/webhooks.md`` describes the shape."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

from bot.delivery.cards.cleaning import clean_line, clean_text
from knowledge import markup

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.requests.model import Card, Company, Details, Locality
    from handlers.values import File

VERSION = 1
"""Goes up when a reader of the shape would have to change; new keys may come without."""

_UNSAFE_IN_HTML = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}


def body(card: Card, delivery_id: str, created_at: dt.datetime) -> bytes:
    """The bytes to sign and send: the same at each try.

    ASCII only, and without the signs of HTML: they are escaped as JSON allows, so that a page
    that shows the body as it came is not taken over by it.
    """
    shape = {
        "id": delivery_id,
        "type": f"request.{card.news}",
        "version": VERSION,
        "created_at": _instant(created_at),
        "data": _data(card),
    }
    text = json.dumps(shape, ensure_ascii=True, separators=(",", ":"))
    for sign, escaped in _UNSAFE_IN_HTML.items():
        text = text.replace(sign, escaped)
    return text.encode("ascii")


def _data(card: Card) -> dict[str, Any]:
    request = card.request
    if card.news == "erased":
        # The reference alone: nothing else of it is left.
        return {"reference": clean_line(request.reference), "erased_by": card.erased_by}
    data: dict[str, Any] = {
        "reference": clean_line(request.reference),
        "language": request.language,
        "channel": clean_line(request.channel),
        "need": {"id": _line(request.details.need), "label": clean_line(card.need)},
        "team": {"id": _line(request.team), "label": clean_line(card.team)},
        "rule": _line(request.rule),
        "consented_at": _instant(request.consented_at),
        "eligibility": clean_text(markup.to_plain(request.eligibility)),
        **_details(request.details),
    }
    news = card.lost.news if card.lost else card.news
    if news in {"added", "corrected"}:
        data["addition"] = {"text": clean_text(card.addition), "files": _files(card.files)}
    if news == "transferred":
        data["course"] = clean_text(card.addition)
    if card.lost:
        data["undelivered_to"] = clean_line(card.lost.to)
    return data


def _details(details: Details) -> dict[str, Any]:
    surface, deadline = details.surface, details.deadline
    return {
        "message": clean_text(details.description),
        "surface": surface and {"least_m2": surface.least_m2, "most_m2": surface.most_m2},
        "communes": [_locality(commune) for commune in details.communes],
        "headcount": details.headcount,
        "deadline": deadline
        and {
            "text": clean_line(deadline.text),
            "day": deadline.day.isoformat() if deadline.day else None,
        },
        "company": details.company and _company(details.company),
        "contact": {
            "person": clean_line(details.person),
            "email": clean_line(details.email),
            "phone": clean_line(details.phone),
        },
        "files": _files(details.files),
    }


def _company(company: Company) -> dict[str, Any]:
    return {
        "name": clean_line(company.name),
        "siren": clean_line(company.siren),
        "siret": clean_line(company.siret),
        "commune": company.locality and _locality(company.locality),
        "activity": clean_line(company.activity),
        "activity_label": clean_line(company.activity_label),
        "section": clean_line(company.section),
        "headcount_band": clean_line(company.headcount_band),
        "active": company.active,
        "verified": company.verified,
    }


def _locality(locality: Locality) -> dict[str, Any]:
    return {
        "name": clean_line(locality.name),
        "code": clean_line(locality.code),
        "inside": locality.inside,
    }


def _files(files: Sequence[File]) -> list[dict[str, Any]]:
    """What they are; the files themselves go by mail and on Telegram."""
    return [
        {
            "name": clean_line(file.name),
            "media_type": clean_line(file.media_type),
            "size_bytes": file.size_bytes,
        }
        for file in files
    ]


def _line(text: str | None) -> str | None:
    return None if text is None else clean_line(text)


def _instant(moment: dt.datetime) -> str:
    """RFC 3339 in UTC."""
    return moment.astimezone(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
