"""References are unique, sayable, and a slip in one is noticed."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.requests.references import ALPHABET, named_in, normalised, reference

NUMBERS = st.integers(0, 10**12)


def test_no_two_of_the_first_hundred_thousand_are_alike() -> None:
    """Each number has a reference of its own."""
    assert len({reference(number) for number in range(100_000)}) == 100_000


@given(NUMBERS, NUMBERS)
def test_no_two_numbers_share_a_reference(one: int, other: int) -> None:
    """However far apart they are."""
    assert (reference(one) == reference(other)) == (one == other)


@given(st.integers(0, 16**5 - 1))
def test_a_reference_is_short_and_sayable(number: int) -> None:
    """Two groups of three for the first million, of signs that are not confused."""
    assert re.fullmatch(rf"[{ALPHABET}]{{3}}-[{ALPHABET}]{{3}}", reference(number))


@given(NUMBERS, st.data())
def test_one_wrong_character_is_noticed(number: int, data: st.DataObject) -> None:
    """No slip in a single place makes another request's reference."""
    right = reference(number)
    at = data.draw(st.sampled_from([i for i, sign in enumerate(right) if sign != "-"]))
    wrong = data.draw(st.sampled_from([sign for sign in ALPHABET if sign != right[at]]))
    assert normalised(right[:at] + wrong + right[at + 1 :]) is None


@given(NUMBERS)
def test_a_reference_is_read_back_however_it_is_typed(number: int) -> None:
    """In lower case, without hyphen, with spaces."""
    right = reference(number)
    for typed in (right, right.lower(), right.replace("-", ""), f" {right.replace('-', ' ')} "):
        assert normalised(typed) == right


@given(NUMBERS)
def test_a_reference_is_found_in_a_text(number: int) -> None:
    """The first, whatever stands around it."""
    right = reference(number)
    text = f"Demande **{right}** (peut-être) : 2-33, puis {reference(number + 1)}."
    assert named_in(text) == right
    assert named_in("Des mots, 06-12-34 et K7M.") is None


def test_neighbours_do_not_look_alike() -> None:
    """A request and the next differ in more than one sign besides the check character."""
    for number in range(2_000):
        pairs = zip(reference(number), reference(number + 1), strict=True)
        assert sum(one != other for one, other in pairs) > 2


@pytest.mark.parametrize("typed", ["", "-", "bonjour", "0", "K", "12345", "é" * 6, "22222"])
def test_what_is_no_reference_is_none(typed: str) -> None:
    """Anything may be typed."""
    assert normalised(typed) is None


def test_a_negative_number_has_none() -> None:
    """It would be no row's."""
    with pytest.raises(ValueError, match="negative"):
        reference(-1)
