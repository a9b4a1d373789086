"""What the documentation of the knowledge folder shows is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from knowledge import model
from knowledge.loading import check_folder, load
from tests.knowledge.folders import TODAY, write

DOCS = Path(__file__).parents[2] / "docs" / "knowledge.md"
TEXT = DOCS.read_text(encoding="utf-8")
EXAMPLES = dict(re.findall(r"```yaml\n# (\S+)\n(.*?)```", TEXT, re.DOTALL))

BROKEN = {
    "entries/recruiting.yaml": (
        "- id: recruiting\n"
        "  questions: {fr: [Recruter ?]}\n"
        "  anser: x\n"
        "  sources: []\n"
        "  topic: employment\n"
        "  answer:\n"
        "    fr: Oui.\n"
        "  checked: 2026-02-30\n"
        "  follow_ups: [opening-hour]\n"
        "- {id: opening-hours, questions: {fr: [Quand ?]}, answer: {fr: Midi., en: Noon.}}\n"
    ),
    "messages.yaml": 'welcome: {fr: "Ici {teritory}"}\n',
}
UNREADABLE = {"entries/visit.yaml": "- id: visit\n  label: Visite : où ?\n"}


def test_examples_make_a_sound_folder(tmp_path: Path) -> None:
    """The examples, copied into files as they are named, load without a single warning."""
    assert set(EXAMPLES) == {
        "entries/recruiting.yaml", "messages.yaml", "lexicon.yaml", "territory.yaml",
        "requests.yaml", "routing.yaml",
    }  # fmt: skip
    loaded = load(write(tmp_path, EXAMPLES), TODAY)
    assert loaded.warnings == ()
    assert [entry.id for entry in loaded.base.entries] == ["recruiting", "opening-hours"]


def test_example_faults_are_real(tmp_path: Path) -> None:
    """The lines shown for a wrong folder are those that the check prints."""
    (shown,) = re.findall(r"```text\n(.*?)```", TEXT, re.DOTALL)
    printed = set()
    for name, files in {"broken": BROKEN, "unreadable": UNREADABLE}.items():
        folder = write(tmp_path / name, files)
        lines, code = check_folder(folder, today=TODAY)
        printed |= {line.replace(str(folder), "DIR") for line in lines}
        assert code == 1
    assert set(shown.splitlines()) == printed


@pytest.mark.parametrize(
    "kind",
    [
        model.Entry, model.Source, model.Venue, model.Phone, model.Commune, model.Territory,
        model.LanguageLexicon, model.RequestForm, model.Need, model.Routing, model.Team, model.Rule,
        model.Conditions, model.TelegramGroup, model.Webhook, model.Hours, model.Absence,
    ],
)  # fmt: skip
def test_every_key_is_explained(kind: type[model.Model]) -> None:
    """No key can be written that the documentation does not name."""
    assert [key for key in kind.model_fields if f"`{key}`" not in TEXT] == []
