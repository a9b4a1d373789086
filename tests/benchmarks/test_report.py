"""Tables find their place in a document, again and again."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.matching.figures import Cost, Found, Trial
from benchmarks.matching.measures import Kept, Quality
from benchmarks.matching.report import costs, found, made_by, write_section
from benchmarks.matching.resources import Failure

FOUND = Found(Quality(0.5, 0.75, 0.9), Kept(0.4, 0.6))
TRIALS: dict[str, Trial | Failure] = {
    "ours": Trial(FOUND, FOUND, Cost(2.0, 5.0, 1.0, 40.0)),
    "other": Trial(FOUND, FOUND, Cost(3.0, 9.0, 0.1, None)),
    "absent": Failure("node is | missing"),
}


def test_writing_twice_changes_nothing(tmp_path: Path) -> None:
    """The second replaces the first, and what stands around it stays."""
    path = tmp_path / "figures.md"
    path.write_text("# Figures\n", encoding="utf-8")
    for text in ("old", "new", "new"):
        write_section(path, "one", text)
        write_section(path, "two", text)
    assert path.read_text(encoding="utf-8") == (
        "# Figures\n\n"
        "<!-- one: begin -->\nnew\n<!-- one: end -->\n\n"
        "<!-- two: begin -->\nnew\n<!-- two: end -->\n"
    )


def test_a_document_is_begun(tmp_path: Path) -> None:
    """Where there was none."""
    write_section(tmp_path / "new.md", "one", "text")
    assert (tmp_path / "new.md").read_text() == "<!-- one: begin -->\ntext\n<!-- one: end -->\n"


def test_a_system_without_figures_keeps_its_line() -> None:
    """With the reason, in a table that stays whole."""
    lines = found(TRIALS, "clean").splitlines()
    assert lines[2] == "| ours | 50.0% | 75.0% | 0.900 | 40.0% | 60.0% |"
    assert lines[4] == "| absent | not measured: node is / missing |  |  |  |  |"


def test_times_are_told_as_multiples_of_ours() -> None:
    """And memory where it is known."""
    lines = costs(TRIALS, "ours").splitlines()
    assert lines[3] == "| other | 3.00 | 1.5 | 9.00 | 0.10 | – |"


def test_without_ours_there_are_no_multiples() -> None:
    """The column stays empty."""
    assert (
        costs({"other": TRIALS["other"]}, "ours").splitlines()[2].startswith("| other | 3.00 | –")
    )


def test_the_command_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """As one would type it."""
    monkeypatch.setattr("sys.argv", ["…/__main__.py", "--seed", "1", "a set.json"])
    assert made_by("benchmarks.matching") == (
        "Made by `python -m benchmarks.matching --seed 1 'a set.json'`."
    )
