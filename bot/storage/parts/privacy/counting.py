"""What an erasure will take away, and where copies of it are."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.storage import stored_json
from bot.storage.parts.privacy.gathering import held
from bot.storage.tables import conversations, inbox, outbox, team_messages, topics
from handlers.privacy.model import Copy, Erased, ShownInGroup
from handlers.requests.model import Card

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.storage.parts.privacy.scope import Scope
    from handlers.privacy.model import Asker
    from knowledge.model import Language


async def count(
    connection: AsyncConnection, scope: Scope, asked_by: Asker, language: Language | None
) -> Erased:
    """What of ``scope`` will have been erased, and where copies of it are."""
    found = await held(connection, scope.conversation_id)
    channel = await connection.scalar(
        sa.select(conversations.c.channel).where(conversations.c.id == scope.conversation_id)
    )
    of_all = {
        "messages": found.messages,
        "replies": found.replies,
        "look_ups": found.look_ups,
        "files": len(found.files),
        "questions": found.questions,
    }
    return Erased(
        channel=channel or "",
        asked_by=asked_by,
        language=language,
        requests=scope.references,
        copies=tuple(await _copies(connection, scope)),
        groups=tuple(await _shown(connection, scope)),
        **(of_all if scope.whole else {}),
    )


async def _copies(connection: AsyncConnection, scope: Scope) -> list[Copy]:
    """Each destination once; one that was tried in vain may have it all the same."""
    tried = sa.or_(outbox.c.status == "sent", outbox.c.attempts > 0)
    found = sa.select(outbox).where(
        outbox.c.request_id.in_(scope.request_ids), outbox.c.kind == "card", tried
    )
    copies: dict[tuple[str, str, str], Copy] = {}
    for row in await connection.execute(found.order_by(outbox.c.id)):
        try:
            card = stored_json.load_payload(row.kind, row.payload)
        except stored_json.UnreadableError:
            continue
        if isinstance(card, Card):
            copies[card.request.reference, row.channel, row.address] = Copy(
                reference=card.request.reference,
                destination=card.destination,
                language=card.language,
                team=card.team,
            )
    return list(copies.values())


async def _shown(connection: AsyncConnection, scope: Scope) -> list[ShownInGroup]:
    """What each group shows of the requests, members' messages among it."""
    threads: defaultdict[str, set[int]] = defaultdict(set)
    messages: defaultdict[str, set[int]] = defaultdict(set)
    references: defaultdict[str, set[str]] = defaultdict(set)
    of_these = topics.c.reference.in_(scope.references)
    for row in await connection.execute(sa.select(topics).where(of_these)):
        threads[row.group_id].add(row.thread_id)
        references[row.group_id].add(row.reference)
    shown = team_messages.c.reference.in_(scope.references)
    for row in await connection.execute(sa.select(team_messages).where(shown)):
        messages[row.group_id].add(row.message_id)
        references[row.group_id].add(row.reference)
    written = sa.select(inbox.c.event).where(
        inbox.c.conversation_id.in_(scope.team_ids),
        inbox.c.event.startswith('{"kind":"member_wrote"'),
    )
    for event in map(json.loads, await connection.scalars(written)):
        if str(event["message"]).isdecimal():
            messages[event["group"]].add(int(event["message"]))
    return [
        ShownInGroup(
            group=group,
            topics=tuple(sorted(threads[group])),
            messages=tuple(sorted(messages[group])),
            references=tuple(sorted(references[group])),
        )
        for group in sorted(threads.keys() | messages.keys())
    ]
