"""What people do on Telegram, as events."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import Update

from bot.channels.telegram_updates import attachment, blocked_address, to_incoming
from bot.storage.records import Incoming
from handlers.events import (
    AttachmentReceived,
    ButtonPressed,
    CommandGiven,
    Event,
    MessageReceived,
)
from handlers.values import File
from tests.servers import telegram_updates as people
from tests.servers.telegram_updates import BOT_USERNAME, GROUP_ID, Json

ANSWERED = {"reply_to_message": people.message(people.group(), people.bot_user(), 9, text="…")}


def read(update: Json) -> Incoming | None:
    """``update`` as the channel takes it in."""
    parsed = Update.de_json({"update_id": 77, **update}, None)
    return to_incoming(parsed, BOT_USERNAME)


def event(update: Json) -> Event:
    """The event of an update that is one."""
    incoming = read(update)
    assert incoming is not None
    return incoming.event


def test_a_text_is_a_message_of_its_chat() -> None:
    """An update's id makes it known again; the chat is the conversation."""
    assert read(people.text(42, "Quels sont les axes ?")) == Incoming(
        channel="telegram",
        external_id="77",
        address="42",
        event=MessageReceived(text="Quels sont les axes ?"),
        context={},
    )


def test_an_edited_message_is_asked_again() -> None:
    """What a person corrects is answered anew."""
    assert event(people.edited(42, "Les 4 axes ?")) == MessageReceived(
        text="Les 4 axes ?", edited=True
    )


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("/start", CommandGiven(name="start", language="fr")),
        ("/start axe-1", CommandGiven(name="start", argument="axe-1", language="fr")),
        ("/aide", CommandGiven(name="help", language="fr")),
        ("/HELP", CommandGiven(name="help", language="fr")),
        (f"/Menu@{BOT_USERNAME.upper()}", CommandGiven(name="menu", language="fr")),
        ("/langue en", CommandGiven(name="language", argument="en", language="fr")),
        ("/contact", CommandGiven(name="contact", language="fr")),
        ("/demande", CommandGiven(name="request", language="fr")),
        ("/request", CommandGiven(name="request", language="fr")),
        ("/demandes", CommandGiven(name="requests", language="fr")),
        (f"/requests@{BOT_USERNAME}", CommandGiven(name="requests", language="fr")),
        ("/demande 500 m2", CommandGiven(name="request", argument="500 m2", language="fr")),
        ("/axes du territoire", MessageReceived(text="axes du territoire")),
        ("/", CommandGiven(name="help", language="fr")),
        ("/ aide", MessageReceived(text="aide")),
        ("/24h/24 ?", MessageReceived(text="/24h/24 ?")),
    ],
)
def test_commands_are_known_in_both_languages(words: str, expected: Event) -> None:
    """Any case, with the bot's name or without; what is no command is read as a message."""
    assert event(people.text(42, words)) == expected


@pytest.mark.parametrize(
    ("profile", "language"), [("en-GB", "en"), ("fr", "fr"), ("de", None), (None, None)]
)
def test_a_command_tells_the_profiles_language(profile: str | None, language: str | None) -> None:
    """A newcomer is greeted in their own language where it is one of ours."""
    greeted = event(people.text(42, "/start", language=profile))
    assert isinstance(greeted, CommandGiven)
    assert greeted.language == language


def test_a_button_brings_its_value_and_what_stops_its_spinner() -> None:
    """The press is answered by its id."""
    incoming = read(people.callback(42, "entry:axe-1", query_id="abc"))
    assert incoming is not None
    assert incoming.event == ButtonPressed(value="entry:axe-1")
    assert incoming.context == {"callback_query_id": "abc", "message_id": "5"}


def test_a_button_under_an_old_message_still_works() -> None:
    """Telegram no longer shows the message, but tells the chat."""
    incoming = read(people.callback(42, "menu", accessible=False))
    assert incoming is not None
    assert (incoming.address, incoming.event) == ("42", ButtonPressed(value="menu"))


