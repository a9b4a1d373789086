"""A process that is killed while it erases leaves nothing half done that the next does not end."""

from __future__ import annotations

import datetime as dt
import signal

import pytest

from bot.storage.store import Store
from handlers.values import Reply
from tests import processes
from tests.bot.privacy.bytes_held import everything, found_in
from tests.bot.privacy.killed_eraser import erase
from tests.bot.privacy.people import AMELIE, confirm, live_through
from tests.bot.storage.making import execute


@pytest.mark.parametrize("point", ["ordered", "committed", "overwritten"])
async def test_the_next_process_ends_it(database_url: str, point: str) -> None:
    """Wherever it was killed: all is gone, the person is told once, there is one proof."""
    store = await Store.open(database_url)
    await live_through(store, AMELIE)
    await confirm(store, AMELIE)
    # Nobody is at it: as after the lease of who took the order.
    await execute(database_url, "UPDATE outbox SET leased_until = NULL")
    await store.close()

    assert await processes.run(erase, database_url, point) == -signal.SIGKILL
    await execute(database_url, "UPDATE outbox SET leased_until = NULL")
    assert await processes.run(erase, database_url, "none") == 0

    assert found_in(await everything(database_url), AMELIE.secrets) == []
    store = await Store.open(database_url)
    assert len(await store.proofs()) == 1
    last_words = [
        item.payload
        for item in await store.claim_outbox(dt.datetime.now(dt.UTC), 100, 60.0, {"telegram"})
        if isinstance(item.payload, Reply) and item.payload.erases
    ]
    assert len(last_words) == 1
    await store.close()
