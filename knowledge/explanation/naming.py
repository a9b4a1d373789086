"""Features by the words they are made of, as whoever wrote the message knows them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from knowledge.features import Feature, features
from knowledge.reading import Reading
from knowledge.text import COMMUNE, Lexis, Terms

_GROUP = "="
"""What the name of words that count as one begins with."""


class Names:
    """What the terms of one message are called."""

    def __init__(self, reading: Reading, lexis: Lexis) -> None:
        self._places = {f"@{place.code}": place.name for place in reading.places}
        self._words = dict(self._named(reading.terms, lexis))

    def _named(self, terms: Terms, lexis: Lexis) -> Iterator[tuple[str, str]]:
        """Each term with the words behind it; those of a stem before those of a group."""
        written = _written(terms)
        yield from zip(terms.stems, written, strict=True)
        position = 0
        for term in terms.sequence:
            length = _length(term, written[position:], lexis) if term.startswith(_GROUP) else 1
            if term.startswith(_GROUP):
                said = " ".join(written[position : position + length])
                meant = term.removeprefix(_GROUP).replace("-", " ")
                yield term, said if said == meant else f"{said} (counts as {meant})"
            position += length

    def term(self, term: str) -> str:
        """What a term is called."""
        if term == COMMUNE:
            return "a commune"
        if term in self._places:
            return self._places[term]
        return self._words.get(term, term).replace("#", " ")

    def feature(self, feature: Feature) -> str:
        """What a feature is called: one name for all the letters of a word."""
        match feature.block, feature.of:
            case "letters", (word,):
                return f"letters of {word}"
            case "pair", ("^", after):
                return f"begins with {self.term(after)}"
            case "pair", (before, "$"):
                return f"ends with {self.term(before)}"
            case "pair", (before, after):
                return f"{self.term(before)} + {self.term(after)}"
            case "skip", (one, other):
                return f"{self.term(one)} near {self.term(other)}"
        return self.term(feature.of[0])


def _written(terms: Terms) -> list[str]:
    """The words behind the stems, in their order: all of letters but for numbers and the like."""
    words = iter(terms.letters)
    return [next(words) if stem.isalpha() else stem for stem in terms.stems]


def _length(group: str, written: list[str], lexis: Lexis) -> int:
    """How many words, from the first of ``written``, ``group`` stands for."""
    lengths = range(len(written), 1, -1)
    whole = (n for n in lengths if lexis.terms(written[:n], frozenset()).sequence == (group,))
    return next(whole, 1)


def named(
    by_column: Mapping[int, float], keys: Mapping[int, int], terms: Terms, names: Names
) -> dict[str, float]:
    """What the columns of a message say, summed by name.

    ``keys`` are the columns of the features. What several names share is parted among them.
    """
    owners: defaultdict[int, list[str]] = defaultdict(list)
    for feature in features(terms):
        if feature.key in keys:
            owners[keys[feature.key]].append(names.feature(feature))
    summed: defaultdict[str, float] = defaultdict(float)
    for column, said in by_column.items():
        for name in owners[column]:
            summed[name] += said / len(owners[column])
    return dict(summed)