FILE: Json = {"file_id": "f", "file_unique_id": "u"}
PLACE: Json = {"latitude": 48.7, "longitude": 2.4}
POLL: Json = {
    "id": "1", "question": "?", "options": [], "total_voter_count": 0, "is_closed": False,
    "is_anonymous": True, "type": "regular", "allows_multiple_answers": False,
    "allows_revoting": False, "members_only": False,
}  # fmt: skip


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ({"voice": FILE | {"duration": 3}}, "voice"),
        ({"video": FILE | {"width": 1, "height": 1, "duration": 1}}, "video"),
        ({"animation": FILE | {"width": 1, "height": 1, "duration": 1}, "document": FILE},
         "animation"),
        ({"sticker": FILE | {"type": "regular", "width": 1, "height": 1, "is_animated": False,
                             "is_video": False}}, "sticker"),
        ({"location": PLACE}, "location"),
        ({"venue": {"location": PLACE, "title": "t", "address": "a"}, "location": PLACE}, "venue"),
        ({"contact": {"phone_number": "+331", "first_name": "A"}}, "contact"),
        ({"poll": POLL}, "poll"),
    ],
)  # fmt: skip
def test_what_is_not_text_is_named(content: Json, what: str) -> None:
    """The dialogue can say courteously that it reads text only."""
    assert event(people.sent(42, **content)) == AttachmentReceived(what=what)


def test_a_pictures_caption_is_kept() -> None:
    """What is written under a picture is a question like any other."""
    captioned = event(people.photo(42, "C'est où ?"))
    assert isinstance(captioned, AttachmentReceived)
    assert (captioned.what, captioned.caption) == ("photo", "C'est où ?")


def file_of(update: Json) -> File:
    """The file that ``update`` brings."""
    received = event(update)
    assert isinstance(received, AttachmentReceived)
    assert received.file is not None
    return received.file


def test_a_picture_is_a_file_in_its_largest_size() -> None:
    """Staff are to read what is on it; its name tells it from the next one."""
    assert file_of(people.photo(42)) == File(
        channel="telegram",
        id="large",
        name="photo-7.jpg",
        media_type="image/jpeg",
        size_bytes=250_000,
    )


def test_a_document_keeps_its_name_and_type() -> None:
    """As the person's application names them."""
    described: Json = {
        "file_name": "Plan du rez.pdf",
        "mime_type": "application/pdf",
        "file_size": 9,
    }
    assert file_of(people.document(42, **described)) == File(
        channel="telegram",
        id="doc",
        name="Plan du rez.pdf",
        media_type="application/pdf",
        size_bytes=9,
    )


@pytest.mark.parametrize(
    ("described", "name", "media_type"),
    [
        ({}, "document-8.bin", "application/octet-stream"),
        ({"mime_type": "application/pdf"}, "document-8.pdf", "application/pdf"),
        ({"mime_type": "a\r\nBcc: x/y"}, "document-8.bin", "application/octet-stream"),
        ({"file_name": "../../etc/passwd"}, "passwd", "application/octet-stream"),
        ({"file_name": "facture\u202efdp.exe"}, "facturefdp.exe", "application/octet-stream"),
    ],
)
def test_what_an_application_says_of_a_document_is_made_safe(
    described: Json, name: str, media_type: str
) -> None:
    """A name or a type that is missing, or meant to harm, is replaced."""
    update = Update.de_json({"update_id": 1, **people.document(42, **described)}, None)
    assert update.message is not None
    _, found = attachment(update.message)
    assert found is not None
    assert (found.name, found.media_type) == (name, media_type)


@pytest.mark.parametrize(
    "name",
    ["setup.exe", "run.bat", "a.js", "plan.pdf.exe", "facture\u202efdp.exe", "a.zip", "m.docm",
     "x.PS1", "page.html", "noyau"],
)  # fmt: skip
def test_a_programme_reaches_nobody(name: str) -> None:
    """What the page refuses by its content, Telegram's files are refused by name."""
    received = event(people.document(42, file_name=name, mime_type="application/x-msdownload"))
    assert isinstance(received, AttachmentReceived)
    assert received.file is None
    assert received.refused == name.replace("\u202e", "")


@pytest.mark.parametrize("name", ["Plan.PDF", "bail.docx", "devis.xlsx", "photo.HEIC", "note.txt"])
def test_documents_and_pictures_come_through(name: str) -> None:
    """By the ending of their name, whatever type the application tells."""
    assert file_of(people.document(42, file_name=name)).name == name
    assert file_of(people.document(42, mime_type="application/pdf")).name == "document-8.pdf"


def test_a_document_that_bots_may_not_download_keeps_its_size() -> None:
    """So that the dialogue can decline it in words, instead of failing later."""
    size_bytes = 3 * 1024**3
    assert (
        file_of(people.document(42, file_name="a.pdf", file_size=size_bytes)).size_bytes
        == size_bytes
    )


