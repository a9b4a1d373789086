"""Requests as a file to take away: CSV, an Excel workbook, or JSON lines.

People's words come from outside: a cell that begins as a formula does is made text, so that
opening the file runs nothing (OWASP, "CSV Injection").
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Callable, Sequence
from typing import Any, Literal

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from bot.listing.requests import company_name
from bot.storage.records import StoredRequest
from handlers.requests.model import Company, Details

Format = Literal["csv", "xlsx", "json"]
Cell = str | int | dt.date | None

_BOM = "\ufeff"
# Excel takes the wide signs for the plain ones.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_HARMFUL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
"""What XML cannot hold, what steers a terminal, and what turns text around to hide it."""
_LONGEST_CELL = 32_767
"""Characters that a cell of a workbook holds."""


def written(requests: Sequence[StoredRequest], form: Format) -> bytes:
    """``requests``, loaded with their history, as the content of a file of that ``form``."""
    return _WRITERS[form](requests)


def _json(requests: Sequence[StoredRequest]) -> bytes:
    """A :class:`~handlers.requests.model.Request` a line, as ``routing replay`` reads them."""
    lines = [f"{stored.request.model_dump_json()}\n" for stored in requests]
    return "".join(lines).encode()


def _csv(requests: Sequence[StoredRequest]) -> bytes:
    """Comma-separated after RFC 4180, in UTF-8 with the mark by which Excel knows it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(_COLUMNS)
    for stored in requests:
        writer.writerow(map(_as_text, _values(stored)))
    return (_BOM + text.getvalue()).encode()


def _as_text(cell: Cell) -> str:
    if isinstance(cell, dt.datetime):
        return cell.isoformat(timespec="seconds")
    text = "" if cell is None else _HARMFUL.sub("", str(cell))
    return f"'{text}" if text.startswith(_FORMULA) else text


def _xlsx(requests: Sequence[StoredRequest]) -> bytes:
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("requests")
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(_COLUMNS))}{len(requests) + 1}"
    for number in range(1, len(_COLUMNS) + 1):
        sheet.column_dimensions[get_column_letter(number)].width = 18
    titles = [WriteOnlyCell(sheet, title) for title in _COLUMNS]
    for title in titles:
        title.font = Font(bold=True)
    sheet.append(titles)
    for stored in requests:
        sheet.append([_cell(sheet, value) for value in _values(stored)])
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


def _cell(sheet: Any, value: Cell) -> Any:  # noqa: ANN401 - openpyxl has no types
    """A cell that holds exactly ``value``: a text stays one, whatever it begins with."""
    if isinstance(value, dt.datetime):
        # A workbook knows no time zones.
        return WriteOnlyCell(sheet, value.astimezone(dt.UTC).replace(tzinfo=None))
    if not isinstance(value, str):
        return WriteOnlyCell(sheet, value)
    text = _HARMFUL.sub("", value)
    cell = WriteOnlyCell(sheet, text[:_LONGEST_CELL])
    cell.data_type = "s"
    cell.quotePrefix = text.startswith(_FORMULA)
    return cell


def _additions(stored: StoredRequest) -> str:
    texts = [str(line.data.get("text", "")) for line in stored.history if line.kind == "added"]
    return "\n".join(filter(None, texts))


def _deliveries(stored: StoredRequest) -> str:
    return "\n".join(
        f"{line.news or 'card'} {line.channel} {line.address}: {line.status}"
        for line in stored.deliveries
    )


def _values(stored: StoredRequest) -> list[Cell]:
    """What stands in each of the columns."""
    details = stored.request.details
    company = details.company or Company()
    return [column(stored, details, company) for column in _COLUMNS.values()]


_Column = Callable[[StoredRequest, Details, Company], Cell]
_COLUMNS: dict[str, _Column] = {
    "reference": lambda stored, _, __: stored.reference,
    "filed_at_utc": lambda stored, _, __: stored.created_at,
    "status": lambda stored, _, __: stored.status,
    "updated_at_utc": lambda stored, _, __: stored.updated_at,
    "need": lambda _, details, __: details.need,
    "team": lambda stored, _, __: stored.request.team,
    "rule": lambda stored, _, __: stored.request.rule,
    "language": lambda stored, _, __: stored.request.language,
    "channel": lambda stored, _, __: stored.request.channel,
    "description": lambda _, details, __: details.description,
    "additions": lambda stored, _, __: _additions(stored),
    "surface_least_m2": lambda _, details, __: (
        details.surface.least_m2 if details.surface else None
    ),
    "surface_most_m2": lambda _, details, __: details.surface.most_m2 if details.surface else None,
    "communes": lambda _, details, __: ", ".join(place.name for place in details.communes),
    "headcount": lambda _, details, __: details.headcount,
    "deadline": lambda _, details, __: details.deadline.text if details.deadline else None,
    "deadline_day": lambda _, details, __: details.deadline.day if details.deadline else None,
    "company": lambda _, __, company: company_name(company),
    "siret": lambda _, __, company: company.siret,
    "siren": lambda _, __, company: company.siren,
    "activity": lambda _, __, company: company.activity,
    "person": lambda _, details, __: details.person,
    "email": lambda _, details, __: details.email,
    "phone": lambda _, details, __: details.phone,
    "files": lambda _, details, __: ", ".join(file.name for file in details.files),
    "eligibility": lambda stored, _, __: stored.request.eligibility,
    "agreed_at_utc": lambda stored, _, __: stored.request.consented_at,
    "deliveries": lambda stored, _, __: _deliveries(stored),
}
_WRITERS: dict[Format, Callable[[Sequence[StoredRequest]], bytes]] = {
    "csv": _csv,
    "xlsx": _xlsx,
    "json": _json,
}
