"""What every part of a folder is made of: texts, ids, dates, and a model that is strict."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

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
