"""A Bot API server to talk to over real HTTP: strict like Telegram's, and unreliable at will.

It keeps Telegram's promises and no more: an update comes again until a higher offset is asked
for, in order; what it accepted it recorded, whether or not its answer arrived.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientSession, web

from tests.polling import DEADLINE_SECONDS
from tests.servers.telegram_chats import Chats
from tests.servers.telegram_deleting import Deleting
from tests.servers.telegram_faults import Fault, FaultPlan, NoFaults
from tests.servers.telegram_files import Files, KeptFile
from tests.servers.telegram_forum import Forums
from tests.servers.telegram_groups import Groups
from tests.servers.telegram_html import HtmlRefused, Parsed, parse_html, utf16_length
from tests.servers.telegram_refusal import Refused
from tests.servers.telegram_updates import BOT_ID, Json, bot_user

__all__ = ["TOKEN", "BotApiServer", "Refused", "Sent", "check_buttons"]

TOKEN = "700000001:AAtests-tests-tests-tests-tests-tests"  # noqa: S105 - opens nothing
TEXT_LIMIT = 4096
POLL_LIMIT = 100
_PLAIN = {"text", "title", "address", "first_name", "name"}
"""Parameters that are text, whatever they begin with."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that reached a chat. ``at`` is monotonic seconds."""

    method: str
    chat_id: int
    message_id: int
    parameters: Json
    shown: Parsed
    at: float
    files: tuple[KeptFile, ...] = ()

    @property
    def thread(self) -> int | None:
        """The topic it is in."""
        thread = self.parameters.get("message_thread_id")
        return int(thread) if thread else None

    @property
    def text(self) -> str:
        """What a person reads."""
        return self.shown.text

    @property
    def buttons(self) -> list[list[Json]]:
        """Rows of inline buttons."""
        rows: list[list[Json]] = self.parameters.get("reply_markup", {}).get("inline_keyboard", [])
        return rows


