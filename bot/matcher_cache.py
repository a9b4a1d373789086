"""Matchers kept on disk, so that a restart does not train anew.

A file is named by the hash of what is learnt from in the folder and of the code that learns;
whatever is wrong with it, the matcher is trained instead. Only arrays are stored, and nothing of
them is executed.
"""

from __future__ import annotations

import hashlib
import logging
from functools import cache
from importlib import resources
from pathlib import Path

import numpy as np

from knowledge.decision import USUAL_COSTS, Costs
from knowledge.matching import Learned, Matcher
from knowledge.model import KnowledgeBase

logger = logging.getLogger(__name__)

KEPT = 8
"""So many folders' files are kept; the oldest go first."""


def build_matcher(base: KnowledgeBase, folder: Path, costs: Costs = USUAL_COSTS) -> Matcher:
    """The matcher of ``base``, from ``folder`` if it is there, else trained and kept there."""
    path = folder / f"{base.learnt_hash[:24]}-{_code_hash()}.npz"
    learned = _read(path)
    if learned:
        try:
            return Matcher(base, learned, costs)
        except ValueError:
            logger.warning("The kept matcher %s does not fit its folder: training anew", path.name)
    matcher = Matcher(base, costs=costs)
    _write(path, matcher.learned)
    return matcher


@cache
def _code_hash() -> str:
    package = resources.files("knowledge")
    code = sorted(item.name for item in package.iterdir() if item.name.endswith(".py"))
    digest = hashlib.sha256()
    for name in code:
        digest.update((package / name).read_bytes())
    return digest.hexdigest()[:12]


def _read(path: Path) -> Learned | None:
    try:
        with np.load(path, allow_pickle=False) as kept:
            return Learned.restore({name: kept[name] for name in kept.files})
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, EOFError) as error:
        logger.warning("Cannot use the kept matcher %s (%s): training anew", path.name, error)
        return None


def _write(path: Path, learned: Learned) -> None:
    unfinished = path.with_suffix(".tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with unfinished.open("wb") as file:
            np.savez(file, allow_pickle=False, **learned.arrays())
        unfinished.replace(path)
        for old in sorted(path.parent.glob("*.npz"), key=lambda kept: kept.stat().st_mtime)[:-KEPT]:
            old.unlink(missing_ok=True)
    except OSError as error:
        logger.warning("Cannot keep the matcher in %s: %s", path.parent, error)
