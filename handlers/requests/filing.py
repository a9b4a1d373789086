"""The agreed request on its way: to which team, with which cards, and what the company is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers import hours
from handlers.events import FiledRequest, FileRequest
from handlers.requests import buttons
from handlers.requests.company import eligibility
from handlers.requests.consent import seal
from handlers.requests.model import Request
from handlers.routing import cards, route
from handlers.wording import spelt_date
from knowledge.markup import escape

if TYPE_CHECKING:
    import datetime as dt

    from handlers.events import Form, Reply, Step
    from handlers.requests.model import Details
    from handlers.requests.talk import Talk
    from knowledge.model import Team


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
        _when(talk, team) if team else "",
        talk.words(messages.request_what_next),
        buttons=[talk.button(messages.button_request_list, buttons.LIST)],
    )


def _when(talk: Talk, team: Team) -> str:
    """When the team is there to read it; nothing, and no promise, of one without hours."""
    opening = hours.next_opening(team.hours, talk.now) if team.hours else None
    if opening is None:
        return ""
    messages = talk.messages
    if opening <= talk.now:
        return talk.words(messages.request_team_open)
    return talk.words(messages.request_team_opens, when=_moment(talk, opening))


def _moment(talk: Talk, moment: dt.datetime) -> str:
    date = spelt_date(moment.date().isoformat(), talk.language)
    return talk.words(talk.messages.request_moment, date=date, time=f"{moment:%H:%M}")


def already_filed(talk: Talk, agreed: str) -> Step | None:
    """The reference again, if the recap that was ``agreed`` to is filed: once is enough."""
    filed_once = (one.request for one in talk.state.requests if one.seal == agreed)
    request = next(filed_once, None)
    if request is None:
        return None
    text = talk.words(talk.messages.request_already_filed, reference=request.reference)
    listed = talk.button(talk.messages.button_request_list, buttons.LIST)
    return talk.step(talk.reply(text, buttons=[listed]))
