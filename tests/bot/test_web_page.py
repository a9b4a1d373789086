"""The page's files and headers over real HTTP (tests/browser drives the page itself)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import aiohttp
import pytest

from bot.channels.web_page import STATIC
from knowledge.model import Territory
from tests.bot.web_client import WebClient
from tests.servers.web_assistant import KNOWLEDGE, web_assistant

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[WebClient]:
    """A client of it."""
    async with web_assistant(tmp_path) as running, aiohttp.ClientSession() as session:
        yield WebClient(running.url, session)


async def test_the_page_names_the_territory_safely(client: WebClient) -> None:
    """What the knowledge folder calls the territory is shown, and is never read as HTML."""
    page = (await client.request("GET", "/")).body.decode()

    assert "<title>Assistant · Val d’&lt;Essai&gt;</title>" in page
    assert "Trial &lt;Valley&gt;" in page
    assert "<Essai>" not in page
    assert 'data-languages="fr en"' in page
    assert not re.search(r"\$\w", page)


async def test_without_javascript_the_page_says_whom_to_ask(client: WebClient) -> None:
    """The contact of the territory stands in the page itself."""
    page = (await client.request("GET", "/")).body.decode()
    without_script = page[page.index("<noscript>") : page.index("</noscript>")]

    assert '<a href="mailto:equipe@example.org">l’équipe</a>' in without_script


async def test_the_page_follows_an_edit_of_the_knowledge(tmp_path: Path) -> None:
    """A reloaded folder shows at the next visit; a folder without a name gives a neutral page."""
    current = [KNOWLEDGE]
    async with (
        web_assistant(tmp_path, knowledge=lambda: current[0]) as running,
        aiohttp.ClientSession() as session,
    ):
        client = WebClient(running.url, session)
        current[0] = KNOWLEDGE.model_copy(update={"territory": Territory()})
        page = (await client.request("GET", "/")).body.decode()

    assert "<title>Assistant</title>" in page


async def test_every_file_of_the_page_is_served_from_here(client: WebClient) -> None:
    """All that the page loads is ours, kept for good by browsers, with its own content type."""
    page = (await client.request("GET", "/")).body.decode()
    addresses = re.findall(r'(?:src|href)="([^"#]+)"', page)

    assert len([address for address in addresses if address.startswith("/static/")]) == 3
    assert not [address for address in addresses if address.startswith(("http", "//"))]
    version = addresses[0].split("/")[2]
    for file in STATIC.iterdir():
        if file.name == "index.html":
            continue
        response = await client.request("GET", f"/static/{version}/{file.name}")
        assert response.body == file.read_bytes()
        assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert response.headers["Content-Type"].startswith(
            ("text/javascript", "text/css", "image/")
        )


async def test_only_the_pages_files_are_served(client: WebClient) -> None:
    """Neither other files nor paths out of the folder; another version is served but not kept."""
    for name in ("index.html", "..%2Fweb.py", "%2Fetc%2Fpasswd", "nothing.js"):
        assert (await client.request("GET", f"/static/v/{name}")).status == 404
    old = await client.request("GET", "/static/older/app.js")

    assert (old.status, old.headers["Cache-Control"]) == (200, "no-cache")


@pytest.mark.parametrize("path", ["/", "/static/v/app.js", "/api/nothing", "/nothing", "/metrics"])
async def test_every_response_carries_the_guarding_headers(client: WebClient, path: str) -> None:
    """A strict policy, no sniffing, no referrer, no framing: on pages and errors alike."""
    headers = (await client.request("GET", path)).headers
    policy = headers["Content-Security-Policy"]

    assert policy.startswith("default-src 'none'; script-src 'self'")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "geolocation=()" in headers["Permissions-Policy"]


async def test_the_page_is_light(client: WebClient) -> None:
    """The whole page is under 28 kB as it travels: fit for a telephone on a building site."""
    page = (await client.request("GET", "/")).body.decode()
    addresses = ["/", *re.findall(r'(?:src|href)="(/static/[^"]+)"', page)]
    version = addresses[1].split("/")[2]
    addresses += [f"/static/{version}/{file.name}" for file in STATIC.glob("*.js")]
    sizes = {}
    async with aiohttp.ClientSession(auto_decompress=False) as session:
        plain = WebClient(str(client._url), session)  # noqa: SLF001 - the same server
        for address in addresses:
            sizes[address] = len((await plain.request("GET", address)).body)

    assert sum(sizes.values()) < 28_000, sizes
