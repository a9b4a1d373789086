"""Messages to entries: the index built from a knowledge base, and the matches it finds.

normalise (text) → repair (spelling) → features → score (classifier) → calibrate → decide.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from knowledge import calibration, classifier
from knowledge.index import Index
from knowledge.language import Detected, LanguageGuesser
from knowledge.model import Entry, KnowledgeBase, Language, LanguageLexicon
from knowledge.places import Place, PlaceFinder
from knowledge.spelling import Speller
from knowledge.text import COMMUNE, Lexis, Terms, number_alone, numbered_nouns, words

SHOWN = 5
"""How many matches are reported, best first."""

VERBATIM_SCORE = 0.97
"""Of a message that is one of the folder's questions, word for word, and of no other entry."""

_VERBATIM_BONUS = 2.0
_RELATED_BONUS = 1.5
_SAME_TOPIC_BONUS = 0.7
_CONTEXT_WEIGHT = 0.45
_SHORT_FOLLOW_UP = 6


@dataclass(frozen=True, slots=True)
class Match:
    """An entry and its score: the calibrated probability that it is the right one."""

    entry: Entry
    score: float


@dataclass(frozen=True, slots=True)
class Reading:
    """A message as it was understood before it was matched."""

    text: str
    language: Language
    terms: Terms
    words: tuple[str, ...]
    repairs: tuple[tuple[str, str], ...]
    unknown: tuple[str, ...]
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Context:
    """What came before: the last message and the entries it was answered with."""

    text: str
    entries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Learned:
    """What training found: the costly part of a matcher, to be kept between two starts."""

    weights: classifier.Floats
    calibration: calibration.Calibration


