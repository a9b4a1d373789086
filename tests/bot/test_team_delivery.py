"""Cards on their way to a team's Telegram group, over real HTTP."""

from __future__ import annotations

import datetime as dt
from collections import deque
from typing import TYPE_CHECKING

import pytest

from bot.delivery import DeliveryError, PermanentError, TransientError
from bot.delivery.files import FilesByChannel, FileUnavailableError, TelegramFiles
from bot.delivery.team import TeamDelivery
from bot.delivery.telegram_calls import TelegramCalls
from bot.delivery.telegram_limits import Limits
from bot.storage.records import OutboxItem
from handlers.effects import FileRequest
from handlers.requests.model import Card, Destination
from handlers.values import File
from tests.bot.cards.making import ADDED, BASE, FULL, GROUP, WITHDRAWN
from tests.bot.storage.making import NOW, claim, message, stepped
from tests.servers.telegram import BotApiServer, Refused, Sent
from tests.servers.telegram_assistant import client
from tests.servers.telegram_faults import Fault, Kind, Planned
from tests.servers.telegram_forum import Forum, Topic

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.storage.store import Store

FAST = Limits(per_second=10_000, per_second_in_chat=10_000, per_minute_in_group=100_000)
CHAT = int(GROUP)
MOVED = -1009
NAME = "D-7K2M4 · Locaux ou terrain · Mécanique Exemple SAS"


class PageFiles:
    """What people uploaded on a page."""

    def __init__(self) -> None:
        self.contents = {"up": b"%PDF-1.7 plan"}
        self.away = False

    async def read(self, file: File) -> bytes:
        """As a FileSource does."""
        if self.away:
            raise TransientError("away")
        if file.id not in self.contents:
            raise FileUnavailableError("erased")
        return self.contents[file.id]


@pytest.fixture
async def server() -> AsyncIterator[BotApiServer]:
    """A Bot API server with the team's group, which has topics."""
    async with BotApiServer().running() as running:
        running.forums.by_chat[CHAT] = Forum()
        yield running


@pytest.fixture
def pages() -> PageFiles:
    """The files of pages."""
    return PageFiles()


@pytest.fixture
async def filed_store(sqlite_store: Store) -> Store:
    """A store that has the request the cards are about."""
    await sqlite_store.receive([message(1)], NOW)
    (event,) = await claim(sqlite_store)
    filing = stepped(event, effects=(FileRequest(request=FULL.request),))
    assert await sqlite_store.save([filing], NOW) == []
    return sqlite_store


@pytest.fixture
async def delivery(
    server: BotApiServer, filed_store: Store, pages: PageFiles
) -> AsyncIterator[TeamDelivery]:
    """A delivery to it, without limits that would slow tests down."""
    async with client(server) as bot:
        files = FilesByChannel({"telegram": TelegramFiles(bot), "web": pages})
        yield TeamDelivery(TelegramCalls(bot, FAST), filed_store, files, lambda: BASE)


def item(card: Card, item_id: int = 1) -> OutboxItem:
    """An outbox row of ``card``."""
    now = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)
    return OutboxItem(item_id, "team", card.destination.address, "c", card, {}, 0, now)


def with_files(card: Card, *files: File) -> Card:
    """``card`` as if its request had these files only."""
    details = card.request.details.model_copy(update={"files": files})
    request = card.request.model_copy(update={"details": details})
    return card.model_copy(update={"request": request, "files": files})


FILED = with_files(FULL)
MORE = with_files(ADDED)


def going_to(card: Card, **destination: object) -> Card:
    """``card`` for a group of other settings."""
    changed = Destination.model_validate({"channel": "team", "address": GROUP, **destination})
    return card.model_copy(update={"destination": changed})


def forum(server: BotApiServer) -> Forum:
    """The team's group."""
    return server.forums.by_chat[CHAT]


def titles(sent: list[Sent]) -> list[str]:
    """The first line of each message."""
    return [one.text.split("\n")[0] for one in sent]


async def failure(delivery: TeamDelivery, row: OutboxItem) -> DeliveryError:
    """The error that delivering ``row`` ends in."""
    with pytest.raises(DeliveryError) as caught:
        await delivery.deliver(row)
    return caught.value


async def test_each_request_has_a_topic_of_its_own(
    server: BotApiServer, delivery: TeamDelivery
) -> None:
    """Its name tells reference, need and company; what comes later goes into the same."""
    await delivery.deliver(item(FILED))
    await delivery.deliver(item(MORE, 2))
    await delivery.deliver(item(with_files(WITHDRAWN), 3))

    assert [topic.name for topic in forum(server).topics.values()] == [NAME]
    (thread,) = forum(server).topics
    assert titles(server.by_topic(CHAT)[thread]) == [
        "Nouvelle demande D-7K2M4",
        "Complément à la demande D-7K2M4",
        "Demande D-7K2M4 retirée",
    ]
    assert len(server.sent) == 3


