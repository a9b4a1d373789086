"""Messages as they are understood before they are matched: language, places, slips, numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np

from knowledge.frequencies import SPELT, frequencies, is_function_word
from knowledge.language import Detected, LanguageGuesser
from knowledge.learned import Question
from knowledge.meaning import Meaning
from knowledge.model import KnowledgeBase, Language
from knowledge.phrasing import without_article
from knowledge.places import Place, PlaceFinder
from knowledge.spelling import Speller, Wording
from knowledge.text import (
    COMMUNE,
    Lexis,
    Terms,
    number_alone,
    occurrences,
    without_addresses,
    words,
)

_SHORT_FOLLOW_UP = 6
_JUDGED, _LEAST_JUDGED = 6, 4.0
"""So many wordings of a misspelt message are judged, by its likelihood and by what is found."""

_LIKELIHOOD_WEIGHT = 0.35
_SURE = 0.95
"""The sense of a message from which on it is not doubted that it was meant as it is read."""

Meant = tuple[tuple[str, ...], ...]
"""For each word typed, the word or the two words that it stands for."""


@dataclass(frozen=True, slots=True)
class Context:
    """What came before: the last message and the entries it was answered with."""

    text: str
    entries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """A message as it was understood before it was matched.

    ``repairs`` are the words that were taken for others, each with what it was taken for; ``said``
    are the words whose meaning counts: as typed where that is a word, else as repaired. ``sense``
    is the chance that it is made of slips, rather than of no words at all, and ``typed`` the same
    message without repairs, where that is doubtful.
    """

    text: str
    language: Language
    terms: Terms
    words: tuple[str, ...]
    said: tuple[str, ...]
    repairs: tuple[tuple[str, str], ...]
    places: tuple[Place, ...]
    sense: float = 1.0
    typed: Reading | None = None


@dataclass(frozen=True, slots=True)
class QuestionsRead:
    """A folder's questions, the ``tokens`` that each was read as, and what they were read by.

    ``keywords`` are its entries', each with its language and as it was read; ``nouns`` are what it
    numbers ("axe").
    """

    questions: Sequence[Question]
    tokens: Sequence[Sequence[str]]
    keywords: Sequence[tuple[Language, Sequence[str]]]
    lexis: Mapping[Language, Lexis]
    places: PlaceFinder
    nouns: frozenset[str]


class Reader:
    """Reads messages as the questions of ``base`` were read.

    ``spoken`` gives what speaks for the likeliest entry of a text, by which one of several wordings
    is chosen; ``meaning`` knows the words that have a vector.
    """

    def __init__(
        self,
        base: KnowledgeBase,
        known: QuestionsRead,
        meaning: Meaning,
        spoken: Callable[[Terms], float],
    ) -> None:
        self._places = known.places
        self._lexis = known.lexis
        self._nouns = known.nouns
        self._meaning = meaning
        self._spoken = spoken
        # What both languages' lexicons hold, such as "PM'up", is a name and tells neither.
        french, english = (set(map(tuple, known.lexis[code].phrases)) for code in ("fr", "en"))
        self._names = french & english
        self._guesser = _guesser(base, known)
        keywords = [read for _, read in known.keywords]
        shorthand = [[short] for lexis in known.lexis.values() for short in lexis.abbreviations]
        self._spellers = {
            language: Speller(
                [*known.tokens, *keywords, *shorthand, *known.lexis[language].phrases],
                frequencies(language, SPELT),
                french=language == "fr",
            )
            for language in base.languages
        }
        self._named_places = {
            word for read in known.tokens for word in read if word.startswith("@")
        }

    def detect(self, text: str) -> Detected:
        """The language of ``text``, as far as it tells."""
        text = without_addresses(text)
        typed = words(text)
        spans = [(place.start, place.length) for place in self._places.locate(typed, text)]
        spans += occurrences(typed, self._names)
        named = {start + offset for start, length in spans for offset in range(length)}
        return self._guesser.guess(text, [w for n, w in enumerate(typed) if n not in named])

    def read(self, text: str, language: Language, context: Context | None = None) -> Reading:
        """``text`` as it will be matched: words repaired, places found, numbers completed."""
        text = without_addresses(text)
        typed = words(text)
        places = self._places.locate(typed, text)
        tokens = self._lexis[language].expand(
            token
            for token in with_placeholders(typed, places)
            if not token.startswith("@") or token in self._named_places
        )
        wording = self._wording(tokens, language, context)
        repairs = tuple(
            (token, " ".join(known))
            for token, known in zip(tokens, wording.words, strict=True)
            if known != (token,)
        )
        said = self._meaning.heard(language, tokens, wording.words)
        reading = Reading(
            text=text,
            language=language,
            terms=self._terms(wording.words, language, context),
            words=tuple(chain.from_iterable(wording.words)),
            said=said,
            repairs=repairs,
            places=tuple({place.code: place for place in places}.values()),
        )
        sense = self._spellers[language].sense(wording, tokens) if repairs else 1.0
        return self._doubted(reading, tokens, sense, context) if sense < _SURE else reading

    def _doubted(
        self, reading: Reading, tokens: Sequence[str], sense: float, context: Context | None
    ) -> Reading:
        """``reading`` with what else the message may be: just what was typed."""
        unrepaired = tuple((token,) for token in tokens)
        typed = replace(
            reading,
            terms=self._terms(unrepaired, reading.language, context),
            words=tuple(tokens),
            said=tuple(tokens),
            repairs=(),
        )
        return replace(reading, sense=sense, typed=typed)

    def _wording(
        self, tokens: Sequence[str], language: Language, context: Context | None
    ) -> Wording:
        """Of the wordings that ``tokens`` may stand for the one for which most speaks.

        That is its likelihood and what speaks for the entry that it would be matched to.
        """
        wordings = self._spellers[language].wordings(tokens)
        least = wordings[0].likelihood - _LEAST_JUDGED
        judged = [each for each in wordings[:_JUDGED] if each.likelihood >= least]
        if len(judged) == 1:
            return judged[0]
        spoken = [
            _LIKELIHOOD_WEIGHT * each.likelihood
            + self._spoken(self._terms(each.words, language, context))
            for each in judged
        ]
        return judged[int(np.argmax(spoken))]

    def _terms(self, meant: Meant, language: Language, context: Context | None) -> Terms:
        lexis = self._lexis[language]
        completed = self._completed(lexis.expand(chain.from_iterable(meant)), language, context)
        return lexis.terms(without_article(completed), self._nouns)

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


def _guesser(base: KnowledgeBase, known: QuestionsRead) -> LanguageGuesser:
    counts: dict[Language, Counter[str]] = {language: Counter() for language in base.languages}
    asked = (
        (language, read)
        for (_, language, _), read in zip(known.questions, known.tokens, strict=True)
    )
    for language, read in (*asked, *known.keywords):
        counts[language].update(token for token in read if not token.startswith("@"))
    for language, counted in counts.items():
        counted.update(known.lexis[language].abbreviations.keys())
    return LanguageGuesser(counts)


def with_placeholders(typed: Sequence[str], places: Iterable[Place]) -> list[str]:
    """``typed`` with each commune's name replaced by :data:`COMMUNE` and its code."""
    starts = {place.start: place for place in places}
    out: list[str] = []
    position = 0
    while position < len(typed):
        place = starts.get(position)
        out += [COMMUNE, f"@{place.code}"] if place else [typed[position]]
        position += place.length if place else 1
    return out
