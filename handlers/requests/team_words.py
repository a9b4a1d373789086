"""What the company reads of its team's work, and what it says while a person answers it.

As long as a member of the team has a request, the assistant is silent: what the company writes
goes to that request, whoever it is meant for. Commands and buttons work all the while.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from handlers.effects import RecordQuestion
from handlers.events import AttachmentReceived, MessageReceived
from handlers.requests import progress
from handlers.requests.attachments import admitted, not_accepted_words
from handlers.requests.listing import ratings
from handlers.requests.moments import when_answered
from handlers.requests.open_requests import gone, with_addition
from handlers.state import Writing
from handlers.step import Step
from handlers.team.model import RateRequest, TeamMoved, TeamWrote
from handlers.values import Receipt
from knowledge.markup import escape, escape_lines

if TYPE_CHECKING:
    from handlers.events import Event
    from handlers.state import FiledRequest, Happened
    from handlers.talk import Talk
    from handlers.values import File, Reply

WRITING_FOR = dt.timedelta(minutes=10)
"""How long a member who has begun to answer is said to be writing."""


def between_company_and_team(talk: Talk, event: Event) -> Step | None:
    """What the team does or says, and what is said to a member; None for all else."""
    match event:
        case TeamMoved(status="writing"):
            return _writing(talk, event)
        case TeamMoved():
            return _moved(talk, event)
        case TeamWrote():
            return _wrote(talk, event)
        case MessageReceived() | AttachmentReceived():
            return _to_whoever_has_it(talk, event)
        case _:
            return None


def giving_way(step: Step) -> Step:
    """``step`` whose answers are left to a member of the team who takes a request meanwhile.

    Only if nothing else came of the message: it is then put to the member instead.
    """
    form, effects = step.state.form, step.effects
    in_hand = not step.state.requests or (form is not None and not form.paused)
    if in_hand or any(not isinstance(effect, RecordQuestion) for effect in effects):
        return step
    replies = (reply.model_copy(update={"automatic": True}) for reply in step.replies)
    return step.model_copy(update={"replies": tuple(replies)})


def _writing(talk: Talk, event: TeamMoved) -> Step:
    """A member has begun to answer: nothing is said, but a page shows it for a while."""
    filed = progress.known(talk, event.reference)
    if filed is None or progress.has_ended(filed):
        return Step(state=talk.state)
    writing = Writing(by=event.by, until=talk.now + WRITING_FOR)
    return progress.kept(talk, filed.model_copy(update={"writing": writing})).step()


def _moved(talk: Talk, event: TeamMoved) -> Step:
    """The request changed hands or ended: the company is told."""
    filed = progress.known(talk, event.reference)
    if filed is None or filed.standing == "withdrawn" or event.status == "writing":
        return Step(state=talk.state)
    if event.team:
        request = filed.request.model_copy(update={"team": event.team})
        filed = filed.model_copy(update={"request": request})
    filed = progress.advanced(filed, event.status, talk.now, event.by)
    return progress.kept(talk, filed).step(_told(talk, event, filed))


def _told(talk: Talk, event: TeamMoved, filed: FiledRequest) -> Reply:
    messages = talk.messages
    texts = {
        "taken": messages.team_told_taken,
        "transferred": messages.team_told_transferred,
        "released": messages.team_told_released,
        "closed": messages.team_told_closed,
    }[event.status]
    text = talk.words(texts, reference=event.reference, name=escape(event.by))
    waits = event.status == "transferred"
    when = when_answered(talk, filed.request.team, only_if_closed=True) if waits else ""
    return talk.reply(text, when, buttons=ratings(talk, filed))


def _wrote(talk: Talk, event: TeamWrote) -> Step:
    """A member's words, as they are."""
    messages = talk.messages
    heading = messages.team_told_corrected if event.edited else messages.team_told_wrote
    files = (event.file,) if event.file else ()
    words = escape_lines(event.text)
    said = talk.reply(
        "" if event.more else talk.words(heading, reference=event.reference, name=escape(event.by)),
        words or ("" if event.more else "📎"),
    )
    receipt = None
    if event.message:
        receipt = Receipt(reference=event.reference, group=event.group, message=event.message)
    said = said.model_copy(
        update={
            "author": event.by,
            "files": files,
            "receipt": receipt,
            "words": words,
            "reference": event.reference,
            "corrects": event.edited,
        }
    )
    return _noted(talk, event).step(said)


def _noted(talk: Talk, event: TeamWrote) -> Talk:
    """The talk in which the request's history has a member's words."""
    filed = progress.known(talk, event.reference)
    if filed is None:
        return talk
    text = " ".join(filter(None, [event.text, progress.names([event.file] if event.file else [])]))
    what: Happened = "corrected" if event.edited else "answered"
    return progress.kept(talk, progress.advanced(filed, what, talk.now, event.by, text))


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
        case AttachmentReceived(refused=name, caption=caption) if name:
            return _without_file(talk, held[-1], not_accepted_words(talk, name), caption)
        case AttachmentReceived(file=None, what=what, caption=caption):
            text = talk.words(talk.messages.team_told_unread, what=what, text=caption)
            talk, effect = with_addition(talk, held[-1], text, ())
            return talk.step(effects=[effect])
        case AttachmentReceived(file=file) if file:
            return _file(talk, held[-1], event, file)
    return None


def _file(talk: Talk, held: FiledRequest, event: AttachmentReceived, file: File) -> Step:
    """It goes to the member, within the limits of a request."""
    declined, refusal = admitted(talk, event, file, held.request.details.files)
    if refusal is not None:
        return _without_file(declined, held, refusal, event.caption)
    talk, effect = with_addition(talk, held, event.caption, (file,))
    return talk.step(effects=[effect])


def _without_file(talk: Talk, held: FiledRequest, refusal: str, caption: str) -> Step:
    """The company is told that the file does not go; what is written with it does."""
    replies = [talk.reply(refusal)] if refusal else []
    if not caption.strip():
        return talk.step(*replies)
    talk, effect = with_addition(talk, held, caption, ())
    return talk.step(*replies, effects=[effect])


def rated(talk: Talk, argument: str) -> Step:
    """Whether the answer helped, once a request."""
    reference, _, word = argument.rpartition(":")
    filed = progress.known(talk, reference)
    if filed is None or filed.standing != "closed":
        return gone(talk)
    if filed.rated:
        return talk.step(talk.reply(talk.words(talk.messages.team_told_rated_already)))
    thanks = talk.reply(talk.words(talk.messages.team_told_thanks))
    effect = RateRequest(reference=reference, helped=word == "yes")
    done = filed.model_copy(update={"rated": True})
    return progress.kept(talk, done).step(thanks, effects=[effect])
