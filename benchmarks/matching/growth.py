"""Sets of any size, made from a real one: its sentences, about other things.

The first entries are the real ones. Each further one takes an entry's sentences, splices some of
them, and says other words for most of their content words, the same ones throughout. These are
drawn as often as English uses them, so that new entries keep bringing new words, ever fewer.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, islice

from wordfreq import get_frequency_dict

from benchmarks.matching.sets import PHRASINGS, Sample

_COMMON = 400
"""So many of the commonest words hold a sentence together and stay."""

_SHORTEST = 3
_REPLACED = 0.9
_OWN_WORD = 0.05
_SPLICED = 0.3


@dataclass(frozen=True)
class Growth:
    """What larger sets are made of; a larger set holds every smaller one of the same seed."""

    sources: dict[str, list[str]]
    seed: int

    def sample(self, phrasings: int, messages: int) -> Sample:
        """A set of that many phrasings, and messages that it does not hold."""
        count = phrasings // PHRASINGS
        entries: dict[str, list[str]] = {}
        unseen: list[tuple[str, str | None]] = []
        for number in range(count):
            name = f"entry {number}"
            *entries[name], message = self._texts(number)
            unseen.append((message, name))
        draw = random.Random(f"{self.seed} {phrasings}")  # noqa: S311 - reproducible
        chosen = draw.sample(unseen, min(messages, count))
        return Sample(f"{phrasings:,} phrasings", "en", entries, chosen)

    def _texts(self, number: int) -> list[str]:
        """The phrasings of the entry of that number, and a message that asks for it."""
        draw = random.Random(f"{self.seed} {number}")  # noqa: S311 - reproducible
        real = list(self.sources.values())
        if number < len(real):
            return draw.sample(real[number], PHRASINGS + 1)
        variants = _variants(draw.choice(real), draw)
        return list(islice(_distinct(variants), PHRASINGS + 1))


def _variants(sentences: list[str], draw: random.Random) -> Iterator[str]:
    """Sentences like these about one other thing, without end."""
    other: dict[str, str] = {}
    while True:
        words = draw.choice(sentences).split()
        if draw.random() < _SPLICED:
            words = _spliced(words, draw.choice(sentences).split())
        yield " ".join(_replaced(word, other, draw) for word in words)


def _replaced(word: str, other: dict[str, str], draw: random.Random) -> str:
    if word in _common() or not word.isalpha():
        return word
    if draw.random() < _OWN_WORD:
        return _drawn(draw)
    if word not in other:
        other[word] = _drawn(draw) if draw.random() < _REPLACED else word
    return other[word]


@cache
def _common() -> frozenset[str]:
    return frozenset(list(get_frequency_dict("en"))[:_COMMON])


@cache
def _content() -> tuple[list[str], list[float]]:
    """The words that may replace others, and their frequencies added up."""
    words = {
        word: frequency
        for word, frequency in get_frequency_dict("en").items()
        if word.isalpha() and len(word) >= _SHORTEST and word not in _common()
    }
    return list(words), list(accumulate(words.values()))


def _drawn(draw: random.Random) -> str:
    words, weights = _content()
    return draw.choices(words, cum_weights=weights)[0]


def _spliced(words: list[str], others: list[str]) -> list[str]:
    """The first half of one sentence and the second of another."""
    return words[: (len(words) + 1) // 2] + others[len(others) // 2 :]


def _distinct(texts: Iterator[str]) -> Iterator[str]:
    seen: set[str] = set()
    for text in texts:
        if text not in seen:
            seen.add(text)
            yield text
