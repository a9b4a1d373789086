"""The sample territory, learnt once for all tests that look into what was learnt."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from knowledge.evaluation import HeldOut, Known, hold_out
from knowledge.loading import Loaded, load
from knowledge.matching import Matcher

FOLDER = Path(__file__).parents[1] / "sample"


@cache
def loaded() -> Loaded:
    """The folder."""
    return load(FOLDER)


@cache
def matcher() -> Matcher:
    """Its matcher."""
    return Matcher(loaded().base)


@cache
def known() -> Known:
    """Its questions, with their places."""
    return Known(matcher(), loaded().positions.questions)


@cache
def held_out() -> HeldOut:
    """Its questions judged by each other."""
    return hold_out(known())
