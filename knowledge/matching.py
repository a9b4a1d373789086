"""Messages to entries: the index built from a knowledge base, and the matches it finds.

normalise (text) → repair (spelling) → features → score (classifier) → calibrate → decide.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, starmap
from sys import intern

import numpy as np

from knowledge.calibration import strange_share
from knowledge.decision import USUAL_COSTS, Costs
from knowledge.elsewhere import Elsewhere
from knowledge.features import Row
from knowledge.frequencies import frequencies, is_function_word
from knowledge.index import Found, Index
from knowledge.language import Detected, LanguageGuesser
from knowledge.learned import Learned, Question, of_one_label, questions_of, verbatim_key
from knowledge.meaning import Likeness
from knowledge.model import Entry, KnowledgeBase, Language
from knowledge.places import Place, PlaceFinder
from knowledge.sparse import Floats
from knowledge.spelling import Speller
from knowledge.text import (
    COMMUNE,
    Lexis,
    Terms,
    number_alone,
    numbered_nouns,
    occurrences,
    without_addresses,
    words,
)
from knowledge.vectors import WordVectors

SHOWN = 5
"""How many matches are reported, best first."""

VERBATIM_SCORE = 0.995
"""Of a message that is one of the folder's questions, word for word, and of no other entry."""

_VERBATIM_BONUS = 2.0
_RELATED_BONUS = 1.5
_SAME_TOPIC_BONUS = 0.7
_CONTEXT_WEIGHT = 0.45
_SHORT_FOLLOW_UP = 6
_JUDGED, _LEAST_JUDGED = 3, 3.0
"""So many wordings of a misspelt message are judged, by its likelihood and by what is found."""

_LIKELIHOOD_WEIGHT = 0.5

Meant = tuple[tuple[str, ...], ...]
"""For each word typed, the word or the two words that it stands for."""


@dataclass(frozen=True, slots=True)
class Match:
    """An entry and its score, a calibrated probability that it is the right one.

    The score tells best what the folder knows from what it does not. ``chance`` weighs the rivals
    in full: it tells best which of several entries is meant, and is what is decided by.
    """

    entry: Entry
    score: float
    chance: float


@dataclass(frozen=True, slots=True)
class Reading:
    """A message as it was understood before it was matched.

    ``repairs`` are the words that were taken for others, each with what it was taken for; ``said``
    are the words whose meaning counts: as typed where that is a word, else as repaired.
    """

    text: str
    language: Language
    terms: Terms
    words: tuple[str, ...]
    said: tuple[str, ...]
    repairs: tuple[tuple[str, str], ...]
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Context:
    """What came before: the last message and the entries it was answered with."""

    text: str
    entries: tuple[str, ...] = ()


