"""A serving assistant makes its rounds, and shows what they found where it is watched."""

from __future__ import annotations

import contextlib
import socket
from typing import TYPE_CHECKING, Any

import aiohttp

from bot.serving import serve
from bot.settings import Settings
from tests.bot.doctor.deployment import KEY, PASSWORD
from tests.bot.test_health import samples
from tests.polling import running, until
from tests.servers.telegram import TOKEN

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.bot.doctor.deployment import Deployment

Json = dict[str, Any]


class Watcher:
    """Asks a running assistant how it is."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self.url = url
        self.printed = ""

    async def ready(self) -> tuple[int, Json]:
        """Status and body of ``/health/ready``."""
        async with self._session.get(f"{self.url}/health/ready") as response:
            self.printed += await response.text()
            return response.status, await response.json()

    async def metrics(self) -> dict[tuple[str, tuple[str, ...]], float]:
        """Every sample of ``/metrics``."""
        async with self._session.get(f"{self.url}/metrics") as response:
            body = await response.read()
        self.printed += body.decode()
        return samples(body)

    async def has(self, status: str, **faults: str) -> bool:
        """Whether a round was made, and it says so."""
        _, body = await self.ready()
        told = {matter: text.partition(";")[0] for matter, text in body["faults"].items()}
        found = all(text in told.get(matter, "") for matter, text in faults.items())
        return body["examined_at"] is not None and body["status"] == status and found


@contextlib.asynccontextmanager
async def served(deployment: Deployment) -> AsyncIterator[Watcher]:
    """The deployment's assistant, with a round every half second."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    settings = Settings.model_validate(
        {"_env_file": None, "port": port, "database_url": deployment.database_url,
         "doctor_minutes": 0.5 / 60}
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    async with aiohttp.ClientSession() as session, running(serve(settings)):

        async def is_up() -> bool:
            try:
                async with session.get(f"{url}/health/live") as response:
                    return response.status == 200
            except aiohttp.ClientError:
                return False

        await until(is_up)
        yield Watcher(session, url)


async def test_what_is_wrong_elsewhere_degrades_and_stops_nothing(deployment: Deployment) -> None:
    """Faults appear by themselves and go when they are mended; the process stays in service."""
    async with served(deployment) as watcher:
        await until(lambda: watcher.has("ready"))
        deployment.group.status = "kicked"
        await deployment.stop("receiver")
        await until(
            lambda: watcher.has("degraded", groups="not in it", webhooks="no connection")
        )  # fmt: skip
        status, body = await watcher.ready()
        assert (status, set(body["faults"])) == (200, {"groups", "webhooks"})

        found = await watcher.metrics()
        name = "assistant_doctor_finding"
        assert found[name, ("fault", "groups")] == 1
        assert found[name, ("ok", "groups")] == 0
        assert found[name, ("ok", "mail")] == 1
        assert found[name, ("ok", "database")] == 1

        deployment.group.status = "administrator"
        await until(lambda: watcher.has("degraded", webhooks="no connection"))
        await until(lambda: _gone(watcher, "groups"))
        assert (await watcher.metrics())[name, ("fault", "groups")] == 0
    for secret in (TOKEN, PASSWORD, KEY, "s3cr3t"):
        assert secret not in watcher.printed


async def _gone(watcher: Watcher, matter: str) -> bool:
    _, body = await watcher.ready()
    return matter not in body["faults"]


async def test_the_command_works_beside_a_serving_assistant(deployment: Deployment) -> None:
    """It finds all well, and the port taken by the right program."""
    async with served(deployment) as watcher:
        await until(lambda: watcher.has("ready"))
        deployment.set(PORT=watcher.url.rpartition(":")[2])
        told = await deployment.doctor()
    assert told.troubled() == {}
    (line,) = [one["what"] for one in told.findings if one["matter"] == "port"]
    assert line.startswith("an assistant serves on 127.0.0.1:")
