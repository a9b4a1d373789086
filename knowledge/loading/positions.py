"""Where the parts of a folder stand, for what is only seen once it is learnt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from knowledge.loading.checks import Draft
from knowledge.loading.faults import Place
from knowledge.model import Language


@dataclass(frozen=True, slots=True)
class Positions:
    """``entries`` by id, ``lists`` of questions by id and language.

    ``questions`` are in the order of the folder: entry by entry, language by language.
    """

    entries: Mapping[str, Place]
    lists: Mapping[tuple[str, Language], Place]
    questions: tuple[Place, ...]

    @classmethod
    def of(cls, drafts: Iterable[Draft]) -> Positions:
        """Where all of ``drafts`` stand, none of which is wrong."""
        entries: dict[str, Place] = {}
        lists: dict[tuple[str, Language], Place] = {}
        questions: list[Place] = []
        for draft in drafts:
            if draft.entry is None:
                continue
            entries[draft.entry.id] = draft.node.values["id"].place
            written = draft.node.values["questions"]
            for language in draft.entry.questions:
                lists[draft.entry.id, language] = written.keys[language]
            questions += [node.place for _, _, node in draft.questions()]
        return cls(entries, lists, tuple(questions))
