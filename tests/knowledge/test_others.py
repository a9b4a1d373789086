"""What leans is told of each question by the others, exactly as if it had not been written."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from knowledge.evaluation import Known, hold_out
from knowledge.evaluation.others import Others
from knowledge.loading import load
from knowledge.matching import Matcher
from knowledge.model import Entry, KnowledgeBase
from knowledge.sparse import Floats
from knowledge.text import Terms
from tests.knowledge.folders import TODAY, folder
from tests.knowledge.refusals import HOUR, SIGNED, refusing


def _without(base: KnowledgeBase, entry_id: str, text: str) -> KnowledgeBase:
    """``base`` without a question."""

    def kept(each: Entry) -> Entry:
        asked = {lang: tuple(q for q in qs if q != text) for lang, qs in each.questions.items()}
        return each.model_copy(update={"questions": asked}) if each.id == entry_id else each

    return base.model_copy(update={"entries": tuple(map(kept, base.entries))})


def _leant(base: KnowledgeBase, terms: Terms) -> dict[str, float]:
    """What leans towards each entry, and away from it, in a folder."""
    ids = [each.id for each in base.entries]
    nothing = np.zeros(len(ids), np.float32)
    return dict(zip(ids, Matcher(base).learned.index.leant(nothing, terms).tolist(), strict=True))


def _told(known: Known, number: int, *, hidden: bool = False) -> dict[str, float]:
    """The same of a question, by the others."""
    labels = np.arange(len(known.ids), dtype=np.int32)
    nothing: Floats = np.zeros(len(labels), np.float32)
    told = Others(known).leant(number, labels, nothing, hidden=hidden)
    return dict(zip(known.ids, told.tolist(), strict=True))


def test_each_question_is_told_of_as_if_it_were_not_there(tmp_path: Path) -> None:
    """What a folder without the question says of it is what the others say."""
    base = refusing(tmp_path, f"{SIGNED}\n{HOUR}").base
    known = Known(Matcher(base))
    for number, question in enumerate(known.questions):
        others = _without(base, question.entry, question.text)
        assert _told(known, number) == pytest.approx(_leant(others, known.terms[number]), abs=1e-5)


def test_each_question_is_told_of_as_if_its_entry_were_not_there(tmp_path: Path) -> None:
    """What a folder without the whole entry says of it is what the others say."""
    base = refusing(tmp_path, f"{SIGNED}\n{HOUR}").base
    known = Known(Matcher(base))
    for number, question in enumerate(known.questions):
        kept = tuple(each for each in base.entries if each.id != question.entry)
        others = base.model_copy(update={"entries": kept})
        told = _told(known, number, hidden=True)
        del told[question.entry]
        assert told == pytest.approx(_leant(others, known.terms[number]), abs=1e-5)


def _spared(base: KnowledgeBase) -> float:
    """How far the entry that is asked for the hour is doubted less than the other for it."""
    known = Known(Matcher(base))
    told = _told(known, [question.text for question in known.questions].index(HOUR))
    return told["signed"] - told["label"]


def test_only_what_the_question_alone_has_is_doubted_of_its_entry(tmp_path: Path) -> None:
    """What its answer tells, or another of its questions asks, its entry has all the same."""
    asked = f"{SIGNED}\n{HOUR}"
    again = f"{asked}\nl'heure de la signature"
    assert _spared(refusing(tmp_path / "alone", asked).base) == 0
    assert _spared(refusing(tmp_path / "told", asked, "à une heure").base) > 1
    assert _spared(refusing(tmp_path / "again", again).base) > 0.5


def test_a_folder_of_one_entry_is_judged(tmp_path: Path) -> None:
    """Without it there is nothing left, and nothing that leans."""
    base = load(folder(tmp_path, signed=SIGNED), TODAY).base
    assert not any(each.matches for each in hold_out(Known(Matcher(base))).strangers)