def test_each_file_of_an_album_is_an_event_of_its_album() -> None:
    """All of them can join a request, and the dialogue can speak of them once."""
    update = {"update_id": 78, **people.document(42, album="9", file_name="a.pdf")}
    second = to_incoming(Update.de_json(update, None), BOT_USERNAME)
    first = read(people.photo(42, album="9"))
    assert first is not None
    assert second is not None
    assert (first.external_id, second.external_id) == ("77", "78")
    for incoming in (first, second):
        assert isinstance(incoming.event, AttachmentReceived)
        assert incoming.event.file is not None
        assert incoming.event.album == "9"


def test_films_sent_at_once_are_one_thing_to_answer() -> None:
    """They cannot join a request: that is said once, and a caption among them is answered."""
    film: Json = {"video": FILE | {"width": 1, "height": 1, "duration": 1}, "media_group_id": "9"}
    silent, captioned = read(people.sent(42, **film)), read(people.sent(42, **film, caption="?"))
    assert silent is not None
    assert captioned is not None
    assert (silent.external_id, captioned.external_id) == ("album-42-9", "77")


@pytest.mark.parametrize(
    ("words", "content", "expected"),
    [
        (f"@{BOT_USERNAME} quels axes ?", {}, MessageReceived(text="quels axes ?")),
        (f"Dis, @{BOT_USERNAME.title()}, les axes ?", {}, MessageReceived(text="Dis, les axes ?")),
        (f"@{BOT_USERNAME}", {}, CommandGiven(name="help")),
        ("Et l'axe 2 ?", ANSWERED, MessageReceived(text="Et l'axe 2 ?")),
        ("/menu", {}, CommandGiven(name="menu", language="fr")),
        (f"/axes@{BOT_USERNAME}", {}, MessageReceived(text="axes")),
    ],
)
def test_a_group_is_answered_when_it_asks(words: str, content: Json, expected: Event) -> None:
    """A mention, a reply or a command; the mention itself is left out."""
    incoming = read(people.in_group(words, 31, **content))
    assert incoming is not None
    assert incoming.event == expected
    assert incoming.address == str(GROUP_ID)
    assert incoming.context == {"reply_to_message_id": "31"}


@pytest.mark.parametrize(
    "words",
    ["Bonjour à tous", "/menu@another_bot", "/unknown", f"x@{BOT_USERNAME}", f"@{BOT_USERNAME}2"],
)
def test_a_groups_own_talk_is_left_alone(words: str) -> None:
    """What is not said to the assistant gets no answer."""
    assert read(people.in_group(words)) is None


def test_a_topic_is_answered_in_its_topic() -> None:
    """In a forum, the reply belongs where the question was."""
    incoming = read(people.in_group("/menu", 31, message_thread_id=8, is_topic_message=True))
    assert incoming is not None
    assert incoming.context == {"reply_to_message_id": "31", "message_thread_id": "8"}


def test_an_anonymous_administrator_is_a_person() -> None:
    """Telegram shows them as a bot that speaks for the group."""
    update = people.in_group("/menu", sender_chat=people.group())
    update["message"]["from"] = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
    assert event(update) == CommandGiven(name="menu")


CHANNEL: Json = {"id": -100_9, "type": "channel", "title": "t"}
LIVE: Json = people.message(
    people.private(42), people.person(42), location=PLACE | {"live_period": 60}
)


@pytest.mark.parametrize(
    "update",
    [
        {"channel_post": {"message_id": 1, "date": 0, "chat": CHANNEL, "text": "/menu"}},
        people.sent(42, pinned_message=people.message(people.private(42), people.person(42))),
        people.sent(42, new_chat_title="x"),
        {"edited_message": LIVE | {"edit_date": 9}},
        {"message": people.message(people.group(), people.bot_user() | {"id": 5}, text="/menu")},
        people.blocked(42),
        {},
    ],
)
def test_what_nobody_said_to_the_assistant_is_no_event(update: Json) -> None:
    """Channel posts, service messages, a moving location, other bots."""
    assert read(update) is None


def test_a_chat_that_blocks_the_assistant_is_noted() -> None:
    """Its address is told, so that what waits for it is given up."""
    assert blocked_address(parsed(people.blocked(42))) == "42"


def test_a_chat_that_unblocks_is_not_blocked() -> None:
    """Only leaving counts."""
    update: Any = people.blocked(42)
    change = update["my_chat_member"]
    change["new_chat_member"], change["old_chat_member"] = (
        change["old_chat_member"],
        change["new_chat_member"],
    )
    assert blocked_address(parsed(update)) is None


def parsed(update: Json) -> Update:
    """``update`` as the client library has it."""
    return Update.de_json({"update_id": 77, **update}, None)
