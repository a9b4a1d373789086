"""The words near a misspelt one are found, all of them, with the slips that lead to it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from knowledge.vocabulary import Slips, Vocabulary, letter_bits, slips_between

OWN = {"projet", "local", "locaux", "emploi", "emplois", "axe"}
OTHERS = {"projets", "forme", "ferme", "vocal", "bocal", "taxe"}
VOCABULARY = Vocabulary.of(OWN, OTHERS)


@pytest.mark.parametrize(
    ("meant", "typed", "slips"),
    [
        ("projet", "porjet", Slips(swapped=1, left_out=0, other=0)),
        ("projet", "pojet", Slips(swapped=0, left_out=1, other=0)),
        ("projet", "prrojet", Slips(swapped=0, left_out=0, other=1)),
        ("projet", "prajet", Slips(swapped=0, left_out=0, other=1)),
        ("projet", "porje", Slips(swapped=1, left_out=1, other=0)),
        ("emplois", "emlpoi", Slips(swapped=1, left_out=1, other=0)),
    ],
)
def test_slips_are_told_apart(meant: str, typed: str, slips: Slips) -> None:
    """A swap, a letter left out and any other slip are counted each by itself."""
    assert slips_between(meant, typed, OSA.distance(meant, typed)) == slips


@given(
    st.text(alphabet="abcejlmoprtx", min_size=1, max_size=9),
    st.integers(min_value=0, max_value=3),
    st.integers(min_value=0, max_value=3),
)
def test_all_words_near_enough_are_found(typed: str, own: int, others: int) -> None:
    """Words are passed over by their letters only where no few slips lead from one to the other."""
    reach = dict.fromkeys(OTHERS, others) | dict.fromkeys(OWN, own)
    distances = {word: OSA.distance(word, typed) for word in reach}
    found = {word: slips.in_all for word, slips in VOCABULARY.near(typed, own=own, others=others)}
    assert found == {word: n for word, n in distances.items() if 0 < n <= reach[word]}


@given(st.text(alphabet="abcdefghij", min_size=1, max_size=9), st.sampled_from(sorted(OWN)))
def test_a_slip_changes_two_of_the_letters_bits(typed: str, known: str) -> None:
    """So many bits differ at most."""
    slips = OSA.distance(typed, known)
    assert (letter_bits(typed) ^ letter_bits(known)).bit_count() <= 2 * slips
