"""What a team is sent of a request: one card for each of its destinations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.requests.model import Card, Destination, Lost

if TYPE_CHECKING:
    from collections.abc import Iterator

    from handlers.requests.model import News, Request
    from handlers.values import File
    from knowledge.model import KnowledgeBase, Language, Routing, Team

_CHANNEL_NAMES = {"team": "Telegram", "email": "e-mail", "webhook": "webhook"}


def destinations(team: Team) -> tuple[Destination, ...]:
    """Where ``team`` receives; none where ``routing.yaml`` names none."""
    found = []
    if team.telegram:
        group = team.telegram
        found.append(
            Destination(channel="team", address=group.group, topics=group.topics, topic=group.topic)
        )
    if team.email:
        found.append(Destination(channel="email", address=team.email))
    if team.webhook:
        hook = team.webhook
        found.append(Destination(channel="webhook", address=hook.url, secret=hook.secret))
    return tuple(found)


def cards(
    base: KnowledgeBase,
    request: Request,
    news: News = "filed",
    addition: str = "",
    files: tuple[File, ...] = (),
) -> tuple[Card, ...]:
    """What ``request``'s team is sent of it, in the team's first language or else the folder's.

    A team that has left the file since has its requests read by the default team.
    """
    team = base.routing.team(request.team) or base.routing.team(base.routing.default)
    if team is None:
        return ()
    language = _language(base, team)
    return tuple(
        Card(
            news=news,
            destination=destination,
            language=language,
            need=need_label(base, request, language),
            team=team.name_in(language),
            request=request,
            addition=addition,
            files=files,
        )
        for destination in destinations(team)
    )


def undelivered_cards(base: KnowledgeBase, card: Card, reason: str) -> tuple[Card, ...]:
    """What is told of ``card``, which its destination did not take for ``reason``.

    The default team has it at its destinations, but not at the one that failed; where it has no
    other, its backup has it, or the backup's. Of an undelivered notice there is no further one.
    """
    if card.news == "undelivered":
        return ()
    failed = card.destination
    where = f"{_CHANNEL_NAMES[failed.channel]} {failed.address}: "
    lost = Lost(news=card.news, to=reason if failed.address in reason else where + reason)
    for team in _default_and_backups(base.routing):
        others = [to for to in destinations(team) if not _same(to, failed)]
        if others:
            return tuple(_notice(base, card, team, to, lost) for to in others)
    return ()


def _default_and_backups(routing: Routing) -> Iterator[Team]:
    passed: set[str] = set()
    team = routing.team(routing.default)
    while team is not None and team.id not in passed:
        yield team
        passed.add(team.id)
        team = routing.team(team.backup)


def _same(one: Destination, other: Destination) -> bool:
    """Whether both are one lane: a group that fails, fails in each of its topics."""
    return (one.channel, one.address) == (other.channel, other.address)


def _notice(base: KnowledgeBase, card: Card, team: Team, to: Destination, lost: Lost) -> Card:
    language = _language(base, team)
    meant = base.routing.team(card.request.team)
    return Card(
        news="undelivered",
        destination=to,
        language=language,
        need=need_label(base, card.request, language),
        team=meant.name_in(language) if meant else card.team,
        request=card.request,
        addition=card.addition,
        files=card.files,
        status=card.status,
        owner=card.owner,
        lost=lost,
    )


def _language(base: KnowledgeBase, team: Team) -> Language:
    return (*team.languages, *base.languages)[0]


def need_label(base: KnowledgeBase, request: Request, language: Language) -> str:
    """The name of what is needed; of a need that is gone or was never told, that of "other"."""
    form = base.request_form
    need = form.need(request.details.need) or form.need(form.other)
    return need.label_in(language) if need else request.details.need or form.other
