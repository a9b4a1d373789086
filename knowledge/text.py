"""A message's words: case, accents, apostrophes, abbreviations, numerals, stems, concepts.

The order is fold → words → abbreviations written out → (spelling repaired) → numerals joined to
what they number → stems and concepts. Questions and messages take the same way, so that they
meet.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import Stemmer

from knowledge.phrasing import asked_for, subject, without_opening

if TYPE_CHECKING:
    from knowledge.model import Language, LanguageLexicon

COMMUNE = "{commune}"
"""Stands in a question, and in a message's terms, for any commune."""

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ß": "ss"})
_APOSTROPHES = re.compile("[\u2018\u2019\u201b\u02bc\u00b4\u0060\u2032\uff07]")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_WORD = re.compile(r"\{[a-z]+\}|n°|[^\W_]+")
_LATIN = re.compile(r"[a-z0-9]+")
_NUMERALS = {
    "1": "1", "un": "1", "one": "1", "i": "1", "1er": "1", "1ere": "1", "1st": "1",
    "premier": "1", "premiere": "1", "first": "1",
    "2": "2", "deux": "2", "two": "2", "ii": "2", "2e": "2", "2eme": "2", "2nd": "2",
    "2nde": "2", "deuxieme": "2", "second": "2", "seconde": "2",
    "3": "3", "trois": "3", "three": "3", "iii": "3", "3e": "3", "3eme": "3", "3rd": "3",
    "troisieme": "3", "third": "3",
    "4": "4", "quatre": "4", "four": "4", "iv": "4", "4e": "4", "4eme": "4", "4th": "4",
    "quatrieme": "4", "fourth": "4",
    "5": "5", "cinq": "5", "five": "5", "5e": "5", "5eme": "5", "5th": "5", "cinquieme": "5",
    "fifth": "5",
    "6": "6", "six": "6", "6e": "6", "6eme": "6", "sixieme": "6", "sixth": "6",
    "7": "7", "sept": "7", "seven": "7", "8": "8", "huit": "8", "eight": "8",
    "9": "9", "neuf": "9", "nine": "9", "10": "10", "dix": "10", "ten": "10", "0": "0",
    "zero": "0",
}  # fmt: skip
_NUMBER_SIGNS = frozenset({"n°", "no", "n", "numero", "number"})
_SHORTEST_NOUN = 3
_LONGEST_NAME = 5
_LIST_WORDS = frozenset({"et", "and", "ou", "or"})


_ADDRESS = re.compile(r"\S+@\S+\.\w+|\b(?:https?://|www\.)\S+", re.IGNORECASE)


def without_addresses(text: str) -> str:
    """``text`` without e-mail and web addresses, whose words say nothing of what is asked."""
    return _ADDRESS.sub(" ", text)


def fold(text: str) -> str:
    """``text`` without case, accents, ligatures and typographic variants."""
    plain = unicodedata.normalize("NFKD", _APOSTROPHES.sub("'", text.replace("№", "n°")))
    lowered = plain.casefold().translate(_LIGATURES)
    decomposed = unicodedata.normalize("NFKD", lowered)
    return _BEYOND_ASCII.sub(_uncombined, decomposed)


def _uncombined(letter: re.Match[str]) -> str:
    return "" if unicodedata.combining(letter[0]) else letter[0]


def words(text: str) -> list[str]:
    """The words of ``text``, folded; placeholders such as ``{commune}`` stay whole."""
    return _WORD.findall(fold(text))


@lru_cache(maxsize=4_000)
def stem(word: str, language: Language) -> str:
    """The Snowball stem of a folded word; a placeholder or a number is its own."""
    if not word.isalpha():
        return word
    bared = _IC.match(word) if language == "fr" else None
    return bared[1] if bared else str(_STEMMERS[language].stemWord(word))


_IC = re.compile(r"(.+ic)ations?$")
"""Of these Snowball takes "ic" too, which makes "commun" of "communication" and of "commune"."""