class Matcher:
    """Everything learnt from one knowledge base; immutable once built, safe to share.

    ``learned`` spares the training when it comes from a matcher of the same folder and the same
    code, and of the same word vectors. ``costs`` are those by which its matches are decided;
    ``vectors`` tell the meaning of words, as far as there are some.
    """

    def __init__(
        self,
        base: KnowledgeBase,
        learned: Learned | None = None,
        costs: Costs = USUAL_COSTS,
        vectors: Mapping[Language, WordVectors] | None = None,
    ) -> None:
        self.base = base
        self.costs = costs
        self._entries = {entry.id: entry for entry in base.entries}
        self._positions = {entry_id: n for n, entry_id in enumerate(self._entries)}
        self._ids = tuple(self._entries)
        self._elsewhere = Elsewhere(base)
        self._lexis: dict[Language, Lexis] = {
            "fr": Lexis(base.lexicon.fr, "fr"),
            "en": Lexis(base.lexicon.en, "en"),
        }
        # What both languages' lexicons hold, such as "PM'up", is a name and tells neither.
        french, english = (set(map(tuple, each.phrases)) for each in self._lexis.values())
        self._names = french & english
        texts = questions_of(base)
        if learned and len(learned.tokens) != len(texts):
            raise ValueError("what was learnt is of another folder")
        read = learned.tokens if learned else (words(question) for _, _, question in texts)
        self.places = PlaceFinder(base.territory, {word for text in read for word in text})
        tokens = learned.tokens if learned else tuple(starmap(self._tokens, _asked(texts)))
        self._nouns = self._numbered(base, tokens)
        self.learned = learned or self._learn(texts, tokens, vectors or {})
        self._index = self.learned.index
        # After what takes most memory, so as to add nothing to it.
        self._learn_words(base, texts, tokens)

    # -- learning -------------------------------------------------------------------------------

    def _learn_words(
        self, base: KnowledgeBase, texts: Sequence[Question], tokens: Sequence[Sequence[str]]
    ) -> None:
        counts: dict[Language, Counter[str]] = {language: Counter() for language in base.languages}
        for (_, language, _), read in zip(texts, tokens, strict=True):
            counts[language].update(token for token in read if not token.startswith("@"))
        for language, counted in counts.items():
            counted.update(self._lexis[language].abbreviations.keys())
        self._guesser = LanguageGuesser(counts)
        shorthand = [[short] for lexis in self._lexis.values() for short in lexis.abbreviations]
        self._spellers = {
            language: Speller(
                [*tokens, *shorthand, *self._lexis[language].phrases],
                frequencies(language),
                elisions="fr" in counts,
            )
            for language in base.languages
        }
        self._named_places = {word for read in tokens for word in read if word.startswith("@")}

    @staticmethod
    def _numbered(base: KnowledgeBase, tokens: Sequence[Sequence[str]]) -> frozenset[str]:
        return frozenset(
            noun
            for noun in numbered_nouns(tokens)
            if not any(is_function_word(noun, language) for language in base.languages)
        )

    def _learn(
        self,
        texts: Sequence[Question],
        tokens: Sequence[tuple[str, ...]],
        vectors: Mapping[Language, WordVectors],
    ) -> Learned:
        labels = np.array([self._positions[entry_id] for entry_id, _, _ in texts], np.int64)
        verbatim: list[int] = []

        def readings() -> Iterator[Terms]:
            for (_, language, _), read in zip(texts, tokens, strict=True):
                terms = self._lexis[language].terms(read, self._nouns)
                verbatim.append(verbatim_key(terms))
                yield terms

        refusing = [entry.outcome == "unknown" for entry in self.base.entries]
        strange = strange_share(sum(refusing) / max(1, len(refusing)))
        said = [(language, read) for (_, language, _), read in zip(texts, tokens, strict=True)]
        alike = Likeness.learn(vectors, said, labels, len(self._ids))
        index = Index.learn(readings(), labels, len(self._ids), strange, alike)
        verbatim_of = of_one_label(verbatim, labels.tolist())
        return Learned(index, alike.meaning(), tuple(tokens), verbatim_of)

    def _tokens(self, language: Language, question: str) -> tuple[str, ...]:
        """A question of the folder, taken as written but for its abbreviations and places."""
        typed = words(question)
        tokens = _with_placeholders(typed, self.places.locate(typed, question))
        # Interned: a large folder says the same words many times over.
        return tuple(map(intern, self._lexis[language].expand(tokens)))

    # -- reading --------------------------------------------------------------------------------

    def detect(self, text: str) -> Detected:
        """The language of ``text``, as far as it tells."""
        text = without_addresses(text)
        typed = words(text)
        spans = [(place.start, place.length) for place in self.places.locate(typed, text)]
        spans += occurrences(typed, self._names)
        named = {start + offset for start, length in spans for offset in range(length)}
        return self._guesser.guess(text, [w for n, w in enumerate(typed) if n not in named])

    def read(self, text: str, language: Language, context: Context | None = None) -> Reading:
        """``text`` as it will be matched: words repaired, places found, numbers completed."""
        text = without_addresses(text)
        typed = words(text)
        places = self.places.locate(typed, text)
        lexis = self._lexis[language]
        tokens = lexis.expand(
            token
            for token in _with_placeholders(typed, places)
            if not token.startswith("@") or token in self._named_places
        )
        meant = self._meant(tokens, language, context)
        repairs = tuple(
            (token, " ".join(known))
            for token, known in zip(tokens, meant, strict=True)
            if known != (token,)
        )
        terms = self._terms(meant, language, context)
        repaired = tuple(chain.from_iterable(meant))
        said = self.learned.meaning.heard(language, tokens, meant)
        unique = tuple({place.code: place for place in places}.values())
        return Reading(text, language, terms, repaired, said, repairs, unique)

    def _meant(self, tokens: Sequence[str], language: Language, context: Context | None) -> Meant:
        """Of the wordings that ``tokens`` may stand for the one for which most speaks.

        That is its likelihood and what speaks for the entry that it would be matched to.
        """
        wordings = self._spellers[language].wordings(tokens)
        least = wordings[0].likelihood - _LEAST_JUDGED
        judged = [each for each in wordings[:_JUDGED] if each.likelihood >= least]
        if len(judged) == 1:
            return judged[0].words
        spoken = [
            _LIKELIHOOD_WEIGHT * each.likelihood
            + self._index.spoken(self._terms(each.words, language, context))
            for each in judged
        ]
        return judged[int(np.argmax(spoken))].words

    def _terms(self, meant: Meant, language: Language, context: Context | None) -> Terms:
        lexis = self._lexis[language]
        completed = self._completed(lexis.expand(chain.from_iterable(meant)), language, context)
        return lexis.terms(completed, self._nouns)

    def _completed(
        self, tokens: list[str], language: Language, context: Context | None
    ) -> list[str]:
        """Complete "et le 2 ?" after a question on "l'axe 1" to "l'axe 2"."""
        number = number_alone(tokens) if context and len(tokens) <= _SHORT_FOLLOW_UP else None
        if context is None or number is None or self._nouns & set(tokens):
            return tokens
        before = words(context.text)
        stems = {token.rstrip("s"): token for token in self._nouns}
        noun = next((stems[word.rstrip("s")] for word in before if word.rstrip("s") in stems), None)
        if noun is None:
            return tokens
        # "et le premier ?" says nothing but the number.
        said = [token for token in tokens if not is_function_word(token, language)]
        return [noun, number] if len(said) <= 1 else [*tokens, noun, number]

    # -- what was learnt, for those who look into it ---------------------------------------------

    def known(self) -> list[tuple[Question, Terms]]:
        """The folder's questions, in its order, each with the terms by which it was learnt."""
        return [
            (question, self._lexis[question[1]].terms(read, self._nouns))
            for question, read in zip(questions_of(self.base), self.learned.tokens, strict=True)
        ]

    def verbatim(self, terms: Terms) -> int | None:
        """The position of the one entry that has a question of just these terms, if there is."""
        return self.learned.verbatim.get(verbatim_key(terms))

    # -- matching -------------------------------------------------------------------------------

    def match(self, text: str, language: Language, context: Context | None = None) -> list[Match]:
        """The entries that ``text`` may ask for, best first, at most :data:`SHOWN`."""
        return self.match_reading(self.read(text, language, context), context)

    def match_reading(self, reading: Reading, context: Context | None = None) -> list[Match]:
        """The same, for a message already read."""
        row = self._index.row(reading.terms)
        if not (row.single.any() or self.learned.meaning.knows(reading.language, reading.said)):
            return []
        logits = self.logits(reading, row, context)
        # What came before is part of what is said.
        before = len(words(context.text)) if context else 0
        found = self._index.likeliest(
            logits,
            SHOWN,
            length=len(reading.terms.sequence) + before,
            coverage=self._index.votes.coverage(row, int(logits.argmax())),
        )
        own = self.verbatim(reading.terms)
        if own is not None and found[0].label == own:
            others = (
                Found(label, score * (1 - VERBATIM_SCORE), chance * (1 - VERBATIM_SCORE))
                for label, score, chance in found[1:]
            )
            found = [Found(own, VERBATIM_SCORE, VERBATIM_SCORE), *others]
        matches = [
            Match(self._entries[self._ids[label]], score, chance) for label, score, chance in found
        ]
        return self._of_elsewhere(reading, matches)

    def _of_elsewhere(self, reading: Reading, matches: list[Match]) -> list[Match]:
        """``matches``, the first replaced where its matter is asked of another place."""
        best, *others = matches
        entry = self._elsewhere.entry
        if entry is None or not self._elsewhere.is_asked(reading.text, reading.places, best.entry):
            return matches
        rest = (match for match in others if match.entry is not entry)
        return [Match(entry, best.score, best.chance), *rest]

    def logits(self, reading: Reading, row: Row, context: Context | None = None) -> Floats:
        """What speaks for each entry, in the order of the folder; ``row`` is of the reading."""
        spoken = self._index.logits(row)
        logits = self.learned.meaning.joined(spoken, reading.language, reading.said)
        own = self.verbatim(reading.terms)
        if own is not None:
            logits[own] = max(float(logits[own]), float(logits.max())) + _VERBATIM_BONUS
        if context:
            logits = logits + self._context_logits(context, reading)
        return logits

    def _context_logits(self, context: Context, reading: Reading) -> Floats:
        """What the message before makes likelier: its matter, and what is offered after it."""
        said = self.read(context.text, reading.language)
        before = self._index.logits(self._index.row(said.terms))
        bonus = before * np.float32(_CONTEXT_WEIGHT)
        for entry_id in context.entries:
            entry = self._entries.get(entry_id)
            if entry is None:
                continue
            if number_alone(words(reading.text)):
                # "et le 1 ?" asks for another than the one before.
                bonus[self._positions[entry.id]] = 0.0
            for other in self._entries.values():
                if other.id in entry.follow_ups:
                    bonus[self._positions[other.id]] += _RELATED_BONUS
                elif other.topic == entry.topic and other.id != entry.id:
                    bonus[self._positions[other.id]] += _SAME_TOPIC_BONUS
        return bonus


def _asked(texts: Sequence[Question]) -> Iterator[tuple[Language, str]]:
    return ((language, question) for _, language, question in texts)


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