@dataclass
class BotApiServer:
    """The state behind the addresses; :meth:`running` serves it."""

    token: str = TOKEN
    faults: FaultPlan = field(default_factory=NoFaults)
    url: str = ""
    sent: list[Sent] = field(default_factory=list)
    calls: list[tuple[str, Json]] = field(default_factory=list)
    """Every call that took effect: method and parameters."""
    webhook: Json = field(default_factory=dict)
    commands: dict[str, list[Json]] = field(default_factory=dict)
    """By language code; everybody's under the empty one."""
    refusals: dict[int, Refused] = field(default_factory=dict)
    """Chats that take no message, and what they answer."""
    refuse_markup: Refused | None = None
    """What every message with a parse mode is answered."""
    forums: Forums = field(default_factory=Forums)
    groups: Groups = field(default_factory=Groups)
    chats: Chats = field(default_factory=Chats)
    """What the bot may know of its own place in groups."""
    edits: list[Sent] = field(default_factory=list)
    """What sent messages were changed to."""
    files: Files = field(default_factory=Files)
    refuse_topics: bool = False
    """Whether every topic is gone."""
    conflict: bool = False
    """Whether somebody else is polling."""
    conflicts: int = 0
    """How many polls were refused for it."""

    def __post_init__(self) -> None:
        self._updates: list[Json] = []
        self._update_ids = itertools.count(10_001)
        self._message_ids = itertools.count(1_000)
        self._new_update = asyncio.Condition()
        self._stopping = asyncio.Event()
        self._changed = asyncio.Condition()
        self.deleting = Deleting(self)
        self._methods: dict[str, Callable[[Json], object]] = {
            "getMe": lambda _: bot_user(),
            "deleteWebhook": self._delete_webhook,
            "setWebhook": self._set_webhook,
            "getWebhookInfo": lambda _: self.chats.webhook_info(self.webhook, len(self._updates)),
            "getChat": self.chats.get,
            "setMyCommands": self._set_my_commands,
            "answerCallbackQuery": lambda _: True,
            "sendChatAction": lambda _: True,
            "sendMessage": self._send_message,
            "sendVenue": self._send_venue,
            "sendContact": self._send_contact,
            "sendPhoto": lambda given: self._send_files("sendPhoto", given),
            "sendDocument": lambda given: self._send_files("sendDocument", given),
            "sendMediaGroup": self._send_media_group,
            "getFile": self.files.get,
            "createForumTopic": self._create_topic,
            "reopenForumTopic": self.forums.reopen,
            "deleteForumTopic": self.deleting.topic,
            "deleteMessage": self.deleting.message,
            "deleteMessages": self.deleting.messages,
            "editMessageReplyMarkup": self._edit_reply_markup,
            "editMessageText": self._edit_text,
            "getChatMember": self._get_chat_member,
            "setMessageReaction": self._react,
        }

    # The people's side

    async def push(self, *updates: Json) -> list[int]:
        """People did something: queue ``updates``; returns their ids."""
        ids = [next(self._update_ids) for _ in updates]
        async with self._new_update:
            numbered = zip(ids, updates, strict=True)
            self._updates += [{"update_id": number, **update} for number, update in numbered]
            self._new_update.notify_all()
        return ids

    def unconfirmed(self) -> int:
        """How many updates would still be delivered."""
        return len(self._updates)

    def texts(self, chat_id: int) -> list[str]:
        """What a chat reads, in order."""
        return [sent.text for sent in self.sent if sent.chat_id == chat_id]

    def called(self, method: str) -> list[Json]:
        """Parameters of the calls of ``method`` that took effect."""
        return [parameters for name, parameters in self.calls if name == method]

    async def wait_for(
        self, condition: Callable[[], bool], timeout_seconds: float = DEADLINE_SECONDS
    ) -> None:
        """Return once ``condition`` holds; it is looked at after each call.

        Raises:
            TimeoutError: it does not within the time.
        """
        async with asyncio.timeout(timeout_seconds), self._changed:
            await self._changed.wait_for(condition)

    async def post_update(self, update: Json, secret: str | None = None) -> int:
        """Deliver ``update`` by webhook as Telegram does; returns the HTTP status."""
        secret = secret if secret is not None else self.webhook["secret_token"]
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret}
        async with (
            ClientSession() as session,
            session.post(self.webhook["url"], json=update, headers=headers) as response,
        ):
            return response.status

    @asynccontextmanager
    async def running(self) -> AsyncIterator[BotApiServer]:
        """Serve on a free port of the local host."""
        app = web.Application()
        app.router.add_post("/bot{token}/{method}", self._handle)
        app.router.add_get(f"/file/bot{self.token}/files/{{file_id}}", self._download)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield self
        finally:
            self._stopping.set()
            async with self._new_update:
                self._new_update.notify_all()
            await runner.cleanup()

    # The bot's side

    async def _handle(self, http_request: web.Request) -> web.Response:
        method = http_request.match_info["method"]
        if http_request.match_info["token"] != self.token:
            return _refusal(Refused(401, "Unauthorized"))
        try:
            parameters = await _parameters(http_request)
        except ConnectionResetError:  # the bot was killed while it called
            return web.Response()
        fault = self.faults.next_fault(method)
        if fault and fault.kind not in {"cut", "late"}:
            return await self._fail(http_request, fault)
        try:
            result = await self._result(method, parameters)
        except Refused as refused:
            return _refusal(refused)
        if fault:
            return await self._fail(http_request, fault)
        return web.json_response({"ok": True, "result": result})

    async def _download(self, http_request: web.Request) -> web.Response:
        fault = self.faults.next_fault("download")
        if fault:
            return await self._fail(http_request, fault)
        return await self.files.download(http_request)

    async def _result(self, method: str, parameters: Json) -> object:
        if method == "getUpdates":
            return await self._get_updates(parameters)
        if method not in self._methods:
            raise Refused(404, "Not Found: method not found")
        result = self._methods[method](parameters)
        await self._note(method, parameters)
        return result

    async def _fail(self, http_request: web.Request, fault: Fault) -> web.Response:
        match fault.kind:
            case "rate_limited":
                seconds = fault.retry_after_seconds
                description = f"Too Many Requests: retry after {seconds}"
                return _refusal(Refused(429, description, retry_after=seconds))
            case "server_error":
                return web.Response(status=502, text="<html>Bad Gateway</html>")
            case "time_out" | "late":
                await self._stopping.wait()
        if http_request.transport:
            http_request.transport.close()
        return web.Response()

    async def _get_updates(self, parameters: Json) -> list[Json]:
        if self.webhook:
            raise Refused(
                409,
                "Conflict: can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first",
            )
        if self.conflict:
            self.conflicts += 1
            raise Refused(
                409,
                "Conflict: terminated by other getUpdates request; make sure that only one bot "
                "instance is running",
            )
        if "allowed_updates" not in parameters:
            raise Refused(400, "Bad Request: what was asked for last time would be kept")
        wanted = set(parameters["allowed_updates"])
        offset = int(parameters.get("offset", 0))
        self._updates = [update for update in self._updates if update["update_id"] >= offset]
        await self._note("getUpdates", parameters)
        deadline = asyncio.get_running_loop().time() + float(parameters.get("timeout", 0))
        while not (batch := self._wanted(wanted)) and not self._stopping.is_set():
            try:
                async with asyncio.timeout_at(deadline), self._new_update:
                    await self._new_update.wait()
            except TimeoutError:
                break
        return batch[: int(parameters.get("limit", POLL_LIMIT))]

    def _wanted(self, kinds: set[str]) -> list[Json]:
        """The queue without what the bot does not want to hear of."""
        self._updates = [update for update in self._updates if kinds & update.keys()]
        return self._updates

    async def _note(self, method: str, parameters: Json) -> None:
        self.calls.append((method, parameters))
        async with self._changed:
            self._changed.notify_all()

    def _delete_webhook(self, _parameters: Json) -> bool:
        self.webhook = {}
        return True

    def _set_webhook(self, parameters: Json) -> bool:
        self.webhook = parameters
        return True

    def _set_my_commands(self, parameters: Json) -> bool:
        for command in parameters["commands"]:
            name, words = command["command"], command["description"]
            if not (name.isascii() and name.islower() and 1 <= len(name) <= 32):
                raise Refused(400, "Bad Request: BOT_COMMAND_INVALID")
            if not 1 <= len(words) <= 256:
                raise Refused(400, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID")
        self.commands[parameters.get("language_code", "")] = parameters["commands"]
        return True

    def _send_message(self, parameters: Json) -> Json:
        if self.refuse_markup and parameters.get("parse_mode"):
            raise self.refuse_markup
        return self._record("sendMessage", parameters, _shown(parameters))

    def _send_venue(self, parameters: Json) -> Json:
        if not (-90 <= float(parameters["latitude"]) <= 90):
            raise Refused(400, "Bad Request: invalid latitude")
        return self._record("sendVenue", parameters, Parsed(parameters["title"]))

    def _send_contact(self, parameters: Json) -> Json:
        if not (parameters.get("phone_number") and parameters.get("first_name")):
            raise Refused(400, "Bad Request: PHONE_NUMBER_INVALID")
        return self._record("sendContact", parameters, Parsed(parameters["first_name"]))

    def _edit_reply_markup(self, parameters: Json) -> Json:
        check_buttons(parameters.get("reply_markup", {}))
        return self._message(int(parameters["chat_id"]), int(parameters["message_id"]), "…")

    def _edit_text(self, parameters: Json) -> Json:
        """What it is changed to must differ, and the message must be the bot's."""
        self._refuse(int(parameters["chat_id"]))
        check_buttons(parameters.get("reply_markup", {}))
        key = int(parameters["chat_id"]), int(parameters["message_id"])
        shown = _shown(parameters)
        versions = [one for one in self.sent + self.edits if (one.chat_id, one.message_id) == key]
        if not versions or key in self.groups.gone:
            raise Refused(400, "Bad Request: message to edit not found")
        now = Sent("editMessageText", *key, parameters, shown, time.monotonic())
        if (now.text, now.buttons) == (versions[-1].text, versions[-1].buttons):
            raise Refused(400, "Bad Request: message is not modified")
        self.edits.append(now)
        return self._message(*key, shown.text)

    def _get_chat_member(self, parameters: Json) -> Json:
        if int(parameters["user_id"]) == BOT_ID:
            return self.chats.own_membership(parameters)
        self._refuse(int(parameters["chat_id"]))
        return self.groups.member(parameters)

    def _react(self, parameters: Json) -> bool:
        self._refuse(int(parameters["chat_id"]))
        return self.groups.react(parameters)

    def _create_topic(self, parameters: Json) -> Json:
        self._check_chat(parameters)
        return self.forums.create(parameters)

    def _send_files(self, method: str, parameters: Json) -> Json:
        kept = self.files.one("photo" if method == "sendPhoto" else "document", parameters)
        return self._record(method, parameters, Parsed(kept[0].name), kept)

    def _send_media_group(self, parameters: Json) -> list[Json]:
        kept = self.files.album(parameters)
        shown = Parsed(", ".join(one.name for one in kept))
        return [self._record("sendMediaGroup", parameters, shown, kept)]

    def _check_chat(self, parameters: Json) -> None:
        self._refuse(int(parameters["chat_id"]))
        self.forums.check(parameters)

    def _refuse(self, chat_id: int) -> None:
        if chat_id in self.refusals:
            raise self.refusals[chat_id]

    def _record(
        self, method: str, parameters: Json, shown: Parsed, kept: Sequence[KeptFile] = ()
    ) -> Json:
        self._check_chat(parameters)
        chat_id = int(parameters["chat_id"])
        if self.refuse_topics and parameters.get("message_thread_id"):
            raise Refused(400, "Bad Request: message thread not found")
        check_buttons(parameters.get("reply_markup", {}))
        message_id = next(self._message_ids)
        at = time.monotonic()
        self.sent.append(Sent(method, chat_id, message_id, parameters, shown, at, tuple(kept)))
        return self._message(chat_id, message_id, shown.text)

    def _message(self, chat_id: int, message_id: int, text: str) -> Json:
        kind = "private" if chat_id > 0 else "supergroup"
        return {
            "message_id": message_id,
            "date": int(time.time()),
            "chat": {"id": chat_id, "type": kind},
            "from": bot_user(),
            "text": text,
        }

    def by_topic(self, chat_id: int) -> dict[int | None, list[Sent]]:
        """What each topic of a chat got, in order."""
        topics: defaultdict[int | None, list[Sent]] = defaultdict(list)
        for sent in self.sent:
            if sent.chat_id == chat_id:
                topics[sent.thread].append(sent)
        return topics

    def by_chat(self) -> dict[int, list[Sent]]:
        """What each chat got, in order."""
        chats: defaultdict[int, list[Sent]] = defaultdict(list)
        for sent in self.sent:
            chats[sent.chat_id].append(sent)
        return chats


async def _parameters(http_request: web.Request) -> Json:
    """A call's parameters; those that are objects or lists come as JSON text."""
    form = await http_request.post()
    parameters: Json = {}
    for name, value in form.items():
        nested = isinstance(value, str) and name not in _PLAIN
        parameters[name] = _decoded(str(value)) if nested else value
    return parameters


def _decoded(value: str) -> Any:  # noqa: ANN401 - whatever the JSON holds
    return json.loads(value) if value[:1] in {"[", "{"} else value


def _refusal(refused: Refused) -> web.Response:
    body: Json = {"ok": False, "error_code": refused.code, "description": refused.description}
    if refused.parameters:
        body["parameters"] = refused.parameters
    return web.json_response(body, status=refused.code)


def _shown(parameters: Json) -> Parsed:
    mode = parameters.get("parse_mode")
    if mode not in {None, "HTML"}:
        raise Refused(400, "Bad Request: unsupported parse_mode")
    source = str(parameters.get("text", ""))
    try:
        shown = parse_html(source) if mode else Parsed(source)
    except HtmlRefused as error:
        raise Refused(400, f"Bad Request: can't parse entities: {error}") from None
    if not shown.text.strip():
        raise Refused(400, "Bad Request: message text is empty")
    if utf16_length(shown.text) > TEXT_LIMIT:
        raise Refused(400, "Bad Request: message is too long")
    return shown


def check_buttons(reply_markup: Json) -> None:
    """Nothing if Telegram takes this keyboard.

    Raises:
        Refused: it does not.
    """
    for button in itertools.chain.from_iterable(reply_markup.get("inline_keyboard", [])):
        if not button.get("text", "").strip():
            raise Refused(400, "Bad Request: inline keyboard button text must be non-empty")
        if not 1 <= len(button.get("callback_data", "").encode()) <= 64:
            raise Refused(400, "Bad Request: BUTTON_DATA_INVALID")
