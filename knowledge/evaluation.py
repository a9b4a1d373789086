"""How well a knowledge base answers a file of questions.

A case is a JSON line: ``question``, ``context`` (earlier messages, optional) and what is expected,
either as ``entry`` (an id, a list of ids any of which is right, or null for what should be refused)
or as ``expect`` (``answer``, ``clarify_or_answer``, ``handoff``, ``unknown``) with the regular
expressions ``all`` (each must be found in the reply), ``any`` (one must) and ``none`` (none may).
The reply is read on one line, without case, accents and source lines.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict, ValidationError

from knowledge.text import fold


class CaseError(Exception):
    """A file of cases that cannot be read: names the file and the line."""


class Case(BaseModel):
    """A question and what a right reply is."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str | int = ""
    kind: str = ""
    lang: str = ""
    question: str
    context: tuple[str, ...] = ()
    entry: str | tuple[str, ...] | None = None
    expect: Literal["answer", "clarify_or_answer", "handoff", "unknown"] | None = None
    all: tuple[str, ...] = ()
    any: tuple[str, ...] = ()
    none: tuple[str, ...] = ()


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


def read_cases(path: Path) -> list[Case]:
    """The cases of a JSON lines file.

    Raises:
        CaseError: a line is not a case; the message says which and why.
    """
    cases = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            cases.append(Case.model_validate(json.loads(line)))
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(map(str, first["loc"]))
            raise CaseError(f"{path}:{number}: {where}: {first['msg']}") from None
        except ValueError as error:
            raise CaseError(
                f"{path}:{number}: not JSON ({error}); write one object a line"
            ) from None
    if not cases:
        raise CaseError(f"{path}: holds no case")
    return cases


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
    text = readable(reply.text)
    if case.expect == "unknown":
        redirected = any(re.search(pattern, text) for pattern in case.any)
        return 1.0 if redirected and reply.outcome == "answer" else credit
    if case.expect == "handoff":
        return credit
    if reply.outcome == "unknown" or (reply.outcome == "clarify" and credit):
        return credit
    found = all(re.search(pattern, text) for pattern in case.all) and (
        not case.any or any(re.search(pattern, text) for pattern in case.any)
    )
    forbidden = any(re.search(pattern, text) for pattern in case.none)
    return credit if found and not forbidden else 0.0


def readable(text: str) -> str:
    """A reply on one line, folded, without its source lines."""
    kept = (line for line in text.splitlines() if not fold(line.lstrip()).startswith("source"))
    return " ".join(fold(" ".join(kept)).replace("«", '"').replace("»", '"').split())


def report(results: Sequence[Result], *, show_all: bool = False) -> str:
    """The figures, and the cases that are not wholly right."""
    refusable = [r for r in results if r.case.expect == "unknown" or _is_out_of_scope(r.case)]
    false = sum(result.false_answer for result in refusable)
    lines = [
        f"{len(results)} questions: {_share(sum(r.credit for r in results), len(results))} right",
        f"out of scope: {len(refusable)}, false answers: {_share(false, len(refusable))}",
    ]
    for kind in sorted({result.case.kind for result in results} - {""}):
        of_kind = [result for result in results if result.case.kind == kind]
        lines.append(f"  {kind}: {_share(sum(r.credit for r in of_kind), len(of_kind))}")
    confusions = Counter(_confusion(result) for result in results if result.credit < 1)
    lines += [f"  {count} × {confusion}" for confusion, count in confusions.most_common()]
    lines += [_line(result) for result in results if show_all or result.credit < 1]
    return "\n".join(lines)


def _is_out_of_scope(case: Case) -> bool:
    return case.expect is None and not case.entry


def _share(part: float, whole: int) -> str:
    return f"{part:g}/{whole} ({100 * part / whole:.1f} %)" if whole else "0/0"


def _confusion(result: Result) -> str:
    wanted = result.case.entry or result.case.expect or "refused"
    got = result.reply.entries[0].id if result.reply.entries else "nothing"
    return f"{wanted} → {result.reply.outcome} {got}"


def _line(result: Result) -> str:
    best = ", ".join(f"{entry.id} {entry.score:.2f}" for entry in result.reply.entries[:3])
    case, outcome = result.case, result.reply.outcome
    return f"{result.credit:g} {case.id} {case.question!r}: {outcome} [{best}]"
