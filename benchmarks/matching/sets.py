"""Sets of questions: a JSON file of entries and messages, reduced to what a folder would hold."""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from pydantic import BaseModel

from knowledge.model import Entry, KnowledgeBase, Language, Messages

PHRASINGS = 10
"""At most so many phrasings an entry: what a person writes who keeps such a folder."""

DATA = Path(__file__).parent.parent / "data"


@dataclass(frozen=True)
class Sample:
    """Entries with their phrasings, and messages with the entry each asks for, or None."""

    name: str
    language: Language
    entries: dict[str, list[str]]
    messages: list[tuple[str, str | None]]

    @property
    def phrasings(self) -> list[str]:
        """Every phrasing, entry after entry."""
        return [text for texts in self.entries.values() for text in texts]

    @property
    def owners(self) -> list[str]:
        """The entry of each of :attr:`phrasings`."""
        return [entry for entry, texts in self.entries.items() for _ in texts]

    @property
    def starts(self) -> list[int]:
        """Where in :attr:`phrasings` each entry begins."""
        return [0, *accumulate(map(len, self.entries.values()))][:-1]

    def base(self) -> KnowledgeBase:
        """The entries as a folder holds them, with ids of its form and texts that say nothing."""
        said = {self.language: "…"}
        texts = {name: said for name, field in Messages.model_fields.items() if field.is_required()}
        return KnowledgeBase(
            entries=tuple(
                Entry(id=f"entry-{n}", questions={self.language: tuple(phrasings)}, answer=said)
                for n, phrasings in enumerate(self.entries.values())
            ),
            messages=Messages.model_validate(texts),
        )


class _File(BaseModel):
    lang: Language
    entries: dict[str, list[str]]
    validation: list[tuple[str, str | None]]


def read(path: Path, seed: int) -> Sample:
    """The set in ``path``, with at most :data:`PHRASINGS` phrasings an entry."""
    held = _File.model_validate_json(path.read_text(encoding="utf-8"))
    draw = random.Random(seed)  # noqa: S311 - a reproducible sample, not a secret
    entries = {
        entry: texts if len(texts) <= PHRASINGS else draw.sample(texts, PHRASINGS)
        for entry, texts in held.entries.items()
        if texts
    }
    return Sample(path.stem, held.lang, entries, held.validation)
