"""Whether requests were filed as agreed, once, and reached every destination of their teams."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from handlers.requests.consent import seal
from tests.chaos.destinations import Destination
from tests.chaos.requests.content import TEAMS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from bot.storage.records import StoredRequest
    from tests.chaos.destinations import Arrival
    from tests.chaos.findings import Findings
    from tests.chaos.requests.company import Errand

_EMAIL = re.compile(r"camille\.[\d-]+@example\.org")
_TOPICS = {str(team.group) for team in TEAMS if team.topics}


def destinations(team_id: str) -> tuple[Destination, ...]:
    """Where a team reads."""
    [team] = [team for team in TEAMS if team.id == team_id]
    found = [
        Destination("group", str(team.group)) if team.group else None,
        Destination("mailbox", team.mailbox) if team.mailbox else None,
        Destination("webhook", team.id),
    ]
    return tuple(filter(None, found))


def judge_filing(
    findings: Findings,
    errands: Sequence[Errand],
    requests: Sequence[StoredRequest],
    offered: Collection[str],
) -> None:
    """What companies agreed to, and nothing else, is filed, once, as they were told.

    ``offered`` are the values of all buttons: a recap has one that sends it.
    """
    filed: defaultdict[str, list[StoredRequest]] = defaultdict(list)
    for request in requests:
        filed[request.request.details.email].append(request)
    by_email = {errand.wish.email: errand for errand in errands}
    agreed = {email: errand for email, errand in by_email.items() if errand.agreements}
    findings.check(
        "companies that did not come to the end of what they wanted",
        (errand.wish.email for errand in errands if not errand.ended),
    )
    findings.check("requests agreed to and not filed", agreed.keys() - filed.keys())
    findings.check(
        "requests filed more than once", (email for email, rows in filed.items() if len(rows) > 1)
    )
    findings.check(
        "requests filed without agreement to just that",
        (
            f"{one.reference} {_account(one, agreed.get(email))}"
            for email, rows in filed.items()
            for one in rows
            if not _is_agreed(one, agreed.get(email), offered)
        ),
    )
    findings.check(
        "requests filed under another reference than was told, or for another team",
        (
            f"{one.reference} {email}"
            for email, rows in filed.items()
            for one in rows
            if email in by_email and not _as_told(one, by_email[email])
        ),
    )
    findings.figures["requests agreed to"] = len(agreed)
    findings.figures["  of them in words, before the last recap was read"] = sum(
        not _by_its_recap(row, agreed[email])
        for email, rows in filed.items()
        for row in rows
        if email in agreed
    )
    findings.figures["wishes that ended without agreement"] = len(by_email) - len(agreed)


def _is_agreed(filed: StoredRequest, errand: Errand | None, offered: Collection[str]) -> bool:
    """Whether the company had agreed, before it was filed, to what a recap showed just so."""
    if errand is None or f"request:send:{seal(filed.request.details)}" not in offered:
        return False
    return _by_its_recap(filed, errand) or any(
        agreement.in_words and agreement.at <= filed.request.consented_at
        for agreement in errand.agreements
    )


def _by_its_recap(filed: StoredRequest, errand: Errand) -> bool:
    """Whether the company had read the very recap when it agreed."""
    of_this = seal(filed.request.details)
    return any(
        agreement.seal == of_this and agreement.at <= filed.request.consented_at
        for agreement in errand.agreements
    )


def _account(filed: StoredRequest, errand: Errand | None) -> str:
    """What was filed, and what was agreed to, for whoever looks into it."""
    request = filed.request
    was = f"{request.details.email}: {seal(request.details)} at {request.consented_at:%H:%M:%S.%f}"
    agreements = errand.agreements if errand else ()
    said = ", ".join(f"{one.seal} at {one.at:%H:%M:%S.%f}" for one in agreements)
    return f"{was}, agreed to: {said or 'nothing'}"


def _as_told(filed: StoredRequest, errand: Errand) -> bool:
    told = errand.reference in {None, filed.reference}
    return told and filed.request.team == errand.wish.team


def judge_deliveries(
    findings: Findings,
    errands: Sequence[Errand],
    arrived: Sequence[Arrival],
    topics: Collection[str] = (),
) -> None:
    """Each destination of the team has the request, what was added, and its file; nobody else."""
    agreed = {errand.wish.email: errand for errand in errands if errand.agreements}
    at: defaultdict[Destination, list[Arrival]] = defaultdict(list)
    for one in arrived:
        at[one.at].append(one)
    doubles: Counter[Destination] = Counter()
    missing: list[str] = []
    renamed: list[str] = []
    files_missing: list[str] = []
    for errand in agreed.values():
        for destination in destinations(errand.wish.team):
            there = _Copies(errand, at[destination])
            for what, copies in there.cards():
                name = f"{destination}: {what} of {errand.wish.email}"
                missing += [] if copies else [name]
                renamed += [name] if len({copy.key for copy in copies}) > 1 else []
                doubles[destination] += max(0, len(copies) - 1)
            if errand.wish.file and not there.has_file():
                files_missing.append(f"{destination}: {errand.wish.file}")
    findings.check("cards that a destination never got", missing)
    findings.check("files that a destination never got", files_missing)
    findings.check("cards where they do not belong", _misplaced(arrived, agreed))
    findings.check("cards that came again under another Message-ID or key", renamed)
    findings.check(
        "cards taken twice by webhooks that honour the key",
        (f"{place}: {count}" for place, count in doubles.items() if _is_webhook(place) and count),
    )
    for destination in (one for team in TEAMS for one in destinations(team.id)):
        if not _is_webhook(destination):
            findings.figures[f"cards shown once more, {destination}"] = doubles[destination]
    by_reference = Counter(name.partition(" ")[0] for name in topics)
    findings.figures["topics made once more"] = len(topics) - len(by_reference)


def _is_webhook(destination: Destination) -> bool:
    return destination.kind == "webhook"


class _Copies:
    """What one destination has of one request."""

    def __init__(self, errand: Errand, there: Iterable[Arrival]) -> None:
        self._errand = errand
        self._there = [one for one in there if self._is_of_it(one)]

    def _is_of_it(self, one: Arrival) -> bool:
        wish = self._errand.wish
        marks = (wish.email, wish.addition, wish.file)
        return any(mark and mark in f"{one.text} {one.files}" for mark in marks)

    def cards(self) -> Iterator[tuple[str, list[Arrival]]]:
        """The card, and that of what was added, with all that arrived of them."""
        addition = self._errand.wish.addition
        added = [one for one in self._there if addition and addition in one.text]
        whole = [one for one in self._there if one not in added]
        yield "the card", [one for one in whole if self._errand.wish.email in one.text]
        if self._errand.added:
            yield "what was added", added

    def has_file(self) -> bool:
        """Whether its document came, too."""
        return any(self._errand.wish.file in one.files for one in self._there)


def _misplaced(arrived: Iterable[Arrival], agreed: dict[str, Errand]) -> Iterator[str]:
    """At another team's, without agreement, or out of its topic."""
    for one in arrived:
        for email in set(_EMAIL.findall(one.text)):
            errand = agreed.get(email)
            own = errand is not None and one.at in destinations(errand.wish.team)
            reference = errand.reference if errand else None
            in_place = one.at.address not in _TOPICS or one.topic.startswith(str(reference))
            if not own or not in_place:
                yield f"{one.at}: {email}"