_STEMMERS = {"fr": Stemmer.Stemmer("french"), "en": Stemmer.Stemmer("english")}


def is_latin(word: str) -> bool:
    """Whether a folded word is written in Latin letters or digits."""
    return bool(_LATIN.fullmatch(word))


def occurrences(
    tokens: Sequence[str], phrases: Container[tuple[str, ...]]
) -> list[tuple[int, int]]:
    """Where a short one of ``phrases`` stands in ``tokens``, and how many words it has."""
    return [
        (start, length)
        for start in range(len(tokens))
        for length in range(1, _LONGEST_NAME + 1)
        if tuple(tokens[start : start + length]) in phrases
    ]


_ANAPHORA = frozenset(
    "son sa ses leur leurs lui elle il ils elles eux ca cela celui celle ceux en y la dessus "
    "its it his her their them they that this those these he she him".split()
)
_INVERTED = re.compile(r"-(?:t-)?(?:ils?|elles?|ce)\b", re.IGNORECASE)
"""A subject that only repeats another: "fera-t-il" asks of no one."""


def refers_back(text: str) -> bool:
    """Whether ``text`` has a pronoun that may stand for what was said before it."""
    return not _ANAPHORA.isdisjoint(words(_INVERTED.sub(" ", text)))


def numbered_nouns(token_lists: Iterable[Sequence[str]]) -> frozenset[str]:
    """Words that a folder's questions number ("axe 1", "phase 2"), told from two uses or more."""
    counts = Counter(
        noun
        for tokens in token_lists
        for noun, number in itertools.pairwise(tokens)
        if number in _NUMERALS
        and number.isdigit()
        and noun.isalpha()
        and len(noun) >= _SHORTEST_NOUN
    )
    return frozenset(
        noun
        for noun, count in counts.items()
        if count > 1 and noun not in _NUMBER_SIGNS and noun not in _NUMERALS
    )


@dataclass(frozen=True, slots=True)
class Terms:
    """A text's terms, ready to be weighed.

    ``sequence`` has one term a position (a concept where one is known, else a stem);
    ``stems`` are the stems behind it; ``letters`` are the words whose letters may count;
    ``subject`` is the sequence without what only asks about it ("c'est quoi le"); ``asked`` are
    the terms that name what is to be told ("heure", of "à quelle heure").
    """

    sequence: tuple[str, ...]
    stems: tuple[str, ...]
    letters: tuple[str, ...]
    subject: tuple[str, ...]
    asked: tuple[str, ...]


class Lexis:
    """A folder's lexicon in one language, compiled: abbreviations and concepts.

    ``phrases`` are all that it has a concept for, in words.
    """

    def __init__(self, lexicon: LanguageLexicon, language: Language) -> None:
        self.language: Language = language
        self.abbreviations = {
            short: tuple(words(long)) for short, long in map(_folded_pair, _items(lexicon))
        }
        self.phrases = [words(phrase) for group in lexicon.synonyms for phrase in group]
        self._concepts = self._compile(lexicon.synonyms)
        self._longest = max(map(len, self._concepts), default=1)

    def _compile(self, groups: Iterable[Sequence[str]]) -> dict[tuple[str, ...], str]:
        concepts: dict[tuple[str, ...], str] = {}
        for group in groups:
            name = "=" + "-".join(words(group[0]))
            for phrase in group:
                concepts.setdefault(self._stems(words(phrase)), name)
        return concepts

    def _stems(self, tokens: Sequence[str]) -> tuple[str, ...]:
        return tuple(stem(token, self.language) for token in tokens)

    def expand(self, tokens: Iterable[str]) -> list[str]:
        """``tokens`` with abbreviations and phone spellings written out."""
        return [full for token in tokens for full in self.abbreviations.get(token, (token,))]

    def terms(self, tokens: Sequence[str], nouns: frozenset[str]) -> Terms:
        """``tokens`` as terms: numerals joined to what they number, phrases to their concept."""
        joined = join_numerals(without_opening(tokens), nouns)
        stems = self._stems(joined)
        letters = tuple(token for token in joined if token.isalpha())
        named = self._sequence(stems[subject(joined)])
        asked = (self._concept_at(stems, position)[1] for position in asked_for(joined))
        return Terms(self._sequence(stems), stems, letters, named, tuple(dict.fromkeys(asked)))

    def _sequence(self, stems: tuple[str, ...]) -> tuple[str, ...]:
        sequence: list[str] = []
        position = 0
        while position < len(stems):
            length, term = self._concept_at(stems, position)
            sequence.append(term)
            position += length
        return tuple(sequence)

    def _concept_at(self, stems: tuple[str, ...], start: int) -> tuple[int, str]:
        for length in range(min(self._longest, len(stems) - start), 0, -1):
            concept = self._concepts.get(stems[start : start + length])
            if concept:
                return length, concept
        return 1, stems[start]


