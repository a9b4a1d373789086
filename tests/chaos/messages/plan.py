"""What is asked in a run, by whom and in which order; the same seed, the same plan."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import yaml

from tests.servers import telegram_updates as people

if TYPE_CHECKING:
    from pathlib import Path

    from tests.servers.telegram_updates import Json

# Words as unlike each other as can be: what is asked must never be in doubt, only whether the
# answer survives.
THINGS = (
    "piscine", "parking", "boulangerie", "bibliothèque", "fontaine", "passerelle", "crèche",
    "gymnase", "musée", "pharmacie", "vélodrome", "chapelle", "marché", "théâtre", "cinéma",
    "cimetière", "patinoire", "déchetterie", "gendarmerie", "hippodrome", "planétarium",
    "conservatoire", "observatoire", "kiosque", "phare", "moulin", "abattoir", "verger",
    "pressoir", "lavoir", "belvédère", "aquarium", "cloître", "donjon", "haras", "imprimerie",
    "jardinerie", "laboratoire", "manège", "navette", "orangerie", "quincaillerie",
)  # fmt: skip
FIRST_CHAT = 1_000
_ANSWER = re.compile(r"Réponse (\w+)\.")


@dataclass(frozen=True, slots=True)
class Asked:
    """One update, and the answer that its chat must read for it."""

    chat_id: int
    update: Json
    answer: str


def entry_id(thing: str) -> str:
    """The id of the entry about ``thing``."""
    return f"chaos-{THINGS.index(thing)}"


def answer_in(text: str) -> str | None:
    """Which entry's answer ``text`` is, if it is one."""
    found = _ANSWER.search(text)
    return found[1] if found else None


def write_knowledge(folder: Path) -> None:
    """A knowledge folder with an entry for each thing, whose answer tells which it is."""
    entries = [
        {
            "id": entry_id(thing),
            "questions": {"fr": [f"{thing} ?", f"Où est la {thing} ?", f"Parlez-moi de {thing}"]},
            "answer": {"fr": f"Réponse {thing}."},
        }
        for thing in THINGS
    ]
    (folder / "entries").mkdir(parents=True)
    text = yaml.safe_dump(entries, allow_unicode=True, sort_keys=False)
    (folder / "entries" / "chaos.yaml").write_text(text, encoding="utf-8")


def plan(updates: int, conversations: int, seed: int) -> list[Asked]:
    """``updates`` in the order they happen; no conversation asks the same thing twice.

    Raises:
        ValueError: there are too few conversations for that.
    """
    if updates > conversations * len(THINGS):
        raise ValueError(f"{updates} updates need {-(-updates // len(THINGS))} conversations")
    draw = random.Random(seed)  # noqa: S311 - repeatable on purpose
    chats = range(FIRST_CHAT, FIRST_CHAT + conversations)
    things = {chat: draw.sample(THINGS, len(THINGS)) for chat in chats}
    asked: list[Asked] = []
    while len(asked) < updates:
        for chat in draw.sample(chats, min(conversations, updates - len(asked))):
            thing = things[chat].pop()
            asked.append(Asked(chat, _update(draw, chat, thing), thing))
    return asked


def _update(draw: random.Random, chat: int, thing: str) -> Json:
    """One of the ways to ask, those that people use most the most often."""
    kind = draw.choices(("text", "button", "link", "edited"), (50, 30, 10, 10))[0]
    match kind:
        case "button":
            value = f"entry:{entry_id(thing)}"
            return people.callback(chat, value, query_id=f"{chat}-{thing}")
        case "link":
            return people.text(chat, f"/start {entry_id(thing)}")
        case "edited":
            return people.edited(chat, f"Où est la {thing} ?")
        case _:
            return people.text(chat, f"Où est la {thing} ?")
