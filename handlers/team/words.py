"""What members write: replies to the company, notes among themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.team import waiting
from handlers.team.actions import may_act
from handlers.team.canned import preview
from handlers.team.course import group_of
from handlers.team.model import Mark, MemberWrote, ShowTeam, TeamWrote, WordsDelivered

if TYPE_CHECKING:
    from handlers.team.course import Course

CANNED = "?"
"""A reply that begins so asks the knowledge base, and goes nowhere by itself."""


def write(course: Course, event: MemberWrote) -> None:
    """A note is kept, a reply goes to the company, a canned reply is shown first."""
    group = group_of(course.team)
    if group is None or group.address != event.group:
        return
    if event.purpose == "talk":
        _tell_talk(course, event.message)
    elif event.unread:
        _mark(course, event.message, ok=False)
        course.say(course.base.messages.team_unread, answers=event.message)
    elif event.purpose == "note":
        course.log("noted", event.member.name, event.text)
        course.say(course.base.messages.team_noted, answers=event.message)
    elif course.handling.status == "withdrawn":
        course.say(course.base.messages.team_withdrawn_already, answers=event.message)
    elif not may_act(course, event.member):
        _mark(course, event.message, ok=False)
    elif event.text.startswith(CANNED) and event.file is None:
        preview(course, event.text.removeprefix(CANNED).strip(), event.message)
    else:
        _reply(course, event)


def _tell_talk(course: Course, message: str) -> None:
    """Once a request: what is no reply stays among the members."""
    if not course.handling.told_talk:
        course.change(told_talk=True)
        course.say(course.base.messages.team_talk, answers=message)


def _reply(course: Course, event: MemberWrote) -> None:
    course.log("replied", event.member.name, event.text)
    told = TeamWrote(
        reference=course.reference,
        by=event.member.name,
        text=event.text,
        file=event.file,
        edited=event.edited,
        group=event.group,
        message=event.message,
    )
    course.tell_company(told)
    waiting.team_spoke(course)


def delivered(course: Course, event: WordsDelivered) -> None:
    """Show on the member's message whether the company got it."""
    _mark(course, event.message, ok=event.ok)
    if not event.ok:
        course.say(course.base.messages.team_not_delivered, answers=event.message)


def _mark(course: Course, message: str, *, ok: bool) -> None:
    group = group_of(course.team)
    if group is not None and message:
        mark = Mark(destination=group, reference=course.reference, message=message, ok=ok)
        course.effects.append(ShowTeam(payload=mark))
