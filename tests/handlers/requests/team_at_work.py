"""A company with one open request, and what its team does with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.dialogue import step
from handlers.events import CommandGiven, Event, MessageReceived
from handlers.state import ConversationState
from handlers.step import Step
from handlers.team.model import TeamMoved, TeamWrote
from handlers.values import File
from tests.handlers.conversing import NOW, REFERENCE, text
from tests.handlers.requests.forms import TO_RECAP, fill, form_matcher, pressed

if TYPE_CHECKING:
    import datetime as dt
    from typing import Literal

    from handlers.state import FiledRequest


class Company:
    """Its conversation, event after event, at a time that the test sets."""

    def __init__(self) -> None:
        self.now: dt.datetime = NOW
        self.last = fill(*TO_RECAP, "j'accepte")

    @property
    def state(self) -> ConversationState:
        """As the last step left it."""
        return self.last.state

    def happens(self, event: Event | str) -> Step:
        """The step of ``event``, after the state went through the database."""
        event = MessageReceived(text=event) if isinstance(event, str) else event
        stored = ConversationState.model_validate_json(self.state.model_dump_json())
        self.last = step(form_matcher(), stored, event, self.now, "222-222", "web")
        return self.last

    def press(self, label: str) -> Step:
        """The button that has ``label`` in its label."""
        return self.happens(pressed(self.last, label))

    def moved(
        self,
        status: Literal["taken", "transferred", "released", "closed", "writing"],
        by: str = "Anne",
        team: str = "",
    ) -> Step:
        """The team does something."""
        return self.happens(TeamMoved(reference=REFERENCE, status=status, by=by, team=team))

    def wrote(self, words: str = "Bonjour.", by: str = "Anne", **more: object) -> Step:
        """A member's words."""
        event = TeamWrote(reference=REFERENCE, by=by, text=words, group="-1001", message="7")
        return self.happens(event.model_copy(update=more))

    def list(self) -> str:
        """What /demandes says."""
        return text(self.happens(CommandGiven(name="requests")))

    def see(self) -> str:
        """The request with its history."""
        self.list()
        return text(self.press(f"Voir {REFERENCE}"))

    @property
    def filed(self) -> FiledRequest:
        """The one request, open or ended."""
        [one] = (*self.state.requests, *self.state.closed)
        return one


def plan(name: str = "plan.pdf") -> File:
    """A document as a member sends it."""
    return File(channel="telegram", id="f-1", name=name, media_type="application/pdf")
