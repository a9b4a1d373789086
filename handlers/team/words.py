"""What members write: replies to the company, notes among themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.requests.model import Destination
from handlers.team import waiting
from handlers.team.actions import may_act
from handlers.team.canned import meant, preview
from handlers.team.course import group_of
from handlers.team.model import Mark, MemberWrote, ShowTeam, TeamWrote, WordsDelivered

if TYPE_CHECKING:
    from handlers.events import Event
    from handlers.team.course import Course
    from handlers.values import File

CANNED = "?"
"""A reply that begins so asks the knowledge base, and goes nowhere by itself."""

DOWNLOAD_LIMIT_BYTES = 20_000_000
"""What a bot may download of a file sent on Telegram (Bot API, ``getFile``)."""


def write(course: Course, event: MemberWrote) -> None:
    """A note is kept, a reply goes to the company, a canned reply is shown first.

    In the group of a team that does not have the request nothing is passed on, and that is shown.
    """
    group = group_of(course.team)
    if group is None or group.address != event.group:
        if event.purpose != "talk":
            _mark(course, event.group, event.message, ok=False)
        return
    if event.purpose == "lost":
        course.say(course.base.messages.team_talk, answers=event.message)
    elif event.purpose == "talk":
        _tell_talk(course, event.message)
    elif event.unread:
        _mark(course, event.group, event.message, ok=False)
        course.say(course.base.messages.team_unread, answers=event.message)
    elif event.purpose == "note":
        course.log("noted", event.member.name, event.text)
        course.say(course.base.messages.team_noted, answers=event.message)
    elif course.handling.status == "withdrawn":
        course.say(course.base.messages.team_withdrawn_already, answers=event.message)
    elif event.text.startswith(CANNED) and event.file is None:
        _ask_knowledge(course, event)
    elif not may_act(course, event.member):
        _mark(course, event.group, event.message, ok=False)
    else:
        _reply(course, event)


def never_arrive(event: Event, address: str) -> Mark | None:
    """The mark on a member's words whose ``event`` is given up, of the conversation ``address``.

    None where no words were to go anywhere.
    """
    match event:
        case MemberWrote(purpose="reply" | "note"):
            return _marked(address, event.group, event.message, ok=False)
        case TeamWrote():
            return _marked(event.reference, event.group, event.message, ok=False)
        case _:
            return None


def _tell_talk(course: Course, message: str) -> None:
    """Once a request: what is no reply stays among the members."""
    if not course.handling.told_talk:
        course.change(told_talk=True)
        course.say(course.base.messages.team_talk, answers=message)


def _ask_knowledge(course: Course, event: MemberWrote) -> None:
    """Answers are shown to whoever may send them; where there are none, nobody takes the request.

    The company would be told of somebody who has nothing to say to it.
    """
    entries = meant(course, event.text.removeprefix(CANNED).strip())
    if not entries:
        course.say(course.base.messages.team_canned_none, answers=event.message)
    elif may_act(course, event.member):
        preview(course, entries, event.message)
    else:
        _mark(course, event.group, event.message, ok=False)


def _reply(course: Course, event: MemberWrote) -> None:
    if _is_too_large(course, event.file):
        _mark(course, event.group, event.message, ok=False)
        course.say(course.base.messages.team_too_large, answers=event.message)
        return
    name = event.file.name if event.file else ""
    course.log("replied", event.member.name, " · ".join(filter(None, (event.text, name))))
    more = bool(event.album) and event.album == course.handling.album
    course.change(album=event.album)
    told = TeamWrote(
        reference=course.reference,
        by=event.member.name,
        text=event.text,
        file=event.file,
        edited=event.edited,
        group=event.group,
        message=event.message,
        more=more and not event.edited,
    )
    course.tell_company(told)
    waiting.team_spoke(course)


def _is_too_large(course: Course, file: File | None) -> bool:
    """Whether the company's channel would have to fetch more than Telegram hands out."""
    if file is None or file.channel == course.handling.person.channel:
        return False
    return (file.size_bytes or 0) > DOWNLOAD_LIMIT_BYTES


def delivered(course: Course, event: WordsDelivered) -> None:
    """Show on the member's message whether the company got it, in the group where it stands.

    The request may have been transferred since.
    """
    _mark(course, event.group, event.message, ok=event.ok)
    if not event.ok:
        own = group_of(course.team)
        here = own is not None and own.address == event.group
        answers = event.message if here else ""
        course.say(course.base.messages.team_not_delivered, answers=answers)


def _mark(course: Course, group: str, message: str, *, ok: bool) -> None:
    mark = _marked(course.reference, group, message, ok=ok)
    if mark:
        course.effects.append(ShowTeam(payload=mark))


def _marked(reference: str, group: str, message: str, *, ok: bool) -> Mark | None:
    """The mark on that message; None if it has no id in a group."""
    if not group or not message:
        return None
    destination = Destination(channel="team", address=group)
    return Mark(destination=destination, reference=reference, message=message, ok=ok)
