"""Ranges of headcount in the reader's words: the directory writes them in French only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.requests.steps import BANDS
from knowledge import headcounts

if TYPE_CHECKING:
    from handlers.wording import Wording


def spelt(wording: Wording, band: str) -> str:
    """The range as light Markdown; nothing where the band's own words are to be shown.

    These are the directory's words to who reads French, and what is no range.
    """
    bounds = headcounts.bounds(band)
    if bounds is None or (wording.language == "fr" and band not in BANDS):
        return ""
    messages, (least, most) = wording.base.messages, bounds
    if most is None:
        return wording.text(messages.request_headcount_at_least, least=f"{least:,}")
    if most == least:
        return wording.text(messages.request_headcount, count=f"{least:,}")
    return wording.text(messages.request_headcount_range, least=f"{least:,}", most=f"{most:,}")
