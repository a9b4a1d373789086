"""The buttons of a request's card: take, reply, transfer, note, close."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.team import waiting
from handlers.team.buttons import key, value
from handlers.team.canned import send_entry
from handlers.team.course import Course, group_of, is_owner
from handlers.team.model import ActionChosen
from handlers.values import Button

if TYPE_CHECKING:
    from collections.abc import Iterable

    from handlers.team.model import Member
    from knowledge.model import Team

OVER = "over"
"""The argument with which a request is taken from the member who has it."""


def act(course: Course, event: ActionChosen) -> None:
    """Carry out the action, or say why it cannot be."""
    group = group_of(course.team)
    if group is None or group.address != event.group:
        _act_elsewhere(course, event)
        return
    if course.handling.status == "withdrawn":
        course.say(course.base.messages.team_withdrawn_already)
        return
    match event.action:
        case "take":
            take(course, event.member, over=event.argument == OVER)
        case "note":
            course.say(course.base.messages.team_ask_note, purpose="note", ask=event.member)
        case "reply" if may_act(course, event.member):
            _reply(course, event)
        case "transfer" if may_act(course, event.member):
            _transfer(course, event)
        case "close" if may_act(course, event.member):
            _close(course, event.member)
        case _:
            pass


def take(course: Course, member: Member, *, over: bool = False) -> bool:
    """``member`` has the request from now on; returns whether they have it.

    Of one that another member has they are told so, and may then take it ``over``.
    """
    handling = course.handling
    if is_owner(handling, member) and handling.status == "taken":
        course.say(course.base.messages.team_taken_already, name=member.name)
        return True
    if handling.status == "taken" and not over:
        _tell_owner(course)
        return False
    course.change(owner=member, status="taken")
    course.log("taken", member.name)
    course.moved("taken", member.name)
    course.say(course.base.messages.team_taken, name=member.name)
    course.refresh()
    waiting.team_spoke(course, silent_only=True)
    return True


def may_act(course: Course, member: Member) -> bool:
    """Whether ``member`` has the request; a request that nobody has becomes theirs."""
    handling = course.handling
    if handling.status == "taken" and not is_owner(handling, member):
        _tell_owner(course)
        return False
    if handling.status == "closed":
        course.say(course.base.messages.team_closed_already)
        return False
    return is_owner(handling, member) or take(course, member)


def _tell_owner(course: Course) -> None:
    """Who has it; it can be taken over, knowingly, from someone who is away."""
    messages = course.base.messages
    owner = course.handling.owner
    over = course.wording.button(messages.team_button_over, value(course, "take", OVER))
    course.say(messages.team_taken_by_other, over, name=owner.name if owner else "")


def _act_elsewhere(course: Course, event: ActionChosen) -> None:
    """A press in a group whose team does not have the request.

    A team that was told of it in the place of its own may take it. All else does nothing, and
    whoever presses reads why; not in a group that never read of the request.
    """
    messages, handling = course.base.messages, course.handling
    stand_in = _working_in(course, event.group, (*handling.stand_ins, course.base.routing.default))
    there = stand_in or _working_in(course, event.group, handling.past_teams)
    may_take = stand_in is not None and handling.status in {"open", "taken"}
    if there is None:
        return
    if handling.status == "withdrawn":
        course.say_to(there, messages.team_withdrawn_already)
    elif not may_take:
        course.say_to(there, messages.team_elsewhere)
    elif event.action != "take":
        course.say_to(there, messages.team_take_first)
    else:
        _hand_over(course, event.member, there)
        take(course, event.member)


def _working_in(course: Course, group: str, teams: Iterable[str | None]) -> Team | None:
    """The first of ``teams`` that works in ``group``."""
    known = (course.base.routing.team(team) for team in teams)
    groups = ((team, group_of(team)) for team in known if team)
    return next((team for team, there in groups if there and there.address == group), None)


def _reply(course: Course, event: ActionChosen) -> None:
    if event.argument:
        send_entry(course, event.member, event.argument)
        return
    course.say(course.base.messages.team_ask_reply, purpose="reply", ask=event.member)
    # The nearest thing to "is typing" that there is: groups do not tell when a member types.
    course.moved("writing", event.member.name)


def _transfer(course: Course, event: ActionChosen) -> None:
    if not event.argument:
        others = [t for t in course.base.routing.teams if t.id != course.handling.request.team]
        if not others:
            course.say(course.base.messages.team_no_other)
            return
        buttons = [_to(course, team) for team in others]
        course.say(course.base.messages.team_ask_transfer, *buttons)
        return
    chosen = next(
        (team for team in course.base.routing.teams if key(team.id) == event.argument), None
    )
    if chosen is None or chosen.id == course.handling.request.team:
        course.say(course.base.messages.team_no_other)
        return
    _hand_over(course, event.member, chosen)


def _hand_over(course: Course, member: Member, team: Team) -> None:
    """The card and its history move to ``team``; the old group is told where it went."""
    name = team.name_in(course.wording.language)
    course.say(course.base.messages.team_transferred, name=member.name, team=name)
    course.log("transferred", member.name, name)
    course.change(owner=None, status="open")
    course.refresh(moved_to=name)
    before = course.handling
    told = (*before.past_teams, *before.stand_ins, before.request.team or "")
    course.change(
        request=before.request.model_copy(update={"team": team.id}),
        stand_ins=(),
        past_teams=tuple(dict.fromkeys(told)),
        told_talk=False,
    )
    request = course.handling.request
    course.send("transferred", history_text(course))
    course.moved("transferred", team.name_in(request.language), team.id)
    waiting.company_waits(course)


def history_text(course: Course) -> str:
    """What was said and done, a line each, for the team that reads it first."""
    messages = course.base.messages
    texts = {
        "added": messages.team_line_added,
        "replied": messages.team_line_replied,
        "noted": messages.team_line_noted,
        "taken": messages.team_line_taken,
        "transferred": messages.team_line_transferred,
        "closed": messages.team_line_closed,
    }
    return "\n".join(
        course.wording.text(
            texts[line.what], day=course.spelt(line.at), name=line.author, text=line.text
        )
        for line in course.handling.log
    )


def _close(course: Course, member: Member) -> None:
    course.change(status="closed", waiting_since=None)
    course.log("closed", member.name)
    course.moved("closed", member.name)
    course.say(course.base.messages.team_closed, name=member.name)
    course.refresh()
    waiting.nobody_waits(course, silent=False)


def _to(course: Course, team: Team) -> Button:
    return Button(
        label=team.name_in(course.wording.language),
        value=value(course, "transfer", key(team.id)),
    )
