"""A code of the NAF has its section and its name, in both nomenclatures."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge import activities
from knowledge.model import LANGUAGES, Language

# Ranges of divisions by section, as the annexes of the decree and of the regulation give them.
REV_2 = {
    "A": (1, 3), "B": (5, 9), "C": (10, 33), "D": (35, 35), "E": (36, 39), "F": (41, 43),
    "G": (45, 47), "H": (49, 53), "I": (55, 56), "J": (58, 63), "K": (64, 66), "L": (68, 68),
    "M": (69, 75), "N": (77, 82), "O": (84, 84), "P": (85, 85), "Q": (86, 88), "R": (90, 93),
    "S": (94, 96), "T": (97, 98), "U": (99, 99),
}  # fmt: skip
NAF_2025 = {
    "A": (1, 3), "B": (5, 9), "C": (10, 33), "D": (35, 35), "E": (36, 39), "F": (41, 43),
    "G": (46, 47), "H": (49, 53), "I": (55, 56), "J": (58, 60), "K": (61, 63), "L": (64, 66),
    "M": (68, 68), "N": (69, 75), "O": (77, 82), "P": (84, 84), "Q": (85, 85), "R": (86, 88),
    "S": (90, 93), "T": (94, 96), "U": (97, 98), "V": (99, 99),
}  # fmt: skip
UNUSED = {4, 34, 40, 44, 48, 54, 57, 67, 76, 83, 89}
"""Numbers within the ranges and between them that neither nomenclature gives to a division."""

rests = st.integers(0, 99).map(lambda number: f"{number:02}")
letters_of_rev_2 = st.sampled_from("ABCDEFZ")
letters_of_2025 = st.sampled_from("GHJKLMY")


def section_of(division: int, ranges: dict[str, tuple[int, int]]) -> str:
    """The letter whose range has ``division``, or nothing."""
    if division in UNUSED:
        return ""
    return next((s for s, (first, last) in ranges.items() if first <= division <= last), "")


@given(division=st.integers(0, 99), rest=rests, letter=letters_of_rev_2)
def test_a_code_of_rev_2_has_the_section_of_its_division(
    division: int, rest: str, letter: str
) -> None:
    """Each division of the official table and no other; both letters are then the same."""
    activity = activities.read(f"{division:02}.{rest}{letter}")
    expected = section_of(division, REV_2)
    assert (activity.section if activity else "") == expected
    assert (activity.own_section if activity else "") == expected


@given(division=st.integers(0, 99), rest=rests, letter=letters_of_2025)
def test_a_code_of_2025_has_the_section_of_both(division: int, rest: str, letter: str) -> None:
    """Its own letter is of NAF 2025; the one that rules are written in stays that of rev. 2."""
    activity = activities.read(f"{division:02}.{rest}{letter}")
    assert (activity.own_section if activity else "") == section_of(division, NAF_2025)
    if activity:
        assert activity.nomenclature == "2025"
        assert activity.section == section_of(division, REV_2)


@given(division=st.integers(1, 99), rest=rests, letter=st.sampled_from(string.ascii_uppercase))
def test_a_code_is_read_however_it_is_written(division: int, rest: str, letter: str) -> None:
    """With or without its point, in capitals or not; what is read once is read again."""
    written = f"{division:02}.{rest}{letter}"
    activity = activities.read(written)
    for other in (written.replace(".", ""), written.lower(), f" {written} "):
        assert activities.read(other) == activity
    if activity:
        assert activity.code == written
        assert all(activity.names[language] for language in LANGUAGES)
        assert all(activity.section_names[language] for language in LANGUAGES)


@given(st.text())
def test_any_text_is_read_or_not(text: str) -> None:
    """What is no code is nothing, and never an error."""
    activity = activities.read(text)
    assert activities.section(text) == (activity.section if activity else "")


@pytest.mark.parametrize("code", ["", "C", "25", "25.6", "25.62", "25.62BB", "34.00Z", "٢٥.62B"])
def test_what_is_no_code_is_none(code: str) -> None:
    """Sections, beginnings and divisions that do not exist are no codes."""
    assert activities.read(code) is None


def test_names_are_those_of_the_nomenclature() -> None:
    """Repair of vehicles moved to division 95, which is named so only in NAF 2025."""
    old, new = activities.read("95.11Z"), activities.read("95.31Y")
    assert old is not None
    assert new is not None
    assert "véhicules" not in old.names["fr"]
    assert "véhicules" in new.names["fr"]
    assert (new.section, new.own_section) == ("S", "T")


@pytest.mark.parametrize(
    ("text", "known"),
    [("C", True), ("25", True), ("25.6", True), ("25.62B", True), ("V", False), ("34", False),
     ("", False), ("2", False), ("25.6.2", False), ("25 62", False), ("tout", False)],
)  # fmt: skip
def test_a_rule_names_a_section_or_the_beginning_of_a_code(text: str, *, known: bool) -> None:
    """Anything else in a folder is told to be a fault."""
    assert activities.is_activity(text) is known


@pytest.mark.parametrize(
    ("activity", "code", "section", "held"),
    [
        ("C", "25.62B", "", True),
        ("C", "25", "", True),
        ("C", "", "C", True),
        ("C", "47.11A", "C", False),
        ("25.6", "2562b", "", True),
        ("25.6", "25.5", "", False),
        ("25", "", "C", False),
    ],
)
def test_an_activity_covers_what_lies_in_it(
    activity: str, code: str, section: str, *, held: bool
) -> None:
    """The letter that a directory gives counts only where the code tells none."""
    assert activities.covers(activity, code, section) is held


@pytest.mark.parametrize(
    ("code", "label", "language", "shown"),
    [
        ("25.62B", "Mécanique industrielle", "fr", "Mécanique industrielle"),
        ("01.11Z", "Céréales", "en", "Crop and animal production, hunting and related services"),
        ("01.11Z", "", "fr", "Culture et production animale, chasse et services annexes"),
        ("", "Mécanique", "en", "Mécanique"),
    ],
)
def test_an_activity_is_named_to_its_reader(
    code: str, label: str, language: Language, shown: str
) -> None:
    """In their language where the code tells it."""
    assert activities.name(code, label, language) == shown


@pytest.mark.parametrize(
    ("code", "section", "listed", "among"),
    [
        ("25.62B", "C", ["C"], True),
        ("25.62B", "C", ["25.6"], True),
        ("25.62B", "C", ["25.62B"], True),
        ("2562b", "C", ["25.62B"], True),
        ("25.62B", "C", ["25.5", "26"], False),
        ("", "C", ["C"], True),
        ("", "C", ["25"], False),
        ("62.10Y", "J", ["K"], False),
        ("62.10Y", "J", ["J"], True),
        ("25.62B", "C", [], False),
    ],
)
def test_activities_are_listed_by_section_or_beginning(
    code: str, section: str, listed: list[str], *, among: bool
) -> None:
    """As ``productive_activities`` and the conditions of routing are written."""
    assert activities.is_among(code, section, listed) is among
