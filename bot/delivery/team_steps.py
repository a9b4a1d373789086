"""What is sent of a card or a post, one call of the Bot API each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.delivery.cards import telegram as rendering
from bot.delivery.cards.content import WHOLE, card_files, content
from bot.delivery.team_files import Album, albums
from bot.delivery.telegram_rendering import TextPart, keyboard, mention, text_parts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from telegram import InlineKeyboardMarkup

    from bot.storage.records import ShownPurpose
    from handlers.requests.model import Card
    from handlers.team.model import Post
    from knowledge.model import KnowledgeBase


@dataclass(frozen=True, slots=True)
class Text:
    """One message. ``purpose`` is what a reply to it is for.

    ``answers`` is the message that it replies to itself; ``asks`` whether the member that it
    names is shown the field to answer in.
    """

    part: TextPart
    purpose: ShownPurpose = "info"
    keyboard: InlineKeyboardMarkup | None = None
    answers: int | None = None
    asks: bool = False


Step = Text | Album


def card_steps(card: Card, base: KnowledgeBase, *, again: bool) -> Iterator[Step]:
    """``card`` and its files; before it the whole request, if that is to be shown ``again``."""
    if again and card.news not in WHOLE:
        yield from _whole(card.model_copy(update={"news": "again"}), base)
    yield from _whole(card, base)


def post_steps(post: Post, base: KnowledgeBase, *, again: bool) -> Iterator[Step]:
    """``post``, and before it the whole request if it is to be shown ``again``."""
    if again:
        yield from _whole(post.card, base)
    parts = text_parts(post.text)
    if post.ask:
        parts[0] = mention(post.ask.id, post.ask.name, parts[0])
    texts = [Text(part, post.purpose) for part in parts]
    answers = int(post.answers) if post.answers else None
    texts[0] = replace(texts[0], answers=answers, asks=post.ask is not None)
    texts[-1] = replace(texts[-1], keyboard=keyboard(post.buttons))
    yield from texts


def line(text: str) -> list[Step]:
    """A remark, on its own."""
    return [Text(part) for part in rendering.line(text)]


def head(card: Card, base: KnowledgeBase) -> Text:
    """The message of ``card`` that carries the buttons: what changes as the request goes on."""
    return _messages(card, base)[-1]


def _whole(card: Card, base: KnowledgeBase) -> Iterator[Step]:
    yield from _messages(card, base)
    yield from albums(card_files(card))


def _messages(card: Card, base: KnowledgeBase) -> Sequence[Text]:
    buttons = () if card.news in {"added", "corrected"} else rendering.buttons(card, base)
    parts = rendering.messages(content(card, base))
    texts = [Text(part, "reply") for part in parts]
    if buttons:
        texts[-1] = replace(texts[-1], purpose="card", keyboard=keyboard(buttons))
    return texts
