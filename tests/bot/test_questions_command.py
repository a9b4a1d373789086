"""Staff list what could not be answered: what people write steers no terminal."""

from __future__ import annotations

from bot.storage.store import Store
from handlers.effects import RecordQuestion
from tests.bot.shell import run
from tests.bot.storage.making import NOW, claim, message, stepped


async def _ask(store: Store, text: str) -> None:
    await store.receive([message(1, text=text)], NOW)
    [item] = await claim(store)
    effect = RecordQuestion(text=text, language="fr")
    assert await store.save([stepped(item, "?", effects=(effect,))], NOW) == []


async def test_a_question_is_one_line_whatever_is_in_it(
    sqlite_store: Store, sqlite_url: str
) -> None:
    """It forges no line, renames no window and turns no text around."""
    await _ask(sqlite_store, "prix ?\x1b]0;owned\x07\n2024-01-01 00:00 handoff    fr forgé \u202e")

    result = await run(sqlite_url, "questions")

    [line] = result.stdout.split("\n")[:-1]
    assert line.endswith(" fr prix ? ]0;owned 2024-01-01 00:00 handoff fr forgé")
