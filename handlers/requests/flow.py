"""From one question of the form to the next: the only place where a form moves on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.requests import buttons, steps
from handlers.requests.asking import question
from handlers.requests.consent import seal
from handlers.requests.details import merge
from handlers.requests.directory import look_up
from handlers.requests.model import Company
from handlers.wording import MENU

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.effects import Effect
    from handlers.requests.model import Details
    from handlers.state import Form
    from handlers.step import Step
    from handlers.talk import Talk
    from handlers.values import Reply


def ask_again(
    talk: Talk,
    form: Form,
    *before: str,
    replies: Sequence[Reply] = (),
    effects: Sequence[Effect] = (),
) -> Step:
    """The form's present question, after ``before`` in the same reply and ``replies`` before it.

    A question that an edit of the folder, or a change of the need, has made idle is left out.
    """
    form = form.model_copy(update={"paused": False})
    if form.step in {steps.COMPANY_CHECK, steps.OPEN_ALREADY, steps.RECAP, ""}:
        form = form.model_copy(update={"step": _next(talk, form)})
    if form.step == steps.RECAP:
        form = form.model_copy(update={"recap_seal": seal(form.details)})
    talk = talk.having(form=form)
    return talk.step(*replies, question(talk, form, *before), effects=effects)


def go_on(
    talk: Talk,
    form: Form,
    *before: str,
    replies: Sequence[Reply] = (),
    effects: Sequence[Effect] = (),
) -> Step:
    """The form's next question, or its recap."""
    update = {"step": _next(talk, form), "correcting": False}
    return ask_again(
        talk, form.model_copy(update=update), *before, replies=replies, effects=effects
    )


def _next(talk: Talk, form: Form) -> str:
    return steps.next_step(talk.base.request_form, form, talk.state.requests)


def beside(talk: Talk, step: Step) -> Step:
    """``step``, which talks of something else: the form is paused, and a button leads back."""
    form = step.state.form
    if form is None or not step.replies:
        return step
    *before, last = step.replies
    if all(one.value != buttons.RESUME for one in last.buttons):
        resume = talk.button(talk.messages.button_request_resume, buttons.RESUME)
        last = last.model_copy(update={"buttons": (*last.buttons, resume)})
    paused = form.model_copy(update={"paused": True})
    return step.model_copy(
        update={
            "state": step.state.model_copy(update={"form": paused}),
            "replies": (*before, last),
        }
    )


def stale(talk: Talk) -> Step:
    """A button of an earlier question, and no form to go on with."""
    messages = talk.messages
    choices = [
        talk.button(messages.button_request_new, buttons.NEW),
        talk.button(messages.button_menu, MENU),
    ]
    return talk.step(talk.reply(talk.words(messages.request_stale), buttons=choices))


def taken(form: Form, slot: str, said: Details) -> tuple[Form, list[Effect]]:
    """``form`` with what an answer to ``slot`` says, and the look-up that it may call for.

    What was known of the slot gives way to it. An answer may say that there is nothing to say
    ("anywhere"): then it is not asked again.
    """
    details = merge(without(form.details, slot), said)
    return with_details(form.model_copy(update={"skipped": _skipped(form, slot)}), details)


def with_details(form: Form, details: Details) -> tuple[Form, list[Effect]]:
    """``form`` with these details; a company that is named anew is looked up."""
    changed = form.model_copy(update={"details": details, "hasty_yes": False})
    return look_up(form, changed)


def skipped(form: Form, slot: str) -> Form:
    """``form``, which leaves ``slot`` open and does not ask for it again."""
    return form.model_copy(update={"skipped": _skipped(form, slot), "answered": ""})


def _skipped(form: Form, slot: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*form.skipped, slot)))


def without(details: Details, slot: str) -> Details:
    """``details`` before the slot was answered; of contact details, like replaces like."""
    match slot:
        case steps.CONTACT:
            return details
        case steps.HEADCOUNT:
            company = details.company
            if company and company.headcount_band in steps.BANDS:
                company = company.model_copy(update={"headcount_band": ""})
            return details.model_copy(update={"headcount": None, "company": company})
        case steps.COMPANY:
            return without_company(details)
        case steps.COMMUNES:
            return details.model_copy(update={"communes": ()})
        case steps.DESCRIPTION:
            return details.model_copy(update={"description": ""})
        case _:
            return details.model_copy(update={slot: None})


def without_company(details: Details) -> Details:
    """``details`` without the company, but with the headcount that was chosen by a button."""
    company = details.company
    band = company.headcount_band if company else ""
    kept = Company(headcount_band=band) if band in steps.BANDS else None
    return details.model_copy(update={"company": kept})
