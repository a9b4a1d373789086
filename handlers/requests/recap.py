"""The recap: all that would be filed, the consent, and the choice of a line to correct."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.requests import buttons
from handlers.requests.consent import consent, seal
from handlers.requests.showing import all_lines, label
from handlers.requests.steps import plan
from handlers.values import Button

if TYPE_CHECKING:
    from handlers.state import Form
    from handlers.talk import Talk
    from handlers.values import Reply


def recap(talk: Talk, form: Form, *before: str) -> Reply:
    """Every line with its value, what is agreed to, and the buttons to agree, correct, cancel."""
    messages = talk.messages
    choices = [
        talk.button(messages.button_request_send, buttons.valued("send", seal(form.details))),
        talk.button(messages.button_request_correct, buttons.CORRECT),
        talk.button(messages.button_request_cancel, buttons.CANCEL),
    ]
    privacy = talk.base.entry(talk.base.request_form.privacy_entry or "")
    if privacy:
        choices.append(talk.button(messages.button_request_privacy, f"entry:{privacy.id}"))
    return talk.reply(
        *before,
        talk.words(messages.request_recap, lines=all_lines(talk, form.details)),
        consent(talk),
        buttons=choices,
    )


def pick_line(talk: Talk, form: Form) -> Reply:
    """The lines as buttons."""
    lines = [
        Button(label=label(talk, line), value=buttons.valued("line", line))
        for line in (*plan(talk.base.request_form, form.details), *_files(form))
    ]
    back = talk.button(talk.messages.button_request_recap, buttons.RECAP)
    return talk.reply(talk.words(talk.messages.request_pick_line), buttons=[*lines, back])


def _files(form: Form) -> tuple[str, ...]:
    return ("files",) if form.details.files else ()
