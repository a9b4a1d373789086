"""The whole knowledge base as Telegram shows it."""

from __future__ import annotations

import pytest

from bot.delivery.telegram_rendering import keyboard, text_parts
from handlers.wording import Wording
from knowledge.model import KnowledgeBase, Language
from tests import content
from tests.servers.telegram import TEXT_LIMIT, check_buttons
from tests.servers.telegram_html import parse_html, utf16_length


@pytest.fixture(scope="module")
def base() -> KnowledgeBase:
    """The knowledge that comes with the assistant."""
    return content.base()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_answer_is_one_that_telegram_takes(base: KnowledgeBase, language: Language) -> None:
    """Parsed by Telegram's rules, within one message, every source a link, every button valid."""
    for entry in base.entries:
        reply = Wording(base, language).answer(entry)
        (part,) = text_parts(reply.text)
        shown = parse_html(part.html)
        assert shown.text == part.plain, entry.id
        assert utf16_length(shown.text) <= TEXT_LIMIT, entry.id
        assert {source.url for source in entry.sources if source.url} <= set(shown.links), entry.id
        buttons = keyboard(reply.buttons)
        check_buttons(buttons.to_dict() if buttons else {})


def test_every_message_is_one_that_telegram_takes(base: KnowledgeBase) -> None:
    """What is said that is no entry parses too, with whatever stands in its gaps."""
    for texts in base.messages.model_dump().values():
        if isinstance(texts, dict):
            for text in filter(lambda words: isinstance(words, str), texts.values()):
                for part in text_parts(text):
                    assert parse_html(part.html).text == part.plain
