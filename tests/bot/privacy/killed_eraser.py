"""An assistant reduced to its erasures, in a process that kills itself at a point.

The point is ``ordered`` (the order is taken, nothing is done), ``committed`` (the rows are gone,
their bytes are not), ``overwritten`` (all is done, nobody was told so) or ``none``: it then goes on
until nothing waits.
"""

from __future__ import annotations

import asyncio
import os
import signal
from typing import TYPE_CHECKING, Any

from bot.delivery.dispatcher import Dispatcher
from bot.delivery.erasure import ErasureDelivery
from bot.storage.database import Database
from bot.storage.store import Store
from tests.polling import until
from tests.servers.web_assistant import KNOWLEDGE

if TYPE_CHECKING:
    from multiprocessing.connection import Connection


def killed(*_: object, **__: object) -> Any:  # noqa: ANN401 - it never returns
    """As by the system: nothing is cleaned up."""
    os.kill(os.getpid(), signal.SIGKILL)


async def main(url: str, point: str) -> None:
    """Erase what is ordered."""
    store = await Store.open(url)
    if point == "ordered":
        Store.erase = killed  # type: ignore[method-assign]
    elif point == "committed":
        Database.overwrite_erased = killed  # type: ignore[method-assign]
    elif point == "overwritten":
        Store.mark_sent = killed  # type: ignore[method-assign]
    dispatcher = Dispatcher(store, {"erasure": ErasureDelivery(store, lambda: KNOWLEDGE)})
    sending = asyncio.create_task(dispatcher.run())

    async def is_done() -> bool:
        return await store.deliveries(kinds={"erase_data"}) == []

    await until(is_done)
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    await store.close()


def erase(_: Connection, url: str, point: str) -> None:
    """All that the process does."""
    asyncio.run(main(url, point))
