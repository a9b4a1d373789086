"""The dialogue: one pure function from a state and an event to a state, replies and effects.

It only decides which handler gets an event. No I/O, no clock, no randomness: a step may be
repeated.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from handlers import attachments, command_names, commands, messages, pressing
from handlers.events import (
    AttachmentReceived,
    ButtonPressed,
    CommandGiven,
    CompaniesFound,
    Event,
    MessageReceived,
)
from handlers.languages import language_of
from handlers.privacy import talking as privacy
from handlers.privacy.model import DataGathered
from handlers.requests.company import companies_found
from handlers.requests.team_words import between_company_and_team, giving_way
from handlers.state import ConversationState
from handlers.step import Step
from handlers.talk import Talk
from handlers.team.handling import TEAM_EVENTS, handle
from handlers.values import Reply
from handlers.wording import Wording

if TYPE_CHECKING:
    from knowledge.matching import Matcher


def step(  # noqa: PLR0913, PLR0917 - the contract of a step
    matcher: Matcher,
    state: ConversationState,
    event: Event,
    now: dt.datetime,
    reference: str,
    channel: str = "terminal",
) -> Step:
    """What ``event`` leads to at ``now`` (aware) in a conversation of ``state``.

    ``reference`` is that of the request that the event files if it files one, so that a repeated
    step gives the same; ``channel`` is where the conversation takes place.
    """
    if isinstance(event, TEAM_EVENTS):
        return handle(matcher, state, event, now)
    wording = Wording(matcher.base, language_of(matcher, state))
    talk = Talk(matcher, state, wording, now, reference, channel)
    if state.erasing:
        return privacy.while_erasing(talk, event)
    if isinstance(event, MessageReceived) and not event.edited:
        # Pages have no commands of their own: a person types them.
        event = command_names.command_typed(event.text) or event
    return _answered(talk, event)


def _answered(talk: Talk, event: Event) -> Step:
    with_the_team = between_company_and_team(talk, event)
    if with_the_team:
        return with_the_team
    match event:
        case MessageReceived():
            return giving_way(messages.written(talk, event.text, is_edit=event.edited))
        case ButtonPressed():
            return pressing.pressed(talk, event.value)
        case CommandGiven():
            return commands.given(talk, event)
        case AttachmentReceived():
            return attachments.sent(talk, event)
        case CompaniesFound():
            return companies_found(talk, event)
        case DataGathered():
            return privacy.gathered(talk, event)
        case _:
            return Step(state=talk.state)


def fallback(matcher: Matcher, state: ConversationState) -> Reply:
    """What is said when an event could not be handled: it is kept, and the team can be reached."""
    wording = Wording(matcher.base, language_of(matcher, state))
    return wording.reply(wording.text(matcher.base.messages.failed))
