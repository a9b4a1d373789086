"""Where the parts of a folder stand, for what is only seen once it is learnt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from knowledge.loading.checks import Draft
from knowledge.loading.faults import Place
from knowledge.loading.nodes import Node
from knowledge.model import Language


@dataclass(frozen=True, slots=True)
class Positions:
    """``entries`` by id, ``lists`` of questions by id and language.

    ``questions`` are in the order of the folder: entry by entry, language by language. ``teams``
    and ``rules`` are by id, ``team_keys`` by the team's id and the key; ``routing`` is where
    ``routing.yaml`` begins, None without that file.
    """

    entries: Mapping[str, Place]
    lists: Mapping[tuple[str, Language], Place]
    questions: tuple[Place, ...]
    teams: Mapping[str, Place]
    team_keys: Mapping[tuple[str, str], Place]
    rules: Mapping[str, Place]
    routing: Place | None

    @classmethod
    def of(cls, drafts: Iterable[Draft], routing: Node | None = None) -> Positions:
        """Where all of ``drafts``, and the parts of ``routing``, stand: none of them is wrong."""
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
        return cls(
            entries,
            lists,
            tuple(questions),
            teams=_named(routing, "teams"),
            team_keys={
                (team.data["id"], key): place
                for team in (routing.listed("teams") if routing else ())
                for key, place in team.keys.items()
            },
            rules=_named(routing, "rules"),
            routing=routing.place if routing else None,
        )


def _named(node: Node | None, key: str) -> dict[str, Place]:
    listed = node.listed(key) if node else []
    return {item.values["id"].data: item.values["id"].place for item in listed}
