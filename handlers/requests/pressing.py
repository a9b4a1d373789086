"""The buttons of requests. One of an earlier question does nothing but show the present one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.requests import (
    attachments,
    buttons,
    form,
    listing,
    moving,
    open_requests,
    steps,
    team_words,
)
from handlers.requests.agreeing import agreed, correct
from handlers.requests.asides import LONGEST_QUESTION
from handlers.requests.asking import deadline_of_button, question
from handlers.requests.company import chosen
from handlers.requests.flow import ask_again, beside, go_on, stale, taken
from handlers.requests.model import Company, Details, Locality
from handlers.requests.recap import pick_line
from handlers.requests.said import description_said

if TYPE_CHECKING:
    from collections.abc import Callable

    from handlers.state import Form
    from handlers.step import Step
    from handlers.talk import Talk


def pressed(talk: Talk, value: str) -> Step:
    """What the button of that value leads to."""
    action, argument = buttons.parted(value)
    if action != "withdrawn":
        talk = talk.having(doing=None)
    step = _anywhere(talk, value, action, argument)
    if step:
        return step
    step = _of_open_requests(talk, value, action, argument)
    if step:
        return beside(talk, step)
    under_way = talk.state.form
    if under_way is None:
        return stale(talk)
    return _in_the_form(talk, under_way, value, action, argument)


def _anywhere(talk: Talk, value: str, action: str, argument: str) -> Step | None:
    match value:
        case buttons.NEW:
            return form.begun_or_resumed(talk)
        case buttons.RESUME:
            return form.resumed(talk)
        case buttons.APPEND:
            return form.joined(talk)
        case buttons.RESTART:
            return form.restarted(talk)
        case buttons.CANCEL:
            return form.cancelled(talk)
    return agreed(talk, talk.state.form, argument) if action == "send" else None


def _of_open_requests(talk: Talk, value: str, action: str, argument: str) -> Step | None:
    match value:
        case buttons.LIST:
            return listing.listed(talk)
        case buttons.DROP:
            return attachments.dropped(talk)
        case buttons.DONE | buttons.KEEP_OPEN:
            return listing.listed(talk)
    return OF_REFERENCES[action](talk, argument) if action in OF_REFERENCES else None


OF_REFERENCES: dict[str, Callable[[Talk, str], Step]] = {
    "see": open_requests.shown,
    "add": open_requests.ask_what_to_add,
    "files": attachments.attached,
    "withdraw": open_requests.ask_whether_to_withdraw,
    "withdrawn": open_requests.withdrawn,
    "rate": team_words.rated,
}
"""What is done with the request whose reference is the argument, by action."""


def _in_the_form(talk: Talk, under_way: Form, value: str, action: str, argument: str) -> Step:
    match under_way.step, value:
        case _, buttons.RECAP:
            return go_on(talk, under_way)
        case steps.RECAP, buttons.CORRECT:
            return talk.step(pick_line(talk, under_way))
        case steps.RECAP, _ if action == "line":
            return correct(talk, under_way, argument)
        case steps.COMPANY_CHECK, _ if action == "company":
            return chosen(talk, under_way, argument)
        case steps.OPEN_ALREADY, buttons.ADD_HERE:
            return moving.added_here(talk, under_way)
        case steps.OPEN_ALREADY, buttons.OTHER_NEED:
            return _another_need(talk, under_way)
        case _:
            return _at_a_question(talk, under_way, value, action, argument)


def _another_need(talk: Talk, under_way: Form) -> Step:
    details = under_way.details.model_copy(update={"need": None})
    return go_on(talk, under_way.model_copy(update={"details": details}))


def _at_a_question(talk: Talk, under_way: Form, value: str, action: str, argument: str) -> Step:
    if action in _WAYS and argument == under_way.step:
        return _WAYS[action](talk, under_way)
    if value == buttons.TAKE and under_way.step == steps.DESCRIPTION and talk.state.asked:
        return _take_question(talk, under_way)
    return _answer(talk, under_way, action, argument)


_WAYS: dict[str, Callable[[Talk, Form], Step]] = {
    "back": moving.back,
    "skip": moving.skip,
    "keep": go_on,
    "clear": moving.cleared,
}


def _take_question(talk: Talk, under_way: Form) -> Step:
    """The question that was answered was the request itself."""
    said = description_said(talk, talk.state.asked[:LONGEST_QUESTION])
    under_way, effects = taken(under_way, steps.DESCRIPTION, said)
    return go_on(talk, under_way, effects=effects)


def _answer(talk: Talk, under_way: Form, action: str, argument: str) -> Step:
    """A button that answers the present question; of another question, that is shown again."""
    if action == "page" and under_way.step == steps.COMMUNES and argument.isdecimal():
        under_way = under_way.model_copy(update={"paused": False})
        talk = talk.having(form=under_way)
        return talk.step(question(talk, under_way, page=int(argument[:3])))
    slot = _SLOTS.get(action)
    said = _said(talk, under_way, action, argument) if slot == under_way.step else None
    if slot is None or said is None:
        return ask_again(talk, under_way)
    under_way, effects = taken(under_way, slot, said)
    return go_on(talk, under_way.model_copy(update={"answered": ""}), effects=effects)


_SLOTS = {
    "need": steps.NEED,
    "commune": steps.COMMUNES,
    "headcount": steps.HEADCOUNT,
    "deadline": steps.DEADLINE,
}


def _said(talk: Talk, under_way: Form, action: str, argument: str) -> Details | None:
    match action:
        case "need":
            known = talk.base.request_form.need(argument)
            return Details(need=argument) if known else None
        case "commune":
            communes = talk.base.territory.communes
            return next(
                (
                    Details(communes=(Locality(name=one.name, code=one.code, inside=True),))
                    for one in communes
                    if one.code == argument
                ),
                None,
            )
        case "headcount":
            bands = dict(zip(map(str, range(len(steps.BANDS))), steps.BANDS, strict=True))
            band = bands.get(argument)
            return _with_band(under_way, band) if band else None
        case _:
            deadline = deadline_of_button(talk, argument)
            return Details(deadline=deadline) if deadline else None


def _with_band(under_way: Form, band: str) -> Details:
    """The headcount as a range: kept in the words of the directory, which routing reads."""
    company = under_way.details.company or Company()
    return Details(company=company.model_copy(update={"headcount_band": band}))