def _items(lexicon: LanguageLexicon) -> Iterable[tuple[str, str]]:
    return lexicon.abbreviations.items()


def _folded_pair(pair: tuple[str, str]) -> tuple[str, str]:
    return fold(pair[0]), pair[1]


def join_numerals(tokens: Sequence[str], nouns: frozenset[str]) -> list[str]:
    """``axe 1``, ``1er axe`` and ``axe n° un`` as ``axe axe#1``; ``axes 2 et 3`` as both."""
    singular = _singular(nouns)
    out: list[str] = []
    position = 0
    while position < len(tokens):
        noun, numbers, length = _numbered_at(tokens, position, singular)
        if noun:
            out += [noun, *(f"{noun}#{number}" for number in numbers)]
        else:
            out.append(tokens[position])
        position += length
    return out


def number_alone(tokens: Sequence[str]) -> str | None:
    """The number of a message that has one and does not say of what: "et le 2 ?"."""
    # "the third one" has one number.
    said = [
        word
        for before, word in itertools.pairwise(("", *tokens))
        if word != "one" or before not in _NUMERALS
    ]
    numbers = [_NUMERALS[word] for word in said if word in _NUMERALS]
    counted = [word for word in said if word in {"un", "une", "one", "i"}]
    return numbers[0] if len(numbers) == 1 and not counted else None


def _singular(nouns: frozenset[str]) -> Callable[[str], str | None]:
    def known(token: str) -> str | None:
        if token in nouns:
            return token
        return next((token[:-n] for n in (1,) if token[:-n] in nouns), None)

    return known


def _numbered_at(
    tokens: Sequence[str], start: int, singular: Callable[[str], str | None]
) -> tuple[str | None, list[str], int]:
    noun = singular(tokens[start])
    if noun:
        numbers, length = _numbers_after(tokens, start + 1)
        if numbers:
            return noun, numbers, 1 + length
    number = _NUMERALS.get(tokens[start])
    following = tokens[start + 1] if start + 1 < len(tokens) else ""
    noun = singular(following) if number and following else None
    # "un axe" and "les quatre axes" count; only an ordinal before the noun numbers it.
    if noun and number and tokens[start] not in _CARDINALS:
        return noun, [number], 2
    return None, [], 1


_CARDINALS = frozenset(
    "un deux trois quatre cinq six sept huit neuf dix one two three four five six seven eight "
    "nine ten i 0 1 2 3 4 5 6 7 8 9 10 zero".split()
)


def _numbers_after(tokens: Sequence[str], start: int) -> tuple[list[str], int]:
    numbers: list[str] = []
    position = start
    while position < len(tokens):
        sign = tokens[position] in (_LIST_WORDS if numbers else _NUMBER_SIGNS)
        ahead = position + 1 if sign else position
        number = _NUMERALS.get(tokens[ahead]) if ahead < len(tokens) else None
        if number is None:
            break
        numbers.append(number)
        position = ahead + 1
    return numbers, position - start
