"""What was learnt is kept for the next start: with word vectors and without, each by itself."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from bot.matcher_cache import build_matcher
from knowledge.loading import load
from knowledge.matching import Matcher
from knowledge.model import KnowledgeBase
from knowledge.vectors import Packages, SpacyPackage
from tests.knowledge.folders import entry, write
from tests.knowledge.made_vectors import write_package

QUESTIONS = {
    "recrutement": "\n".join(f"Comment recruter {whom} ?" for whom in ("Ali", "Lou", "Max", "Zoé")),
    "locaux": "\n".join(f"Où trouver un local {where} ?" for where in ("ici", "bas", "clos", "nu")),
    "horaires": "\n".join(f"Quels horaires le {day} ?" for day in ("lundi", "mardi", "jeudi")),
}
MESSAGE = "embaucher"


@pytest.fixture
def base(tmp_path: Path) -> KnowledgeBase:
    """A folder of three entries."""
    text = "".join(entry(name, questions) for name, questions in QUESTIONS.items())
    return load(write(tmp_path / "folder", {"entries/all.yaml": text})).base


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SpacyPackage:
    """Vectors of some French words."""
    monkeypatch.syspath_prepend(str(tmp_path / "packages"))
    return write_package(tmp_path / "packages", "fr_kept")


def test_the_second_start_gives_the_same_scores(
    base: KnowledgeBase, package: SpacyPackage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It learns nothing, and the vectors are used all the same."""
    learnt = build_matcher(base, tmp_path / "cache", packages={"fr": package})
    monkeypatch.setattr(Matcher, "_learn", None)
    kept = build_matcher(base, tmp_path / "cache", packages={"fr": package})
    assert kept.match(MESSAGE, "fr") == learnt.match(MESSAGE, "fr")
    assert kept.match(MESSAGE, "fr")[0].entry.id == "recrutement"


def test_what_was_learnt_without_vectors_is_not_taken_for_the_other(
    base: KnowledgeBase, package: SpacyPackage, tmp_path: Path
) -> None:
    """Whoever installs or removes vectors gets a matcher that was learnt so."""
    cache = tmp_path / "cache"
    rounds: tuple[Packages, ...] = ({}, {"fr": package}, {})
    for packages in rounds:
        matcher = build_matcher(base, cache, packages=packages)
        assert matcher.learned.meaning.spaces.keys() == packages.keys()
    assert len(list(cache.glob("*.npz"))) == 2


def test_vectors_that_cannot_be_read_are_done_without(
    base: KnowledgeBase,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The assistant starts, and its log says why it does without."""
    monkeypatch.syspath_prepend(str(tmp_path / "packages"))
    damaged = write_package(tmp_path / "packages", "fr_damaged")
    next((tmp_path / "packages").rglob("key2row")).write_bytes(b"\xc1 no map")
    matcher = build_matcher(base, tmp_path / "cache", packages={"fr": damaged})
    assert matcher.match("recruter", "fr")[0].entry.id == "recrutement"
    assert "word vectors cannot be read" in caplog.text


@pytest.mark.parametrize("kept", [b"", b"no archive", b"PK\x03\x04 half of one", None])
def test_a_damaged_file_is_learnt_anew(
    base: KnowledgeBase, tmp_path: Path, kept: bytes | None
) -> None:
    """Cut off or overwritten, by a full disk or a crash: nobody has to delete it by hand."""
    cache = tmp_path / "cache"
    learnt = build_matcher(base, cache, packages={})
    [path] = cache.glob("*.npz")
    path.write_bytes(path.read_bytes()[:-200] if kept is None else kept)
    again = build_matcher(base, cache, packages={})
    assert again.match(MESSAGE, "fr") == learnt.match(MESSAGE, "fr")


def test_two_processes_that_learn_at_once_do_not_share_a_file(
    base: KnowledgeBase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What another process has half written is left to it, and nothing unfinished stays behind."""
    cache = tmp_path / "cache"
    build_matcher(base, cache, packages={})
    [path] = cache.glob("*.npz")
    path.unlink()
    others = path.with_suffix(".1.tmp")
    others.write_bytes(b"half written")
    build_matcher(base, cache, packages={})
    monkeypatch.setattr(Matcher, "_learn", None)
    assert build_matcher(base, cache, packages={}).match(MESSAGE, "fr")
    assert {one.name for one in cache.iterdir()} == {path.name, others.name}


def test_what_was_half_written_does_not_pile_up(
    base: KnowledgeBase, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither what could not be finished, as on a full disk, nor what a killed process left."""
    cache = tmp_path / "cache"
    build_matcher(base, cache, packages={})
    [path] = cache.glob("*.npz")
    path.unlink()
    path.mkdir()
    build_matcher(base, cache, packages={})
    assert "Cannot keep the matcher" in caplog.text
    assert list(cache.iterdir()) == [path]

    path.rmdir()
    left = path.with_suffix(".1.tmp")
    left.write_bytes(b"half written")
    two_hours_ago = time.time() - 7200
    os.utime(left, (two_hours_ago, two_hours_ago))
    build_matcher(base, cache, packages={})
    assert list(cache.iterdir()) == [path]
