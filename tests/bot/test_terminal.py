"""The dialogue typed and read in a shell, with the real inbox and database."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import pytest

from bot.channels import terminal
from bot.channels.terminal import to_event
from bot.deliveries import file_sources
from bot.inbox import Inbox
from bot.storage.records import Incoming
from handlers import dialogue
from handlers.events import (
    AttachmentReceived,
    ButtonPressed,
    CommandGiven,
    CompaniesFound,
    Event,
    MessageReceived,
)
from handlers.values import Button, File, Reply
from knowledge.model import Texts
from tests import files
from tests.handlers.requests.forms import TO_RECAP, form_matcher
from tests.polling import running, until
from tests.servers.team_members import TeamMembers
from tests.servers.web_assistant import small_fallback, small_step

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.inbox import StepFunction
    from bot.storage.store import Store

PASSED_ON: Texts = {"fr": "Transmis.", "en": "Passed on."}
BUTTONS = (Button(label="Oui", value="yes"), Button(label="Non", value="no"))
ASKED = Reply(text="Oui ?", language="fr", buttons=BUTTONS)
COUNTED = ASKED.model_copy(update={"expects_number": True})


@pytest.mark.parametrize(
    ("line", "event"),
    [
        ("Bonjour\n", MessageReceived(text="Bonjour")),
        ("2", ButtonPressed(value="no")),
        ("#2", ButtonPressed(value="no")),
        ("# 1", ButtonPressed(value="yes")),
        ("#3", MessageReceived(text="#3")),
        ("3", MessageReceived(text="3")),
        ("0", MessageReceived(text="0")),
        ("²", MessageReceived(text="²")),
        ("/demande", CommandGiven(name="request")),
        ("/request", CommandGiven(name="request")),
        ("/demande 500 m2 à Orly", CommandGiven(name="request", argument="500 m2 à Orly")),
        ("/demandes", CommandGiven(name="requests")),
        ("/requests", CommandGiven(name="requests")),
        ("/langue en", CommandGiven(name="language", argument="en")),
        ("/autre", MessageReceived(text="/autre")),
    ],
)
def test_a_line_is_a_command_a_number_or_a_message(line: str, event: Event) -> None:
    """As on the other channels; a number presses the button that it stands before."""
    assert to_event(line, ASKED) == event


def test_a_number_answers_a_question_that_asks_for_one() -> None:
    """Two people are two people; a button has its sign, which stands before it."""
    assert to_event("2", COUNTED) == MessageReceived(text="2")
    assert to_event("#2", COUNTED) == ButtonPressed(value="no")
    assert terminal.render_buttons(COUNTED).splitlines()[1] == "  [#2] Non"
    assert to_event("2", None) == MessageReceived(text="2")


def test_what_others_wrote_does_not_steer_the_terminal() -> None:
    """An escape sequence in a company's name, say, is not passed on."""
    reply = Reply(text="Atelier \x1b[2J\x07 Alpha", language="fr")
    assert terminal.render(reply) == "Atelier [2J Alpha"
    named = reply.model_copy(update={"buttons": (Button(label="a\x1bb", value="v"),)})
    assert terminal.render_buttons(named) == "  [1] ab"


@dataclass
class Person:
    """Somebody at a terminal."""

    store: Store
    inbox: Inbox
    chat: asyncio.Task[None]
    keyboard: int
    capture: pytest.CaptureFixture[str]
    screen: str = ""

    def type(self, text: str) -> None:
        """Press keys; a line is sent by its newline."""
        os.write(self.keyboard, text.encode())

    async def reads(self, text: str) -> None:
        """Wait until ``text`` stands on the screen."""

        def is_there() -> bool:
            self.screen += self.capture.readouterr().out
            return text in self.screen

        await until(is_there)

    def hang_up(self) -> None:
        """End the input; whoever reads it has then let go of it."""
        if self.keyboard >= 0:
            os.close(self.keyboard)
            self.keyboard = -1
        for thread in threading.enumerate():
            if thread.name == terminal.KEYBOARD_THREAD:
                thread.join(20)

    async def leaves(self) -> None:
        """End the input and read what was said last."""
        self.hang_up()
        await asyncio.wait_for(self.chat, 20)
        self.screen += self.capture.readouterr().out


@asynccontextmanager
async def at_terminal(
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
    capture: pytest.CaptureFixture[str],
    step: StepFunction = small_step,
) -> AsyncIterator[Person]:
    """A person whose chat has begun."""
    reading, writing = os.pipe()
    with os.fdopen(reading, encoding="utf-8") as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        inbox = Inbox(store, step, fallback=small_fallback)
        async with running(inbox.run()):
            task = asyncio.create_task(
                terminal.chat(inbox, store, file_sources(store, None), PASSED_ON)
            )
            person = Person(store, inbox, task, writing, capture)
            try:
                await person.reads("> ")
                yield person
                if person.keyboard >= 0:
                    await person.leaves()
            finally:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
                person.hang_up()


