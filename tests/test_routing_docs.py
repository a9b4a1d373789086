"""What the page for the head of a team shows is what the commands print."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import main
from handlers.requests.model import Details, Request, Surface
from tests.bot.storage.requesting import request
from tests.knowledge.folders import write

DOCS = Path(__file__).parent.parent / "docs"
TEXT = (DOCS / "routing.md").read_text(encoding="utf-8")
(EXAMPLE,) = re.findall(r"```yaml\n# routing.yaml\n(.*?)```", TEXT, re.DOTALL)
CHECKED, EXPLAINED, REPLAYED = re.findall(r"```text\n(.*?)```", TEXT, re.DOTALL)
OTHERS = {
    name: text
    for name, text in re.findall(
        r"```yaml\n# (\S+)\n(.*?)```", (DOCS / "knowledge.md").read_text("utf-8"), re.DOTALL
    )
    if name not in {"routing.yaml", "requests.yaml"}
}
WORKSHOPS = """\
  - id: workshops
    when: {needs: [premises], words: [atelier]}
    team: employment
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The example of the page beside those of the page on the knowledge folder."""
    monkeypatch.setenv("CACHE_DIR", str(tmp_path / "cache"))
    return write(tmp_path / "knowledge", {**OTHERS, "routing.yaml": EXAMPLE})


def _run(folder: Path, *arguments: object) -> str:
    result = CliRunner().invoke(main, ["routing", *map(str, arguments)])
    assert result.exit_code == 0, result.output
    return result.stdout.replace(str(folder), "DIR")


def test_the_explanation_shown_is_the_one_printed(folder: Path) -> None:
    """The message of the page is explained in the words of the page."""
    message = "je cherche un salarié à Orly"
    assert f'"{message}"' in TEXT
    told = _run(folder, "explain", "--knowledge", folder, "--date", "2026-11-24", message)
    assert told == EXPLAINED


def test_the_warning_shown_is_the_one_printed(folder: Path) -> None:
    """A rule below the one that has all its requests is named as on the page."""
    rules = EXAMPLE.replace("  - id: hiring-here", f"{WORKSHOPS}  - id: hiring-here")
    write(folder, {"routing.yaml": rules})
    assert CHECKED.strip() in _run(folder, "check", folder).splitlines()


def test_the_replay_shown_is_the_one_printed(folder: Path, tmp_path: Path) -> None:
    """Without the rule for large sites, one of four requests goes elsewhere."""
    without = re.sub(r"  - id: large-sites\n(    .*\n)+", "", EXAMPLE)
    edited = write(tmp_path / "edited", {**OTHERS, "routing.yaml": without})
    path = tmp_path / "past.jsonl"
    path.write_text("".join(one.model_dump_json() + "\n" for one in _past()), encoding="utf-8")
    assert _run(folder, "replay", edited, "--knowledge", folder, "--from", path) == REPLAYED


def _past() -> list[Request]:
    day = dt.datetime(2026, 11, 2, tzinfo=dt.UTC)
    large = Details(need="premises", surface=Surface(least_m2=8000))
    return [
        request("R1", details=Details(need="premises"), consented_at=day),
        request("R2", details=large, consented_at=day),
        request("R3", details=Details(need="other"), consented_at=day),
        request("R4", details=Details(need="premises"), consented_at=day),
    ]
