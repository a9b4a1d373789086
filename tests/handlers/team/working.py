"""Two teams of the sample territory at work on one request."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import TYPE_CHECKING, TypeVar

from handlers.dialogue import step
from handlers.events import Event
from handlers.requests.model import Company, Details, Request
from handlers.state import ConversationState
from handlers.step import Step
from handlers.team.model import (
    TEAM,
    Action,
    ActionChosen,
    Address,
    Handling,
    Member,
    MemberWrote,
    Notify,
    Post,
    RequestFiled,
    ShowTeam,
)
from handlers.values import File
from knowledge.markup import to_plain
from knowledge.matching import Matcher
from knowledge.model import Hours, Routing, Team, TelegramGroup
from tests.knowledge.sample import loaded

if TYPE_CHECKING:
    from typing import Literal

NOW = dt.datetime(2026, 11, 24, 10, 0, tzinfo=dt.UTC)
ANNE = Member(id="1", name="Anne")
BASILE = Member(id="2", name="Basile")
GROUP, OTHER_GROUP = "-1001", "-1002"
REFERENCE = "D-1"
PERSON = Address(channel="web", address="abc")
_DAY = ("09:00-12:00", "14:00-17:00")

T = TypeVar("T")


@cache
def matcher() -> Matcher:
    """The sample folder with two teams: `locaux`, whose backup is `accueil`, the default."""
    hours = Hours(monday=_DAY, tuesday=_DAY, wednesday=_DAY, thursday=_DAY, friday=_DAY)
    locaux = Team(
        id="locaux",
        name={"fr": "Locaux", "en": "Premises"},
        telegram=TelegramGroup(group=GROUP),
        hours=hours,
        backup="accueil",
    )
    accueil = Team(
        id="accueil",
        name={"fr": "Accueil", "en": "Front desk"},
        telegram=TelegramGroup(group=OTHER_GROUP),
        email="accueil@example.org",
    )
    routing = Routing(teams=(locaux, accueil), default="accueil")
    return Matcher(loaded().base.model_copy(update={"routing": routing}))


def request(team: str = "locaux") -> Request:
    """A request in French, from the page."""
    details = Details(description="un atelier", company=Company(name="Acme <b>"), email="a@b.fr")
    return Request(
        reference=REFERENCE, channel="web", language="fr", details=details, team=team,
        consented_at=NOW,
    )  # fmt: skip


class Work:
    """A request's conversation with its team, event after event."""

    def __init__(self, team: str = "locaux", folder: Matcher | None = None) -> None:
        self.folder = folder or matcher()
        self.state = ConversationState()
        self.now = NOW
        self.last = self.happens(RequestFiled(request=request(team), person=PERSON))

    def happens(self, event: Event) -> Step:
        """The step of ``event``, after the state went through the database."""
        stored = ConversationState.model_validate_json(self.state.model_dump_json())
        self.last = step(self.folder, stored, event, self.now, "D-9", TEAM)
        self.state = self.last.state
        return self.last

    def press(
        self, action: Action, by: Member = ANNE, argument: str = "", group: str = GROUP
    ) -> Step:
        """A button of the card."""
        chosen = ActionChosen(member=by, group=group, action=action, argument=argument)
        return self.happens(chosen)

    def write(  # noqa: PLR0913 - what a message may have
        self,
        text: str,
        by: Member = ANNE,
        purpose: Literal["reply", "note", "talk", "lost"] = "reply",
        file: File | None = None,
        *,
        edited: bool = False,
        group: str = GROUP,
    ) -> Step:
        """A message of a member's, most often a reply to one of the assistant's."""
        wrote = MemberWrote(
            member=by, group=group, message="77", text=text, purpose=purpose, file=file,
            edited=edited,
        )  # fmt: skip
        return self.happens(wrote)

    @property
    def handling(self) -> Handling:
        """How it stands."""
        assert self.state.handling is not None
        return self.state.handling

    def told(self) -> list[object]:
        """What the company's conversation is told by the last step."""
        notices = effects(self.last, Notify)
        assert all(notice.to == PERSON for notice in notices)
        return [notice.event for notice in notices]

    def shown(self) -> str:
        """What the group reads of the last step."""
        return "\n".join(to_plain(post.text) for post in self.posts())

    def told_in(self, group: str) -> str:
        """What the last step says, which is one message, in ``group``."""
        [post] = self.posts()
        assert post.card.destination.address == group
        return to_plain(post.text)

    def posts(self) -> list[Post]:
        """The messages of the last step in a group."""
        payloads = (effect.payload for effect in effects(self.last, ShowTeam))
        return [payload for payload in payloads if isinstance(payload, Post)]


def effects(result: Step, kind: type[T]) -> list[T]:
    """Those of one kind."""
    return [effect for effect in result.effects if isinstance(effect, kind)]
