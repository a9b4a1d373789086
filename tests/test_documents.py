"""The documents say what is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from bot.doctor.finding import MATTERS
from bot.settings import Settings
from bot.storage.records import DeliveryStatus

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_each_setting_is_documented(name: str) -> None:
    """Each setting stands in the table of settings and in the example file."""
    assert f"`{name.upper()}`" in (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    assert re.search(
        rf"^# {name.upper()}=", (ROOT / ".env.example").read_text("utf-8"), re.MULTILINE
    )


@pytest.mark.parametrize("matter", MATTERS)
def test_each_matter_of_the_doctor_is_documented(matter: str) -> None:
    """Whoever reads one in a finding finds what was examined."""
    text = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    assert re.search(rf"^\|[^|]*`{matter}`[^|]*\|", text, re.MULTILINE)


@pytest.mark.parametrize("status", get_args(DeliveryStatus))
def test_each_status_of_a_delivery_is_documented(status: str) -> None:
    """Whoever finds one in the database finds what it means."""
    text = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    [told] = re.findall(r"\*\*A delivery\*\* is (.*?)\n- ", text, re.DOTALL)
    assert f"`{status}`" in told


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_each_link_to_a_file_leads_somewhere(document: Path) -> None:
    """No document points to a file that is not there."""
    for link in re.findall(r"\]\(([^)#\s]+)[^)]*\)", document.read_text(encoding="utf-8")):
        if "://" not in link and not link.startswith("mailto:"):
            assert (document.parent / link).exists(), link
