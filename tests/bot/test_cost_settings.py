"""Whoever runs the assistant says what its mistakes cost, and is told of nonsense."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from bot.settings import Settings
from knowledge.decision import Costs
from tests.knowledge.sample import FOLDER

NAMES = ("FALSE_ANSWER", "QUESTION_BACK", "MISSED_OPTIONS", "MISSED_ANSWER", "SECOND_ANSWER")
ASKED = "vos bureaux sont où exactement"


@pytest.fixture(autouse=True)
def _nobodys_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in NAMES:
        monkeypatch.delenv(f"COST_{name}", raising=False)


def run(*arguments: str, **environment: str) -> Result:
    """The command with its output, as from a shell."""
    return CliRunner().invoke(main, [*arguments, "--knowledge", str(FOLDER)], env=environment)


def test_the_usual_costs_need_no_setting() -> None:
    """Without a setting mistakes cost what they always did."""
    assert Settings.model_validate({}).costs == Costs()


def test_each_cost_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of them is read from its own variable."""
    for cost, name in enumerate(NAMES, start=1):
        monkeypatch.setenv(f"COST_{name}", str(cost))
    assert Settings.model_validate({}).costs == Costs(1.0, 2.0, 3.0, 4.0, 5.0)


def test_ask_and_evaluate_decide_by_them(tmp_path: Path) -> None:
    """Where a false answer costs a thousandfold, only what is all but certain is answered."""
    cases = tmp_path / "cases.jsonl"
    cases.write_text(json.dumps({"question": ASKED, "entry": "adresse"}), encoding="utf-8")
    for cost, outcome in (("1", "answer"), ("1000", "unknown")):
        asked = run("ask", "--json", ASKED, COST_FALSE_ANSWER=cost)
        assert json.loads(asked.stdout)["outcome"] == outcome
        evaluated = run("knowledge", "evaluate", "--all", str(cases), COST_FALSE_ANSWER=cost)
        assert f"': {outcome} [" in evaluated.stdout


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", ["-1", "nan", "inf", "much"])
def test_nonsense_is_named(name: str, value: str) -> None:
    """A cost that can be none is named with what is wrong: no trace, exit 1."""
    result = run("ask", "quel est l'axe 1 ?", **{f"COST_{name}": value})
    assert result.exit_code == 1
    assert f"COST_{name}: " in result.stderr
    assert "Traceback" not in result.output
