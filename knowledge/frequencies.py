"""How common words are in French and English, by wordfreq's lists, without case and accents."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

from wordfreq import get_frequency_dict

from knowledge.text import fold

if TYPE_CHECKING:
    from knowledge.model import Language

COMMON = 3e-6
"""The share of all words used above which a word is common: three in a million."""


_FUNCTION_WORD = 1e-3


@cache
def frequencies(language: Language) -> Counter[str]:
    """The share that each folded word has of the words used; about 30,000 words a language."""
    shares: Counter[str] = Counter()
    for word, share in get_frequency_dict(language, wordlist="small").items():
        shares[fold(word)] += share  # type: ignore[assignment]  # a counter of shares, not counts
    return shares


def is_common(word: str, language: Language) -> bool:
    """Whether a folded word is one that people use, and so no slip of the pen."""
    return frequencies(language)[word] > COMMON


def is_function_word(word: str, language: Language) -> bool:
    """Whether a folded word is one of the hundred or so that hold sentences together."""
    return frequencies(language)[word] > _FUNCTION_WORD
