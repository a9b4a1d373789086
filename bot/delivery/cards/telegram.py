"""A card as messages of a Telegram group.

Links are left to Telegram, which makes one of each telephone number and e-mail address itself
and takes only web addresses in ``<a>``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.delivery.telegram_rendering import Run, TextPart, split

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.delivery.cards.content import Content, Row


def messages(content: Content) -> list[TextPart]:
    """One message where it fits, else as many as it takes; nothing is left out."""
    return split(list(_runs(content)))


def line(text: str) -> list[TextPart]:
    """A remark about a card, on its own."""
    return split([Run(text, italic=True)])


def _runs(content: Content) -> Iterator[Run]:
    yield Run(content.title, bold=True)
    yield Run("\n")
    if content.note:
        yield Run(content.note, italic=True)
        yield Run("\n")
    yield Run("\n")
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


def _row(row: Row, colon: str) -> Iterator[Run]:
    yield Run(row.label, bold=True)
    if len(row.values) == 1:
        yield Run(f"{colon}{row.values[0]}\n")
    else:
        items = "".join(f"\n• {value}" for value in row.values)
        yield Run(f"{colon.rstrip()}{items}\n")
