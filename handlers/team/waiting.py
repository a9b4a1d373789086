"""Who waits for whom: reminders in the team's own hours, escalation, and the assistant's return."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from handlers.hours import after_open_time
from handlers.team.model import SendCards

if TYPE_CHECKING:
    from handlers.team.course import Course
    from knowledge.model import Team

REMIND: Final = "remind"
RELEASE: Final = "release"


def company_waits(course: Course) -> None:
    """The company waits for the team's word; what it waits for already counts from then."""
    if course.handling.waiting_since is None:
        course.change(waiting_since=course.now, reminded=0)
        _remind_later(course)


def team_spoke(course: Course, *, silent_only: bool = False) -> None:
    """The team has answered, or, ``silent_only``, has but taken the request.

    The assistant is silent from now on, for as long as the team's own setting says.
    """
    if not silent_only:
        course.change(waiting_since=None, reminded=0)
        course.set_timer(REMIND, None)
    hours = course.team.silent_hours if course.team else 0
    course.set_timer(RELEASE, course.now + dt.timedelta(hours=hours))


def nobody_waits(course: Course, *, silent: bool) -> None:
    """The request is over: no timer is left but, while ``silent``, that of the return."""
    course.set_timer(REMIND, None)
    if not silent:
        course.set_timer(RELEASE, None)


def time_came(course: Course, name: str) -> None:
    """A timer: the team is reminded, then its backup told; or the assistant answers again."""
    if name == RELEASE and course.handling.status == "taken":
        course.history("released")
        course.moved("released")
        course.say(course.base.messages.team_released)
    elif name == REMIND and course.handling.waiting_since is not None:
        _remind(course)


def _remind(course: Course) -> None:
    owner = course.handling.owner
    course.change(reminded=course.handling.reminded + 1)
    course.say(
        course.base.messages.team_reminder, name=owner.name if owner else "", purpose="reply"
    )
    if course.handling.reminded == 1:
        course.history("reminded")
        _remind_later(course)
        return
    course.history("escalated")
    told = _stand_in(course)
    if told:
        # Its members may take the request over from where they read of it.
        course.change(stand_ins=(*course.handling.stand_ins, told.id))
        course.effects.append(SendCards(cards=course.cards_for(told, "waiting")))


def _stand_in(course: Course) -> Team | None:
    """The team's backup, or else the default team; None when that is the team itself."""
    routing = course.base.routing
    own = course.team.id if course.team else None
    backup = routing.team(course.team.backup) if course.team else None
    told = backup or routing.team(routing.default)
    return None if told is None or told.id == own else told


def _remind_later(course: Course) -> None:
    team = course.team
    if team is None:
        return
    wait = dt.timedelta(hours=team.remind_after_hours)
    course.set_timer(REMIND, after_open_time(team.hours, course.now, wait))
