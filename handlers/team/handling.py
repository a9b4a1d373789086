"""What a team does with a request: one pure step from an event in its group, or of its company."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from handlers.step import Step
from handlers.team import actions, company, waiting, words
from handlers.team.course import Course
from handlers.team.model import (
    ActionChosen,
    CompanyRated,
    CompanyWithdrew,
    CompanyWrote,
    GroupMoved,
    Handling,
    MemberWrote,
    RequestFiled,
    SendCards,
    TimeCame,
    WordsDelivered,
)

if TYPE_CHECKING:
    from handlers.events import Event
    from handlers.state import ConversationState
    from knowledge.matching import Matcher

TEAM_EVENTS = (
    RequestFiled,
    ActionChosen,
    MemberWrote,
    WordsDelivered,
    GroupMoved,
    TimeCame,
    CompanyWrote,
    CompanyWithdrew,
    CompanyRated,
)
"""The events of a request's conversation with its team."""


def handle(matcher: Matcher, state: ConversationState, event: Event, now: dt.datetime) -> Step:
    """What ``event`` leads to; nothing for one of a request that was never filed."""
    if isinstance(event, RequestFiled):
        course = Course(matcher, Handling(request=event.request, person=event.person), now)
        company.filed(course)
    elif state.handling is None:
        return Step(state=state)
    else:
        course = Course(matcher, state.handling, now)
        _go_on(course, event)
    handled = state.model_copy(update={"handling": course.handling})
    return Step(state=handled, effects=tuple(course.effects))


def _go_on(course: Course, event: Event) -> None:
    match event:
        case ActionChosen():
            actions.act(course, event)
        case MemberWrote():
            words.write(course, event)
        case WordsDelivered():
            words.delivered(course, event)
        case CompanyWrote():
            company.wrote(course, event)
        case CompanyWithdrew():
            company.withdrew(course)
        case CompanyRated():
            company.rated(course, event)
        case GroupMoved() if course.handling.status in ("open", "taken"):
            course.effects += [SendCards(cards=course.cards("again", only="team"))]
        case TimeCame():
            waiting.time_came(course, event.name)
        case _:
            pass
