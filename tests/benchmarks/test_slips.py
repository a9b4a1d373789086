"""Misspelt messages have as many slips as they should, and always the same."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA, DamerauLevenshtein

from benchmarks.matching.slips import misspell, slips_in

SENTENCES = st.text(alphabet="abcdefghijklmnopqrstuvwxyzéà 'AB", max_size=80)
SEEDS = st.integers(0, 100)


@pytest.mark.parametrize(
    ("text", "slips"),
    [("", 0), ("12 ?", 0), ("a", 1), ("a" * 11, 1), ("a" * 12, 2), ("ab 1 " * 12, 3)],
)
def test_one_slip_for_eight_letters(text: str, slips: int) -> None:
    """To the nearest, at least one, and letters alone count."""
    assert slips_in(text) == slips


@given(SENTENCES, SEEDS)
@example("lknrcpdnéhvostf", 43)
def test_no_more_slips_than_said(text: str, seed: int) -> None:
    """Each is one letter left out, added or replaced, or two neighbours swapped.

    A letter may be left out between two that are swapped, which OSA counts as three.
    """
    assert DamerauLevenshtein.distance(text, misspell(text, seed)) <= slips_in(text)


@given(SENTENCES.filter(lambda text: slips_in(text) == 1), SEEDS)
def test_a_slip_always_shows(text: str, seed: int) -> None:
    """None of the kinds leaves the text as it was."""
    assert OSA.distance(text, misspell(text, seed)) == 1


@given(st.integers(1, 80), SEEDS)
def test_several_slips_all_show(letters: int, seed: int) -> None:
    """Where letters stand too far apart for one slip to undo another, there are as many as said."""
    text = "0000".join("abcdefgh"[n % 8] for n in range(letters))
    assert OSA.distance(text, misspell(text, seed)) == slips_in(text)


@given(SENTENCES, SEEDS)
def test_slips_depend_on_text_and_seed_alone(text: str, seed: int) -> None:
    """Every system hears the same."""
    assert misspell(text, seed) == misspell(text, seed)


def test_another_seed_slips_elsewhere() -> None:
    """The seed counts."""
    assert len({misspell("Quelles entreprises peuvent en profiter ?", n) for n in range(9)}) > 1
