"""The person's requests as they stand: all in a list, one with its history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.requests import buttons, progress
from handlers.requests.moments import spelt, when_answered
from handlers.requests.showing import all_lines, need_name, sent_on
from knowledge.markup import escape

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from handlers.state import FiledRequest, Happening
    from handlers.step import Step
    from handlers.talk import Talk
    from handlers.values import Button


def listed(talk: Talk) -> Step:
    """The open ones and, for some time, those that have ended; each leads to more."""
    messages = talk.messages
    opened, ended = talk.state.requests, _lately_ended(talk)
    if opened:
        first = talk.words(messages.request_list, lines=_lines(talk, opened))
    else:
        first = talk.words(messages.request_list_empty)
    second = talk.words(messages.request_list_ended, lines=_lines(talk, ended)) if ended else ""
    # All that can be done with each would be too many buttons where there are several.
    alone = _ways(talk, opened[0]) if len(opened) == 1 else [_see(talk, one) for one in opened]
    choices = [*alone, *(_see(talk, one) for one in ended)]
    new = talk.button(messages.button_request_new, buttons.NEW)
    return talk.step(talk.reply(first, second, buttons=[*choices, new]))


def _lately_ended(talk: Talk) -> list[FiledRequest]:
    """Newest first."""
    since = talk.now - progress.LISTED_FOR
    return [one for one in reversed(talk.state.closed) if _ended_at(one) >= since]


def _ended_at(filed: FiledRequest) -> dt.datetime:
    return filed.history[-1].at if filed.history else filed.request.consented_at


def _lines(talk: Talk, filed: Iterable[FiledRequest]) -> str:
    return "\n".join(_line(talk, one) for one in filed)


def _line(talk: Talk, filed: FiledRequest) -> str:
    return talk.words(
        talk.messages.request_list_line,
        reference=filed.request.reference,
        need=need_name(talk, filed.request.details.need),
        date=sent_on(talk, filed),
        status=standing(talk, filed),
    )


def standing(talk: Talk, filed: FiledRequest) -> str:
    """How far it has come, in words."""
    messages = talk.messages
    match filed.standing:
        case "answered":
            texts, line = messages.request_status_answered, progress.last(filed, "answered")
        case "closed":
            texts, line = messages.request_status_closed, progress.last(filed, "closed")
        case "withdrawn":
            texts, line = messages.request_status_withdrawn, progress.last(filed, "withdrawn")
        case _ if filed.held_by:
            return talk.words(messages.request_status_taken, name=escape(filed.held_by))
        case _:
            return talk.words(messages.request_status_open)
    day = spelt(talk, line.at, filed.request.team)[0] if line else ""
    return talk.words(texts, name=escape(line.by) if line else "", date=day)


def _ways(talk: Talk, filed: FiledRequest) -> list[Button]:
    """What can be done with an open request."""
    return [_add(talk, filed), _see(talk, filed), _withdraw(talk, filed)]


def _add(talk: Talk, filed: FiledRequest) -> Button:
    return _button(talk, "add", filed.request.reference)


def _see(talk: Talk, filed: FiledRequest) -> Button:
    return _button(talk, "see", filed.request.reference)


def _withdraw(talk: Talk, filed: FiledRequest) -> Button:
    return _button(talk, "withdraw", filed.request.reference)


def _button(talk: Talk, action: str, reference: str) -> Button:
    messages = talk.messages
    texts = {
        "add": messages.button_request_add,
        "see": messages.button_request_see,
        "withdraw": messages.button_request_withdraw,
    }[action]
    return talk.button(texts, buttons.valued(action, reference), reference=reference)


def shown(talk: Talk, filed: FiledRequest) -> Step:
    """How it stands, how it came there, and all that was filed."""
    messages, request = talk.messages, filed.request
    ended = progress.has_ended(filed)
    text = (
        talk.words(
            messages.request_shown,
            reference=request.reference,
            date=sent_on(talk, filed),
            status=standing(talk, filed),
        ),
        "" if ended else when_answered(talk, request.team, only_if_closed=True),
        talk.words(messages.request_history, lines=_history(talk, filed)) if filed.history else "",
        talk.words(messages.request_asked, lines=all_lines(talk, request.details)),
    )
    if ended:
        listing = talk.button(messages.button_request_list, buttons.LIST)
        choices = [*ratings(talk, filed), listing]
    else:
        choices = [_add(talk, filed), _withdraw(talk, filed)]
    return talk.step(talk.reply(*text, buttons=choices))


def _history(talk: Talk, filed: FiledRequest) -> str:
    return "\n".join(_happened(talk, filed, line) for line in filed.history)


def _happened(talk: Talk, filed: FiledRequest, line: Happening) -> str:
    messages = talk.messages
    texts = {
        "taken": messages.request_happened_taken,
        "transferred": messages.request_happened_transferred,
        "released": messages.request_happened_released,
        "answered": messages.request_happened_answered,
        "corrected": messages.request_happened_corrected,
        "added": messages.request_happened_added,
        "closed": messages.request_happened_closed,
        "withdrawn": messages.request_happened_withdrawn,
    }[line.what]
    what = talk.words(texts, name=escape(line.by), text=escape(line.text))
    date, time = spelt(talk, line.at, filed.request.team)
    return talk.words(messages.request_history_line, date=date, time=time, what=what)


def ratings(talk: Talk, filed: FiledRequest) -> list[Button]:
    """The buttons that say whether the answer helped: of a closed request, once."""
    if filed.standing != "closed" or filed.rated:
        return []
    messages, reference = talk.messages, filed.request.reference
    return [
        talk.button(messages.team_button_helped, buttons.valued("rate", f"{reference}:yes")),
        talk.button(messages.team_button_not_helped, buttons.valued("rate", f"{reference}:no")),
    ]
