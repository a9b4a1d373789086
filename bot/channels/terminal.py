"""The terminal: the same dialogue, typed and read in a shell."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import uuid4

from bot.storage.records import Incoming
from handlers.events import Button, ButtonPressed, CommandGiven, Event, MessageReceived, Reply
from knowledge.markup import to_plain

if TYPE_CHECKING:
    from bot.inbox import Inbox

CHANNEL = "terminal"
_ADDRESS = "terminal"
_ANSWER_SECONDS = 30.0
_LEAVE = frozenset({"exit", "quit", ":q", "/quit"})


def render(reply: Reply) -> str:
    """A reply as a person reads it in a shell, its place and telephone written out."""
    lines = [to_plain(reply.text)]
    if reply.venue:
        place = reply.venue
        lines.append(f"📍 {place.title}, {place.address} ({place.latitude}, {place.longitude})")
    if reply.phone:
        lines.append(f"☎ {reply.phone.name} : {reply.phone.number}")
    return "\n".join(lines)


def render_buttons(buttons: Sequence[Button]) -> str:
    """The choices, numbered: typing a number presses the button."""
    return "\n".join(f"  [{number}] {button.label}" for number, button in enumerate(buttons, 1))


def to_event(line: str, buttons: Sequence[Button]) -> Event:
    """What a typed line means: a command, the number of a button, or a message."""
    typed = line.strip()
    if typed.isdigit() and 1 <= int(typed) <= len(buttons):
        return ButtonPressed(value=buttons[int(typed) - 1].value)
    match typed:
        case "/start":
            return CommandGiven(name="start")
        case "/aide" | "/help":
            return CommandGiven(name="help")
        case "/menu":
            return CommandGiven(name="menu")
        case "/langue" | "/language":
            return CommandGiven(name="language")
        case "/contact":
            return CommandGiven(name="contact")
        case _:
            return MessageReceived(text=typed)


async def chat(inbox: Inbox) -> None:
    """Talk until the input ends. The inbox must be running."""
    buttons = await _exchange(inbox, CommandGiven(name="start"))
    while True:
        line = await asyncio.to_thread(_read_line)
        if line is None or line.strip().lower() in _LEAVE:
            return
        if line.strip():
            buttons = await _exchange(inbox, to_event(line, buttons))


def _read_line() -> str | None:
    sys.stdout.write("\n> ")
    sys.stdout.flush()
    return sys.stdin.readline() or None


async def _exchange(inbox: Inbox, event: Event) -> tuple[Button, ...]:
    external_id = str(uuid4())
    await inbox.receive([Incoming(CHANNEL, external_id, _ADDRESS, event)])
    stored = await inbox.replies_to(CHANNEL, external_id, timeout_seconds=_ANSWER_SECONDS)
    buttons: tuple[Button, ...] = ()
    for item in stored or ():
        buttons = item.reply.buttons
        sys.stdout.write("\n".join(filter(None, [render(item.reply), render_buttons(buttons)])))
        sys.stdout.write("\n\n")
    return buttons