@pytest.fixture
async def person(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> AsyncIterator[Person]:
    """Somebody at a terminal."""
    async with at_terminal(sqlite_store, monkeypatch, capsys) as begun:
        yield begun


async def test_a_line_is_answered_and_its_number_presses(person: Person) -> None:
    """The choices are numbered; typing one's number answers it."""
    assert "Commande start" in person.screen
    person.type("Où êtes-vous ?\n")
    await person.reads("[1] L’axe 1")
    assert "Reçu : Où êtes-vous ?" in person.screen
    person.type("1\n")
    await person.reads("Vous avez choisi entry:axe-1.")


async def test_a_later_reply_shows_without_a_key(person: Person) -> None:
    """What the directory found, or the team wrote, appears while a line is half typed."""
    person.type("une ligne à moi")
    found = Incoming("terminal", "directory-7", "terminal", CompaniesFound(query="Alpha"))
    await person.inbox.receive([found])
    await person.reads("Entreprise trouvée : Alpha\n\n> ")
    person.type(" tapée\n")
    await person.reads("Reçu : une ligne à moi tapée")

    assert person.screen.count("Entreprise trouvée") == 1


async def test_a_team_at_work_is_read_in_the_shell(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its words with their author, its files by name; what is typed goes to it, and is said to."""
    step = partial(dialogue.step, form_matcher())
    async with at_terminal(sqlite_store, monkeypatch, capsys, step) as person:
        for typed in (*TO_RECAP, "j'accepte"):
            await person.reads("> ")
            person.type(f"{typed}\n")
        await person.reads("enregistrée sous la référence")
        [reference] = await sqlite_store.references()
        team = TeamMembers(person.inbox, reference)
        await team.press("take")
        await person.reads("suit maintenant votre demande")
        person.type("Et le parking ?\n")
        await person.reads("Transmis.\n")
        await team.write("Voici.", file=File(channel="telegram", id="f", name="plan\x1b.pdf"))
        await person.reads("📎 plan.pdf")
        assert f"Anne Petit, au sujet de votre demande {reference}" in person.screen
        person.type("/demandes\n")
        await person.reads("réponse donnée par Anne Petit le ")


async def test_an_earlier_session_is_not_shown_again(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The next one begins with its own greeting."""
    async with at_terminal(sqlite_store, monkeypatch, capsys) as first:
        first.type("Bonjour\n")
        await first.reads("Reçu : Bonjour")
    async with at_terminal(sqlite_store, monkeypatch, capsys) as second:
        await second.leaves()

    assert second.screen.count("Commande start") == 1
    assert "Bonjour" not in second.screen


@pytest.mark.parametrize("command", ["/fichier", "/file"])
async def test_a_path_attaches_its_file(person: Person, tmp_path: Path, command: str) -> None:
    """It is kept in the database, and the dialogue is told."""
    path = tmp_path / "Plan d’étage.pdf"
    path.write_bytes(files.PDF)
    person.type(f"{command} '{path}'\n")
    await person.reads("Fichier reçu : Plan d’étage.pdf")

    conversation_id = await person.store.conversation_id("terminal", "terminal")
    assert conversation_id
    (event,) = [
        item.event
        for item in await person.store.transcript(conversation_id)
        if not hasattr(item, "reply") and isinstance(item.event, AttachmentReceived)
    ]
    assert event.file is not None
    kept = await person.store.file(event.file.id)
    assert kept is not None
    assert (kept.content, kept.media_type) == (files.PDF, "application/pdf")


async def test_a_file_that_cannot_be_attached_is_said_so(person: Person, tmp_path: Path) -> None:
    """In plain words, each time, and the talk goes on."""
    (tmp_path / "film.mp4").write_bytes(files.PROGRAM)
    (tmp_path / "long.pdf").write_bytes(files.PDF + bytes(10_000_000))
    for path, says in (
        (tmp_path / "nothing.pdf", "No such file or directory"),
        (tmp_path, "Is a directory"),
        (tmp_path / "film.mp4", "neither a document"),
        (tmp_path / "long.pdf", "larger than 10 MB"),
        ("a\0b", "null byte"),
        ("~nobody-at-all/x", "home directory"),
    ):
        person.type(f"/fichier {path}\n")
        await person.reads(says)
    person.type("Bonjour\n")
    await person.reads("Reçu : Bonjour")


async def test_the_last_line_needs_no_newline(person: Person) -> None:
    """As a file piped in may end."""
    person.type("quitter ?")
    await person.leaves()

    assert "Reçu : quitter ?" in person.screen


@pytest.mark.parametrize("word", ["exit", "QUIT", ":q", "/quit"])
async def test_a_word_ends_the_talk(person: Person, word: str) -> None:
    """Without waiting for another key."""
    person.type(f"{word}\n")
    await asyncio.wait_for(person.chat, 20)
