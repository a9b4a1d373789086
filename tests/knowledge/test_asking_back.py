"""A message that several entries may answer is asked back; a clear one is answered at once."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from knowledge.calibration import shares
from knowledge.decision import Decision, decide
from knowledge.loading import load
from knowledge.matching import Matcher
from tests.knowledge.folders import folder

QUESTIONS = {
    "label-date": "date du label\nquand avez-vous eu le label ?\ndepuis quand ce label\n"
    "en quelle année le label a été obtenu\nle label date de quand\nlabel obtenu quand ?\n"
    "année du label\ndate d'obtention du label",
    "label-duree": "durée du label\nle label est valable combien de temps ?\nfin du label\n"
    "jusqu'à quand court le label\nle label expire quand\nlabel valable jusqu'à quand ?\n"
    "combien d'années dure le label\ndurée de validité du label",
    "label-avantages": "avantages du label\nà quoi sert le label ?\nle label apporte quoi\n"
    "que gagne-t-on avec le label\nintérêt du label pour une entreprise\nutilité du label\n"
    "pourquoi avoir un label ?\nquels bénéfices apporte le label",
    "telephone": "numéro de téléphone\nvotre téléphone ?\ncomment vous appeler\ntel\n"
    "je veux vous joindre par téléphone\nquel numéro composer\nvous avez un téléphone ?\nappeler",
}


@cache
def _matcher(path: Path) -> Matcher:
    return Matcher(load(folder(path, **QUESTIONS)).base)


@pytest.fixture
def decided(tmp_path_factory: pytest.TempPathFactory) -> object:
    """Decides what a message leads to in a folder of three entries on a label and another."""
    matcher = _matcher(tmp_path_factory.getbasetemp() / "asking-back")

    def of(text: str) -> Decision:
        return decide(matcher.match(text, "fr"), matcher.costs)

    return of


@pytest.mark.parametrize("text", ["label", "le label ?", "un label", "les labels", "lable"])
def test_a_subject_alone_is_asked_back(decided: object, text: str) -> None:
    """The name of what several entries are about is no question yet: they are offered."""
    decision = decided(text)  # type: ignore[operator]
    assert decision.outcome == "clarify"
    assert len(decision.chosen) >= 2
    assert {match.entry.id for match in decision.chosen} <= {*QUESTIONS} - {"telephone"}


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("le label date de quand exactement ?", "label-date"),
        ("le label est valable jusqu'à quand", "label-duree"),
        ("a quoi ça sert le label", "label-avantages"),
        ("tel", "telephone"),
        ("votre téléphone svp", "telephone"),
    ],
)
def test_a_question_is_answered_at_once(decided: object, text: str, entry: str) -> None:
    """What says which entry it asks for is not asked back, however short."""
    decision = decided(text)  # type: ignore[operator]
    assert decision.outcome == "answer"
    assert decision.chosen[0].entry.id == entry


def test_a_longer_message_says_more_surely_which_entry_it_asks_for() -> None:
    """The same logits leave a single word in more doubt than a sentence."""
    logits = np.array([5.0, 4.0, 3.0])
    word, sentence = shares(logits, 1), shares(logits, 9)
    assert word.sum() == pytest.approx(1)
    assert word[0] < sentence[0]
    assert list(np.argsort(-word)) == [0, 1, 2]
