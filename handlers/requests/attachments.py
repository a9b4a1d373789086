"""Documents and photographs: they join the request under way, or one that is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.requests import buttons, open_requests
from handlers.requests.flow import ask_again, beside, with_details
from handlers.requests.showing import shortened
from handlers.state import Doing

if TYPE_CHECKING:
    from handlers.events import AttachmentReceived
    from handlers.state import FiledRequest, Form
    from handlers.step import Step
    from handlers.talk import Talk
    from handlers.values import Button, File

MOST_FILES = 10
LARGEST_MEGABYTES = 20
"""As much as Telegram's Bot API lets a bot download."""

_MEGABYTE = 1024 * 1024


def received(talk: Talk, event: AttachmentReceived, file: File) -> Step:
    """``file`` joins what is under way. Of an album only the first is spoken of.

    So a step may have no reply: the person has read what became of the album.
    """
    known = _is_known(talk, event)
    talk, refusal = admitted(talk, event, file, _files(talk))
    if refusal is not None:
        return _declined(talk, refusal, event.caption)
    if adding(talk):
        return _added(talk, event, file, say=not known)
    if talk.state.form:
        return _joined(talk, talk.state.form, event, file, say=not known)
    talk = talk.having(files=_each_once((*talk.state.files, file)))
    return talk.step() if known else _offered(talk)


def admitted(
    talk: Talk, event: AttachmentReceived, file: File, others: tuple[File, ...]
) -> tuple[Talk, str | None]:
    """None if ``file`` may be with ``others``, else why not: empty if that was said of its album.

    The talk is the one in which the album is known.
    """
    refused = _is_known(talk, event) and talk.state.album_refused
    talk = talk.having(album=event.album, album_refused=refused)
    if (file.size_bytes or 0) > LARGEST_MEGABYTES * _MEGABYTE:
        return talk, _too_large(talk, file)
    if len(others) < MOST_FILES:
        return talk, None
    return talk.having(album_refused=True), "" if refused else _too_many(talk)


def _is_known(talk: Talk, event: AttachmentReceived) -> bool:
    """Whether the person has read what became of the album."""
    return bool(event.album) and event.album == talk.state.album


def adding(talk: Talk) -> FiledRequest | None:
    """The open request that is being added to."""
    doing = talk.state.doing
    return open_requests.find(talk, doing.reference) if doing and doing.what == "add" else None


def _files(talk: Talk) -> tuple[File, ...]:
    """Those with which a further file would be."""
    filed = adding(talk)
    if filed:
        return filed.request.details.files
    return talk.state.form.details.files if talk.state.form else talk.state.files


def _each_once(files: tuple[File, ...]) -> tuple[File, ...]:
    return tuple({(file.channel, file.id): file for file in files}.values())


# -- What is declined -----------------------------------------------------------------------------


def not_accepted(talk: Talk, name: str, caption: str) -> Step:
    """A programme, an archive …: it reaches nobody."""
    return _declined(talk, not_accepted_words(talk, name), caption)


def not_accepted_words(talk: Talk, name: str) -> str:
    """Which file is left out, and what can be sent."""
    return talk.words(talk.messages.request_file_not_accepted, name=shortened(name))


def _too_large(talk: Talk, file: File) -> str:
    return talk.words(
        talk.messages.request_file_too_large,
        name=shortened(file.name),
        megabytes=str(LARGEST_MEGABYTES),
    )


def _too_many(talk: Talk) -> str:
    return talk.words(talk.messages.request_files_too_many, most=str(MOST_FILES))


def _declined(talk: Talk, text: str, caption: str = "") -> Step:
    """The file is left out, and what was under way goes on; no ``text`` if that was said."""
    filed = adding(talk)
    if filed:
        return _added_without_file(talk, filed, text, caption.strip())
    if not text:
        return talk.step()
    form = talk.state.form
    if form and not form.paused:
        return ask_again(talk, form, text)
    new = talk.button(talk.messages.button_request_new, buttons.NEW)
    listing = talk.button(talk.messages.button_request_list, buttons.LIST)
    declined = talk.step(talk.reply(text, buttons=[listing if talk.state.requests else new]))
    return beside(talk, declined)


