"""Misspelt messages, read as what was most likely meant: a noisy channel.

Each word that is not the folder's may stand for any word near it that the folder or the language
uses. Of the messages so made, those win that are likeliest to be written (how common each word is,
and how often the folder has it beside its neighbours) and to be slipped into what was typed
(Kernighan, Church & Gale, "A spelling correction program based on a noisy channel model", 1990). A
common word of the language is changed seldom, since bending it into a word of the folder would
answer a question that was not asked; a word of the folder only in a message that has strange words
beside it, and is so known to be typed in haste.

In French what sounds alike counts as little more than a slip; so does an apostrophe or a space
left out.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from knowledge.frequencies import FUNCTION_WORD
from knowledge.usage import END, START, Usage
from knowledge.vocabulary import Slips, Vocabulary

_ELIDED = ("qu", "l", "d", "j", "c", "n", "s", "m", "t")
_SHORTEST = 3
"""Two letters tell too little, unless one was left out, to be taken for a word that matters."""

_SHORTEST_SOUND = 3
"""By fewer letters short words sound like too many others: "yes" like "hier"."""

_LONGEST = 30
_SWAPPED = _LEFT_OUT = 4.5
"""What a slip costs that can be made in one way, in natural logarithms of probability."""

_OTHER_SLIP = 6.5
"""What one costs that can be made with any letter."""

_FURTHER_SLIP = 0.6
"""So much less costs each slip after a word's first."""

_OTHER_INITIAL = 1.0
_HEARD_ALIKE = 7.2
_ELIDED_AND_SLIPPED = 9.0
_SPACE_MOVED = 9.0
"""What a space a letter too early or too late costs: "th eaxes"."""

_COMMON_WORD = 2.0
"""A word that the language has is less likely to be a slip."""

_SPELT_RIGHT = 3.0
"""The same of any word of a message without a word that is none."""

_OWN_SLIPS_FROM = (1, 4, 7)
_OTHER_SLIPS_FROM = (1, 5, 9)
"""From how many letters on a word may be one, two and three slips from the folder's, and others."""

_MEANINGS, _LEAST_MEANING = 12, 9.0
"""A word stands for at most so many, none less likely than the likeliest by more than that."""

_WORDINGS, _LEAST_WORDING = 8, 8.0
"""So many of a message's beginnings are followed."""

_SENSELESS = 0.02
"""So many messages are supposed to be no words: names, codes, keys struck at random."""

_FURTHEST = 700.0
"""Whose exponential can still be reckoned."""

_LETTERS = math.log(20)
"""What each letter of such a message costs: any of about so many may stand there."""

_REMEMBERED = 50_000
_SOUNDS = (
    ("eaux", "o"), ("eau", "o"), ("aux", "o"), ("au", "o"), ("ph", "f"), ("qu", "k"),
    ("ck", "k"), ("ss", "s"), ("sh", "ch"), ("tion", "sion"), ("c", "k"),
    ("y", "i"), ("z", "s"), ("ai", "e"), ("ei", "e"), ("er", "e"), ("ez", "e"), ("h", ""),
)  # fmt: skip


@lru_cache(maxsize=4_000)
def sound(word: str) -> str:
    """A rough key of how a French word sounds: words of one key are likely the same word."""
    for written, heard in _SOUNDS:
        word = word.replace(written, heard)
    while len(word) >= _SHORTEST and word[-1] in "stxde":
        word = word[:-1]
    return "".join(c for n, c in enumerate(word) if n == 0 or c != word[n - 1])


class Meaning(NamedTuple):
    """What a typed word may stand for: one word or two, and how likely, by itself."""

    words: tuple[str, ...]
    likelihood: float

    def less(self, cost: float) -> Meaning:
        """The same, less likely."""
        return self._replace(likelihood=self.likelihood - cost)