async def test_the_topic_is_kept_before_anything_is_sent_into_it(
    server: BotApiServer, delivery: TeamDelivery, filed_store: Store
) -> None:
    """A crash after the topic was made does not make a second one."""
    server.faults = Planned("sendMessage", deque([Fault("server_error")]))
    assert isinstance(await failure(delivery, item(FILED)), TransientError)

    (thread,) = forum(server).topics
    assert await filed_store.topic("D-7K2M4", GROUP) == thread

    async with client(server) as bot:
        calls = TelegramCalls(bot, FAST)
        restarted = TeamDelivery(calls, filed_store, FilesByChannel({}), lambda: BASE)
        await restarted.deliver(item(FILED))
    assert list(forum(server).topics) == [thread]
    assert titles(server.by_topic(CHAT)[thread]) == ["Nouvelle demande D-7K2M4"]


async def test_a_deleted_topic_is_made_again_with_the_whole_card(
    server: BotApiServer, delivery: TeamDelivery, filed_store: Store
) -> None:
    """What is added to a request comes after the request that it adds to."""
    await delivery.deliver(item(FILED))
    forum(server).topics.clear()

    await delivery.deliver(item(MORE, 2))

    (thread,) = forum(server).topics
    assert titles(server.by_topic(CHAT)[thread]) == [
        "Demande D-7K2M4",
        "Complément à la demande D-7K2M4",
    ]
    assert await filed_store.topic("D-7K2M4", GROUP) == thread


async def test_a_topic_deleted_while_its_card_is_sent_loses_nothing(
    server: BotApiServer, delivery: TeamDelivery
) -> None:
    """The new topic begins with the first message, not with the rest."""
    details = FILED.request.details.model_copy(update={"description": "mot " * 2_000})
    request = FILED.request.model_copy(update={"details": details})
    long = item(FILED.model_copy(update={"request": request}))
    server.faults = Planned("sendMessage", deque([None, Fault("server_error")]))
    assert isinstance(await failure(delivery, long), TransientError)
    forum(server).topics.clear()

    await delivery.deliver(long)

    (thread,) = forum(server).topics
    shown = " ".join(sent.text for sent in server.by_topic(CHAT)[thread])
    assert shown.startswith("Nouvelle demande")
    assert shown.count("mot") == 2_000


async def test_a_closed_topic_is_opened_again(server: BotApiServer, delivery: TeamDelivery) -> None:
    """Its maker may do so without being an administrator."""
    await delivery.deliver(item(FILED))
    (thread,) = forum(server).topics
    forum(server).may_manage = False
    forum(server).topics[thread].closed = True

    await delivery.deliver(item(MORE, 2))

    assert titles(server.by_topic(CHAT)[thread])[-1] == "Complément à la demande D-7K2M4"
    assert not forum(server).topics[thread].closed


async def test_a_topic_that_stays_closed_is_said_in_the_group(
    server: BotApiServer, delivery: TeamDelivery, filed_store: Store
) -> None:
    """The addition is read all the same, and whoever reads it knows why it is there."""
    thread = forum(server).add(Topic(NAME, closed=True, made_by_bot=False))
    forum(server).may_manage = False
    now = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)
    await filed_store.keep_topic("D-7K2M4", GROUP, thread, now)

    await delivery.deliver(item(MORE))

    assert titles(server.by_topic(CHAT)[None]) == [
        "Le sujet de la demande D-7K2M4 est fermé : la suite est ici.",
        "Complément à la demande D-7K2M4",
    ]


async def test_a_group_without_topics_has_the_cards_themselves(
    server: BotApiServer, delivery: TeamDelivery
) -> None:
    """Whole, the later ones as replies to the first; it is not asked for topics each time."""
    server.forums.by_chat.clear()
    await delivery.deliver(item(FILED))
    await delivery.deliver(item(MORE, 2))

    first, second = server.sent
    assert "triphasé" in first.text
    assert first.thread is None
    assert second.parameters["reply_parameters"]["message_id"] == first.message_id


async def test_without_the_right_to_make_topics_the_group_has_the_card(
    server: BotApiServer, delivery: TeamDelivery, caplog: pytest.LogCaptureFixture
) -> None:
    """The log tells which group, and what its administrators can do."""
    forum(server).may_manage = False
    await delivery.deliver(item(FILED))

    assert titles(server.by_topic(CHAT)[None]) == ["Nouvelle demande D-7K2M4"]
    assert GROUP in caplog.text
    assert "may manage topics" in caplog.text


async def test_topics_can_be_forgone(server: BotApiServer, delivery: TeamDelivery) -> None:
    """``topics: false`` in routing.yaml."""
    await delivery.deliver(item(going_to(FILED, topics=False)))

    assert not forum(server).topics
    assert titles(server.by_topic(CHAT)[None]) == ["Nouvelle demande D-7K2M4"]


