"""Ways through the form beside answering: back, on without an answer, into an open request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.requests import attachments, open_requests, steps
from handlers.requests.flow import ask_again, go_on, skipped, with_details, without

if TYPE_CHECKING:
    from handlers.state import Form
    from handlers.step import Step
    from handlers.talk import Talk


def back(talk: Talk, form: Form) -> Step:
    """The question before; from a line that is being corrected, the recap."""
    if form.correcting:
        return go_on(talk, form)
    before = steps.previous_step(talk.base.request_form, form)
    if before is None:
        return ask_again(talk, form, talk.words(talk.messages.request_first_step))
    return ask_again(talk, form.model_copy(update={"step": before, "answered": ""}))


def skip(talk: Talk, form: Form) -> Step:
    """On, if the request can do without an answer here."""
    asked = talk.base.request_form
    match form.step:
        case steps.RECAP | steps.OPEN_ALREADY:
            return ask_again(talk, form)
        case steps.COMPANY_CHECK:
            return go_on(talk, form.model_copy(update={"found": ()}))
    if steps.is_known(asked, form.details, form.step):
        return go_on(talk, form)
    if steps.is_required(asked, form.details, form.step):
        return ask_again(talk, form, talk.words(talk.messages.request_required))
    return go_on(talk, skipped(form, form.step))


def cleared(talk: Talk, form: Form) -> Step:
    """The answer is taken out, and not asked for again."""
    if steps.is_required(talk.base.request_form, form.details, form.step):
        return ask_again(talk, form)
    slot = form.step
    form, effects = with_details(skipped(form, slot), without(form.details, slot))
    return go_on(talk, form, effects=effects)


def added_here(talk: Talk, form: Form) -> Step:
    """What was begun as a second request of the same need joins the first."""
    request = steps.open_for(talk.state.requests, form.details.need)
    found = open_requests.find(talk, request.reference) if request else None
    if form.step != steps.OPEN_ALREADY or found is None:
        return go_on(talk, form)
    talk, said, files = talk.having(form=None), form.details.description, form.details.files
    if not said and not files:
        return open_requests.ask_what_to_add(talk, found.request.reference)
    return attachments.added_as_fit(talk, found, said, files)
