"""What is held of a person, in a few lines; the file that comes along holds it word for word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.privacy.model import EXPORT
from handlers.requests.moments import spelt
from handlers.requests.showing import shortened
from handlers.values import File

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from handlers.privacy.model import Held, HeldDelivery, HeldRequest
    from handlers.talk import Talk

_MOST_REQUESTS = 8
_MOST_FILES = 10
_LONGEST_FILE = 40


def summary(talk: Talk, held: Held) -> str:
    """A line for each kind of thing, and for each request with where it went."""
    messages = talk.messages
    heading = talk.words(messages.privacy_data, since=_day(talk, held.since))
    return f"{heading}\n\n" + "\n".join(_lines(talk, held))


def _lines(talk: Talk, held: Held) -> Iterator[str]:
    messages = talk.messages
    counts = {"messages": str(held.messages), "replies": str(held.replies)}
    yield talk.words(messages.privacy_data_messages, **counts)
    if talk.state.form:
        yield talk.words(messages.privacy_data_form)
    for one in held.requests[:_MOST_REQUESTS]:
        yield from _request(talk, one)
    if held.files:
        names = ", ".join(shortened(name, _LONGEST_FILE) for name in held.files[:_MOST_FILES])
        yield talk.words(messages.privacy_data_files, count=str(len(held.files)), names=names)
    if held.questions:
        yield talk.words(messages.privacy_data_questions, count=str(held.questions))
    if held.look_ups:
        yield talk.words(messages.privacy_data_look_ups, count=str(held.look_ups))
    left = len(held.requests[_MOST_REQUESTS:]) + len(held.files[_MOST_FILES:])
    if left:
        yield talk.words(messages.privacy_data_more, count=str(left))


def _request(talk: Talk, one: HeldRequest) -> Iterator[str]:
    messages = talk.messages
    status = {
        "open": messages.privacy_status_open,
        "taken": messages.privacy_status_taken,
        "closed": messages.privacy_status_closed,
        "withdrawn": messages.privacy_status_withdrawn,
    }[one.status]
    sent = ", ".join(dict.fromkeys(_delivery(talk, to) for to in one.deliveries))
    notes = talk.words(messages.privacy_data_notes, count=str(one.notes)) if one.notes else ""
    line = talk.words(
        messages.privacy_data_request,
        reference=one.reference,
        date=_day(talk, one.filed_at),
        status=talk.words(status),
    )
    yield " ".join(filter(None, [line, sent and f"({sent}).", notes]))


def _delivery(talk: Talk, to: HeldDelivery) -> str:
    messages = talk.messages
    texts = messages.privacy_data_delivery if to.at else messages.privacy_data_waiting
    channel = {
        "team": messages.privacy_channel_team,
        "email": messages.privacy_channel_email,
        "webhook": messages.privacy_channel_webhook,
    }.get(to.channel, {})
    return talk.words(
        texts,
        team=shortened(to.team),
        channel=talk.words(channel) if channel else to.channel,
        date=_day(talk, to.at) if to.at else "",
    )


def _day(talk: Talk, moment: dt.datetime) -> str:
    return spelt(talk, moment, None)[0]


def export_of(talk: Talk, held: Held) -> File:
    """The file with everything, named after the day."""
    name = talk.words(talk.messages.privacy_file_name, day=talk.today.isoformat())
    return File(
        channel=EXPORT,
        id=held.conversation,
        name=f"{name}.json",
        media_type="application/json",
    )


def references(held: Held) -> str:
    """Those of all requests, as a sentence names them."""
    return ", ".join(f"**{one.reference}**" for one in held.requests)
