"""A message or a press at the recap: agreement to it, a question, or a correction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.phrases import phrase, without_courtesies
from handlers.requests import steps
from handlers.requests.additions import BESIDE, STATEMENT, with_text
from handlers.requests.asides import aside, explanation
from handlers.requests.consent import seal
from handlers.requests.details import merge
from handlers.requests.filing import already_filed, filed
from handlers.requests.flow import ask_again, beside, go_on, stale, with_details
from handlers.requests.recap import pick_line
from handlers.requests.showing import label
from handlers.requests.words import asks, control
from knowledge.text import words

if TYPE_CHECKING:
    from handlers.state import Form
    from handlers.step import Step
    from handlers.talk import Talk

_AROUND_A_LINE = frozenset("le la l les ma mon mes the my corriger modifier changer change".split())


def at_the_recap(talk: Talk, form: Form, text: str) -> Step:
    """What ``text`` leads to at the recap."""
    word, said = control(text), phrase(text)
    if agrees(text) and not (said == "yes" and form.hasty_yes):
        return agreed(talk, form, form.recap_seal)
    if word == "correct":
        return talk.step(pick_line(talk, form))
    if said in {"yes", "no", "okay", "thanks"}:
        return ask_again(talk, form, talk.words(talk.messages.request_recap_unclear))
    return _neither(talk, form, text)


def agrees(text: str) -> bool:
    """Whether ``text`` would agree to a recap."""
    return control(text) == "agree" or phrase(text) == "yes"


def agreed(talk: Talk, form: Form | None, to: str) -> Step:
    """Filed, if what is agreed to is the recap that was shown and is still so.

    Any other agreement, a second press among them, files nothing.
    """
    if form is None or to != seal(form.details):
        again = already_filed(talk, to)
        if again:
            return beside(talk, again)
        return ask_again(talk, form) if form else stale(talk)
    asked = talk.base.request_form
    ready = steps.next_step(asked, form, talk.state.requests) == steps.RECAP == form.step
    return filed(talk, form) if ready else go_on(talk, form)


def _neither(talk: Talk, form: Form, text: str) -> Step:
    """A text that neither agrees nor cancels: a question, or a correction in so many words."""
    core = without_courtesies(text)
    explained = explanation(talk, form, core)
    if explained:
        return ask_again(talk, form, explained)
    if asks(core):
        return aside(talk, form, text)
    line = _line_named(talk, form, core)
    if line:
        return correct(talk, form, line)
    said = talk.understood(text)
    known = merge(form.details, said.model_copy(update={"need": None}))
    least = STATEMENT if known == form.details else BESIDE
    details, added, _ = with_text(talk, known, text, least=least)
    if details == form.details:
        unclear = talk.words(talk.messages.request_recap_unclear)
        return ask_again(talk, form, added or unclear)
    form, effects = with_details(form, details)
    return go_on(talk, form, added, effects=effects)


def _line_named(talk: Talk, form: Form, core: str) -> str | None:
    said = set(words(core)) - _AROUND_A_LINE
    lines = steps.plan(talk.base.request_form, form.details)
    return next((line for line in lines if said == set(words(label(talk, line)))), None)


def correct(talk: Talk, form: Form, line: str) -> Step:
    """The question for ``line`` again; files are taken out, to be sent anew."""
    if line == "files":
        details = form.details.model_copy(update={"files": ()})
        form, _ = with_details(form, details)
        return go_on(talk, form, talk.words(talk.messages.request_files_removed))
    if line not in steps.plan(talk.base.request_form, form.details):
        return ask_again(talk, form)
    return ask_again(talk, form.model_copy(update={"step": line, "correcting": True}))
