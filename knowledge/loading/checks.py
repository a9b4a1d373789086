"""What only shows when a folder is seen as a whole: ids, languages, references, lengths, age."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from knowledge import markup
from knowledge.loading.faults import Place, Report, error, nearest, shown, warning
from knowledge.model import (
    BUTTON_LABEL_LIMIT,
    LANGUAGES,
    TELEGRAM_TEXT_LIMIT,
    Entry,
    Language,
    Messages,
)
from knowledge.text import fold, words

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Sequence

    from knowledge.loading.nodes import Node

FRESH_DAYS = 366
"""An entry that nobody checked for longer is worth another look."""

COMMAND_LIMIT = 256
"""Characters of a command's description (Bot API, ``BotCommand``)."""

_LONGEST_DATE = "22 septembre 2019"  # stands for any, as it is spelt under an answer
_LANGUAGE_NAMES: dict[str, str] = {"fr": "French", "en": "English"}
_QUESTION_PLACEHOLDERS = frozenset({"commune"})
_EVERYWHERE = frozenset({"territory", "contact"})
_BRACES = re.compile(r"\{[^{}]*\}?|\}")


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry as it is written, and as the model has it unless it is wrong."""

    node: Node
    entry: Entry | None

    @property
    def id(self) -> str | None:
        """Its id, unless that is missing or no text."""
        found = self.node.values.get("id")
        return found.data if found and isinstance(found.data, str) else None

    @property
    def topic(self) -> str:
        """Its topic, or the one of entries that name none."""
        found = self.node.values.get("topic")
        return str(found.data if found else Entry.model_fields["topic"].default)

    @property
    def answers(self) -> dict[str, Node]:
        """Its answers by what is written as their language."""
        found = self.node.values.get("answer")
        return found.values if found else {}

    def questions(self) -> Iterator[tuple[str, str, Node]]:
        """Each question with its language and where it stands."""
        return self._listed("questions")

    def keywords(self) -> Iterator[tuple[str, str, Node]]:
        """Each keyword with its language and where it stands."""
        return self._listed("keywords")

    def labels(self) -> Iterator[tuple[str, str, Node]]:
        """What may be typed instead of pressed, with its language and where it stands."""
        found = self.node.values.get("label")
        if found and self.entry and self.entry.outcome != "unknown":
            for language, node in found.values.items():
                yield language, str(node.data), node

    def _listed(self, key: str) -> Iterator[tuple[str, str, Node]]:
        found = self.node.values.get(key)
        for language, texts in (found.values if found else {}).items():
            for node in texts.items:
                if isinstance(node.data, str):
                    yield language, node.data, node


def languages_of(drafts: Iterable[Draft]) -> tuple[Language, ...]:
    """The languages that the answers use, those of wrong entries included."""
    used = {language for draft in drafts for language in draft.answers}
    return tuple(language for language in LANGUAGES if language in used)


def check_ids(drafts: Iterable[Draft], report: Report) -> frozenset[str]:
    """Report ids given twice; return all of them."""
    return check_unique((draft.node for draft in drafts), report, "entry")


def check_unique(nodes: Iterable[Node], report: Report, kind: str) -> frozenset[str]:
    """Report that two of ``nodes``, each an ``entry`` or another ``kind``, have one id.

    All ids are returned, those of ``nodes`` that are wrong in other ways included.
    """
    places: dict[str, Place] = {}
    for node in nodes:
        named = node.values.get("id")
        if named is None or not isinstance(named.data, str):
            continue
        first = places.setdefault(named.data, named.place)
        if first is not named.place:
            what = f"the id {shown(named.data)} is already used at {first}"
            report(error(named.place, what, f"give this {kind} another id"))
    return frozenset(places)


def check_texts(node: Node | None, languages: Iterable[Language], report: Report) -> None:
    """Report that ``node``, a text by language, lacks one of ``languages``."""
    if node is None or not node.values or not set(node.values) <= set(LANGUAGES):
        return  # what is wrong with these has been said
    for language in languages:
        if language not in node.values:
            name = _LANGUAGE_NAMES[language]
            what = f"the {name} text is missing: this folder's answers have {name}"
            report(error(node.place, what, f"add a line `{language}: …` here"))


def check_questions(draft: Draft, report: Report) -> None:
    """Report a question list that is empty, and placeholders that stand for nothing."""
    node = draft.node.values.get("questions")
    if node is None or not isinstance(node.data, dict):
        return
    for language, questions in node.values.items():
        if questions.data == []:
            what = f"the list of questions in `{language}` is empty"
            report(error(questions.place, what, f"write a question, or remove `{language}`"))
    if not node.values:
        report(error(node.place, "there is no question", "write at least one, in a language"))
    for _, question, place in draft.questions():
        check_placeholders(question, place.place, _QUESTION_PLACEHOLDERS, report)


def check_placeholders(text: str, place: Place, known: frozenset[str], report: Report) -> None:
    """Report what stands in braces in ``text`` and is not filled in there."""
    listed = ", ".join(f"`{{{name}}}`" for name in sorted(known))
    for written in dict.fromkeys(_BRACES.findall(text)):
        if written[1:-1] in known and written.endswith("}"):
            continue
        meant = nearest(written.strip("{} "), known)
        others = f"known here: {listed}" if listed else "write it without braces"
        mend = f"did you mean `{{{meant}}}`?" if meant else others
        report(error(place, f"{shown(written)} is not filled in here", mend))


def check_reference(
    node: Node | None,
    known: frozenset[str],
    report: Report,
    kind: str = "id",
    owner: str = "entry",
) -> None:
    """Report that ``node`` names an id, or another ``kind`` of name, that no ``owner`` has."""
    if node is None or not isinstance(node.data, str) or node.data in known:
        return
    meant = nearest(node.data, known)
    article = "an" if owner[0] in "aeiou" else "a"
    whose = f"{article} {owner} of this folder"
    mend = f"did you mean `{meant}`?" if meant else f"write the {kind} of {whose}"
    report(error(node.place, f"no {owner} has the {kind} {shown(node.data)}", mend))


def check_self_reference(draft: Draft, report: Report) -> None:
    """Report an entry that offers itself as what to ask next."""
    follow_ups = draft.node.values.get("follow_ups")
    for node in follow_ups.items if follow_ups else ():
        if draft.id is not None and node.data == draft.id:
            report(warning(node.place, "an entry offers itself as a follow-up", "remove it"))


def check_age(draft: Draft, today: dt.date, report: Report) -> None:
    """Report when an entry was last checked: never, long ago, or not yet."""
    if draft.entry is None:
        return
    checked = draft.entry.checked
    if checked is None:
        if draft.entry.sources:
            what = "the entry has sources but no date on which a person checked it"
            report(warning(draft.node.place, what, "add `checked:` with the date"))
        return
    place = draft.node.values["checked"].place
    if checked > today:
        report(error(place, f"{checked} is in the future", "write the date of the last check"))
    elif (today - checked).days > FRESH_DAYS:
        what = f"the entry was last checked on {checked}, over a year ago"
        report(warning(place, what, "read its sources again and write today's date"))


def check_repeated_questions(drafts: Iterable[Draft], report: Report) -> None:
    """Report a question that stands twice, whatever its case, accents and punctuation."""
    first: dict[tuple[str, str], tuple[Draft, Place]] = {}
    for draft in drafts:
        for language, question, node in draft.questions():
            key = language, _as_typed(question)
            other, place = first.setdefault(key, (draft, node.place))
            if place is node.place:
                continue
            where = "in this entry" if other is draft else f"under {shown(other.id)}"
            what = f"{shown(question)} is also asked {where}, at {place}"
            report(warning(node.place, what, "remove it from one of the two places"))


def check_keywords(drafts: Sequence[Draft], report: Report) -> None:
    """Report a keyword that leads nowhere: another entry has it, is asked it, or is called so."""
    first: dict[str, tuple[Draft, Place]] = {}
    for draft in drafts:
        for _, text, node in (*draft.questions(), *draft.labels()):
            first.setdefault(_as_typed(text), (draft, node.place))
    for draft in drafts:
        for _, keyword, node in draft.keywords():
            check_placeholders(keyword, node.place, frozenset(), report)
            other, place = first.setdefault(_as_typed(keyword), (draft, node.place))
            if other is not draft:
                what = f"{shown(keyword)} also leads to {shown(other.id)}, at {place}"
                report(warning(node.place, what, "keep it in one of the two entries"))


def _as_typed(text: str) -> str:
    return " ".join(words(text)) or fold(text)


def check_answer_lengths(draft: Draft, messages: Messages, report: Report) -> None:
    """Report an answer that, with its sources, is more than one Telegram message holds."""
    if draft.entry is None:
        return
    for language, answer in draft.entry.answer.items():
        sources = _source_lines(draft.entry, language, messages)
        _check_length("\n\n".join([answer, *sources]), draft.answers[language], report)


def _source_lines(entry: Entry, language: Language, messages: Messages) -> list[str]:
    lines = []
    for source in entry.sources:
        texts = messages.source if source.date else messages.source_undated
        line = texts.get(language) or next(iter(texts.values()), "")
        title = markup.escape(source.title)
        linked = f"[{title}]({source.url})" if source.url else title
        lines.append(line.replace("{title}", linked).replace("{date}", _LONGEST_DATE))
    return lines


def _check_length(
    text: str, node: Node, report: Report, limit: int = TELEGRAM_TEXT_LIMIT, unit: str = "message"
) -> None:
    # No markup makes so much of so little: what is far too long is not even rendered.
    length = _telegram_length(text) if len(text) > 10 * limit else _length_as_read(text)
    if length > limit:
        what = f"is {length} characters long as people read it; a Telegram {unit} holds {limit}"
        report(error(node.place, what, f"shorten it by {length - limit} characters"))


@lru_cache(maxsize=2048)
def _length_as_read(text: str) -> int:
    """Kept from one reading of a folder to the next, which changed a few texts of hundreds."""
    return _telegram_length(markup.to_plain(text))


def _telegram_length(text: str) -> int:
    """As Telegram counts: an emoji is 2."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def check_messages(
    node: Node, allowed: dict[str, frozenset[str]], ids: frozenset[str] | None, report: Report
) -> None:
    """Report placeholders, lengths and references of a folder's own messages.

    ``allowed`` are the placeholders of each message; ``ids`` is None when not all are known.
    """
    for name, names in allowed.items():
        texts = node.values.get(name)
        for text in texts.values.values() if texts else ():
            if isinstance(text.data, str):
                check_placeholders(text.data, text.place, names | _EVERYWHERE, report)
                _check_length(text.data, text, report, *_limit(name))
    if ids is not None:
        menu = node.values.get("menu_entries")
        for item in menu.items if menu else ():
            check_reference(item, ids, report)
        check_reference(node.values.get("contact_entry"), ids, report)


def _limit(name: str) -> tuple[int, str]:
    if name.startswith("button_"):
        return BUTTON_LABEL_LIMIT, "button"
    if name.startswith("command_"):
        return COMMAND_LIMIT, "command"
    return TELEGRAM_TEXT_LIMIT, "message"


def placeholders(text: str) -> frozenset[str]:
    """The names in braces that ``text`` holds."""
    return frozenset(written[1:-1] for written in _BRACES.findall(text))
