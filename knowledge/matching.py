"""Messages to entries: the index built from a knowledge base, and the matches it finds.

normalise (text) → repair (spelling) → features → score (classifier) → calibrate → decide.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import starmap
from sys import intern

import numpy as np

from knowledge.classifier import RIVALS
from knowledge.decision import USUAL_COSTS, Costs
from knowledge.elsewhere import Elsewhere
from knowledge.features import Row
from knowledge.freed import give_back
from knowledge.frequencies import is_function_word
from knowledge.index import Found, Index, mixed
from knowledge.language import Detected
from knowledge.learned import (
    Learned,
    Question,
    of_one_label,
    questions_of,
    subject_key,
    verbatim_key,
)
from knowledge.meaning import Likeness
from knowledge.model import Entry, KnowledgeBase, Language
from knowledge.places import PlaceFinder
from knowledge.reading import Context, QuestionsRead, Reader, Reading, with_placeholders
from knowledge.sparse import Floats
from knowledge.text import Lexis, Terms, number_alone, numbered_nouns, words
from knowledge.told import Told
from knowledge.vectors import WordVectors

SHOWN = 5
"""How many matches are reported, best first."""

VERBATIM_SCORE = 0.995
"""Of a message that is one of the folder's questions, word for word, and of no other entry."""

LONGEST_KEYWORD = 8
"""Words of a message, "c'est quoi le" included, beyond which it is more than a keyword."""

_VERBATIM_BONUS = 2.0
_RELATED_BONUS = 1.5
_SAME_TOPIC_BONUS = 0.7
_CONTEXT_WEIGHT = 0.45


