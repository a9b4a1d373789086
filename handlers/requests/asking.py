"""The form's questions, one at a time, with buttons where a list helps."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from handlers.requests import buttons, steps
from handlers.requests.model import Deadline
from handlers.requests.recap import recap
from handlers.requests.showing import need_name, shown_band, shown_company, shown_value
from handlers.values import Button

if TYPE_CHECKING:
    from collections.abc import Iterator

    from handlers.requests.model import Company
    from handlers.state import Form
    from handlers.talk import Talk
    from handlers.values import Reply
    from knowledge.model import Texts

COMMUNES_AT_ONCE = 8
"""Communes a page: two columns of four on a telephone."""

_ANSWERED_BY_NUMBERS = frozenset({steps.SURFACE, steps.HEADCOUNT})
_DEADLINE_MONTHS = (0, 3, 6, 12)

_LABEL_LIMIT = 60
"""Characters of a button's label that come from a company's name."""


def question(talk: Talk, form: Form, *before: str, page: int = 0) -> Reply:
    """What ``form`` asks at its step, after ``before``; ``page`` is that of its communes."""
    match form.step:
        case steps.RECAP:
            return recap(talk, form, *before)
        case steps.COMPANY_CHECK:
            return _company_check(talk, form, *before)
        case steps.OPEN_ALREADY:
            return _open_already(talk, form, *before)
        case _:
            return _ask(talk, form, *before, page=page)


def _ask(talk: Talk, form: Form, *before: str, page: int) -> Reply:
    messages = talk.messages
    texts: Texts = getattr(messages, f"request_ask_{form.step}")
    value = shown_value(talk, form.details, form.step)
    current = talk.words(messages.request_current, value=value) if value else ""
    asked = "\n".join(filter(None, [_progress(talk, form), talk.words(texts)]))
    choices = [*_choices(talk, form, page), *_ways_on(talk, form, known=bool(value))]
    reply = talk.reply(*before, asked, current, buttons=choices)
    return reply.model_copy(update={"expects_number": form.step in _ANSWERED_BY_NUMBERS})


def _progress(talk: Talk, form: Form) -> str:
    step, of = steps.progress(talk.base.request_form, form)
    if not step or form.correcting:
        return ""
    return talk.words(talk.messages.request_progress, step=str(step), steps=str(of))


def _ways_on(talk: Talk, form: Form, *, known: bool) -> Iterator[Button]:
    """Keep, clear or skip, back, cancel: those that there are."""
    messages, asked, step = talk.messages, talk.base.request_form, form.step
    if known:
        yield talk.button(messages.button_request_keep, buttons.valued("keep", step))
    if not steps.is_required(asked, form.details, step):
        skip = messages.button_request_clear if known else messages.button_request_skip
        yield talk.button(skip, buttons.valued("clear" if known else "skip", step))
    if form.correcting:
        yield talk.button(messages.button_request_recap, buttons.RECAP)
    elif steps.previous_step(asked, form):
        yield talk.button(messages.button_request_back, buttons.valued("back", step))
    yield talk.button(messages.button_request_cancel, buttons.CANCEL)


def _choices(talk: Talk, form: Form, page: int) -> list[Button]:
    match form.step:
        case steps.NEED:
            return [
                Button(label=need.label_in(talk.language), value=f"need:{need.id}")
                for need in talk.base.request_form.needs
            ]
        case steps.COMMUNES:
            return _communes(talk, form, page)
        case steps.HEADCOUNT:
            return [
                Button(label=shown_band(talk, band), value=buttons.valued("headcount", str(number)))
                for number, band in enumerate(steps.BANDS)
            ]
        case steps.DEADLINE:
            return [
                Button(
                    label=deadline_in(talk, months).text,
                    value=buttons.valued("deadline", str(months)),
                )
                for months in _DEADLINE_MONTHS
            ]
        case _:
            return []


def _communes(talk: Talk, form: Form, page: int) -> list[Button]:
    """One page of the communes, the company's own first; the last page leads to the first."""
    company = form.details.company
    own = company.locality.code if company and company.locality else ""
    communes = sorted(talk.base.territory.communes, key=lambda commune: commune.code != own)
    pages = max(1, -(-len(communes) // COMMUNES_AT_ONCE))
    start = page % pages * COMMUNES_AT_ONCE
    choices = [
        Button(label=commune.name, value=buttons.valued("commune", commune.code))
        for commune in communes[start : start + COMMUNES_AT_ONCE]
    ]
    if pages > 1:
        further = buttons.valued("page", str((page + 1) % pages))
        choices.append(talk.button(talk.messages.button_request_more, further))
    return choices


def deadline_in(talk: Talk, months: int) -> Deadline:
    """The deadline of a button; 0 months is "as soon as possible", which is no day."""
    messages = talk.messages
    if not months:
        return Deadline(text=talk.words(messages.request_deadline_soon))
    text = talk.words(messages.request_deadline_months, months=str(months))
    return Deadline(text=text, day=_months_after(talk.today, months))


def deadline_of_button(talk: Talk, argument: str) -> Deadline | None:
    """The deadline of the button with that argument, or None if there is no such button."""
    months = {str(months): months for months in _DEADLINE_MONTHS}.get(argument)
    return None if months is None else deadline_in(talk, months)


def _months_after(day: dt.date, months: int) -> dt.date:
    """The same day ``months`` later, or the last of that month where it has fewer days."""
    years, month = divmod(day.month - 1 + months, 12)
    first = dt.date(day.year + years, month + 1, 1)
    following = (first + dt.timedelta(days=31)).replace(day=1)
    return min(first.replace(day=1) + dt.timedelta(days=day.day - 1), following - dt.timedelta(1))


def _company_check(talk: Talk, form: Form, *before: str) -> Reply:
    messages = talk.messages
    shown = [shown_company(talk, company) for company in form.found]
    if len(form.found) == 1:
        [company] = form.found
        text = talk.words(messages.request_company_one, company=shown[0])
        choices = [
            talk.button(messages.button_request_yes, _company_value(company)),
            talk.button(messages.button_request_no, buttons.NO_COMPANY),
        ]
    else:
        listed = "\n".join(f"{number}. {line}" for number, line in enumerate(shown, start=1))
        text = talk.words(messages.request_company_several, companies=listed)
        choices = [
            *(
                Button(label=_company_label(company), value=_company_value(company))
                for company in form.found
            ),
            talk.button(messages.button_request_no_company, buttons.NO_COMPANY),
        ]
    cancel = talk.button(messages.button_request_cancel, buttons.CANCEL)
    return talk.reply(*before, text, buttons=[*choices, cancel])


def _company_value(company: Company) -> str:
    return buttons.valued("company", company_id(company))


def company_id(company: Company) -> str:
    """What tells a company found from the others."""
    return company.siret or company.siren


def _company_label(company: Company) -> str:
    place = company.locality.name if company.locality else ""
    return _short(", ".join(filter(None, [company.name, place])) or company_id(company))


def _short(text: str) -> str:
    """``text`` as the label of a button: on one line, and not too long."""
    line = " ".join(text.split())
    return line if len(line) <= _LABEL_LIMIT else line[: _LABEL_LIMIT - 1].rstrip() + "…"


def _open_already(talk: Talk, form: Form, *before: str) -> Reply:
    messages = talk.messages
    request = steps.open_for(talk.state.requests, form.details.need)
    reference = request.reference if request else ""
    text = talk.words(
        messages.request_open_already,
        reference=reference,
        need=need_name(talk, form.details.need),
    )
    choices = [
        talk.button(messages.button_request_add, buttons.ADD_HERE, reference=reference),
        talk.button(
            messages.button_request_see, buttons.valued("see", reference), reference=reference
        ),
    ]
    if talk.base.request_form.needs:
        choices.append(talk.button(messages.button_request_other_need, buttons.OTHER_NEED))
    choices.append(talk.button(messages.button_request_cancel, buttons.CANCEL))
    return talk.reply(*before, text, buttons=choices)
