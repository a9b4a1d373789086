"""Answers of the knowledge base as a member's reply: seen first, in the company's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.team import waiting
from handlers.team.buttons import key, value
from handlers.team.model import Member, TeamWrote
from handlers.wording import Wording
from knowledge.markup import to_plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.team.course import Course
    from knowledge.model import Entry

OFFERED = 3


def meant(course: Course, asked: str) -> list[Entry]:
    """The entries whose answers ``asked``, an id or a question, may mean."""
    named = course.base.entry(asked)
    if named:
        return [named]
    language = course.handling.request.language
    matches = course.matcher.match(asked, language)
    return [match.entry for match in matches[:OFFERED]]


def preview(course: Course, entries: Sequence[Entry], message: str) -> None:
    """Show the answers, each with its button, below the ``message`` that asked for them."""
    messages = course.base.messages
    for entry in entries:
        button = course.wording.button(
            messages.team_button_send, value(course, "reply", key(entry.id))
        )
        heading = course.wording.text(messages.team_canned)
        course.post(f"{heading}\n\n{_answer(course, entry)}", button, answers=message)


def send_entry(course: Course, member: Member, chosen: str) -> None:
    """The answer of the entry of that key, if there still is one, goes to the company."""
    entry = next((entry for entry in course.base.entries if key(entry.id) == chosen), None)
    if entry is None:
        course.say(course.base.messages.team_canned_none)
        return
    text = to_plain(_answer(course, entry))
    course.log("replied", member.name, text)
    course.tell_company(TeamWrote(reference=course.reference, by=member.name, text=text))
    course.say(course.base.messages.team_canned_sent, name=member.name)
    waiting.team_spoke(course)


def _answer(course: Course, entry: Entry) -> str:
    return Wording(course.base, course.handling.request.language).answer(entry).text
