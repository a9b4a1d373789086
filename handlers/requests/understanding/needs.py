"""Which need of the request form a message speaks of, by what it is matched with."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from handlers.phrases import without_courtesies

if TYPE_CHECKING:
    from knowledge.matching import Match, Matcher
    from knowledge.model import Language, RequestForm

_LEAST = 0.5
"""The probability from which a need is taken as said."""

_LEAD = 0.2
"""By how much the next one must be less likely."""

_SENTENCE = re.compile(r"[.!?;\n]+(?:\s|$)")
_MOST_SENTENCES = 12
_LONGEST_SENTENCE = 400


def find_need(matcher: Matcher, text: str, language: Language) -> str | None:
    """The id of the need that ``text`` speaks of, or None where it is not clear."""
    said = _likelihoods(matcher, text, language)
    ranked = sorted(said, key=lambda need_id: -said[need_id])
    if not ranked or said[ranked[0]] < _LEAST:
        return None
    if len(ranked) > 1 and said[ranked[0]] - said[ranked[1]] < _LEAD:
        return None
    return ranked[0]


def _likelihoods(matcher: Matcher, text: str, language: Language) -> dict[str, float]:
    """For each need, how likely the message, or the sentence that says it best, asks for it."""
    core = without_courtesies(text)[: _LONGEST_SENTENCE * 2]
    sentences = [part for part in _SENTENCE.split(core) if part.strip()][:_MOST_SENTENCES]
    pieces = {core, *(without_courtesies(part)[:_LONGEST_SENTENCE] for part in sentences)}
    said: dict[str, float] = {}
    for piece in sorted(pieces):
        for need_id, score in _of(matcher.base.request_form, matcher.match(piece, language)):
            said[need_id] = max(said.get(need_id, 0.0), score)
    return said


def _of(form: RequestForm, matches: list[Match]) -> list[tuple[str, float]]:
    """The scores of the entries of each need, summed."""
    sums: defaultdict[str, float] = defaultdict(float)
    for match in matches:
        for need in form.needs:
            if match.entry.topic in need.topics or match.entry.id in need.entries:
                sums[need.id] += match.score
    return list(sums.items())
