"""The commands for whoever writes knowledge, from the command line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main

SAMPLE = Path(__file__).parents[1] / "sample"


@pytest.fixture(autouse=True)
def _sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands work on the sample, with a cache of their own."""
    monkeypatch.setenv("CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("KNOWLEDGE_DIR", str(SAMPLE))


def call(*arguments: str | Path) -> Result:
    """A command's result."""
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_evaluate_without_cases_judges_the_folder() -> None:
    """Without a file of cases the folder's own questions are held out and reported."""
    result = call("knowledge", "evaluate")
    assert result.exit_code == 0, result.output
    assert "96 questions of the folder" in result.stdout
    assert "Confusions" in result.stdout
    assert "expected calibration error" in result.stdout
    assert result.stderr == "", "progress is for terminals"


def test_evaluate_writes_a_page(tmp_path: Path) -> None:
    """With --html the same figures stand in a page; nothing else is written."""
    cases = tmp_path / "cases.jsonl"
    cases.write_text('{"question": "téléphone & co", "entry": "adresse"}\n', encoding="utf-8")
    page = tmp_path / "page.html"
    result = call("knowledge", "evaluate", "--html", page, cases)
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("1 questions: 0/1 (0.0 %) right")
    assert "téléphone &amp; co" in page.read_text(encoding="utf-8")


def test_a_page_that_cannot_be_written_is_one_clear_line(tmp_path: Path) -> None:
    """A wrong path for the page is said, not traced."""
    cases = tmp_path / "cases.jsonl"
    cases.write_text('{"question": "tel", "entry": "telephone"}\n', encoding="utf-8")
    result = call("knowledge", "evaluate", "--html", tmp_path / "no" / "page.html", cases)
    assert result.exit_code == 1
    assert "page.html: cannot be written (No such file or directory)" in result.stderr


@pytest.mark.parametrize(("options", "code"), [([], 0), (["--strict"], 1)])
def test_deep_check(options: list[str], code: int) -> None:
    """--deep adds doubts to what the plain check finds; --strict fails by them."""
    assert "all is well" in call("knowledge", "check").stdout
    result = call("knowledge", "check", "--deep", *options)
    assert result.exit_code == code
    assert "`bonjour` has 3 questions in `fr`" in result.stdout
    assert "`axe-1` and `axe-2` are hard to tell apart" in result.stdout


def test_explain() -> None:
    """--explain tells why in words; with --json the reply and the same as data."""
    told = call("ask", "--explain", "cest koi laxe 2")
    assert told.exit_code == 0, told.output
    assert "First     axe-2" in told.stdout
    data = json.loads(call("ask", "--explain", "--json", "cest koi laxe 2").stdout)
    assert data["outcome"] == "answer"
    [part] = data["explanation"]["parts"]
    assert part["repairs"] == [["laxe", "l axe"]]
    assert part["first"]["entry"] == "axe-2"
    assert sum(points for _, points in part["first"]["said"]) == pytest.approx(
        part["first"]["logit"], abs=1e-3
    )


def test_explain_says_where_repairs_are_doubtful() -> None:
    """What may be no words at all is not answered, and why is said."""
    told = call("ask", "--explain", "axz")
    assert "axz → axe" in told.stdout
    assert "chance that this was meant" in told.stdout


def test_explain_takes_one_question() -> None:
    """--explain with --batch is refused."""
    assert call("ask", "--explain", "--batch").exit_code == 2


def test_what_answers_takes_no_memory_while_a_folder_is_learnt() -> None:
    """Learning needs the most, and the commands learn first."""
    program = "import sys, bot.cli; print('handlers.dialogue' in sys.modules)"
    printed = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    assert printed.stdout.strip() == "False"
