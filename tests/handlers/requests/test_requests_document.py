"""The transcript in docs/requests.md is what the assistant says."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

from handlers.dialogue import step
from handlers.events import ButtonPressed, CompaniesFound, Event, MessageReceived
from handlers.requests.model import Company, Locality
from handlers.state import ConversationState
from knowledge.markup import to_plain
from tests.test_content import matcher

DOCUMENT = Path(__file__).parents[3] / "docs" / "requests.md"
NOW = dt.datetime(2026, 11, 25, 9, 0, tzinfo=dt.UTC)
FOUND = CompaniesFound(
    query="73282932000074",
    companies=(
        Company(
            name="ATELIERS MARTIN",
            siren="732829320",
            siret="73282932000074",
            locality=Locality(name="Vitry-sur-Seine", code="94081", inside=True),
            activity="25.62B",
            activity_label="Mécanique industrielle",
            section="C",
            headcount_band="10 à 19 salariés",
        ),
    ),
)


def test_the_transcript_is_what_is_said() -> None:
    """Message by message, with its buttons; what is left out is marked."""
    blocks = re.findall(r"```text\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    turns = re.split(r"^> ", "".join(blocks), flags=re.MULTILINE)[1:]
    assert len(turns) > 8
    state, buttons = ConversationState(), dict[str, str]()
    for turn in turns:
        said, _, expected = turn.partition("\n")
        result = step(matcher(), state, _event(said, buttons), NOW, "K7M-4XR", "web")
        state = result.state
        buttons = {one.label: one.value for reply in result.replies for one in reply.buttons}
        shown = "\n".join(
            "\n".join([to_plain(reply.text), " ".join(f"[{one.label}]" for one in reply.buttons)])
            for reply in result.replies
        )
        place = 0
        for part in expected.split("…\n"):
            assert part.strip() in shown[place:], f"after {said!r}"
            place = shown.index(part.strip(), place) + len(part.strip())


def _event(said: str, buttons: dict[str, str]) -> Event:
    if said == "(the directory answers)":
        return FOUND
    label = said[1:-1]
    if said.startswith("[") and label in buttons:
        return ButtonPressed(value=buttons[label])
    return MessageReceived(text=said)
