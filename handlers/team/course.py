"""One step of a request's conversation with its team: where it stands, and what comes of it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from handlers.requests.model import Destination
from handlers.routing import cards
from handlers.team.model import (
    Handling,
    KeepHistory,
    Line,
    Member,
    Notify,
    Post,
    Refresh,
    SendCards,
    SetTimer,
    ShowTeam,
    TeamMoved,
    TeamWrote,
)
from handlers.wording import Wording
from knowledge.markup import escape
from knowledge.model import Hours

if TYPE_CHECKING:
    from handlers.effects import Effect
    from handlers.requests.model import Card, News
    from handlers.values import Button, File
    from knowledge.matching import Matcher
    from knowledge.model import Team, Texts

LONGEST_LOG = 60
"""Lines of a request's log that are kept with it; the history in the database has them all."""

What = Literal["added", "replied", "noted", "taken", "transferred", "closed"]
History = What | Literal["rated", "reminded", "escalated", "released", "withdrawn"]


class Course:
    """The handling as it changes during one step, and the effects gathered on the way."""

    def __init__(self, matcher: Matcher, handling: Handling, now: dt.datetime) -> None:
        self.matcher = matcher
        self.base = matcher.base
        self.handling = handling
        self.now = now
        self.effects: list[Effect] = []

    @property
    def team(self) -> Team | None:
        """The team that has the request; None when an edit of the routing took it away."""
        return self.base.routing.team(self.handling.request.team)

    @property
    def wording(self) -> Wording:
        """The assistant's words in the team's language."""
        languages = self.team.languages if self.team else ()
        return Wording(self.base, languages[0] if languages else self.base.languages[0])

    @property
    def reference(self) -> str:
        """The request's."""
        return self.handling.request.reference

    def spelt(self, moment: dt.datetime) -> str:
        """The day and the hour, where the team works."""
        there = (self.team.hours if self.team else None) or Hours()
        return f"{moment.astimezone(ZoneInfo(there.timezone)):%d/%m/%Y %H:%M}"

    def change(self, **values: object) -> None:
        """Replace fields of the handling."""
        self.handling = self.handling.model_copy(update=values)

    def log(self, what: What, author: str = "", text: str = "") -> None:
        """Keep a line of what was said or done, with the request and in its history."""
        line = Line(at=self.now, what=what, author=author, text=text)
        self.change(log=(*self.handling.log, line)[-LONGEST_LOG:])
        self.history(what, author, text)

    def history(self, what: History, author: str = "", text: str = "") -> None:
        """A line of the history alone."""
        kept = KeepHistory(
            reference=self.reference,
            what=what,
            author=author,
            text=text,
            status=self.handling.status,
            team=self.handling.request.team or "",
            owner=self.handling.owner.name if self.handling.owner else "",
        )
        self.effects.append(kept)

    def tell_company(self, event: TeamMoved | TeamWrote) -> None:
        """Let the company's conversation know."""
        self.effects.append(Notify(to=self.handling.person, event=event))

    def moved(
        self,
        status: Literal["taken", "transferred", "released", "closed", "writing"],
        by: str = "",
        team: str = "",
    ) -> None:
        """Let the company know that its request changed hands or ended, or is being answered."""
        self.tell_company(TeamMoved(reference=self.reference, status=status, by=by, team=team))

    def say(
        self,
        texts: Texts,
        *buttons: Button,
        purpose: Literal["reply", "note", "info"] = "info",
        answers: str = "",
        ask: Member | None = None,
        **values: str,
    ) -> None:
        """Post one of the folder's messages in the group; ``values`` are escaped."""
        escaped = {name: escape(value) for name, value in values.items()}
        text = self.wording.text(texts, reference=self.reference, **escaped)
        self.post(text, *buttons, purpose=purpose, answers=answers, ask=ask)

    def post(
        self,
        text: str,
        *buttons: Button,
        purpose: Literal["reply", "note", "info"] = "info",
        answers: str = "",
        ask: Member | None = None,
    ) -> None:
        """Post light Markdown in the group of the team, if it has one."""
        for card in self.cards("again", only="team"):
            post = Post(
                card=card, text=text, purpose=purpose, buttons=buttons, answers=answers, ask=ask
            )
            self.effects.append(ShowTeam(payload=post))

    def say_to(self, other: Team, texts: Texts) -> None:
        """Post one of the folder's messages in the group of a team that has not the request."""
        for card in self.cards_for(other, "waiting"):
            if card.destination.channel == "team":
                words = Wording(self.base, card.language)
                # A team that was taken out of the routing has no name any more.
                name = escape(card.team or self.handling.request.team or "-")
                text = words.text(texts, reference=self.reference, team=name)
                self.effects.append(ShowTeam(payload=Post(card=card, text=text)))

    def cards_for(self, other: Team, news: News) -> tuple[Card, ...]:
        """The request as it stands with its own team, for the destinations of another."""
        request, own = self.handling.request, self.team
        made = cards(self.base, request.model_copy(update={"team": other.id}), news)
        return tuple(
            card.model_copy(
                update={"team": own.name_in(card.language) if own else "", "request": request}
            )
            for card in made
        )

    def cards(
        self,
        news: News,
        addition: str = "",
        files: tuple[File, ...] = (),
        *,
        only: Literal["team", "email", "webhook"] | None = None,
    ) -> tuple[Card, ...]:
        """The request as it stands and who has it, for the destinations of its team."""
        owner = self.handling.owner
        standing = {"status": self.handling.status, "owner": owner.name if owner else ""}
        made = cards(self.base, self.handling.request, news, addition, files)
        return tuple(
            card.model_copy(update=standing)
            for card in made
            if only is None or card.destination.channel == only
        )

    def send(self, news: News, addition: str = "", files: tuple[File, ...] = ()) -> None:
        """Have the team read ``news`` wherever it reads."""
        made = self.cards(news, addition, files)
        if made:
            self.effects.append(SendCards(cards=made))

    def refresh(self, *, moved_to: str = "") -> None:
        """Show the card in the group as the request now stands."""
        for card in self.cards("again", only="team"):
            left = card.model_copy(update={"moved_to": moved_to})
            self.effects.append(ShowTeam(payload=Refresh(card=left)))

    def set_timer(self, name: str, due_at: dt.datetime | None) -> None:
        """Have :class:`~handlers.team.model.TimeCame` of ``name`` at ``due_at``, or no more."""
        self.effects.append(SetTimer(name=name, due_at=due_at))


def group_of(team: Team | None) -> Destination | None:
    """The group in which ``team`` works, if it has one."""
    if team is None or team.telegram is None:
        return None
    there = team.telegram
    return Destination(channel="team", address=there.group, topics=there.topics, topic=there.topic)


def is_owner(handling: Handling, member: Member) -> bool:
    """Whether ``member`` has the request."""
    return handling.owner is not None and handling.owner.id == member.id
