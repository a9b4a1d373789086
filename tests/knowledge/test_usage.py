"""Words and their neighbours are as likely as the folder's questions and the language make them."""

from __future__ import annotations

import pytest

from knowledge.usage import END, START, Usage

USAGE = Usage(
    [*["le programme".split()] * 3, "un programme local".split(), ["le", "label"]],
    {"programme": 1e-4, "le": 1e-2, "ciel": 1e-5},
)


def test_common_words_are_likelier() -> None:
    """What the folder says often, then what the language says, then what neither does."""
    order = ["programme", "label", "ciel", "zzzz"]
    likelihoods = [USAGE.likelihood(word) for word in order]
    assert likelihoods == sorted(likelihoods, reverse=True)
    assert len(set(likelihoods)) == len(order)


@pytest.mark.parametrize(
    ("before", "likelier", "less"),
    [
        ("le", "label", "local"),
        ("programme", "local", "label"),
        (START, "le", "programme"),
        ("label", END, "label"),
    ],
)
def test_a_word_is_likelier_after_its_neighbour(before: str, likelier: str, less: str) -> None:
    """A pair that the folder has counts for more than one that it has not."""
    gains = USAGE.gains(before, [likelier, less])
    assert gains[0] > gains[1]


def test_strange_words_neither_gain_nor_lose_by_each_other() -> None:
    """What the folder never says tells nothing of what comes next, nor is it told."""
    assert USAGE.gains("zzzz", ["le", "xyz"]) == [0.0, 0.0]
    [strange, unseen] = USAGE.gains("le", ["xyz", "local"])
    assert strange == unseen < 0


def test_an_empty_folder_has_no_usage() -> None:
    """All words are as strange as each other."""
    usage = Usage([], {})
    assert usage.gains(START, ["le", END]) == [0.0, 0.0]
    assert usage.likelihood("le") == usage.likelihood("zzzz")
