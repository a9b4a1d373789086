"""Which need of the request form a message speaks of, by what it is matched with."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from handlers.phrases import without_courtesies
from handlers.requests.understanding.passage import TAKEN, Passage
from knowledge.frequencies import is_function_word

if TYPE_CHECKING:
    from knowledge.matching import Match, Matcher
    from knowledge.model import Language, Need, RequestForm

_LEAST = 0.7
"""The likelihood from which a need is taken as said."""

_LEAD = 0.2
"""By how much the next one must be less likely."""

_LABEL_WEIGHT = 0.65
"""How likely a need is by a word of its own label; short of :data:`_LEAST`, so never by it alone.

The three were chosen on ``tests/data/first_messages.jsonl``: of the needs said there none is taken
for another, and on ``tests/data/unseen.jsonl`` no more than without labels.
"""

_LEAST_FIRST = 0.5
"""Below it a piece is like no entry, and many faint scores of one topic do not make a need."""

_SHORTEST_LABEL_WORD = 4
_SENTENCE = re.compile(r"[.!?;\n]+(?:\s|$)")
_WORD = re.compile(r"[^\W\d_]{2,}")
_FEWEST_WORDS = 3
_MOST_SENTENCES = 8
_LONGEST_PIECE = 600
_IDENTIFICATION = re.compile(
    r"(?i:\b(?:(?:mon|notre|le|my|our|numéro|numero|n°) )*(?:e-?mail|mail|courriel|tél|tel"
    r"|téléphone|telephone|mobile|portable|phone|siret|siren|rcs)\b(?: (?:est|is|number))?"
    r"(?: (?:le|the))?)"
    rf"[ :.(]*{TAKEN}+\)?"
)


def find_need(
    matcher: Matcher, passages: Iterable[Passage], language: Language, *, surface: bool = False
) -> str | None:
    """The id of the need that ``passages`` speak of, or None where it is not clear.

    They are the message without who writes it, and also without what else is read of it: either
    may be the one that is like the folder's questions. Who names a ``surface`` and says no need
    clearly has the one need whose form requires a surface.
    """
    form = matcher.base.request_form
    said = _likelihoods(matcher, {piece for p in passages for piece in _pieces(p)}, language)
    ranked = sorted(said, key=lambda need_id: -said[need_id])
    likeliest, next_one = ([said[need_id] for need_id in ranked] + [0.0, 0.0])[:2]
    if likeliest >= _LEAST and likeliest - next_one >= _LEAD:
        return ranked[0]
    spacious = [need.id for need in form.needs if need.asks.get("surface") == "required"]
    return spacious[0] if surface and len(spacious) == 1 else None


def _pieces(passage: Passage) -> Iterator[str]:
    """The message and its sentences, without courtesies and without mere identification."""
    text = _IDENTIFICATION.sub(" ", passage.written).replace(TAKEN, " ")
    core = without_courtesies(text)
    sentences = _SENTENCE.split(core, maxsplit=_MOST_SENTENCES)
    for piece in (core, *map(without_courtesies, sentences)):
        said = " ".join(piece.split())[:_LONGEST_PIECE]
        if piece is core or len(_WORD.findall(said)) >= _FEWEST_WORDS:
            yield said


def _likelihoods(matcher: Matcher, pieces: set[str], language: Language) -> dict[str, float]:
    """For each need, how likely the piece that says it best asks for it."""
    form = matcher.base.request_form
    said: dict[str, float] = {}
    for piece in sorted(pieces):
        for need_id, score in _of(form, matcher.match(piece, language)).items():
            said[need_id] = max(said.get(need_id, 0.0), min(1.0, score))
    spoken = {term for piece in pieces for term in _content(matcher, piece, language)}
    for need in _named(form):
        if spoken & _content(matcher, need.label_in(language), language):
            said[need.id] = 1 - (1 - said.get(need.id, 0.0)) * (1 - _LABEL_WEIGHT)
    return said


def _named(form: RequestForm) -> list[Need]:
    return [need for need in form.needs if need.id != form.other]


def _content(matcher: Matcher, text: str, language: Language) -> frozenset[str]:
    """The telling terms of ``text``: stems, and the lexicon's concepts."""
    return frozenset(
        term
        for term in matcher.read(text, language).terms.sequence
        if len(term) >= _SHORTEST_LABEL_WORD
        and term[0] not in "@{"
        and not is_function_word(term, language)
    )


def _of(form: RequestForm, matches: list[Match]) -> dict[str, float]:
    """The scores of the entries of each need, summed; an entry named is no more of its topic's."""
    named = {entry_id: need.id for need in form.needs for entry_id in need.entries}
    topics = {topic: need.id for need in form.needs for topic in need.topics}
    sums: defaultdict[str, float] = defaultdict(float)
    if matches and matches[0].score < _LEAST_FIRST:
        return {}
    for match in matches:
        need_id = named.get(match.entry.id) or topics.get(match.entry.topic)
        if need_id:
            sums[need_id] += match.score
    return dict(sums)