class Wording(NamedTuple):
    """What a message may stand for: for each word typed one or two, and how likely in all."""

    words: tuple[tuple[str, ...], ...]
    likelihood: float

    @property
    def last(self) -> str:
        """The word that the next one comes after."""
        return self.words[-1][-1] if self.words else START


class Speller:
    """Repairs messages to a folder whose questions are ``texts``, lists of folded words.

    ``language`` gives the share of all words used that each word of the language has; ``french``
    says that it is French: words may have lost an apostrophe, or be written as they sound.
    """

    def __init__(
        self,
        texts: Iterable[Sequence[str]],
        language: Mapping[str, float],
        *,
        french: bool,
    ) -> None:
        self._usage = Usage(texts, language)
        self._own = self._usage.counts
        self._language = language
        self._elided = _ELIDED if french else ()
        self._vocabulary = Vocabulary.of(
            {word for word in self._own if _is_spelt(word) and len(word) <= _LONGEST},
            (word for word in language if _is_spelt(word) and len(word) <= _LONGEST),
        )
        self._by_sound: dict[str, list[str]] = {}
        for word in self._own if french else ():
            if word.isalpha() and len(sound(word)) >= _SHORTEST_SOUND:
                self._by_sound.setdefault(sound(word), []).append(word)
        self._remembered: dict[str, list[Meaning]] = {}

    def knows(self, word: str) -> bool:
        """Whether ``word`` needs no repair: the folder uses it, or it is no word."""
        return word in self._own or not _is_spelt(word)

    def wordings(self, typed: Sequence[str]) -> list[Wording]:
        """What ``typed`` most likely stands for, likeliest first; itself if every word is known."""
        if all(map(self.knows, typed)):
            return [Wording(tuple((word,) for word in typed), 0.0)]
        begun = [Wording((), 0.0)]
        right = self._is_spelt_right(typed)
        for word in self._spaced(typed):
            meanings = self._meanings(word)
            if right:
                meanings = [
                    each if each.words == (word,) else each.less(_SPELT_RIGHT) for each in meanings
                ]
            begun = self._continued(begun, meanings)
        ended = [
            Wording(each.words, each.likelihood + self._usage.gains(each.last, (END,))[0])
            for each in begun
        ]
        return sorted(ended, key=lambda each: -each.likelihood)

    def sense(self, wording: Wording, typed: Sequence[str]) -> float:
        """The chance that ``typed`` was meant as ``wording``, rather than to be no words at all."""
        letters = sum(len(word) for word in typed if _is_spelt(word))
        senseless = math.log(_SENSELESS / (1 - _SENSELESS)) - letters * _LETTERS
        return 1 / (1 + math.exp(min(_FURTHEST, senseless - wording.likelihood)))

    def _is_spelt_right(self, typed: Sequence[str]) -> bool:
        """Whether each word is one, of the folder or the language: nothing shows haste."""
        return all(self.knows(word) or word in self._language for word in typed)

    def _continued(self, begun: Sequence[Wording], meanings: Sequence[Meaning]) -> list[Wording]:
        """The likeliest of ``begun`` with another word."""
        firsts = [meaning.words[0] for meaning in meanings]
        gains = {last: self._usage.gains(last, firsts) for last in {each.last for each in begun}}
        ahead = [
            (each.likelihood + meaning.likelihood + gain, each, meaning)
            for each in begun
            for meaning, gain in zip(meanings, gains[each.last], strict=True)
        ]
        ahead.sort(key=lambda step: -step[0])
        least = ahead[0][0] - _LEAST_WORDING
        return [
            Wording((*each.words, meaning.words), likelihood)
            for likelihood, each, meaning in ahead[:_WORDINGS]
            if likelihood > least
        ]

    def _spaced(self, typed: Sequence[str]) -> list[str]:
        """``typed`` with a letter moved over a space where that is likelier than other slips."""
        words = list(typed)
        for n, (first, second) in enumerate(itertools.pairwise(typed)):
            if words[n] != first or (self.knows(first) and self.knows(second)):
                continue
            apart = self._meanings(first)[0].likelihood + self._meanings(second)[0].likelihood
            moved = ((first + second[0], second[1:]), (first[:-1], first[-1] + second))
            for pair in moved:
                likelihood = sum(map(self._usage.likelihood, pair)) - _SPACE_MOVED
                if set(pair) <= self._own.keys() and likelihood > apart:
                    words[n : n + 2] = pair
                    break
        return words

    def _meanings(self, word: str) -> list[Meaning]:
        if not _is_spelt(word):
            return [Meaning((word,), 0.0)]
        if word not in self._remembered:
            if len(self._remembered) > _REMEMBERED:
                self._remembered.clear()
            self._remembered[word] = self._search(word)
        return self._remembered[word]

    def _search(self, word: str) -> list[Meaning]:
        likelihood = self._usage.likelihood
        best: dict[tuple[str, ...], float] = {(word,): likelihood(word)}
        for words, cost in self._near(word) if len(word) <= _LONGEST else ():
            found = sum(map(likelihood, words)) - cost
            best[words] = max(found, best.get(words, -math.inf))
        likeliest = sorted(best.items(), key=lambda item: -item[1])[:_MEANINGS]
        least = likeliest[0][1] - _LEAST_MEANING
        return [Meaning(*item) for item in likeliest if item[1] > least]

    def _near(self, word: str) -> Iterator[tuple[tuple[str, ...], float]]:
        """The word or two that ``word`` may stand for, and what the slips cost."""
        if word in self._own:
            for meant, slips in self._vocabulary.near(word, own=1, others=0):
                yield (meant,), _cost(meant, word, slips)
            return
        common = _COMMON_WORD if word in self._language else 0.0
        own, others = (
            sum(len(word) >= letters for letters in slips_from)
            for slips_from in (_OWN_SLIPS_FROM, _OTHER_SLIPS_FROM)
        )
        for meant, slips in self._vocabulary.near(word, own=own, others=others):
            if len(word) >= _SHORTEST or self._is_short_for(meant, word, slips):
                yield (meant,), common + _cost(meant, word, slips)
        for meant in self._by_sound.get(sound(word), ()):
            yield (meant,), common + _HEARD_ALIKE
        for words, cost in self._parted(word):
            yield words, common + cost

    def _is_short_for(self, meant: str, word: str, slips: Slips) -> bool:
        """Whether so short a ``word`` may stand for ``meant`` all the same."""
        if self._language.get(meant, 0.0) >= FUNCTION_WORD:
            return True
        return len(word) > 1 and meant in self._own and not slips.other

    def _parted(self, word: str) -> Iterator[tuple[tuple[str, ...], float]]:
        """``word`` as two, of which an apostrophe or a space was left out."""
        for letter in self._elided:
            rest = word.removeprefix(letter)
            if rest != word and len(rest) >= _SHORTEST and rest[0] in "aeiouyh":
                # Elision is free: "lindustriel" is as likely as "l'industriel".
                free = self._usage.likelihood(letter)
                if rest in self._own:
                    yield (letter, rest), free
                    continue
                for meant, _ in self._vocabulary.near(rest, own=1, others=0):
                    yield (letter, meant), free + _ELIDED_AND_SLIPPED
                for meant in self._by_sound.get(sound(rest), ()):
                    yield (letter, meant), free + _HEARD_ALIKE
        for cut in range(_SHORTEST, len(word) - _SHORTEST + 1):
            if word[:cut] in self._own and word[cut:] in self._own:
                yield (word[:cut], word[cut:]), 0.0


def _is_spelt(word: str) -> bool:
    return word.isalpha() and word.isascii()


def _cost(meant: str, typed: str, slips: Slips) -> float:
    cost = slips.swapped * _SWAPPED + slips.left_out * _LEFT_OUT + slips.other * _OTHER_SLIP
    cost -= (slips.in_all - 1) * _FURTHER_SLIP
    return cost + (_OTHER_INITIAL if meant[0] != typed[0] else 0.0)
