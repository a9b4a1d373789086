"""The person's open requests: listed, shown, added to, taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.events import AddToRequest, Doing, WithdrawRequest
from handlers.requests import buttons
from handlers.requests.showing import all_lines, need_name, sent_on
from knowledge.markup import escape

if TYPE_CHECKING:
    from handlers.events import Button, FiledRequest, Step
    from handlers.requests.model import File
    from handlers.requests.talk import Talk


def listed(talk: Talk) -> Step:
    """Each with its status, and what can be done with it."""
    messages = talk.messages
    new = talk.button(messages.button_request_new, buttons.NEW)
    if not talk.state.requests:
        return talk.step(talk.reply(talk.words(messages.request_list_empty), buttons=[new]))
    lines = "\n".join(_line(talk, filed) for filed in talk.state.requests)
    choices = [button for filed in talk.state.requests for button in _ways(talk, filed)]
    text = talk.words(messages.request_list, lines=lines)
    return talk.step(talk.reply(text, buttons=[*choices, new]))


def _line(talk: Talk, filed: FiledRequest) -> str:
    return talk.words(
        talk.messages.request_list_line,
        reference=filed.request.reference,
        need=need_name(talk, filed.request.details.need),
        date=sent_on(talk, filed),
        status=_status(talk, filed),
    )


def _status(talk: Talk, filed: FiledRequest) -> str:
    if not filed.held_by:
        return talk.words(talk.messages.request_status_open)
    return talk.words(talk.messages.request_status_taken, name=escape(filed.held_by))


def _ways(talk: Talk, filed: FiledRequest) -> list[Button]:
    """The buttons to add to a request, to see it, and to take it back."""
    messages, reference = talk.messages, filed.request.reference
    return [
        talk.button(texts, buttons.valued(action, reference), reference=reference)
        for texts, action in (
            (messages.button_request_add, "add"),
            (messages.button_request_see, "see"),
            (messages.button_request_withdraw, "withdraw"),
        )
    ]


def shown(talk: Talk, reference: str) -> Step:
    """All that was filed."""
    filed = find(talk, reference)
    if filed is None:
        return gone(talk)
    text = talk.words(
        talk.messages.request_shown,
        reference=reference,
        date=sent_on(talk, filed),
        lines=all_lines(talk, filed.request.details),
    )
    add, _, withdraw = _ways(talk, filed)
    return talk.step(talk.reply(text, buttons=[add, withdraw]))


def find(talk: Talk, reference: str) -> FiledRequest | None:
    """The open request of that reference."""
    return next((one for one in talk.state.requests if one.request.reference == reference), None)


def gone(talk: Talk) -> Step:
    """The request is not open any more."""
    listing = talk.button(talk.messages.button_request_list, buttons.LIST)
    text = talk.words(talk.messages.request_unknown_reference)
    return talk.having(doing=None).step(talk.reply(text, buttons=[listing]))


# -- Adding ---------------------------------------------------------------------------------------


def ask_what_to_add(talk: Talk, reference: str) -> Step:
    """The next message and the next files join the request."""
    if find(talk, reference) is None:
        return gone(talk)
    text = talk.words(talk.messages.request_add_ask, reference=reference)
    done = talk.button(talk.messages.button_request_done, buttons.DONE)
    doing = Doing(what="add", reference=reference)
    return talk.having(doing=doing).step(talk.reply(text, buttons=[done]))


def added(talk: Talk, filed: FiledRequest, text: str, files: tuple[File, ...] = ()) -> Step:
    """``text`` and ``files`` are on their way to the request's team."""
    reply = talk.reply(
        talk.words(talk.messages.request_added, reference=filed.request.reference),
        buttons=[talk.button(talk.messages.button_request_list, buttons.LIST)],
    )
    talk, effect = with_addition(talk, filed, text, files)
    return talk.having(doing=None).step(reply, effects=[effect])


def with_addition(
    talk: Talk, filed: FiledRequest, text: str, files: tuple[File, ...]
) -> tuple[Talk, AddToRequest]:
    """The talk in which the request has ``files`` too, and the effect that tells its team."""
    request = filed.request
    effect = AddToRequest(
        reference=request.reference,
        text=text,
        files=files,
    )
    details = request.details.model_copy(update={"files": (*request.details.files, *files)})
    request = request.model_copy(update={"details": details})
    changed = filed.model_copy(update={"request": request})
    requests = tuple(changed if one == filed else one for one in talk.state.requests)
    return talk.having(requests=requests), effect


def left(talk: Talk, reference: str) -> Step:
    """Nothing more is added, or the request is not taken back: it stays as it is."""
    text = talk.words(talk.messages.request_add_left, reference=reference)
    listing = talk.button(talk.messages.button_request_list, buttons.LIST)
    return talk.having(doing=None).step(talk.reply(text, buttons=[listing]))


# -- Taking back ----------------------------------------------------------------------------------


def ask_whether_to_withdraw(talk: Talk, reference: str) -> Step:
    """Nothing is taken back by one press."""
    if find(talk, reference) is None:
        return gone(talk)
    messages = talk.messages
    choices = [
        talk.button(messages.button_request_withdraw_yes, buttons.valued("withdrawn", reference)),
        talk.button(messages.button_request_withdraw_no, buttons.KEEP_OPEN),
    ]
    text = talk.words(messages.request_withdraw_ask, reference=reference)
    doing = Doing(what="withdraw", reference=reference)
    return talk.having(doing=doing).step(talk.reply(text, buttons=choices))


def withdrawn(talk: Talk, reference: str) -> Step:
    """The request is taken back, if that was just asked."""
    filed = find(talk, reference)
    if filed is None:
        return gone(talk)
    if talk.state.doing != Doing(what="withdraw", reference=reference):
        return ask_whether_to_withdraw(talk, reference)
    effect = WithdrawRequest(reference=reference)
    requests = tuple(one for one in talk.state.requests if one != filed)
    text = talk.words(talk.messages.request_withdrawn, reference=reference)
    new = talk.button(talk.messages.button_request_new, buttons.NEW)
    talk = talk.having(requests=requests, doing=None)
    return talk.step(talk.reply(text, buttons=[new]), effects=[effect])