class Matcher:
    """Everything learnt from one knowledge base; immutable once built, safe to share.

    ``learned`` spares the training when it comes from a matcher of the same folder and the same
    code; without it the training takes some seconds.
    """

    def __init__(self, base: KnowledgeBase, learned: Learned | None = None) -> None:
        self.base = base
        self._entries = {entry.id: entry for entry in base.entries}
        self._positions = {entry_id: n for n, entry_id in enumerate(self._entries)}
        self._ids = tuple(self._entries)
        texts = _questions(base)
        self._learn_words(base, texts)
        self.places = PlaceFinder(base.territory, self._ordinary_words(texts))
        readings = [self._terms(question, language) for _, language, question in texts]
        labels = np.array([self._positions[entry_id] for entry_id, _, _ in texts], np.int64)
        self._named_places = {
            term for terms in readings for term in terms.stems if term.startswith("@")
        }
        self._verbatim = _verbatim(readings, labels.tolist())
        known = learned.weights if learned else None
        self._index = Index(readings, labels, len(self._ids), known)
        self.learned = learned or Learned(
            self._index.weights, calibration.calibrate(readings, labels, len(self._ids))
        )

    # -- learning -------------------------------------------------------------------------------

    def _learn_words(self, base: KnowledgeBase, texts: Sequence[tuple[str, Language, str]]) -> None:
        lexicons: dict[Language, LanguageLexicon] = {"fr": base.lexicon.fr, "en": base.lexicon.en}
        self._lexis = {language: Lexis(lexicon, language) for language, lexicon in lexicons.items()}
        counts: dict[Language, Counter[str]] = {language: Counter() for language in base.languages}
        for _, language, question in texts:
            counts[language].update(self._lexis[language].expand(words(question)))
        for language, counted in counts.items():
            counted.update(self._lexis[language].abbreviations.keys())
        self._guesser = LanguageGuesser(counts)
        vocabulary = sum(counts.values(), Counter[str]())
        self._speller = Speller(vocabulary, elisions="fr" in counts)
        self._nouns = numbered_nouns(words(question) for _, _, question in texts)

    def _ordinary_words(self, texts: Sequence[tuple[str, Language, str]]) -> set[str]:
        return {word for _, _, question in texts for word in words(question)}

    # -- reading --------------------------------------------------------------------------------

    def detect(self, text: str) -> Detected:
        """The language of ``text``, as far as it tells."""
        typed = words(text)
        named = {
            place.start + offset
            for place in self.places.locate(typed, text)
            for offset in range(place.length)
        }
        return self._guesser.guess(text, [w for n, w in enumerate(typed) if n not in named])

    def read(self, text: str, language: Language, context: Context | None = None) -> Reading:
        """``text`` as it will be matched: words repaired, places found, numbers completed."""
        typed = words(text)
        places = self.places.locate(typed, text)
        tokens = [
            token
            for token in _with_placeholders(typed, places)
            if not token.startswith("@") or token in self._named_places
        ]
        lexis = self._lexis[language]
        repaired: list[str] = []
        repairs: list[tuple[str, str]] = []
        for token in lexis.expand(tokens):
            known = self._speller.repair(token, language)
            repaired.extend(known)
            if known != (token,):
                repairs.append((token, " ".join(known)))
        terms = lexis.terms(self._completed(lexis.expand(repaired), context), self._nouns)
        unknown = tuple(term for term in terms.sequence if not self._index.holds(term))
        unique = tuple({place.code: place for place in places}.values())
        return Reading(text, language, terms, tuple(repaired), tuple(repairs), unknown, unique)

    def _completed(self, tokens: list[str], context: Context | None) -> list[str]:
        """Complete "et le 2 ?" after a question on "l'axe 1" to "l'axe 2"."""
        number = number_alone(tokens) if context and len(tokens) <= _SHORT_FOLLOW_UP else None
        if context is None or number is None or self._nouns & set(tokens):
            return tokens
        before = words(context.text)
        stems = {token.rstrip("s"): token for token in self._nouns}
        noun = next((stems[word.rstrip("s")] for word in before if word.rstrip("s") in stems), None)
        return [*tokens, noun, number] if noun else tokens

    def _terms(self, question: str, language: Language) -> Terms:
        """A question of the folder, taken as written but for its abbreviations and places."""
        typed = words(question)
        tokens = _with_placeholders(typed, self.places.locate(typed, question))
        lexis = self._lexis[language]
        return lexis.terms(lexis.expand(tokens), self._nouns)

    # -- matching -------------------------------------------------------------------------------

    def match(self, text: str, language: Language, context: Context | None = None) -> list[Match]:
        """The entries that ``text`` may ask for, best first, at most :data:`SHOWN`."""
        return self.match_reading(self.read(text, language, context), context)

    def match_reading(self, reading: Reading, context: Context | None = None) -> list[Match]:
        """The same, for a message already read."""
        if not any(map(self._index.holds, reading.terms.sequence)):
            return []
        row = self._index.row(reading.terms)
        logits = self._index.logits(row)
        own = self._verbatim.get(_nameless(reading.terms))
        if own is not None:
            logits[own] = max(float(logits[own]), float(logits.max())) + _VERBATIM_BONUS
        if context:
            logits = logits + self._context_logits(context, reading.language)
        found = self._index.candidates(reading.terms, row, logits, SHOWN)
        scores = self.learned.calibration.probability([each.evidence for each in found])
        if own is not None and found[0].label == own:
            scores[0] = max(float(scores[0]), VERBATIM_SCORE)
        return [
            Match(self._entries[self._ids[each.label]], float(score))
            for each, score in zip(found, np.minimum.accumulate(scores), strict=True)
        ]

    def _context_logits(self, context: Context, language: Language) -> classifier.Floats:
        """What the message before makes likelier: its matter, and what is offered after it."""
        row = self._index.row(self.read(context.text, language).terms)
        bonus = self._index.logits(row) * np.float32(_CONTEXT_WEIGHT)
        for entry_id in context.entries:
            entry = self._entries.get(entry_id)
            if entry is None:
                continue
            for other in self._entries.values():
                if other.id in entry.follow_ups:
                    bonus[self._positions[other.id]] += _RELATED_BONUS
                elif other.topic == entry.topic and other.id != entry.id:
                    bonus[self._positions[other.id]] += _SAME_TOPIC_BONUS
        return bonus


def _questions(base: KnowledgeBase) -> list[tuple[str, Language, str]]:
    return [
        (entry.id, language, question)
        for entry in base.entries
        for language, questions in entry.questions.items()
        for question in questions
    ]


def _nameless(terms: Terms) -> tuple[str, ...]:
    """Terms without the codes of the communes named: any of them asks a template's question."""
    return tuple(term for term in terms.sequence if not term.startswith("@"))


def _verbatim(texts: Sequence[Terms], labels: Sequence[int]) -> dict[tuple[str, ...], int]:
    """Each question's terms and its entry; what two entries ask alike is left out."""
    found: dict[tuple[str, ...], int] = {}
    shared: set[tuple[str, ...]] = set()
    for terms, label in zip(texts, labels, strict=True):
        sequence = _nameless(terms)
        if found.setdefault(sequence, label) != label:
            shared.add(sequence)
    return {sequence: label for sequence, label in found.items() if sequence not in shared}


def _with_placeholders(typed: Sequence[str], places: Sequence[Place]) -> list[str]:
    """``typed`` with each commune's name replaced by :data:`COMMUNE` and its code."""
    starts = {place.start: place for place in places}
    out: list[str] = []
    position = 0
    while position < len(typed):
        place = starts.get(position)
        out += [COMMUNE, f"@{place.code}"] if place else [typed[position]]
        position += place.length if place else 1
    return out
