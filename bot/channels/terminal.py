"""The terminal: the same dialogue, typed and read in a shell."""

from __future__ import annotations

import asyncio
import codecs
import contextlib
import datetime as dt
import os
import re
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from bot.channels.terminal_files import FileError, content_of, save
from bot.file_names import safe_name
from bot.media_types import recognise
from bot.storage.records import Incoming, StoredFile
from handlers.command_names import command_typed
from handlers.events import AttachmentReceived, ButtonPressed, CommandGiven, Event, MessageReceived
from handlers.privacy.model import EXPORT
from handlers.values import File, Reply
from knowledge.markup import to_plain
from knowledge.model import Language, Texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.delivery.files import FileSource
    from bot.inbox import Inbox
    from bot.storage.store import Store

CHANNEL = "terminal"
_ADDRESS = "terminal"
_ANSWER_SECONDS = 30.0
_FOLLOW_SECONDS = 600.0
_READ_BYTES = 4096
KEYBOARD_THREAD = "keyboard"
_LEAVE = frozenset({"exit", "quit", ":q", "/quit"})
_ATTACH = re.compile(r"/(?:fichier|file)\s+(.+)")
_PRESS = re.compile(r"(# ?)?([0-9]{1,3})")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def render(reply: Reply) -> str:
    """A reply as a person reads it in a shell, its place and telephone written out."""
    lines = [to_plain(reply.text)]
    if reply.venue:
        place = reply.venue
        lines.append(f"📍 {place.title}, {place.address} ({place.latitude}, {place.longitude})")
    if reply.phone:
        lines.append(f"☎ {reply.phone.name} : {reply.phone.number}")
    lines += [f"📎 {file.name}" for file in reply.files]
    # What a company or a directory wrote must not steer the terminal.
    return _CONTROL.sub("", "\n".join(lines))


def render_buttons(reply: Reply) -> str:
    """The choices, each before what is typed to press it."""
    sign = "#" if reply.expects_number else ""
    return "\n".join(
        f"  [{sign}{number}] {_CONTROL.sub('', button.label)}"
        for number, button in enumerate(reply.buttons, 1)
    )


def to_event(line: str, last: Reply | None) -> Event:
    """What a line means after ``last``: a command, a button (``#2``, or ``2``), or a message.

    Where ``last`` asks for a number, a bare one is the answer.
    """
    typed = line.strip()
    pressed = _PRESS.fullmatch(typed)
    if last and pressed and (pressed[1] or not last.expects_number):
        number = int(pressed[2])
        if 1 <= number <= len(last.buttons):
            return ButtonPressed(value=last.buttons[number - 1].value)
    return command_typed(typed) or MessageReceived(text=typed)


async def chat(inbox: Inbox, store: Store, files: FileSource, passed_on: Texts) -> None:
    """Talk until the input ends. The inbox must be running.

    ``files`` is where the file with all of a person's data is read: it is saved in the present
    folder. ``passed_on`` is what is shown of a message that went to a member of the team, who
    answers in their own time.
    """
    known = await store.conversation_id(CHANNEL, _ADDRESS)
    after_id = await store.newest_reply_id(known) if known else 0
    talk = _Talk(inbox, store, files, after_id, passed_on)
    lines = _typed_lines()
    await talk.say(CommandGiven(name="start"))
    following = asyncio.ensure_future(talk.follow())
    try:
        while True:
            talk.ask()
            line = await lines.get()
            if line is None or line.strip().lower() in _LEAVE:
                return
            if line.strip():
                await talk.take(line)
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)


