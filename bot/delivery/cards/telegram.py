"""A card as messages of a Telegram group, and the buttons under it.

Links are left to Telegram, which makes one of each telephone number and e-mail address itself
and takes only web addresses in ``<a>``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.delivery.telegram_rendering import Run, TextPart, split
from handlers.team.model import TEAM
from handlers.wording import Wording

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.delivery.cards.content import Content, Row
    from handlers.requests.model import Card
    from handlers.values import Button
    from knowledge.model import KnowledgeBase, Texts


def messages(content: Content) -> list[TextPart]:
    """One message where it fits, else as many as it takes; nothing is left out."""
    return split(list(_runs(content)))


def line(text: str) -> list[TextPart]:
    """A remark about a card, on its own."""
    return split([Run(text, italic=True)])


def buttons(card: Card, base: KnowledgeBase) -> tuple[Button, ...]:
    """What a member may do with the request, as it stands, in the group that ``card`` is for."""
    words = base.messages
    take = ("take", words.card_button_take)
    reply = ("reply", words.card_button_reply)
    rest = (
        ("transfer", words.card_button_transfer),
        ("note", words.card_button_note),
        ("close", words.card_button_close),
    )
    offered: tuple[tuple[str, Texts], ...]
    if card.moved_to or card.status == "withdrawn" or card.news == "erased":
        offered = ()
    elif card.news in {"undelivered", "waiting"}:
        offered = (take,)
    elif card.status == "closed":
        offered = (("take", words.card_button_reopen),)
    else:
        offered = (reply, *rest) if card.status == "taken" else (take, reply, *rest)
    wording = Wording(base, card.language)
    return tuple(
        wording.button(label, f"{TEAM}:{action}:{card.request.reference}")
        for action, label in offered
    )


def _runs(content: Content) -> Iterator[Run]:
    yield Run(content.title, bold=True)
    yield Run("\n")
    if content.note:
        yield Run(content.note, italic=True)
        yield Run("\n")
    yield Run("\n")
    if content.need.values:
        yield from _row(content.need, content.colon)
    for quote in content.quotes:
        yield Run("\n")
        yield Run(quote.label, bold=True)
        yield Run("\n")
        yield Run(quote.text, quoted=True)
        yield Run("\n")
    for group in content.groups:
        yield Run("\n")
        for row in group:
            yield from _row(row, content.colon)
    if content.traces:
        yield Run("\n")
        lines = (f"{row.label}{content.colon}{row.values[0]}" for row in content.traces)
        yield Run("\n".join(lines), italic=True)
        yield Run("\n")
    if content.standing:
        yield Run("\n")
        yield Run(content.standing, bold=True)
        yield Run("\n")
    if content.hint:
        yield Run("\n")
        yield Run(content.hint, italic=True)


def _row(row: Row, colon: str) -> Iterator[Run]:
    yield Run(row.label, bold=True)
    if len(row.values) == 1:
        yield Run(f"{colon}{row.values[0]}\n")
    else:
        items = "".join(f"\n• {value}" for value in row.values)
        yield Run(f"{colon.rstrip()}{items}\n")
