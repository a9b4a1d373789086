"""A message that is not answered: the team is offered to have it, or it is kept to oneself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.replying import NOTHING_PENDING, team_and_menu
from handlers.requests.additions import LONGEST
from handlers.state import ConversationState
from handlers.step import Step
from handlers.wording import MENU, TEAM, Wording

if TYPE_CHECKING:
    from handlers.talk import Talk
    from knowledge.matching import Matcher
    from knowledge.model import Language

_TELLING = 300
"""Characters of a letter that are read to tell its language."""


def too_long(talk: Talk, text: str) -> Step:
    """A letter is not answered, but the team may have it."""
    told = talk.matcher.detect(text[:_TELLING]).language
    wording = Wording(talk.base, told or talk.language)
    messages = talk.messages
    offered = len(text) <= LONGEST
    buttons = [wording.button(messages.button_team, TEAM)] if offered else []
    reply = wording.reply(wording.text(messages.too_long), *buttons)
    if offered:
        pending = {**NOTHING_PENDING, "asked": text, "pending_handoff": text}
        talk = talk.having(**pending)
    return talk.step(reply, outcome="unknown")


def other_language(talk: Talk, text: str, code: str) -> Step:
    """Told in French and English, and in the person's own language where that is known."""
    messages = talk.messages
    own = messages.other_languages.get(code, "")
    team = talk.button(messages.button_team, TEAM)
    reply = talk.reply(own, talk.words(messages.other_language), buttons=[team])
    pending = {**NOTHING_PENDING, "asked": text, "pending_handoff": text}
    return talk.having(**pending).step(reply, outcome="unknown")


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
