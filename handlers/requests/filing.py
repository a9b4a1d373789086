"""The agreed request on its way: to which team, with which cards, and what the company is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.effects import FileRequest
from handlers.requests import buttons
from handlers.requests.company import eligibility
from handlers.requests.consent import seal
from handlers.requests.model import Request
from handlers.requests.moments import when_answered
from handlers.routing import cards, route
from handlers.state import FiledRequest
from knowledge.markup import escape

if TYPE_CHECKING:
    from handlers.requests.model import Details
    from handlers.state import Form
    from handlers.step import Step
    from handlers.talk import Talk
    from handlers.values import Reply


def filed(talk: Talk, form: Form) -> Step:
    """File what the recap has shown; only ever called for an agreement to that very recap."""
    request = _request(talk, form.details)
    routed = route(talk.base, request, talk.today)
    request = request.model_copy(update={"team": routed.team, "rule": routed.rule})
    requests = (*talk.state.requests, FiledRequest(request=request, seal=seal(form.details)))
    talk = talk.having(form=None, requests=requests)
    effect = FileRequest(request=request, cards=cards(talk.base, request))
    return talk.step(_told(talk, request), effects=[effect])


def _request(talk: Talk, details: Details) -> Request:
    told = None
    if details.company and details.company.verified:
        told = eligibility(talk, details)
    return Request(
        reference=talk.reference,
        channel=talk.channel,
        language=talk.language,
        details=details,
        eligibility=told.summary if told else "",
        consented_at=talk.now,
    )


def _told(talk: Talk, request: Request) -> Reply:
    messages = talk.messages
    team = talk.base.routing.team(request.team)
    if team:
        name = escape(team.name_in(talk.language))
        text = talk.words(messages.request_filed, reference=request.reference, team=name)
    else:
        text = talk.words(messages.request_filed_unnamed, reference=request.reference)
    return talk.reply(
        text,
        when_answered(talk, request.team),
        talk.words(messages.request_what_next),
        buttons=[talk.button(messages.button_request_list, buttons.LIST)],
    )


def already_filed(talk: Talk, agreed: str) -> Step | None:
    """The reference again, if the recap that was ``agreed`` to is filed: once is enough."""
    filed_once = (one.request for one in talk.state.requests if one.seal == agreed)
    request = next(filed_once, None)
    if request is None:
        return None
    text = talk.words(talk.messages.request_already_filed, reference=request.reference)
    listed = talk.button(talk.messages.button_request_list, buttons.LIST)
    return talk.step(talk.reply(text, buttons=[listed]))
