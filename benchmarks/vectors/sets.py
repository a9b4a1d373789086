"""Folders, and messages that they do not hold, each with the entries that answer it."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

from benchmarks.matching.sets import DATA, read
from knowledge.evaluation import read_cases
from knowledge.loading import load
from knowledge.model import Entry, KnowledgeBase, Language

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "knowledge" / "content"
PARTS = 3
UNSEEN = ROOT / "tests" / "data" / "unseen.jsonl"


@dataclass(frozen=True)
class Message:
    """A text, and the entries any of which answers it; none if it is out of scope."""

    text: str
    language: Language
    wanted: frozenset[str]


@dataclass(frozen=True)
class Set:
    """A folder, and messages to it."""

    name: str
    base: KnowledgeBase
    messages: tuple[Message, ...]

    def without(self, part: int) -> Set:
        """The same without a part of the entries, each third: only what asks for them is asked.

        Nothing answers it then.
        """
        gone = {entry.id for entry in self.base.entries[part::PARTS]}
        kept = tuple(entry for entry in self.base.entries if entry.id not in gone)
        messages = tuple(
            Message(message.text, message.language, frozenset())
            for message in self.messages
            if message.wanted and message.wanted <= gone
        )
        return Set(self.name, self.base.model_copy(update={"entries": kept}), messages)


def every_set(seed: int) -> list[Set]:
    """Those measured; ``seed`` chooses phrasings, and which questions are held out."""
    public = [_public(path, seed) for path in sorted(DATA.glob("*.json"))]
    base = load(FOLDER).base
    halves = [_halved(base, language, seed) for language in base.languages]
    return [*public, _unseen(base), *halves]


def _public(path: Path, seed: int) -> Set:
    sample = read(path, seed)
    base = sample.base()
    ids = {name: entry.id for name, entry in zip(sample.entries, base.entries, strict=True)}
    messages = tuple(
        Message(text, sample.language, frozenset({ids[name]} if name else ()))
        for text, name in sample.messages
    )
    return Set(sample.name, base, messages)


def _unseen(base: KnowledgeBase) -> Set:
    """The territory's own folder, asked what was written without a look at it."""
    messages = []
    for case in read_cases(UNSEEN):
        wanted = (case.entry,) if isinstance(case.entry, str) else case.entry or ()
        language: Language = "fr" if case.lang == "fr" else "en"
        messages.append(Message(case.question, language, frozenset(wanted)))
    return Set("own folder, unseen.jsonl", base, tuple(messages))


def _halved(base: KnowledgeBase, language: Language, seed: int) -> Set:
    """Half of the own folder's questions in ``language`` are asked, the other half is learnt."""
    draw = random.Random(seed)  # noqa: S311 - a reproducible choice, not a secret
    entries: list[Entry] = []
    messages: list[Message] = []
    for entry in base.entries:
        questions = list(entry.questions.get(language, ()))
        asked = draw.sample(questions, len(questions) // 2)
        kept = {**entry.questions, language: tuple(q for q in questions if q not in asked)}
        entries.append(entry.model_copy(update={"questions": kept}))
        messages += [Message(question, language, frozenset({entry.id})) for question in asked]
    name = f"own folder, half of its questions in {language}"
    return Set(name, base.model_copy(update={"entries": tuple(entries)}), tuple(messages))
