"""Whether every reply reached its person, and in order."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.delivery.telegram_rendering import text_parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tests.chaos.findings import Findings
    from tests.chaos.kept import Kept, Place
    from tests.servers.telegram import BotApiServer


@dataclass(frozen=True, slots=True)
class Read:
    """What a chat read of what it was to read, both in order."""

    made: tuple[str, ...]
    read: tuple[str, ...]

    @property
    def fault(self) -> str:
        """What is wrong; empty if each was read, in order, perhaps more than once in a row."""
        made, read = list(_runs(self.made)), list(_runs(self.read))
        for (text, count), (text_read, count_read) in zip(made, read, strict=False):
            if text != text_read:
                return f"{text_read!r} was read where {text!r} was due"
            if count_read < count:
                return f"{text!r} was read {count_read} times of {count}"
        if len(read) < len(made):
            return f"{made[len(read)][0]!r} was never read, nor what follows"
        if len(read) > len(made):
            return f"{read[len(made)][0]!r} was never said"
        return ""

    @property
    def doubles(self) -> int:
        """How many messages came once more."""
        return max(0, len(self.read) - len(self.made))


def _runs(texts: Iterable[str]) -> Iterable[tuple[str, int]]:
    for text, same in itertools.groupby(texts):
        yield text, len(list(same))


def on_telegram(kept: Kept, server: BotApiServer) -> dict[Place, Read]:
    """By conversation: of people, not of groups."""
    read = server.by_chat()
    people = {chat for chat in read if chat > 0}
    places = {place for place in kept.replies if place[0] == "telegram"}
    places |= {("telegram", str(chat)) for chat in people}
    return {
        place: Read(
            tuple(
                _bare(part.plain)
                for _, text in kept.replies.get(place, ())
                for part in text_parts(text)
            ),
            tuple(_bare(sent.text) for sent in read.get(int(place[1]), ())),
        )
        for place in places
    }


def on_the_web(kept: Kept, read: Mapping[str, Sequence[tuple[int, str]]]) -> dict[Place, Read]:
    """By conversation; ``read`` are ids and texts by the conversation's id."""
    return {
        ("web", conversation): Read(
            tuple(
                f"{number} {text}" for number, text in kept.replies.get(("web", conversation), ())
            ),
            tuple(f"{number} {text}" for number, text in shown),
        )
        for conversation, shown in read.items()
    }


def judge(findings: Findings, conversations: Mapping[Place, Read]) -> None:
    """Each reply read, in order; those read twice are counted."""
    faults = {place: read.fault for place, read in conversations.items()}
    findings.check(
        "conversations in which a reply is missing, out of order, or strange",
        (f"{':'.join(place)}: {fault}" for place, fault in faults.items() if fault),
    )
    findings.figures["replies made"] = sum(len(one.made) for one in conversations.values())
    findings.figures["  of them read twice or more"] = sum(
        one.doubles for one in conversations.values()
    )


def _bare(text: str) -> str:
    """Without white space, which renderings differ in."""
    return "".join(text.split())
