"""How common words are in several languages, by wordfreq's small lists, without case and accents.

The lists are read as they lie in the package: importing it costs 16 MB and a third of a second,
for tokenisers that a folded word does not need.
"""

from __future__ import annotations

import gzip
from collections import Counter
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import msgpack

from knowledge.text import fold

COMMON = 3e-6
"""The share of all words used above which a word is common: three in a million."""

SPELT = 1e-6
"""The share above which a word is one of the language, and no slip; the lists go no further."""

FUNCTION_WORD = 1e-3
"""The share of all words used from which a word says little by itself."""


@cache
def frequencies(language: str, least: float = COMMON) -> Counter[str]:
    """The share that each folded word has of the words used, of those above ``least``.

    The file holds a list of words for each share, commonest first, a hundred shares to a power
    of ten.
    """
    shares: Counter[str] = Counter()
    path = package_folder("wordfreq") / "data" / f"small_{language}.msgpack.gz"
    with gzip.open(path) as packed:
        reader = msgpack.Unpacker(packed, raw=False)
        lists = reader.read_array_header() - 1
        reader.skip()  # what format it is
        for hundredths in range(lists):
            share = 10 ** (-hundredths / 100)
            if share <= least:
                break
            words = reader.unpack()
            # One call for all: to fold them one by one takes ten times as long.
            for word in fold("\n".join(words)).split("\n") if words else ():
                known = shares.get(word)
                shares[word] = known + share if known else share  # type: ignore[assignment]
    return shares


def package_folder(name: str) -> Path:
    """Where the files of an installed package are; it is not imported.

    Raises:
        ModuleNotFoundError: it is not installed.
    """
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(f"{name} is not installed", name=name)
    return Path(spec.submodule_search_locations[0])


def is_function_word(word: str, language: str) -> bool:
    """Whether a folded word is one of the hundred or so that hold sentences together."""
    return word in frequencies(language, FUNCTION_WORD)
