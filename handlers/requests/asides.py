"""Questions of the person's own in mid-form: answered, and the form goes on below the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers import questions
from handlers.phrases import phrase
from handlers.replying import NOTHING_PENDING, answers_alone
from handlers.requests import buttons, steps
from handlers.requests.flow import ask_again
from handlers.requests.words import asks_about_company_number, asks_why
from knowledge.decision import decide

if TYPE_CHECKING:
    from handlers.state import Form
    from handlers.step import Step
    from handlers.talk import Talk
    from knowledge.model import Texts

LONGEST_QUESTION = questions.LONGEST

SURE = 0.75
"""The least probability of an entry that is taken to be meant by what is no question in form."""


def explanation(talk: Talk, form: Form, core: str) -> str:
    """Why the form asks what it asks, where that is the question."""
    if asks_about_company_number(core):
        return talk.words(talk.messages.request_why_company)
    texts: Texts | None = getattr(talk.messages, f"request_why_{form.step}", None)
    if texts and (asks_why(core) or phrase(core) in {"puzzled", "more"}):
        return talk.words(texts)
    return ""


def is_answerable(talk: Talk, core: str, least: float = 0.0) -> bool:
    """Whether an entry answers ``core``: surely enough to be said, and no need of the team."""
    if len(core) > LONGEST_QUESTION:
        return False
    decision = decide(talk.matcher.match(core, talk.language), talk.matcher.costs)
    if decision.outcome != "answer" or decision.score < least:
        return False
    return not decision.chosen[0].entry.courtesy


def aside(talk: Talk, form: Form, text: str) -> Step:
    """The question ``text`` is answered, and the form's own stands below the answer."""
    if len(text) > LONGEST_QUESTION:
        return ask_again(talk, form, talk.words(talk.messages.request_too_long))
    step = questions.answer_message(talk.matcher, talk.state, text, talk.language)
    state = step.state.model_copy(update={**NOTHING_PENDING, "form": form})
    replies = answers_alone(step.replies, talk.wording)
    not_known = step.outcome == "unknown" and step.effects
    if not replies or not_known:
        replies = (talk.reply(talk.words(talk.messages.request_question_unknown)),)
    if step.outcome != "clarify":
        replies = tuple(reply.model_copy(update={"buttons": ()}) for reply in replies)
    asked = ask_again(talk.having(**dict(state)), form)
    if form.step == steps.DESCRIPTION:
        asked = _or_is_it_the_request(talk, asked)
    return asked.model_copy(
        update={
            "replies": (*replies, *asked.replies),
            "effects": (*step.effects, *asked.effects),
            "outcome": step.outcome,
            "entries": step.entries,
        }
    )


def _or_is_it_the_request(talk: Talk, asked: Step) -> Step:
    """A need may be put as a question: then a press says that it is the request itself."""
    *before, last = asked.replies
    take = talk.button(talk.messages.button_request_take, buttons.TAKE)
    last = last.model_copy(update={"buttons": (take, *last.buttons)})
    return asked.model_copy(update={"replies": (*before, last)})
