"""What refusing entries have in common tells what is refused, whatever it is about."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from knowledge.leaning import Leaning
from knowledge.sparse import Sparse

AGE, SALARY, SITE, LABEL, NEVER = range(5)
REFUSING = np.array([True, True, True, False, False, False, False])
"""Three entries refuse, of a site, the label and a person, their details; four answer."""

_TEXTS = [
    (0, [SITE, AGE]),
    (0, [SITE, SALARY]),
    (1, [LABEL, AGE]),
    (2, [AGE, SALARY]),
    (3, [SITE]),
    (4, [SITE, LABEL]),
    (5, [LABEL]),
    (6, [SITE, LABEL]),
]


def _learnt(refusing: NDArray[np.bool_]) -> Leaning:
    rows = [(np.array(text, np.int32), np.ones(len(text), np.float32)) for _, text in _TEXTS]
    labels = np.array([label for label, _ in _TEXTS], np.int64)
    return Leaning.learn(Sparse.of(rows, 5), labels, refusing)


def _said(columns: list[int], strange: int = 0) -> float:
    """What a text of these terms, and so many that no question has, says for what refuses."""
    before = np.arange(7, dtype=np.float32)
    after = _learnt(REFUSING).joined(before, np.array(columns, np.int64), len(columns) + strange)
    off = after - before
    assert (off[~REFUSING] == 0).all()
    assert np.ptp(off[REFUSING]) == pytest.approx(0, abs=1e-6)
    return float(off[0])


def test_what_several_refuse_is_refused_of_anything() -> None:
    """A term that refusing entries share speaks for all of them, one that others have against."""
    assert _said([AGE]) > _said([SALARY]) > 0
    assert _said([SITE]) < 0
    assert _said([LABEL]) < _said([SITE, AGE]) < _said([AGE])


def test_what_nobody_has_said_is_rather_refused() -> None:
    """What the folder has never heard of is rather out of its scope."""
    assert _said([], strange=1) > 0
    assert _said([SITE], strange=2) > _said([SITE])


def test_no_text_is_refused_for_its_length() -> None:
    """What the terms of a long text say together stays within bounds."""
    assert _said([AGE] * 400) == pytest.approx(_said([AGE] * 900))


def test_what_a_single_entry_refuses_is_hardly_told_of_all() -> None:
    """Its own words would speak for it twice."""
    alone = np.arange(7) == 0
    logits = np.zeros(7, np.float32)
    told = _learnt(alone).joined(logits, np.array([AGE]), 1)
    assert 0 < float(told[0]) < _said([AGE])


def test_what_is_refused_elsewhere_must_be_told() -> None:
    """The more it is refused, the more it must; what is asked for by name above all."""
    learnt = _learnt(REFUSING)
    asked = [learnt.doubt(column, asked=True) for column in (AGE, SALARY, None, SITE)]
    said = [learnt.doubt(column, asked=False) for column in (AGE, SALARY, None, SITE)]
    assert asked == sorted(asked, reverse=True)
    assert asked[:3] > asked[1:] > [0, 0, 0]
    assert asked[3] == said[3] == said[2] == 0
    assert all(less <= more for less, more in zip(said, asked, strict=True))


def test_what_lacks_it_is_doubted() -> None:
    """What has it is not, and neither is what refuses."""
    logits = np.arange(7, dtype=np.float32)
    doubted = _learnt(REFUSING).doubted(logits, 0.5, np.array([3, 5, 5]))
    assert (logits - doubted).tolist() == [0, 0, 0, 0, 0.5, 0, 0.5]


@pytest.mark.parametrize("refusing", [np.ones(7, np.bool_), np.zeros(7, np.bool_)])
def test_where_all_or_none_refuses_nothing_is_told(refusing: NDArray[np.bool_]) -> None:
    """There is no other kind to tell from."""
    logits = np.arange(7, dtype=np.float32)
    assert (_learnt(refusing).joined(logits, np.array([AGE]), 1) == logits).all()
    assert (_learnt(REFUSING).joined(logits, np.array([], np.int64), 0) == logits).all()


def test_where_nothing_refuses_nothing_is_doubted() -> None:
    """A folder that refuses nothing shows nothing of what is refused."""
    assert _learnt(np.zeros(7, np.bool_)).doubt(AGE, asked=True) == 0


@given(st.lists(st.floats(-9, 9, width=16), min_size=7, max_size=7))
def test_a_refusal_counts_for_more_beside_an_answer(logits: list[float]) -> None:
    """What it refuses is but shown by its questions; yet the likeliest stays the likeliest."""
    before = np.array(logits, np.float32)
    after = _learnt(REFUSING).beside_an_answer(before, None)
    first = int(before.argmax())
    assert after[first] == after.max()
    assert (after[~REFUSING] == before[~REFUSING]).all()
    if REFUSING[first]:
        assert (after == before).all()
    else:
        behind = REFUSING & (before < before[first])
        assert (after[behind] > before[behind]).all()


def test_some_labels_are_weighed_as_all_are() -> None:
    """Those of a question's rivals alone, as a folder's questions are held out."""
    logits = np.array([1, 2, 3], np.float32)
    learnt = _learnt(REFUSING)
    some = learnt.beside_an_answer(logits, np.array([0, 4, 5]))
    every = np.full(7, -9, np.float32)
    every[[0, 4, 5]] = logits
    assert (some == learnt.beside_an_answer(every, None)[[0, 4, 5]]).all()
