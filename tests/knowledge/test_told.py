"""What an answer tells need not be in a question of its entry."""

from __future__ import annotations

from knowledge.told import Told


def test_each_term_leads_to_the_answers_that_have_it() -> None:
    """In any language, said once or often; a term that no answer has leads to none."""
    told = Told.of([(0, ["label", "visiteur"]), (2, ["visitor"]), (2, ["visiteur", "visiteur"])])
    assert told.by("visiteur").tolist() == [0, 2]
    assert told.by("label").tolist() == [0]
    assert told.by("visitor").tolist() == [2]
    assert told.by("loyer").tolist() == []


def test_nothing_told_leads_nowhere() -> None:
    """A folder may have no answer that tells anything."""
    assert Told.of([]).by("label").tolist() == []
