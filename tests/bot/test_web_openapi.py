"""openapi.yaml against the routes there are and the responses they give."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, get_args

import aiohttp
import pytest
import yaml
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import validate

from bot.channels.web import CHANNEL
from handlers.events import CommandName
from tests import files
from tests.bot.web_client import Response, WebClient
from tests.servers.web_assistant import web_assistant

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.servers.web_assistant import WebAssistant


@pytest.fixture
async def assistant(tmp_path: Path) -> AsyncIterator[WebAssistant]:
    """A running assistant."""
    async with web_assistant(
        tmp_path, web_messages_per_minute=5, web_files_per_minute=5
    ) as running:
        yield running


@pytest.fixture
async def client(assistant: WebAssistant) -> AsyncIterator[WebClient]:
    """A client of it."""
    async with aiohttp.ClientSession() as session:
        yield WebClient(assistant.url, session)


async def described(client: WebClient) -> dict[str, Any]:
    """What the server says of itself."""
    response = await client.request("GET", "/api/openapi.yaml")
    found: dict[str, Any] = yaml.safe_load(response.body)
    return found


def check(description: dict[str, Any], method: str, path: str, response: Response) -> None:
    """Fail unless ``response`` is described for ``path`` and fits its schema."""
    responses = description["paths"][path][method]["responses"]
    found = responses[str(response.status)]
    if "$ref" in found:
        found = description["components"]["responses"][found["$ref"].rpartition("/")[2]]
    assert set(found.get("headers", {})) <= set(response.headers)
    schema = {
        **found["content"]["application/json"]["schema"],
        "components": description["components"],
    }
    OAS31Validator(schema, format_checker=OAS31Validator.FORMAT_CHECKER).validate(response.json)


async def test_the_description_is_sound_openapi(client: WebClient) -> None:
    """Whatever generates a client from it can read it."""
    validate(await described(client))


async def test_every_route_is_described(assistant: WebAssistant, client: WebClient) -> None:
    """Neither a route without a description nor a description without a route."""
    page = {("GET", "/"), ("GET", "/static/{version}/{name}")}
    routes = {
        (route.method, route.resource.canonical)
        for route in assistant.app.router.routes()
        if route.resource is not None and route.method != "HEAD"
    }
    described_routes = {
        (method.upper(), path)
        for path, item in (await described(client))["paths"].items()
        for method in item
        if method != "parameters"
    }

    assert routes - page == described_routes


async def test_real_responses_fit_their_schemas(client: WebClient) -> None:
    """Replies of every shape, the transcript and the errors are what the description says."""
    description = await described(client)
    opening = await client.request("POST", "/api/conversations")
    check(description, "post", "/api/conversations", opening)
    await client.open()
    messages = "/api/conversations/{id}/messages"
    sent: list[dict[str, Any]] = [
        {"text": "Bonjour"},
        {"button": "entry:axe-1"},
        {"command": "start", "language": "en"},
        {"text": ""},
        {"text": "a", "message_id": "b"},
        {"text": "un de trop"},
    ]
    statuses = []
    for content in sent:
        response = await client.say(**content)
        statuses.append(response.status)
        check(description, "post", messages, response)
    assert statuses == [200, 200, 200, 422, 422, 429]
    transcript = await client.request("GET", client.path, headers=client.authorization)
    check(description, "get", messages, transcript)
    for headers in ({}, {"Authorization": "Bearer wrong"}):
        refused = await client.request("GET", client.path, headers=headers)
        check(description, "get", messages, refused)


async def test_real_responses_to_files_fit_their_schemas(client: WebClient) -> None:
    """Handled, of an album, refused for each reason, and in the transcript."""
    description = await described(client)
    await client.open()
    sent = [
        await client.send_file(files.PDF),
        await client.send_file(files.JPEG, "photo.jpg", album=str(uuid.uuid4())),
        await client.send_file(b""),
        await client.send_file(files.PROGRAM),
        await client.send_file(bytes(10_000_001)),
        await client.send_file(files.PDF),
    ]
    assert [response.status for response in sent] == [200, 200, 422, 415, 413, 429]
    for response in sent:
        check(description, "post", "/api/conversations/{id}/files", response)
    transcript = await client.request("GET", client.path, headers=client.authorization)
    assert transcript.json["messages"][0]["file"]["name"] == "plan.pdf"
    check(description, "get", "/api/conversations/{id}/messages", transcript)


async def test_every_command_of_the_dialogue_is_described(client: WebClient) -> None:
    """A client may give any of them, and meets no other in the transcript."""
    schemas = (await described(client))["components"]["schemas"]
    for schema in ("Message", "PersonMessage"):
        assert schemas[schema]["properties"]["command"]["enum"] == list(get_args(CommandName))


async def test_real_health_responses_fit_their_schemas(
    assistant: WebAssistant, client: WebClient
) -> None:
    """Ready, degraded and unavailable all are what the description says."""
    description = await described(client)
    for _ in range(2):
        ready = await client.request("GET", "/health/ready")
        check(description, "get", "/health/ready", ready)
        assistant.faults["knowledge"] = "entries/a.yaml:3: a key is missing"
    check(description, "get", "/health/live", await client.request("GET", "/health/live"))
    await assistant.lose_database()
    gone = await client.request("GET", "/health/ready")
    assert gone.status == 503
    check(description, "get", "/health/ready", gone)


async def test_examples_of_the_description_work(client: WebClient) -> None:
    """What a reader copies from it is accepted as it stands."""
    description = await described(client)
    await client.open()
    post = description["paths"]["/api/conversations/{id}/messages"]["post"]
    content = post["requestBody"]["content"]["application/json"]
    schema = {**content["schema"], "components": description["components"]}
    for example in content["examples"].values():
        OAS31Validator(schema).validate(example["value"])
        assert str(uuid.UUID(example["value"]["id"]))
        message_id = example["value"].pop("id")
        assert (await client.say(message_id, **example["value"])).status == 200
    assert CHANNEL == "web"
