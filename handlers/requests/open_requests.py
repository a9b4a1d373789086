"""The person's requests: shown, added to, taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.effects import AddToRequest, WithdrawRequest
from handlers.requests import buttons, listing, progress
from handlers.requests.moments import when_answered
from handlers.state import Doing

if TYPE_CHECKING:
    from handlers.state import FiledRequest
    from handlers.step import Step
    from handlers.talk import Talk
    from handlers.values import File


def shown(talk: Talk, reference: str) -> Step:
    """All that is known of the person's request of that reference, open or ended."""
    filed = progress.known(talk, reference)
    return gone(talk) if filed is None else listing.shown(talk, filed)


def find(talk: Talk, reference: str) -> FiledRequest | None:
    """The open request of that reference."""
    return next((one for one in talk.state.requests if one.request.reference == reference), None)


def gone(talk: Talk) -> Step:
    """The request is not open any more."""
    choices = [talk.button(talk.messages.button_request_list, buttons.LIST)]
    text = talk.words(talk.messages.request_unknown_reference)
    return talk.having(doing=None).step(talk.reply(text, buttons=choices))


# -- Adding ---------------------------------------------------------------------------------------


def ask_what_to_add(talk: Talk, reference: str) -> Step:
    """The next message and the next files join the request."""
    if find(talk, reference) is None:
        return gone(talk)
    text = talk.words(talk.messages.request_add_ask, reference=reference)
    done = talk.button(talk.messages.button_request_done, buttons.DONE)
    doing = Doing(what="add", reference=reference)
    return talk.having(doing=doing).step(talk.reply(text, buttons=[done]))


def added(
    talk: Talk, filed: FiledRequest, text: str, files: tuple[File, ...] = (), but: str = ""
) -> Step:
    """``text`` and ``files`` are on their way to the request's team; ``but`` says what is not."""
    reply = talk.reply(
        talk.words(talk.messages.request_added, reference=filed.request.reference),
        but,
        when_answered(talk, filed.request.team, only_if_closed=True),
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
    said = " ".join(filter(None, [text, progress.names(files)]))
    return progress.kept(talk, progress.advanced(changed, "added", talk.now, text=said)), effect


def left(talk: Talk, reference: str) -> Step:
    """Nothing more is added, or the request is not taken back: it stays as it is."""
    text = talk.words(talk.messages.request_add_left, reference=reference)
    choices = [talk.button(talk.messages.button_request_list, buttons.LIST)]
    return talk.having(doing=None).step(talk.reply(text, buttons=choices))


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
    text = talk.words(talk.messages.request_withdrawn, reference=reference)
    new = talk.button(talk.messages.button_request_new, buttons.NEW)
    taken_back = progress.advanced(filed, "withdrawn", talk.now)
    talk = progress.kept(talk.having(doing=None), taken_back)
    return talk.step(talk.reply(text, buttons=[new]), effects=[effect])
