"""What a joint does not part, by what a folder knows."""

from __future__ import annotations

import pytest

from knowledge.inseparable import inseparable
from tests.knowledge.sample import matcher


@pytest.mark.parametrize(
    ("before", "after", "together"),
    [
        ("Rumilly", "Annecy en font partie toutes les deux ?", True),
        ("Rumilly, Annecy", "Saint-Félix, est-ce que tout cela en fait partie", True),
        ("je suis à Rumilly", "à Annecy", True),
        ("Rumilly", "c'est où votre bureau ?", False),
        ("Rumilly est dedans", "Annecy est trop loin pour en faire partie ?", False),
        ("le programme", "Annecy en fait partie ?", False),
    ],
)
def test_places_are_listed_one_after_another(before: str, after: str, together: bool) -> None:  # noqa: FBT001
    """Whatever is asked after the last of them."""
    assert inseparable(matcher())(before, after) == together
