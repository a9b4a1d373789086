"""What the company reads of its team's work, and what it says while a person answers it.

As long as a member of the team has a request, the assistant is silent: what the company writes
goes to that request, whoever it is meant for. Commands and buttons work all the while.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.events import AddToRequest, AttachmentReceived, FiledRequest, MessageReceived, Step
from handlers.requests import buttons
from handlers.requests.open_requests import with_addition
from handlers.team.model import RateRequest, TeamMoved, TeamWrote
from handlers.values import Receipt
from knowledge.markup import escape

if TYPE_CHECKING:
    from handlers.events import Button, Event
    from handlers.requests.talk import Talk

REMEMBERED_CLOSED = 5
"""Closed requests that a person may still rate, or that the team may open again."""


def between_company_and_team(talk: Talk, event: Event) -> Step | None:
    """What the team does or says, and what is said to a member; None for all else."""
    match event:
        case TeamMoved():
            return _moved(talk, event)
        case TeamWrote():
            return _wrote(talk, event)
        case MessageReceived() | AttachmentReceived():
            return _to_whoever_has_it(talk, event)
        case _:
            return None


def _moved(talk: Talk, event: TeamMoved) -> Step:
    """The request changed hands or ended: the company is told."""
    filed = _known(talk, event.reference)
    if filed is None:
        return Step(state=talk.state)
    messages = talk.messages
    texts = {
        "taken": messages.team_told_taken,
        "transferred": messages.team_told_transferred,
        "released": messages.team_told_released,
        "closed": messages.team_told_closed,
    }[event.status]
    text = talk.words(texts, reference=event.reference, name=escape(event.by))
    if event.status == "closed":
        closed = filed.model_copy(update={"held_by": ""})
        return _closed(talk, closed).step(talk.reply(text, buttons=_ratings(talk, closed)))
    held_by = event.by if event.status == "taken" else ""
    return _opened(talk, filed.model_copy(update={"held_by": held_by})).step(talk.reply(text))


def _wrote(talk: Talk, event: TeamWrote) -> Step:
    """A member's words, as they are."""
    messages = talk.messages
    heading = messages.team_told_corrected if event.edited else messages.team_told_wrote
    files = (event.file,) if event.file else ()
    said = talk.reply(
        talk.words(heading, reference=event.reference, name=escape(event.by)),
        escape(event.text) or "📎",
    )
    receipt = None
    if event.message:
        receipt = Receipt(reference=event.reference, group=event.group, message=event.message)
    author = {"author": event.by, "files": files, "receipt": receipt}
    return talk.step(said.model_copy(update=author))


def _to_whoever_has_it(talk: Talk, event: MessageReceived | AttachmentReceived) -> Step | None:
    """What is said while a member has a request goes there, and nothing is answered.

    None where nobody has one, or where a form or an addition is under way.
    """
    form = talk.state.form
    held = [filed for filed in talk.state.requests if filed.held_by]
    if not held or talk.state.doing or (form and not form.paused):
        return None
    match event:
        case MessageReceived(text=text, edited=edited):
            talk, effect = with_addition(talk, held[-1], text, ())
            return talk.step(effects=[effect.model_copy(update={"edited": edited})])
        case AttachmentReceived(file=None, what=what, caption=caption):
            text = talk.words(talk.messages.team_told_unread, what=what, text=caption)
            return talk.step(effects=[AddToRequest(reference=_of(held[-1]), text=text)])
        case AttachmentReceived(file=file, caption=caption) if file:
            talk, effect = with_addition(talk, held[-1], caption, (file,))
            return talk.step(effects=[effect])
    return None


def rated(talk: Talk, argument: str) -> Step:
    """Whether the answer helped, once a request."""
    reference, _, word = argument.rpartition(":")
    filed = next((one for one in talk.state.closed if _of(one) == reference), None)
    thanks = talk.reply(talk.words(talk.messages.team_told_thanks))
    if filed is None or filed.rated:
        return talk.step(thanks)
    done = filed.model_copy(update={"rated": True})
    closed = tuple(done if one == filed else one for one in talk.state.closed)
    effect = RateRequest(reference=reference, helped=word == "yes")
    return talk.having(closed=closed).step(thanks, effects=[effect])


def _of(filed: FiledRequest) -> str:
    return filed.request.reference


def _known(talk: Talk, reference: str) -> FiledRequest | None:
    known = (*talk.state.requests, *talk.state.closed)
    return next((one for one in known if _of(one) == reference), None)


def _opened(talk: Talk, filed: FiledRequest) -> Talk:
    """``filed`` as an open request, in its place or, opened again, as the newest."""
    others = [_of(one) for one in talk.state.requests]
    if _of(filed) in others:
        kept = tuple(filed if _of(one) == _of(filed) else one for one in talk.state.requests)
        return talk.having(requests=kept)
    closed = tuple(one for one in talk.state.closed if _of(one) != _of(filed))
    again = filed.model_copy(update={"rated": False})
    return talk.having(requests=(*talk.state.requests, again), closed=closed)


def _closed(talk: Talk, filed: FiledRequest) -> Talk:
    requests = tuple(one for one in talk.state.requests if _of(one) != _of(filed))
    closed = tuple(one for one in talk.state.closed if _of(one) != _of(filed))
    return talk.having(requests=requests, closed=(*closed, filed)[-REMEMBERED_CLOSED:])


def _ratings(talk: Talk, filed: FiledRequest) -> list[Button]:
    messages = talk.messages
    return [
        talk.button(messages.team_button_helped, buttons.valued("rate", f"{_of(filed)}:yes")),
        talk.button(messages.team_button_not_helped, buttons.valued("rate", f"{_of(filed)}:no")),
    ]
