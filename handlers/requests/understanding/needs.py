"""Which need of the request form a message speaks of, by what it is matched with."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from handlers.phrases import without_courtesies
from handlers.requests.understanding.passage import TAKEN, Passage
from knowledge.frequencies import is_function_word
from knowledge.text import stem

if TYPE_CHECKING:
    from knowledge.matching import Match, Matcher
    from knowledge.model import Language, RequestForm

_LEAST = 0.75
"""The likelihood from which a need is taken as said."""

_LEAD = 0.2
"""By how much the next one must be less likely."""

_LABEL_WEIGHT = 0.65
"""How far a word of a need's own label makes up what its entries leave open; nothing by itself.

The three were chosen on ``tests/data/first_messages.jsonl``: of the needs said there none is taken
for another, and on ``tests/data/unseen.jsonl`` no more than without labels.
"""

_SURFACE_WEIGHT = 0.6
"""The same of a surface, for the need that requires one and those that may have one."""

_FAINT = 0.5
"""Up to it a need is hardly spoken of, and does not stand against one that a surface speaks for."""

_LEAST_FIRST = 0.5
"""Below it a piece is like no entry, and many faint scores of one topic do not make a need."""

_SHORTEST_LABEL_WORD = 4
_LONGEST_ENDING = 4
_SENTENCE = re.compile(r"[.!?;\n]+(?:\s|$)")
_WORD = re.compile(r"[^\W\d_]{2,}")
_FEWEST_WORDS = 3
_LONG_BREAK = re.compile(r"(\W{3})\W+")
_MOST_SENTENCES = 8
_LONGEST_TEXT = 2_000
_LONGEST_PIECE = 600
_IDENTIFICATION = re.compile(
    r"(?i:\b(?:(?:mon|notre|le|my|our|numéro|numero|n°) )*(?:e-?mail|mail|courriel|tél|tel"
    r"|téléphone|telephone|mobile|portable|phone|contact|siret|siren|rcs)\b(?: (?:est|is|number))?"
    r"(?: (?:le|the))?)"
    rf"[ :.(]*{TAKEN}+(?:[ ,/)]*(?:ou|or|et|and)?[ (]*{TAKEN}+)*\)?"
)


def find_need(
    matcher: Matcher, passages: Iterable[Passage], language: Language, *, surface: bool = False
) -> str | None:
    """The id of the need that ``passages`` speak of, or None where it is not clear.

    They are the message without who writes it, and also without what else is read of it: either
    may be the one that is like the folder's questions. A ``surface`` speaks for the needs whose
    form asks for one; by itself for the one need that requires it, if there is one.
    """
    form = matcher.base.request_form
    said = _likelihoods(matcher, {piece for p in passages for piece in _pieces(p)}, language)
    spacious = [need.id for need in form.needs if need.asks.get("surface") == "required"]
    if surface:
        said |= {
            need.id: _made_up(said[need.id], _SURFACE_WEIGHT)
            for need in form.needs
            if "surface" in need.asks
            and said.get(need.id, 0.0) > (0.0 if need.id in spacious else _FAINT)
        }
    ranked = sorted(said, key=lambda need_id: -said[need_id])
    likeliest, next_one = ([said[need_id] for need_id in ranked] + [0.0, 0.0])[:2]
    if likeliest >= _LEAST and likeliest - next_one >= _LEAD:
        return ranked[0]
    others = [need_id for need_id in ranked if need_id not in spacious and said[need_id] > _FAINT]
    return spacious[0] if surface and len(spacious) == 1 and not others else None


def _made_up(likelihood: float, weight: float) -> float:
    return 1 - (1 - likelihood) * (1 - weight)


def _pieces(passage: Passage) -> Iterator[str]:
    """The message and its sentences, without courtesies and without mere identification."""
    text = re.sub(f"{TAKEN}+", " ", _IDENTIFICATION.sub(" ", passage.written))
    core = without_courtesies(_LONG_BREAK.sub(r"\1", text)[:_LONGEST_TEXT])
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
        for need_id, chance in _of(form, matcher.match(piece, language)).items():
            said[need_id] = max(said.get(need_id, 0.0), min(1.0, chance))
    spoken = [_telling(matcher, piece, language) for piece in sorted(pieces)]
    for need in form.needs:
        if need.id in said and need.id != form.other:
            label = _telling(matcher, need.label_in(language), language)
            if any(_share_a_word(label, told) for told in spoken):
                said[need.id] = _made_up(said[need.id], _LABEL_WEIGHT)
    return said


class _Telling(NamedTuple):
    """What a text has to say: the lexicon's concepts, and its words by their stem."""

    concepts: frozenset[str]
    words: dict[str, str]


def _telling(matcher: Matcher, text: str, language: Language) -> _Telling:
    reading = matcher.read(text, language)
    concepts = frozenset(term for term in reading.terms.sequence if term.startswith("="))
    telling = (
        word
        for word in reading.words
        if len(word) >= _SHORTEST_LABEL_WORD and not is_function_word(word, language)
    )
    return _Telling(concepts, {stem(word, language): word for word in telling})


def _share_a_word(one: _Telling, other: _Telling) -> bool:
    """Whether both say the same; "environ" has the stem of "environnement" and is another word."""
    return not one.concepts.isdisjoint(other.concepts) or any(
        abs(len(word) - len(other.words[stemmed])) <= _LONGEST_ENDING
        for stemmed, word in one.words.items()
        if stemmed in other.words
    )


def _of(form: RequestForm, matches: list[Match]) -> dict[str, float]:
    """The chances of the entries of each need, summed; an entry named is no more of its topic's."""
    named = {entry_id: need.id for need in form.needs for entry_id in need.entries}
    topics = {topic: need.id for need in form.needs for topic in need.topics}
    sums: defaultdict[str, float] = defaultdict(float)
    if matches and matches[0].score < _LEAST_FIRST:
        return {}
    for match in matches:
        need_id = named.get(match.entry.id) or topics.get(match.entry.topic)
        if need_id:
            sums[need_id] += match.chance
    return dict(sums)
