"""A message, what was expected of it and what it got: the row that all figures are made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from knowledge.evaluation.cases import Case
from knowledge.evaluation.judging import Reply, Result, satisfies
from knowledge.evaluation.known import Known, Question
from knowledge.model import LANGUAGES, Language

REFUSED = "refused"
"""Stands for the entry of a message that none may answer."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What became of one message.

    ``wanted`` are the entries any of which is right, none where the case names none; ``best`` the
    entries found, best first, with their scores. ``right`` says whether the first of them is the
    right one, None where that cannot be told; ``cause`` is the question that drew it there.
    """

    name: str
    text: str
    language: Language
    kind: str
    expected: str
    wanted: tuple[str, ...]
    in_scope: bool
    outcome: str
    best: tuple[tuple[str, float], ...]
    credit: float
    false_answer: bool
    right: bool | None
    cause: Question | None = None

    @property
    def got(self) -> str:
        """The first entry found."""
        return self.best[0][0] if self.best else "nothing"

    @property
    def score(self) -> float:
        """The score of the first entry found."""
        return self.best[0][1] if self.best else 0.0


def judgements(results: Iterable[Result], known: Known | None = None) -> tuple[Judgement, ...]:
    """``results`` as rows, of replies from the folder ``known`` where that is at hand."""
    return tuple(_judgement(result, known) for result in results)


def _judgement(result: Result, known: Known | None) -> Judgement:
    case, reply = result.case, result.reply
    wanted = (case.entry,) if isinstance(case.entry, str) else case.entry or ()
    best = tuple((entry.id, entry.score) for entry in reply.entries[:3])
    language = _language(reply.language)
    right = _is_right(result, known) if best else None
    cause = None
    if known and best and (result.credit < 1 or right is False):
        cause = known.drawing(case.question, language, best[0][0])
    return Judgement(
        name=str(case.id),
        text=case.question,
        language=language,
        kind=case.kind,
        expected=" or ".join(wanted) or case.expect or REFUSED,
        wanted=wanted,
        in_scope=result.in_scope,
        outcome=reply.outcome,
        best=best,
        credit=result.credit,
        false_answer=result.false_answer,
        right=right,
        cause=cause,
    )


def _language(name: str) -> Language:
    return next(language for language in LANGUAGES if language == name)


def _is_right(result: Result, known: Known | None) -> bool | None:
    """Whether the first entry is the right one, even where it was not answered with."""
    case, reply = result.case, result.reply
    if case.expect is None:
        wanted = (case.entry,) if isinstance(case.entry, str) else case.entry or ()
        return reply.entries[0].id in wanted or (not wanted and _refuses(known, reply))
    if result.credit == 1 and reply.outcome in {"answer", "handoff"}:
        return True
    if known is None:
        return None if reply.outcome in {"clarify", "unknown"} else False
    return _serves(case, known, reply.entries[0].id, _language(reply.language))


def _refuses(known: Known | None, reply: Reply) -> bool:
    """Whether the first entry says what is not answered: the right one where nothing is."""
    entry = known.matcher.base.entry(reply.entries[0].id) if known else None
    return entry is not None and entry.outcome == "unknown"


def _serves(case: Case, known: Known, entry_id: str, language: Language) -> bool:
    """Whether the entry is what ``case`` expects, by its own outcome and its own text."""
    entry = known.matcher.base.entry(entry_id)
    if entry is None:
        return False
    if case.expect in {"handoff", "unknown"}:
        return entry.outcome == case.expect
    return entry.outcome != "unknown" and satisfies(case, entry.answer.get(language, ""))