@dataclass(frozen=True, slots=True)
class Match:
    """An entry and its score, a calibrated probability that it is the right one.

    The score tells best what the folder knows from what it does not. ``chance`` weighs the rivals
    in full: it tells best which of several entries is meant, and is what is decided by.
    """

    entry: Entry
    score: float
    chance: float


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
        texts = questions_of(base)
        if learned and len(learned.tokens) != len(texts):
            raise ValueError("what was learnt is of another folder")
        read = learned.tokens if learned else (words(question) for _, _, question in texts)
        asked = (question for _, _, question in texts)
        self.places = PlaceFinder.of(base.territory, zip(asked, read, strict=True))
        tokens = learned.tokens if learned else tuple(starmap(self._tokens, _asked(texts)))
        self._nouns = self._numbered(base, tokens)
        self.learned = learned or self._learn(texts, tokens, vectors or {})
        if learned is None:
            give_back()
        self._index = self.learned.index
        # After what takes most memory, so as to add nothing to it.
        keywords = list(self._keywords())
        self._called = self._of_one_entry(keywords)
        said = [(language, read) for _, language, read in keywords]
        known = QuestionsRead(texts, tokens, said, self._lexis, self.places, self._nouns)
        self._reader = Reader(base, known, self.learned.meaning, self._index.spoken)

    # -- learning -------------------------------------------------------------------------------

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
        subjects: list[int] = []

        def readings() -> Iterator[Terms]:
            for (_, language, _), read in zip(texts, tokens, strict=True):
                terms = self._lexis[language].terms(read, self._nouns)
                verbatim.append(verbatim_key(terms))
                subjects.append(subject_key(terms))
                yield terms

        refusing = np.array([entry.outcome == "unknown" for entry in self.base.entries], np.bool_)
        said = [(language, read) for (_, language, _), read in zip(texts, tokens, strict=True)]
        alike = Likeness.learn(vectors, said, labels, len(self._ids))
        told = Told.of(self._answers())
        index = Index.learn(readings(), labels, refusing, alike, told)
        named = of_one_label([*verbatim, *subjects], [*labels.tolist()] * 2)
        return Learned(index, alike.meaning(), tuple(tokens), {**self._labelled(), **named})

    def _answers(self) -> Iterator[tuple[int, Sequence[str]]]:
        """What each entry that answers tells, in each language, as terms."""
        for position, entry in enumerate(self.base.entries):
            if entry.outcome != "unknown":
                for language, answer in entry.answer.items():
                    lexis = self._lexis[language]
                    yield position, lexis.terms(lexis.expand(words(answer)), self._nouns).sequence

    def _keywords(self) -> Iterator[tuple[int, Language, tuple[str, ...]]]:
        """Each entry's keywords, as they are read."""
        for position, entry in enumerate(self.base.entries):
            for language, keywords in entry.keywords.items():
                for keyword in keywords:
                    yield position, language, self._tokens(language, keyword)

    def _labelled(self) -> dict[int, int]:
        """Which entry has which label: a person may type it instead of pressing its button.

        What is refused is not named: of a thing, its label says what about it is not known.
        """
        labels = (
            (position, language, self._tokens(language, label))
            for position, entry in enumerate(self.base.entries)
            if entry.outcome != "unknown"
            for language, label in entry.label.items()
        )
        return self._of_one_entry(list(labels))

    def _of_one_entry(self, names: Sequence[tuple[int, Language, Sequence[str]]]) -> dict[int, int]:
        """The subjects that ``names`` are, and of which entry each is."""
        keys = (
            subject_key(self._lexis[language].terms(read, self._nouns))
            for _, language, read in names
        )
        return of_one_label(list(keys), [position for position, _, _ in names])

    def _tokens(self, language: Language, question: str) -> tuple[str, ...]:
        """A question of the folder, taken as written but for its abbreviations and places."""
        typed = words(question)
        tokens = with_placeholders(typed, self.places.locate(typed, question))
        # Interned: a large folder says the same words many times over.
        return tuple(map(intern, self._lexis[language].expand(tokens)))

    # -- what was learnt, for those who look into it ---------------------------------------------

    def known(self) -> list[tuple[Question, Terms]]:
        """The folder's questions, in its order, each with the terms by which it was learnt."""
        return [
            (question, self._lexis[question[1]].terms(read, self._nouns))
            for question, read in zip(questions_of(self.base), self.learned.tokens, strict=True)
        ]

    def verbatim(self, terms: Terms) -> int | None:
        """The position of the one entry that has a question of just these terms, if there is.

        Or else of the one that has the subject that they name, as a question or as its label.
        """
        known = self.learned.verbatim
        return known.get(verbatim_key(terms), known.get(subject_key(terms)))

    # -- matching -------------------------------------------------------------------------------

    def detect(self, text: str) -> Detected:
        """The language of ``text``, as far as it tells."""
        return self._reader.detect(text)

    def read(self, text: str, language: Language, context: Context | None = None) -> Reading:
        """``text`` as it will be matched: words repaired, places found, numbers completed."""
        return self._reader.read(text, language, context)

    def match(self, text: str, language: Language, context: Context | None = None) -> list[Match]:
        """The entries that ``text`` may ask for, best first, at most :data:`SHOWN`."""
        return self.match_reading(self.read(text, language, context), context)

    def called(self, text: str, language: Language) -> Match | None:
        """The entry of which ``text``, as it is read, is a keyword and nothing else.

        A question of the folder, or an entry's label, comes before it. What may be no slip at all
        is no keyword: "mate" is not "date".
        """
        if len(words(text)) > LONGEST_KEYWORD:
            return None
        reading = self.read(text, language)
        position = self._called.get(subject_key(reading.terms))
        if position is None or reading.typed or self.verbatim(reading.terms) is not None:
            return None
        return Match(self.base.entries[position], VERBATIM_SCORE, VERBATIM_SCORE)

    def match_reading(self, reading: Reading, context: Context | None = None) -> list[Match]:
        """The same, for a message already read."""
        found = self._found(reading, context)
        if reading.typed:
            found = mixed(found, self._found(reading.typed, context), reading.sense)
        matches = [
            Match(self._entries[self._ids[label]], score, chance)
            for label, score, chance in found[:SHOWN]
        ]
        return self._of_elsewhere(reading, matches) if matches else []

    def _found(self, reading: Reading, context: Context | None) -> list[Found]:
        """The likeliest entries; none for a message of which the folder knows no word."""
        row = self._index.row(reading.terms)
        if not (row.single.any() or self.learned.meaning.knows(reading.language, reading.said)):
            return []
        logits = self.logits(reading, row, context)
        # What came before is part of what is said.
        before = len(words(context.text)) if context else 0
        found = self._index.likeliest(
            logits,
            RIVALS,
            length=len(reading.terms.sequence) + before,
            coverage=self._index.votes.coverage(row, int(logits.argmax())),
        )
        own = self.verbatim(reading.terms)
        if own is None or found[0].label != own:
            return found
        others = (
            Found(label, score * (1 - VERBATIM_SCORE), chance * (1 - VERBATIM_SCORE))
            for label, score, chance in found[1:]
        )
        return [Found(own, VERBATIM_SCORE, VERBATIM_SCORE), *others]

    def _of_elsewhere(self, reading: Reading, matches: list[Match]) -> list[Match]:
        """``matches``, the first replaced where it does not hold of the place that is asked of."""
        best, *others = matches
        entry = self._elsewhere.instead(reading.text, reading.places, best.entry)
        if entry is None:
            return matches
        rest = (match for match in others if match.entry is not entry)
        return [Match(entry, best.score, best.chance), *rest]

    def logits(self, reading: Reading, row: Row, context: Context | None = None) -> Floats:
        """What speaks for each entry, in the order of the folder; ``row`` is of the reading."""
        spoken = self._index.logits(row)
        logits = self.learned.meaning.joined(spoken, reading.language, reading.said)
        logits = self._index.leant(logits, reading.terms)
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
