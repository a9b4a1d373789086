"""What a person sent that is not text, and the caption that came with it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from handlers import messages
from handlers.requests.agreeing import agrees
from handlers.requests.attachments import adding, cannot_join, not_accepted, received
from handlers.requests.flow import beside
from handlers.requests.steps import RECAP

if TYPE_CHECKING:
    from handlers.events import AttachmentReceived
    from handlers.step import Step
    from handlers.talk import Talk


def sent(talk: Talk, event: AttachmentReceived) -> Step:
    """A document joins a request; what cannot be read is said so; a caption is a message.

    While an open request is added to, the caption joins it with the file, or without one that
    is declined.
    """
    if event.file:
        first = received(talk, event, event.file)
    elif event.refused:
        first = not_accepted(talk, event.refused, event.caption)
    else:
        return _with_caption(talk, _unread(talk), event.caption)
    return first if adding(talk) else _with_caption(talk, first, event.caption)


def _unread(talk: Talk) -> Step:
    """A voice message, a place …: it is not read, and joins nothing."""
    under_way = talk.state.form
    if under_way and not under_way.paused:
        return cannot_join(talk, under_way)
    reply = talk.reply(talk.words(talk.messages.not_text))
    return beside(talk, talk.step(reply, outcome="unknown"))


def _with_caption(talk: Talk, first: Step, caption: str) -> Step:
    """``first``, and the answer to what was written with it; the latter's buttons are those.

    What was sent changes the recap, so that its caption is no agreement to it.
    """
    at_recap = first.state.form is not None and first.state.form.step == RECAP
    if not caption.strip() or (at_recap and agrees(caption)):
        return first
    second = messages.written(replace(talk, state=first.state), caption)
    said = tuple(reply.model_copy(update={"buttons": ()}) for reply in first.replies)
    return second.model_copy(
        update={
            "replies": (*said, *second.replies),
            "effects": (*first.effects, *second.effects),
        }
    )