async def test_a_fixed_topic_has_all_cards(server: BotApiServer, delivery: TeamDelivery) -> None:
    """``topic: 7``: none is made; one request's cards hang together as replies."""
    thread = forum(server).add(Topic("Demandes", made_by_bot=False))
    await delivery.deliver(item(going_to(FILED, topic=thread)))
    await delivery.deliver(item(going_to(MORE, topic=thread), 2))

    first, second = server.by_topic(CHAT)[thread]
    assert second.parameters["reply_parameters"]["message_id"] == first.message_id
    assert len(forum(server).topics) == 1


async def test_a_fixed_topic_that_is_gone_loses_no_card(
    server: BotApiServer, delivery: TeamDelivery, caplog: pytest.LogCaptureFixture
) -> None:
    """It goes into the group, and the log names the line to mend."""
    await delivery.deliver(item(going_to(FILED, topic=7)))

    assert titles(server.by_topic(CHAT)[None]) == ["Nouvelle demande D-7K2M4"]
    assert "mend routing.yaml" in caplog.text


async def test_a_group_that_was_upgraded_is_followed(
    server: BotApiServer, delivery: TeamDelivery
) -> None:
    """Topic and card are made under its new id, and the next card goes there at once."""
    server.refusals[CHAT] = Refused(
        400, "Bad Request: group chat was upgraded", migrate_to_chat_id=MOVED
    )
    server.forums.by_chat[MOVED] = server.forums.by_chat.pop(CHAT)
    await delivery.deliver(item(FILED))
    calls = len(server.calls)
    await delivery.deliver(item(MORE, 2))

    (thread,) = server.forums.by_chat[MOVED].topics
    assert len(server.by_topic(MOVED)[thread]) == 2
    assert len(server.calls) == calls + 1


@pytest.mark.parametrize(
    "refusal",
    [
        Refused(403, "Forbidden: bot was kicked from the supergroup chat"),
        Refused(403, "Forbidden: bot is not a member of the supergroup chat"),
        Refused(400, "Bad Request: chat not found"),
        Refused(400, "Bad Request: not enough rights to send text messages to the chat"),
    ],
)
async def test_a_group_that_shuts_the_assistant_out_is_named(
    server: BotApiServer, delivery: TeamDelivery, refusal: Refused
) -> None:
    """It is given up, and never taken for the company having left: that would silence it."""
    server.refusals[CHAT] = refusal

    error = await failure(delivery, item(FILED))

    assert type(error) is PermanentError
    assert GROUP in str(error)


@pytest.mark.parametrize("method", ["createForumTopic", "sendMessage"])
@pytest.mark.parametrize("kind", ["server_error", "closed", "cut"])
async def test_what_may_pass_is_tried_again(
    server: BotApiServer, delivery: TeamDelivery, method: str, kind: Kind
) -> None:
    """An outage of Telegram delays a card, and at worst shows it or an empty topic twice."""
    server.faults = Planned(method, deque([Fault(kind)]))

    assert isinstance(await failure(delivery, item(FILED)), TransientError)
    await delivery.deliver(item(FILED))

    assert set(titles(server.sent)) == {"Nouvelle demande D-7K2M4"}


async def test_too_many_requests_are_spaced_as_telegram_asks(
    server: BotApiServer, delivery: TeamDelivery
) -> None:
    """The same rule as for people."""
    server.faults = Planned("createForumTopic", deque([Fault("rate_limited", 9)]))
    error = await failure(delivery, item(FILED))
    assert isinstance(error, TransientError)
    assert error.retry_after_seconds == 9


async def test_files_come_after_the_card_as_albums(
    server: BotApiServer, delivery: TeamDelivery
) -> None:
    """By Telegram's own id, photographs together and documents together, in the same topic."""
    photos = [server.files.keep("photo", f"photo-{n}") for n in range(3)]
    plan = server.files.keep("document", "plan.pdf")
    files = [
        *(File(channel="telegram", id=i, name="p.jpg", media_type="image/jpeg") for i in photos),
        File(channel="telegram", id=plan, name="plan.pdf", media_type="application/pdf"),
    ]
    await delivery.deliver(item(with_files(FULL, *files)))

    card, album, document = server.sent
    assert album.method == "sendMediaGroup"
    assert [file.name for file in album.files] == ["photo-0", "photo-1", "photo-2"]
    assert (document.method, document.text) == ("sendDocument", "plan.pdf")
    assert card.thread == album.thread == document.thread is not None