class _Talk:
    """What stands on the screen: which reply was shown last, and what its numbers mean."""

    def __init__(
        self, inbox: Inbox, store: Store, files: FileSource, after_id: int, passed_on: Texts
    ) -> None:
        """Replies up to ``after_id`` were shown in an earlier session."""
        self._inbox = inbox
        self._store = store
        self._files = files
        self._after_id = after_id
        self._passed_on = passed_on
        self._language: Language | None = None
        self._last: Reply | None = None
        self._asking = False

    def ask(self) -> None:
        """Invite a line."""
        self._asking = True
        sys.stdout.write("\n> ")
        sys.stdout.flush()

    async def take(self, line: str) -> None:
        """Say what was typed, and show what comes back."""
        self._asking = False
        try:
            attach = _ATTACH.fullmatch(line.strip())
            event = await self._attached(attach[1]) if attach else to_event(line, self._last)
        except FileError as error:
            sys.stdout.write(f"{error}\n")
            return
        await self.say(event)

    async def say(self, event: Event) -> None:
        """Hand ``event`` in, and show all replies up to those that it has."""
        external_id = str(uuid4())
        await self._inbox.receive([Incoming(CHANNEL, external_id, _ADDRESS, event)])
        replies = await self._inbox.replies_to(
            CHANNEL, external_id, timeout_seconds=_ANSWER_SECONDS
        )
        await self._show_new(wait_seconds=0.0)
        if replies == () and await self._store.passed_on(CHANNEL, external_id):
            told = next(iter(self._passed_on.values()))
            if self._language:
                told = self._passed_on.get(self._language, told)
            sys.stdout.write(f"{told}\n")

    async def follow(self) -> None:
        """Show what comes later (from the directory, from the team), until cancelled."""
        while True:
            await self._show_new(wait_seconds=_FOLLOW_SECONDS)

    async def _show_new(self, *, wait_seconds: float) -> None:
        """Each reply once, in order, whoever waited for it."""
        conversation_id = await self._conversation_id()
        replies = await self._inbox.replies_after(
            conversation_id, self._after_id, timeout_seconds=wait_seconds
        )
        for stored in replies:
            if stored.id > self._after_id:
                self._after_id = stored.id
                self._show(stored.reply, await self._saved(stored.reply))

    async def _saved(self, reply: Reply) -> list[str]:
        """A line for each file that is written here: a person's own data."""
        return [
            f"   → {await asyncio.to_thread(save, file.name, await self._files.read(file))}"
            for file in reply.files
            if file.channel == EXPORT
        ]

    def _show(self, reply: Reply, saved: Sequence[str]) -> None:
        self._last = reply
        self._language = reply.language
        lines = [render(reply), *saved, render_buttons(reply)]
        shown = "\n".join(filter(None, lines))
        # A line may be half typed: it stays, and the invitation comes again below.
        sys.stdout.write(f"\n\n{shown}\n" if self._asking else f"{shown}\n\n")
        if self._asking:
            self.ask()

    async def _attached(self, typed_path: str) -> AttachmentReceived:
        """The file of that path, kept as an upload is.

        Raises:
            FileError: it cannot be read, is too large, or of a kind that is not accepted.
        """
        path = Path(typed_path.strip("'\" "))
        content = await asyncio.to_thread(content_of, path)
        found = await asyncio.to_thread(recognise, content, safe_name(path.name, "document"))
        if found is None:
            raise FileError(f"{path}: neither a document, nor a spreadsheet, a PDF or a picture")
        file = File(
            channel=CHANNEL,
            id=f"{CHANNEL}:{uuid4()}",
            name=found.name,
            media_type=found.media_type,
            size_bytes=len(content),
        )
        await self._store.add_file(
            StoredFile(
                id=file.id,
                conversation_id=await self._conversation_id(),
                name=file.name,
                media_type=file.media_type,
                content=content,
                created_at=dt.datetime.now(dt.UTC),
            )
        )
        return AttachmentReceived(what="document", file=file)

    async def _conversation_id(self) -> str:
        found = await self._store.conversation_id(CHANNEL, _ADDRESS)
        assert found is not None, "the first event has made it"  # noqa: S101 - chat() sees to it
        return found


def _typed_lines() -> asyncio.Queue[str | None]:
    """Lines as they are typed, then None.

    Read by a thread that nobody waits for at the end, and not through ``sys.stdin``, whose lock
    such a thread would hold while Python shuts down.
    """
    lines = asyncio.Queue[str | None]()
    keyboard = _Keyboard(sys.stdin.fileno(), sys.stdin.encoding or "utf-8")
    loop = asyncio.get_running_loop()
    threading.Thread(
        target=_pass_on, args=(keyboard, loop, lines), name=KEYBOARD_THREAD, daemon=True
    ).start()
    return lines


def _pass_on(
    keyboard: _Keyboard, loop: asyncio.AbstractEventLoop, lines: asyncio.Queue[str | None]
) -> None:
    with contextlib.suppress(RuntimeError):  # the loop was closed: the person has left
        for line in keyboard.lines():
            loop.call_soon_threadsafe(lines.put_nowait, line)
        loop.call_soon_threadsafe(lines.put_nowait, None)


@dataclass(frozen=True, slots=True)
class _Keyboard:
    """What is typed, from a file descriptor."""

    descriptor: int
    encoding: str

    def lines(self) -> Iterator[str]:
        """Each line once it is whole; the last one may lack its end."""
        decoder = codecs.getincrementaldecoder(self.encoding)("replace")
        pending, ended = "", False
        while not ended:
            read = self._read()
            ended = not read
            *whole, pending = (pending + decoder.decode(read, final=ended)).split("\n")
            yield from whole
        if pending:
            yield pending

    def _read(self) -> bytes:
        try:
            return os.read(self.descriptor, _READ_BYTES)
        except OSError:  # the terminal is gone
            return b""
