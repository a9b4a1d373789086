"""What a person is told of their data, and the question whether to erase it.

What is held stands in the database and not in the state: it is looked up, and comes back as
:class:`handlers.privacy.model.DataGathered`.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from handlers.events import PERSONS_OWN
from handlers.privacy import buttons
from handlers.privacy.model import DataGathered, EraseAsked, EraseData, GatherData
from handlers.privacy.summary import export_of, references, summary
from handlers.state import ConversationState
from handlers.step import Step

if TYPE_CHECKING:
    from handlers.events import Event
    from handlers.privacy.model import Held, Purpose
    from handlers.talk import Talk

ASKED_FOR = dt.timedelta(hours=24)
"""How long the button that erases everything may be pressed after it was shown."""


def gather(talk: Talk, purpose: Purpose) -> Step:
    """Have what is held looked up."""
    reply = talk.reply(talk.words(talk.messages.privacy_gathering))
    return talk.step(reply, effects=[GatherData(purpose=purpose)], outcome="answer")


def gathered(talk: Talk, event: DataGathered) -> Step:
    """What is held, shown or asked about."""
    if event.purpose == "erase":
        return _ask(talk, event.held)
    reply = talk.reply(
        summary(talk, event.held),
        talk.words(talk.messages.privacy_data_file),
        talk.words(talk.messages.privacy_kept, **talk.wording.retention),
        buttons=[talk.button(talk.messages.button_privacy_erase, buttons.ERASE)],
    )
    reply = reply.model_copy(update={"files": (export_of(talk, event.held),)})
    return talk.step(reply, outcome="answer")


def _ask(talk: Talk, held: Held) -> Step:
    """What would go, and whether it shall; the seal is the asking event's own."""
    messages = talk.messages
    asked = EraseAsked(seal=talk.reference, at=talk.now)
    named = references(held)
    reply = talk.reply(
        talk.words(messages.privacy_erase_ask),
        summary(talk, held),
        talk.words(messages.privacy_erase_requests, references=named) if named else "",
        buttons=[
            talk.button(messages.button_privacy_erase_yes, buttons.yes(asked.seal)),
            talk.button(messages.button_privacy_keep, buttons.KEEP),
            talk.button(messages.button_privacy_data, buttons.SHOW),
        ],
    )
    return talk.having(erase_asked=asked).step(reply, outcome="answer")


def pressed(talk: Talk, value: str) -> Step:
    """One of the buttons on personal data."""
    match value:
        case buttons.SHOW:
            return gather(talk, "show")
        case buttons.ERASE:
            return gather(talk, "erase")
    seal = buttons.seal_of(value)
    if seal is None:
        reply = talk.reply(talk.words(talk.messages.privacy_kept_all))
        return talk.having(erase_asked=None).step(reply, outcome="answer")
    return _erased(talk, seal)


def _erased(talk: Talk, seal: str) -> Step:
    """Nothing is remembered from here on; the button of another question asks anew."""
    asked = talk.state.erase_asked
    if asked is None or asked.seal != seal or talk.now - asked.at > ASKED_FOR:
        again = gather(talk, "erase")
        late = talk.reply(talk.words(talk.messages.privacy_erase_late))
        return again.model_copy(update={"replies": (late,)})
    forgetting = ConversationState(
        language=talk.state.language, chosen_language=talk.state.chosen_language, erasing=True
    )
    return Step(
        state=forgetting,
        replies=(talk.reply(talk.words(talk.messages.privacy_erasing)),),
        effects=(EraseData(language=talk.language),),
        outcome="answer",
    )


def while_erasing(talk: Talk, event: Event) -> Step:
    """Until everything is erased nothing is answered, and nothing new is remembered."""
    if isinstance(event, PERSONS_OWN):
        return talk.step(talk.reply(talk.words(talk.messages.privacy_erasing)), outcome="answer")
    return Step(state=talk.state)
