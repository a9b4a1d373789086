"""Sets are read whole, reduced the same way each time, and refused with a reason."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.matching.sets import DATA, PHRASINGS, read


def written(folder: Path, **changed: object) -> Path:
    """A small set in a file."""
    held = {
        "lang": "fr",
        "entries": {"many": [f"question {n}" for n in range(20)], "few": ["une"], "none": []},
        "validation": [["la question", "many"], ["autre chose", None]],
        "oos_train": ["rien"],
    }
    path = folder / "small.json"
    path.write_text(json.dumps(held | changed), encoding="utf-8")
    return path


def test_entries_are_reduced_and_messages_kept(tmp_path: Path) -> None:
    """At most ten phrasings an entry; entries without any are left out."""
    sample = read(written(tmp_path), seed=0)
    assert {entry: len(texts) for entry, texts in sample.entries.items()} == {
        "many": PHRASINGS,
        "few": 1,
    }
    assert sample.messages == [("la question", "many"), ("autre chose", None)]


def test_the_seed_chooses(tmp_path: Path) -> None:
    """The same phrasings for the same seed, others for another."""
    path = written(tmp_path)
    assert read(path, 1) == read(path, 1)
    assert read(path, 1) != read(path, 2)


def test_phrasings_lie_entry_after_entry(tmp_path: Path) -> None:
    """Owners and starts tell whose each is."""
    sample = read(written(tmp_path), seed=0)
    assert sample.starts == [0, PHRASINGS]
    assert sample.owners == ["many"] * PHRASINGS + ["few"]
    assert sample.phrasings[PHRASINGS] == "une"


@pytest.mark.parametrize(("field", "value"), [("lang", "de"), ("validation", [["alone"]])])
def test_what_is_no_set_is_refused(tmp_path: Path, field: str, value: object) -> None:
    """With the field at fault."""
    with pytest.raises(ValueError, match=field):
        read(written(tmp_path, **{field: value}), seed=0)


@pytest.mark.parametrize("path", sorted(DATA.glob("*.json")), ids=lambda path: path.stem)
def test_our_sets_ask_for_what_they_hold(path: Path) -> None:
    """Every message in scope asks for an entry of its set."""
    sample = read(path, seed=0)
    assert {entry for _, entry in sample.messages if entry} <= set(sample.entries)
