"""On PostgreSQL, processes wake each other. They poll as well, so a lost notice only delays."""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import astuple
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from bot.storage.records import Handled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

logger = logging.getLogger(__name__)

_RECEIVED = "assistant_received"
_HANDLED = "assistant_handled"
_PAYLOAD_BYTES = 7999  # PostgreSQL refuses longer ones
_RECONNECT_SECONDS = 1.0
_NOTIFY = sa.text("SELECT pg_notify(:topic, payload) FROM unnest(:payloads) AS payload").bindparams(
    sa.bindparam("payloads", type_=sa.ARRAY(sa.Text))
)


async def notify_received(connection: AsyncConnection) -> None:
    """Tell every process, once this transaction commits, that events came in."""
    await _notify(connection, _RECEIVED, [""])


async def notify_handled(connection: AsyncConnection, notices: Iterable[Handled]) -> None:
    """Tell every process, once this transaction commits, that these events have their replies."""
    payloads = [json.dumps(astuple(notice)) for notice in notices]
    await _notify(connection, _HANDLED, [p for p in payloads if len(p) <= _PAYLOAD_BYTES])


async def _notify(connection: AsyncConnection, topic: str, payloads: list[str]) -> None:
    if connection.dialect.name == "postgresql":
        await connection.execute(_NOTIFY, {"topic": topic, "payloads": payloads})


async def listen(
    engine: AsyncEngine, on_received: Callable[[], None], on_handled: Callable[[Handled], None]
) -> None:
    """Pass notices on until cancelled; connects again when the connection is lost."""

    def handled(_connection: Any, _pid: int, _topic: str, payload: str) -> None:  # noqa: ANN401 - asyncpg's
        on_handled(Handled(*json.loads(payload)))

    def received(*_notice: object) -> None:
        on_received()

    while True:
        try:
            await _listen_once(engine, {_RECEIVED: received, _HANDLED: handled})
        except Exception as error:  # noqa: BLE001 - drivers have their own, and polling goes on
            logger.warning("cannot listen to the database: %s", type(error).__name__)
        await asyncio.sleep(_RECONNECT_SECONDS)


async def _listen_once(engine: AsyncEngine, callbacks: dict[str, Callable[..., None]]) -> None:
    """Listen on one connection until it is lost."""
    async with engine.connect() as connection:
        driver: Any = (await connection.get_raw_connection()).driver_connection
        lost = asyncio.Event()

        def on_lost(_connection: object) -> None:
            lost.set()

        driver.add_termination_listener(on_lost)
        try:
            for topic, callback in callbacks.items():
                await driver.add_listener(topic, callback)
            await lost.wait()
        finally:
            driver.remove_termination_listener(on_lost)
            for topic, callback in callbacks.items():
                await driver.remove_listener(topic, callback)
