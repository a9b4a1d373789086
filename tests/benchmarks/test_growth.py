"""Made sets have the size asked for, hold each other, and never hold a message."""

from __future__ import annotations

from benchmarks.matching.growth import Growth
from benchmarks.matching.sets import PHRASINGS

SOURCES = {
    f"entry {n}": [f"where is the {word} of number {m}, please" for m in range(40)]
    for n, word in enumerate(["bank", "bus", "cheese"])
}
SMALL = Growth(SOURCES, seed=0).sample(30, messages=3)
LARGE = Growth(SOURCES, seed=0).sample(300, messages=20)


def test_sizes_are_those_asked_for() -> None:
    """Ten phrasings an entry, none twice in one."""
    assert [len(set(texts)) for texts in LARGE.entries.values()] == [PHRASINGS] * 30


def test_the_first_entries_are_real() -> None:
    """Made ones follow."""
    assert all(set(SMALL.entries[name]) <= set(SOURCES[name]) for name in SOURCES)


def test_a_larger_set_holds_a_smaller_one() -> None:
    """So that sizes can be compared."""
    assert SMALL.entries.items() <= LARGE.entries.items()


def test_messages_are_unseen() -> None:
    """No message is a phrasing of the entry that it asks for."""
    assert all(entry and text not in LARGE.entries[entry] for text, entry in LARGE.messages)


def test_new_entries_bring_new_words() -> None:
    """A made set says more than its source."""

    def words(texts: list[str]) -> set[str]:
        return {word for text in texts for word in text.split()}

    assert len(words(LARGE.phrasings)) > len(words(SMALL.phrasings)) + 10


def test_the_same_seed_makes_the_same_set() -> None:
    """And another another."""
    assert Growth(SOURCES, seed=0).sample(300, messages=20) == LARGE
    assert Growth(SOURCES, seed=1).sample(300, messages=20) != LARGE
