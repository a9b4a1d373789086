"""Matchers kept on disk, so that a restart does not train anew.

A file is named by the hash of what is learnt from in the folder, of the code that learns, and of
the word vectors that are installed; whatever is wrong with it, the matcher is trained instead. Only
arrays are stored, and nothing of them is executed.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import time
from functools import cache
from importlib import resources
from importlib.metadata import version
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from knowledge.decision import USUAL_COSTS, Costs
from knowledge.learned import Learned
from knowledge.matching import Matcher
from knowledge.model import KnowledgeBase
from knowledge.vectors import Packages, VectorPackage, WordVectors, installed

logger = logging.getLogger(__name__)

KEPT = 8
"""So many folders' files are kept; the oldest go first."""
ABANDONED_SECONDS = 3600.0
"""Nobody writes a file for so long: whoever began it was killed."""


def build_matcher(
    base: KnowledgeBase,
    folder: Path,
    costs: Costs = USUAL_COSTS,
    packages: Packages | None = None,
) -> Matcher:
    """The matcher of ``base``, from ``folder`` if it is there, else trained and kept there.

    It uses the word vectors of ``packages``: of those installed, if none are named.
    """
    packages = installed() if packages is None else packages
    path = folder / f"{base.learnt_hash[:24]}-{_hash_of_what_learns(packages)}.npz"
    learned = _read(path, packages)
    if learned:
        try:
            return Matcher(base, learned, costs)
        except ValueError:
            logger.warning("The kept matcher %s does not fit its folder: training anew", path.name)
    try:
        vectors = {language: _vectors(package) for language, package in packages.items()}
    except (ImportError, OSError, LookupError, ValueError) as error:
        logger.warning("The word vectors cannot be read (%s): doing without", error)
        return build_matcher(base, folder, costs, {})
    matcher = Matcher(base, None, costs, vectors)
    _write(path, matcher.learned)
    return matcher


@cache
def _vectors(package: VectorPackage) -> WordVectors:
    """Read once in the life of a process, which learns anew at each edit of the folder."""
    return WordVectors.read(package)


def _hash_of_what_learns(packages: Packages) -> str:
    digest = _code_hash().copy()
    for language in sorted(packages):
        module = packages[language].module
        digest.update(f"{language} {module} {version(module)}".encode())
    return digest.hexdigest()[:12]


@cache
def _code_hash() -> hashlib._Hash:
    package = resources.files("knowledge")
    code = sorted(item.name for item in package.iterdir() if item.name.endswith(".py"))
    digest = hashlib.sha256()
    for name in code:
        digest.update((package / name).read_bytes())
    return digest


def _read(path: Path, packages: Packages) -> Learned | None:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            arrays = {name: kept[name] for name in kept.files}
        matrices = {language: package.matrix() for language, package in packages.items()}
        return Learned.restore(arrays, matrices)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        logger.warning("Cannot use the kept matcher %s (%s): training anew", path.name, error)
        return None


def _write(path: Path, learned: Learned) -> None:
    # Of this process alone: another may learn the same at the same time.
    unfinished = path.with_suffix(f".{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with unfinished.open("wb") as file:
            np.savez(file, allow_pickle=False, **learned.arrays())
        unfinished.replace(path)
        _tidy(path.parent)
    except OSError as error:
        logger.warning("Cannot keep the matcher in %s: %s", path.parent, error)
        with contextlib.suppress(OSError):  # the folder itself may not be there
            unfinished.unlink(missing_ok=True)


def _tidy(folder: Path) -> None:
    """Remove the oldest matchers, and what killed processes left half written."""
    for old in sorted(folder.glob("*.npz"), key=lambda kept: kept.stat().st_mtime)[:-KEPT]:
        old.unlink(missing_ok=True)
    for left in folder.glob("*.tmp"):
        if left.stat().st_mtime < time.time() - ABANDONED_SECONDS:
            left.unlink(missing_ok=True)