async def test_a_picture_sent_as_a_document_stays_one(
    server: BotApiServer, delivery: TeamDelivery
) -> None:
    """Telegram takes an id only as what it is: the album falls apart, nothing is lost."""
    ids = [server.files.keep("photo", "a"), server.files.keep("document", "b")]
    files = [File(channel="telegram", id=i, name="x", media_type="image/jpeg") for i in ids]
    await delivery.deliver(item(with_files(FULL, *files)))

    assert [(sent.method, sent.text) for sent in server.sent[1:]] == [
        ("sendPhoto", "a"),
        ("sendDocument", "b"),
    ]


async def test_uploads_of_a_page_are_sent_whole(
    server: BotApiServer, delivery: TeamDelivery
) -> None:
    """Under the name that the company gave them, without what could deceive in it."""
    upload = File(channel="web", id="up", name="plan\u202efdp.exe", media_type="application/pdf")
    await delivery.deliver(item(with_files(FULL, upload)))

    (kept,) = server.sent[1].files
    assert (kept.name, kept.content) == ("planfdp.exe", b"%PDF-1.7 plan")


async def test_uploads_are_sent_as_an_album_too(
    server: BotApiServer, delivery: TeamDelivery, pages: PageFiles
) -> None:
    """Two documents of a page are one message of the topic."""
    pages.contents["other"] = b"other"
    files = [File(channel="web", id=i, name=f"{i}.pdf") for i in ("up", "other")]
    await delivery.deliver(item(with_files(FULL, *files)))

    _, album = server.sent
    assert [(file.name, file.content) for file in album.files] == [
        ("up.pdf", b"%PDF-1.7 plan"),
        ("other.pdf", b"other"),
    ]


async def test_a_file_that_cannot_be_had_is_named(
    server: BotApiServer, delivery: TeamDelivery
) -> None:
    """The card arrives, with a word on what did not."""
    files = [
        File(channel="web", id="erased", name="bail.pdf", size_bytes=12),
        File(channel="telegram", id="unknown", name="photo.png", media_type="image/png"),
        File(channel="web", id="up", name="plan.pdf"),
    ]
    await delivery.deliver(item(with_files(FULL, *files)))

    _, *rest = server.sent
    assert [sent.method for sent in rest] == ["sendDocument", "sendMessage"]
    assert rest[0].text == "plan.pdf"
    assert rest[1].text.endswith("indisponibles) : bail.pdf (12 o), photo.png")


async def test_a_delivery_cut_on_its_way_goes_on_where_it_stopped(
    server: BotApiServer, delivery: TeamDelivery, pages: PageFiles
) -> None:
    """Nobody reads the card twice because a file was late."""
    upload = File(channel="web", id="up", name="plan.pdf")
    row = item(with_files(FULL, upload))
    pages.away = True
    assert isinstance(await failure(delivery, row), TransientError)
    pages.away = False
    server.faults = Planned("sendDocument", deque([Fault("server_error")]))
    assert isinstance(await failure(delivery, row), TransientError)

    await delivery.deliver(row)

    assert [sent.method for sent in server.sent] == ["sendMessage", "sendDocument"]


async def test_what_telegram_cannot_parse_is_sent_plain(
    server: BotApiServer, delivery: TeamDelivery
) -> None:
    """Better without bold than not at all."""
    server.refuse_markup = Refused(400, "Bad Request: can't parse entities: unsupported")
    await delivery.deliver(item(FILED))
    assert titles(server.sent) == ["Nouvelle demande D-7K2M4"]


async def test_a_busy_group_gives_its_place_to_others(
    server: BotApiServer, filed_store: Store
) -> None:
    """One team's flood of cards holds up no connection."""
    async with client(server) as bot:
        calls = TelegramCalls(bot, Limits(per_minute_in_group=2))
        delivery = TeamDelivery(calls, filed_store, FilesByChannel({}), lambda: BASE)
        await delivery.deliver(item(FILED))
        error = await failure(delivery, item(MORE, 2))

    assert isinstance(error, TransientError)
    assert error.retry_after_seconds is not None
    assert error.retry_after_seconds > 5


async def test_files_of_telegram_can_be_read_for_others(server: BotApiServer) -> None:
    """For a mail, say; what a bot may not download is named as such."""
    small = server.files.keep("document", "plan.pdf", b"content")
    large = server.files.keep("document", "film.mp4", size_bytes=21_000_000)
    async with client(server) as bot:
        source = FilesByChannel({"telegram": TelegramFiles(bot)})
        assert await source.read(File(channel="telegram", id=small, name="p")) == b"content"
        for gone in (large, "unknown"):
            with pytest.raises(FileUnavailableError):
                await source.read(File(channel="telegram", id=gone, name="p"))
        with pytest.raises(FileUnavailableError):
            await source.read(File(channel="elsewhere", id="1", name="p"))
        server.faults = Planned("getFile", deque([Fault("server_error")]))
        with pytest.raises(TransientError):
            await source.read(File(channel="telegram", id=small, name="p"))
