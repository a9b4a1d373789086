"""What the directory answered, the company's yes or no to it, and whether it is concerned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.eligibility import Assessment, assess
from handlers.phrases import choice, phrase
from handlers.requests import steps
from handlers.requests.asking import company_id
from handlers.requests.details import merge
from handlers.requests.flow import ask_again, go_on, with_details, without_company
from handlers.requests.model import Details
from handlers.requests.showing import shortened

if TYPE_CHECKING:
    from handlers.events import CompaniesFound
    from handlers.requests.model import Company
    from handlers.state import Form
    from handlers.step import Step
    from handlers.talk import Talk

MOST_FOUND = 5
"""Companies of one name that are offered: more are told apart by their number, not by a list."""


def eligibility(talk: Talk, details: Details) -> Assessment | None:
    """What is known of whether the company of a request is concerned."""
    return assess(talk.wording, details.company, details.communes)


def companies_found(talk: Talk, event: CompaniesFound) -> Step:
    """The company is asked whether it is one of those found.

    An answer that nobody waits for any more changes nothing and says nothing. While the form is
    paused, or a line of its recap is being corrected, the question waits.
    """
    form = talk.state.form
    if form is None or not form.looked_up or form.looked_up != event.query:
        return talk.step()
    form = form.model_copy(update={"looked_up": ""})
    found = tuple({company_id(one): one for one in event.companies if company_id(one)}.values())
    if not found:
        return _none_found(talk, form, event)
    form = form.model_copy(update={"found": found[:MOST_FOUND]})
    if form.paused or form.correcting:
        return talk.having(form=form).step()
    return go_on(talk, form)


def _none_found(talk: Talk, form: Form, event: CompaniesFound) -> Step:
    """Said once, courteously; the company stays as it was typed.

    Nothing is said where no directory could have been asked.
    """
    if form.paused or event.fault == "off":
        return talk.having(form=form).step()
    messages = talk.messages
    texts = (
        messages.request_company_unavailable if event.fault else messages.request_company_not_found
    )
    return ask_again(talk, form, talk.words(texts, company=shortened(event.query)))


def judged(talk: Talk, form: Form, text: str) -> Step | None:
    """What a yes, a no or a choice in words leads to; None for any other text."""
    said = phrase(text)
    if said == "no":
        return refused(talk, form)
    if said in {"yes", "okay"} and len(form.found) == 1:
        step = confirmed(talk, form, form.found[0])
        return _hasty(step)
    number = choice(text, len(form.found))
    if number is not None and len(form.found) > 1:
        return confirmed(talk, form, form.found[number])
    return None


def _hasty(step: Step) -> Step:
    """A yes typed twice must not agree to the recap that the first of them brought."""
    if step.state.form is None:
        return step
    form = step.state.form.model_copy(update={"hasty_yes": True})
    return step.model_copy(update={"state": step.state.model_copy(update={"form": form})})


def chosen(talk: Talk, form: Form, argument: str) -> Step:
    """A button under what was found was pressed."""
    company = next((one for one in form.found if company_id(one) == argument), None)
    if company:
        return confirmed(talk, form, company)
    return refused(talk, form) if argument == "none" and form.found else ask_again(talk, form)


def confirmed(talk: Talk, form: Form, company: Company) -> Step:
    """It is them: what the directory knows is not asked; they are told if they are concerned."""
    typed = form.details.company
    if typed and typed.headcount_band and not company.headcount_band:
        company = company.model_copy(update={"headcount_band": typed.headcount_band})
    company = company.model_copy(update={"verified": True})
    details = merge(form.details, Details(company=company))
    form, effects = with_details(form.model_copy(update={"found": ()}), details)
    thanks = talk.words(talk.messages.request_company_confirmed, company=shortened(company.name))
    told = eligibility(talk, form.details)
    said = talk.reply(thanks, told.text if told else "")
    return go_on(talk, form, replies=[said], effects=effects)


def refused(talk: Talk, form: Form) -> Step:
    """It is not them: a name stays as it was typed, a number is asked for again."""
    company = form.details.company
    form = form.model_copy(update={"found": ()})
    messages = talk.messages
    if company and company.siren:
        form = form.model_copy(update={"details": without_company(form.details)})
        form = form.model_copy(update={"step": steps.COMPANY, "correcting": False})
        return ask_again(talk, form, talk.words(messages.request_company_again))
    kept = shortened(company.name if company else "")
    return go_on(talk, form, talk.words(messages.request_company_kept, company=kept))
