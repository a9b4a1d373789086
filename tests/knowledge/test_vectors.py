"""Vectors of words are read from packages that are there, and from nowhere else."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from knowledge import vectors
from knowledge.model import Language
from knowledge.vectors import (
    PACKAGES,
    GlovePackage,
    SpacyPackage,
    WordVectors,
    installed,
    murmur_hash,
)
from tests.knowledge.made_vectors import write_package


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SpacyPackage:
    """A small package in the real form; importing it would fail."""
    monkeypatch.syspath_prepend(str(tmp_path))
    return write_package(tmp_path)


@pytest.mark.parametrize(
    ("word", "hashed"),
    [("coffee", 3197928453018144401), ("apple", 8566208034543834098), (",", 2593208677638477497)],
)
def test_words_are_hashed_as_in_spacy(word: str, hashed: int) -> None:
    """Hashes that spaCy's own documentation shows."""
    assert murmur_hash(word.encode()) == hashed


def test_words_are_found_without_case_and_accents(made: SpacyPackage) -> None:
    """As messages are read: "salarié" by "salarie", "œuvre" by "oeuvre"."""
    words = WordVectors.read(made)
    found, known = words.of(["salarie", "oeuvre", "inconnu", "zorglub"])
    assert known.tolist() == [True, True, False, False]
    assert np.linalg.norm(found, axis=1) == pytest.approx(1.0)


def test_the_commoner_of_two_accents_counts(made: SpacyPackage) -> None:
    """Of "prêt" and "pret" the one that stands first: "prêt", of money."""
    words = WordVectors.read(made)
    (loan, money, metro), _ = words.of(["pret", "argent", "metro"])
    assert loan @ money > 0.8 > loan @ metro


def test_names_are_no_words(made: SpacyPackage) -> None:
    """What is written with a capital, or with other signs than letters, is left out."""
    assert {"Paris", "l'aide"}.isdisjoint(word for word, _ in made.words())


def test_vectors_stay_on_disk(made: SpacyPackage) -> None:
    """The matrix is mapped, not read: memory holds what was asked for."""
    assert isinstance(WordVectors.read(made).matrix, np.memmap)


def test_none_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the packages there are no vectors, and no error."""
    monkeypatch.setattr(vectors, "PACKAGES", {"fr": SpacyPackage("no_such_package")})
    assert installed() == {}


def test_a_word_list_in_parquet_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows are those of the list, from which what is no word is left out."""
    pyarrow = pytest.importorskip("pyarrow", reason="of the extra `vectors`")
    parquet = pytest.importorskip("pyarrow.parquet")
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "en_made").mkdir()
    (tmp_path / "en_made" / "__init__.py").write_text("raise AssertionError")
    np.save(tmp_path / "en_made" / "a.npy", np.eye(4, dtype=np.float32))
    table = pyarrow.table({"index": ["the", ",", "hire", "1.5"]})
    parquet.write_table(table, tmp_path / "en_made" / "b.parquet")
    words = WordVectors.read(GlovePackage("en_made", "a.npy", "b.parquet"))
    found, known = words.of(["hire", "the", ","])
    assert known.tolist() == [True, True, False]
    assert found.tolist() == [[0, 0, 1, 0], [1, 0, 0, 0]]


ALIKE: list[tuple[Language, str, str, str]] = [
    ("fr", "prix", "tarif", "bateau"),
    ("fr", "embaucher", "recruter", "bateau"),
    ("fr", "salarie", "employe", "bateau"),
    ("en", "price", "cost", "boat"),
    ("en", "hire", "recruit", "roof"),
]


@pytest.mark.parametrize(("language", "word", "akin", "other"), ALIKE)
def test_the_real_vectors_tell_what_is_alike(
    language: Language, word: str, akin: str, other: str
) -> None:
    """Where the extra is installed, words used alike are nearer than others."""
    package = PACKAGES[language]
    if not find_spec(package.module):
        pytest.skip(f"{package.module} is not installed")
    (own, near, far), known = WordVectors.read(package).of([word, akin, other])
    assert known.all()
    assert own @ near > 0.3 + own @ far