def _added_without_file(talk: Talk, filed: FiledRequest, text: str, caption: str) -> Step:
    """The person is told that the file is not added; what was written beside it is."""
    if not text and not caption:
        return talk.step()
    done = talk.button(talk.messages.button_request_done, buttons.DONE)
    if not caption:
        return beside(talk, talk.step(talk.reply(text, buttons=[done])))
    added = talk.words(talk.messages.request_added, reference=filed.request.reference)
    talk, effect = open_requests.with_addition(talk, filed, caption, ())
    return beside(talk, talk.step(talk.reply(text, added, buttons=[done]), effects=[effect]))


def cannot_join(talk: Talk, form: Form) -> Step:
    """A voice message, a place …: only documents and photographs join a request."""
    return ask_again(talk, form, talk.words(talk.messages.request_cannot_join))


# -- What joins -----------------------------------------------------------------------------------


def _joined(talk: Talk, form: Form, event: AttachmentReceived, file: File, *, say: bool) -> Step:
    """The file goes with the request under way."""
    files = _each_once((*form.details.files, file))
    hasty = form.hasty_yes
    form, _ = with_details(form, form.details.model_copy(update={"files": files}))
    # Who sends a file may not have read the recap yet.
    form = form.model_copy(update={"hasty_yes": hasty})
    if not say:
        return talk.having(form=form).step()
    messages = talk.messages
    texts = messages.request_album_joined if event.album else messages.request_file_joined
    text = talk.words(texts, name=shortened(file.name))
    if form.paused:
        return beside(talk, talk.having(form=form).step(talk.reply(text)))
    return ask_again(talk, form, text)


def _added(talk: Talk, event: AttachmentReceived, file: File, *, say: bool) -> Step:
    """The file goes with an open request, and its team has it, with what was written beside it."""
    filed = adding(talk)
    if filed is None:
        return open_requests.gone(talk)
    messages = talk.messages
    texts = messages.request_album_added if event.album else messages.request_file_added
    text = talk.words(texts, name=shortened(file.name), reference=filed.request.reference)
    done = talk.button(messages.button_request_done, buttons.DONE)
    talk, effect = open_requests.with_addition(talk, filed, event.caption.strip(), (file,))
    said = [talk.reply(text, buttons=[done])] if say else []
    return beside(talk, talk.step(*said, effects=[effect]))


# -- Files without a request under way ------------------------------------------------------------


def _offered(talk: Talk) -> Step:
    """It is asked to which request, an open or a new one, the files belong."""
    messages, requests = talk.messages, talk.state.requests
    choices: list[Button] = [
        talk.button(
            messages.button_request_add,
            buttons.valued("files", one.request.reference),
            reference=one.request.reference,
        )
        for one in requests
    ]
    choices.append(talk.button(messages.button_request_new, buttons.NEW))
    choices.append(talk.button(messages.button_request_drop, buttons.DROP))
    text = talk.words(messages.request_file_offer if requests else messages.request_file_alone)
    doing = None
    if len(requests) <= 1:
        reference = requests[0].request.reference if requests else ""
        doing = Doing(what="attach", reference=reference)
    return talk.having(doing=doing).step(talk.reply(text, buttons=choices))


def attached(talk: Talk, reference: str) -> Step:
    """The files that were kept join the open request of that reference, as many as it can have."""
    filed = open_requests.find(talk, reference)
    files = talk.state.files
    if filed is None or not files:
        return open_requests.gone(talk)
    return added_as_fit(talk.having(files=()), filed, "", files)


def added_as_fit(talk: Talk, filed: FiledRequest, text: str, files: tuple[File, ...]) -> Step:
    """``text`` joins the request, and as many of ``files`` as it can have: more are spoken of."""
    room = max(0, MOST_FILES - len(filed.request.details.files))
    fitting, more = files[:room], files[room:]
    if more and not fitting and not text:
        return _declined(talk, _too_many(talk))
    but = _too_many(talk) if more else ""
    return open_requests.added(talk, filed, text, fitting, but)


def dropped(talk: Talk) -> Step:
    """The person does not want the files kept."""
    text = talk.words(talk.messages.request_file_dropped)
    new = talk.button(talk.messages.button_request_new, buttons.NEW)
    return talk.having(files=(), doing=None).step(talk.reply(text, buttons=[new]))
