"""What a reply to a case is worth."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from knowledge.evaluation.cases import Case
from knowledge.text import fold


class Scored(Protocol):
    """An entry that was considered."""

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def score(self) -> float:
        """The probability that it is right."""


class Reply(Protocol):
    """What the evaluated assistant returns for a question."""

    @property
    def outcome(self) -> str:
        """One of the four outcomes."""

    @property
    def language(self) -> str:
        """The language it is in."""

    @property
    def text(self) -> str:
        """The whole reply."""

    @property
    def entries(self) -> Sequence[Scored]:
        """Entries, best first."""


@dataclass(frozen=True)
class Result:
    """A case, the reply, and its credit: 1 right, 0.5 half right, 0 wrong."""

    case: Case
    reply: Reply
    credit: float
    false_answer: bool

    @property
    def in_scope(self) -> bool:
        """Whether the folder is expected to answer."""
        return bool(self.case.entry) if self.case.expect is None else self.case.expect != "unknown"


def evaluate(cases: Iterable[Case], ask: Callable[[str, Sequence[str]], Reply]) -> list[Result]:
    """Each case with the reply of ``ask(question, context)`` and what it is worth."""
    return [_judge(case, ask(case.question, case.context)) for case in cases]


def _judge(case: Case, reply: Reply) -> Result:
    refused = reply.outcome in {"unknown", "clarify"}
    if case.expect is None:
        wanted = (case.entry,) if isinstance(case.entry, str) else case.entry or ()
        got = reply.entries[0].id if reply.entries else None
        credit = float(got in wanted and not refused) if wanted else float(refused)
        if refused and reply.outcome == "clarify" and wanted:
            credit = 0.5 if {e.id for e in reply.entries[:3]} & set(wanted) else 0.0
        return Result(case, reply, credit, false_answer=not wanted and not refused)
    credit = _credit(case, reply)
    if case.lang in {"fr", "en"} and reply.language != case.lang:
        credit /= 2
    false = case.expect == "unknown" and reply.outcome == "answer" and credit == 0
    return Result(case, reply, credit, false_answer=false)


_CREDITS = {
    "answer": {"answer": 1.0, "handoff": 1.0, "clarify": 0.5, "unknown": 0.0},
    "clarify_or_answer": {"answer": 1.0, "handoff": 1.0, "clarify": 1.0, "unknown": 0.0},
    "handoff": {"handoff": 1.0, "answer": 0.5, "clarify": 0.0, "unknown": 0.5},
    "unknown": {"unknown": 1.0, "handoff": 0.5, "clarify": 0.5, "answer": 0.0},
}


def _credit(case: Case, reply: Reply) -> float:
    credit = _CREDITS[case.expect or "answer"][reply.outcome]
    if case.expect == "unknown":
        redirected = _found(case.any, readable(reply.text))
        return 1.0 if redirected and reply.outcome == "answer" else credit
    if case.expect == "handoff":
        return credit
    if reply.outcome == "unknown" or (reply.outcome == "clarify" and credit):
        return credit
    return credit if satisfies(case, reply.text) else 0.0


def satisfies(case: Case, text: str) -> bool:
    """Whether ``text`` has all that a right reply has, and nothing that it must not have."""
    read = readable(text)
    wanted = all(re.search(pattern, read) for pattern in case.all)
    return wanted and (not case.any or _found(case.any, read)) and not _found(case.none, read)


def _found(patterns: Iterable[str], text: str) -> bool:
    return any(re.search(pattern, text) for pattern in patterns)


def readable(text: str) -> str:
    """A reply on one line, folded, without its source lines."""
    kept = (line for line in text.splitlines() if not fold(line.lstrip()).startswith("source"))
    return " ".join(fold(" ".join(kept)).replace("«", '"').replace("»", '"').split())
