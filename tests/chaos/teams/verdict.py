"""Whether companies and teams had what was for them, in order, and nothing else."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from tests.chaos.teams.conversation import ANSWER

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bot.storage.records import HistoryLine, StoredRequest
    from tests.chaos.findings import Findings
    from tests.chaos.kept import Kept
    from tests.chaos.teams.conversation import Course

_GIVES_UP = {"transferred", "closed", "withdrawn"}


def judge_companies(findings: Findings, courses: Sequence[Course]) -> None:
    """What each company read, and nobody was to read."""
    read = {course.script.number: course.company.read() for course in courses}
    findings.check(
        "conversations that did not come to their end",
        (course.script.email for course in courses if not course.ended),
    )
    findings.check(
        "replies that never reached their company, or not in order",
        (
            f"{course.script.email}: {word}"
            for course in courses
            for word in _missing(course.replies, read[course.script.number])
        ),
    )
    findings.check(
        "pictures that never reached their company",
        (
            f"{course.script.email}: {picture.name}"
            for course in courses
            for picture in course.pictures
            if picture.names.isdisjoint(course.company.files())
        ),
    )
    everything = "\n".join(text for texts in read.values() for text in texts)
    findings.check(
        "words that no company may read, and one did",
        (word for course in courses for word in course.secret if word in everything),
    )
    findings.check(
        "companies that the assistant answered while a person had the conversation",
        (
            f"{course.script.email}: {text[:60]!r}"
            for course in courses
            for text in _answered_in_hand(read[course.script.number])
        ),
    )
    doubles = sum(
        max(0, sum(word in text for text in read[course.script.number]) - 1)
        for course in courses
        for word in course.replies
    )
    findings.figures["replies written"] = sum(len(course.replies) for course in courses)
    findings.figures["  of them read once more"] = doubles


def _missing(words: Sequence[str], read: Sequence[str]) -> Iterator[str]:
    """Those of ``words`` that are not in ``read`` after the one before."""
    position = 0
    for word in words:
        found = next((n for n in range(position, len(read)) if word in read[n]), None)
        if found is None:
            yield word
        else:
            position = found


def _answered_in_hand(read: Sequence[str]) -> Iterator[str]:
    in_hand = False
    for text in read:
        if "suit maintenant votre demande" in text:
            in_hand = True
        elif "a clos votre demande" in text or "est confiée à" in text:
            in_hand = False
        elif in_hand and ANSWER in text:
            yield text


def judge_teams(
    findings: Findings, courses: Sequence[Course], shown: Mapping[int, Sequence[str]]
) -> None:
    """What each team read of its companies, and how its members' words are marked."""
    everything = "\n".join(text for texts in shown.values() for text in texts)
    findings.check(
        "words of companies that no team read",
        (word for course in courses for word in course.added if word not in everything),
    )
    findings.check(
        "replies without the mark that they arrived",
        (
            f"{course.script.email}: {number} {group.people.mark_on(number)}"
            for course in courses
            for group, number in course.marked
            if group.people.mark_on(number) != "👌"
        ),
    )


def judge_requests(findings: Findings, courses: Sequence[Course], kept: Kept) -> None:
    """One request a company, one owner at a time, closed and rated once."""
    by_reference = {request.reference: request for request in kept.requests}
    mine = [(course, by_reference.get(course.reference)) for course in courses]
    findings.check("requests that are not there", (c.script.email for c, r in mine if r is None))
    found = [request for _, request in mine if request is not None]
    findings.check("requests too many", range(len(kept.requests) - len(found)))
    findings.check(
        "requests with two owners", (r.reference for r in found if _has_two_owners(r.history))
    )
    findings.check(
        "requests not closed, or not rated once",
        (
            f"{r.reference} {r.status} {_count(r, 'rated')}"
            for r in found
            if r.status != "closed" or _count(r, "rated") != 1
        ),
    )


def _has_two_owners(history: Sequence[HistoryLine]) -> bool:
    """Whether somebody took what another had and had not given up."""
    turns = [line.kind for line in history if line.kind == "taken" or line.kind in _GIVES_UP]
    return any(before == after == "taken" for before, after in pairwise(turns))


def _count(request: StoredRequest, kind: str) -> int:
    return sum(line.kind == kind for line in request.history)
