"""What is reached without typing: the welcome, the menu of topics, help, languages, the contact."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.replying import answer_entry
from handlers.state import ConversationState
from handlers.step import Step
from handlers.values import Button
from handlers.wording import MENU, TEAM, Wording, entry_button

if TYPE_CHECKING:
    from knowledge.matching import Matcher
    from knowledge.model import Entry, Language

_SHOWN = 12
"""Entries of a topic offered at once: what a telephone shows without much scrolling."""

_NAMES = {"fr": "Français", "en": "English"}


def start(matcher: Matcher, state: ConversationState, payload: str, language: Language) -> Step:
    """The welcome, or the entry that a deep link names."""
    entry = matcher.base.entry(payload)
    if entry:
        return answer_entry(matcher, state, entry, language)
    return welcome(matcher, state, Wording(matcher.base, language))


def welcome(matcher: Matcher, state: ConversationState, wording: Wording) -> Step:
    """The first words of a conversation, which begins anew; requests are kept."""
    messages = matcher.base.messages
    first = filter(None, map(matcher.base.entry, messages.menu_entries))
    buttons = [
        *(entry_button(entry, wording.language) for entry in first),
        wording.button(messages.button_menu, MENU),
        *_other_languages(matcher, wording),
    ]
    reply = wording.reply(wording.text(messages.welcome), *buttons)
    fresh = ConversationState(
        language=wording.language,
        chosen_language=state.chosen_language,
        form=state.form,
        requests=state.requests,
        closed=state.closed,
    )
    return Step(state=fresh, replies=(reply,), outcome="answer")


def _other_languages(matcher: Matcher, wording: Wording) -> list[Button]:
    return [
        Button(label=_NAMES[language], value=f"language:{language}")
        for language in matcher.base.languages
        if language != wording.language
    ]


def help_(matcher: Matcher, state: ConversationState, language: Language) -> Step:
    """What can be asked, and how."""
    wording = Wording(matcher.base, language)
    messages = matcher.base.messages
    reply = wording.reply(
        wording.text(messages.help),
        wording.button(messages.button_menu, MENU),
        wording.button(messages.button_team, TEAM),
    )
    return Step(state=state, replies=(reply,), outcome="answer")


def topics(matcher: Matcher, state: ConversationState, language: Language) -> Step:
    """The topics as buttons; a folder that names none shows its entries."""
    wording = Wording(matcher.base, language)
    messages = matcher.base.messages
    used = {entry.topic for entry in matcher.base.entries}
    buttons = [
        Button(
            label=labels.get(wording.language) or next(iter(labels.values())), value=f"topic:{name}"
        )
        for name, labels in messages.topics.items()
        if name in used
    ]
    if not buttons:
        shown = [entry for entry in matcher.base.entries if not entry.courtesy][:_SHOWN]
        buttons = [entry_button(entry, wording.language) for entry in shown]
    reply = wording.reply(wording.text(messages.menu), *buttons)
    return Step(state=state, replies=(reply,), outcome="answer")


def topic(matcher: Matcher, state: ConversationState, name: str, language: Language) -> Step:
    """The entries of one topic as buttons."""
    wording = Wording(matcher.base, language)
    labels = matcher.base.messages.topics.get(name, {})
    entries = [entry for entry in matcher.base.entries if entry.topic == name]
    if not labels or not entries:
        return topics(matcher, state, language)
    label = labels.get(wording.language) or next(iter(labels.values()))
    buttons = [entry_button(entry, wording.language) for entry in entries[:_SHOWN]]
    back = wording.button(matcher.base.messages.button_menu, MENU)
    reply = wording.reply(f"**{label}**", *buttons, back)
    return Step(state=state, replies=(reply,), outcome="answer")


def languages(matcher: Matcher, state: ConversationState, language: Language) -> Step:
    """The folder's languages as buttons."""
    wording = Wording(matcher.base, language)
    buttons = [
        Button(label=_NAMES[spoken], value=f"language:{spoken}")
        for spoken in matcher.base.languages
    ]
    reply = wording.reply(" / ".join(button.label for button in buttons), *buttons)
    return Step(state=state, replies=(reply,), outcome="answer")


def contact(matcher: Matcher, state: ConversationState, language: Language) -> Step:
    """How to reach the team: the folder's entry on it, else its contact line, else an offer."""
    entry: Entry | None = None
    if matcher.base.messages.contact_entry:
        entry = matcher.base.entry(matcher.base.messages.contact_entry)
    if entry:
        return answer_entry(matcher, state, entry, language)
    wording = Wording(matcher.base, language)
    line = wording.base.territory.contact.get(wording.language)
    text = line or wording.text(matcher.base.messages.help)
    reply = wording.reply(text, wording.button(matcher.base.messages.button_team, TEAM))
    return Step(state=state, replies=(reply,), outcome="answer")
