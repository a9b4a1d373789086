"""A person's message to the team: offered, or kept to oneself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.replying import NOTHING_PENDING, team_and_menu
from handlers.state import ConversationState
from handlers.step import Step
from handlers.wording import MENU, Wording

if TYPE_CHECKING:
    from knowledge.matching import Matcher
    from knowledge.model import Language


def none_of_these(matcher: Matcher, state: ConversationState, language: Language) -> Step:
    """The person says that no option offered is meant: the team is offered instead."""
    wording = Wording(matcher.base, language)
    reply = wording.reply(wording.text(matcher.base.messages.clarify_none), *team_and_menu(wording))
    pending = {**NOTHING_PENDING, "pending_handoff": state.asked or None}
    return Step(state=state.model_copy(update=pending), replies=(reply,), outcome="unknown")


def keep_to_oneself(matcher: Matcher, state: ConversationState, language: Language) -> Step:
    """The person does not want the message passed on."""
    wording = Wording(matcher.base, language)
    messages = matcher.base.messages
    reply = wording.reply(
        wording.text(messages.handoff_cancelled), wording.button(messages.button_menu, MENU)
    )
    state = state.model_copy(update=NOTHING_PENDING)
    return Step(state=state, replies=(reply,), outcome="answer")
