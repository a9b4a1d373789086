"""The members of a team at work on one request, as their group's events reach the inbox."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import uuid4

from bot.storage.records import Incoming
from handlers.team.model import TEAM, ActionChosen, Member, MemberWrote

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.inbox import Inbox
    from handlers.events import Event
    from handlers.team.model import Action
    from handlers.values import File

ANNE = Member(id="1", name="Anne Petit")
BASILE = Member(id="2", name="Basile")


@dataclass
class TeamMembers:
    """Puts into ``inbox`` what members do with the request ``reference`` in ``group``."""

    inbox: Inbox
    reference: str
    group: str = "-1001"
    messages: Iterator[int] = field(default_factory=lambda: itertools.count(70))

    async def press(self, action: Action, by: Member = ANNE, argument: str = "") -> None:
        """A button of the card; returns once what it leads to is there for the team."""
        chosen = ActionChosen(member=by, group=self.group, action=action, argument=argument)
        await self._happens(chosen)

    async def write(self, text: str, by: Member = ANNE, file: File | None = None) -> str:
        """A reply that goes to the company; its id, for a correction."""
        message = str(next(self.messages))
        await self._write(message, text, by, file)
        return message

    async def correct(self, message: str, text: str, by: Member = ANNE) -> None:
        """What the message of that id now says."""
        await self._write(message, text, by, None, edited=True)

    async def note(self, text: str, by: Member = ANNE) -> None:
        """A note for the team alone."""
        message = str(next(self.messages))
        await self._happens(
            MemberWrote(member=by, group=self.group, message=message, text=text, purpose="note")
        )

    async def _write(
        self, message: str, text: str, by: Member, file: File | None, *, edited: bool = False
    ) -> None:
        await self._happens(
            MemberWrote(
                member=by, group=self.group, message=message, text=text, file=file, edited=edited
            )
        )

    async def _happens(self, event: Event) -> None:
        external_id = uuid4().hex
        await self.inbox.receive([Incoming(TEAM, external_id, self.reference, event)])
        done = await self.inbox.replies_to(TEAM, external_id, timeout_seconds=20)
        assert done is not None, "the team's event was not handled"
