"""A request is filed once with its cards, and its history says all that became of it."""

from __future__ import annotations

import random

import pytest

from bot.storage.records import EffectRefused, InboxItem, Incoming, Stepped
from bot.storage.store import Store, StoreError
from handlers.effects import LookUpCompany, WithdrawRequest
from handlers.requests.model import Card
from handlers.team.model import TEAM, KeepHistory, TimeCame
from tests.bot.storage.making import (
    NOW,
    claim,
    execute,
    handle,
    later,
    message,
    stepped,
)
from tests.bot.storage.requesting import (
    CHANNELS,
    CRM,
    GROUP,
    MAILBOX,
    adding,
    card,
    due,
    file,
    filing,
    request,
    send_all,
    stored,
    take,
    withdrawing,
)


async def test_a_request_is_filed_with_a_card_for_each_destination(store: Store) -> None:
    """It is there whole, with who has it and what is on its way."""
    filed = request()
    item = await take(store, 1, filing(filed, GROUP, MAILBOX, CRM))

    found = await stored(store)

    assert found.request == filed
    assert (found.status, found.created_at, found.version) == ("open", NOW, 1)
    assert found.conversation_id == item.conversation_id
    assert [line.channel for line in found.deliveries] == ["team", "email", "webhook"]
    assert {line.status for line in found.deliveries} == {"pending"}
    assert [(line.kind, line.author) for line in found.history] == [("filed", "company")]
    assert dict(found.history[0].data) == {"team": "premises", "rule": "premises-in-vitry"}


async def test_the_dispatcher_gets_each_card_in_its_own_lane(store: Store) -> None:
    """A card knows its destination; it answers no message, so it carries no message's context."""
    filed = request()
    await take(store, 1, filing(filed, GROUP, MAILBOX))

    items = await due(store)

    assert [(item.channel, item.address) for item in items] == [
        ("team", "-100"),
        ("email", "equipe@example.org"),
    ]
    assert [item.payload for item in items] == [card(filed, GROUP), card(filed, MAILBOX)]
    assert [item.context for item in items] == [{}, {}]


async def test_cards_of_a_web_conversation_wait_for_the_dispatcher(store: Store) -> None:
    """Only replies are fetched by the page; it sees no card and no look-up among them."""
    await store.create_web_conversation("c1", "hash", NOW)
    await store.receive([message("m1", "c1", channel="web")], NOW)
    [item] = await claim(store)
    effects = (filing(request()), LookUpCompany(query="732829320"))
    await store.save([stepped(item, "noted", effects=effects)], NOW)

    assert [line.reply.text for line in await store.replies_after("c1", 0)] == ["noted"]
    waiting = await store.claim_outbox(NOW, 10, 30, CHANNELS | {"directory", "web"})
    assert sorted(item.channel for item in waiting) == ["directory", "team"]


async def test_a_look_up_says_whom_its_answer_is_for(store: Store) -> None:
    """The directory's answer goes into the conversation, beside what its channel had noted."""
    item = await take(store, 1, LookUpCompany(query="732829320"))

    [asked] = await store.claim_outbox(NOW, 10, 30, {"directory"})

    assert (asked.address, asked.conversation_id) == (item.conversation_id, item.conversation_id)
    assert asked.payload == LookUpCompany(query="732829320")
    assert asked.context == {"message_id": "1", "reply_channel": "telegram", "reply_address": "100"}


async def test_what_is_added_joins_the_request(store: Store) -> None:
    """Files join it once each; the text stays in the history, apart from what was agreed to."""
    filed = request()
    await take(store, 1, filing(filed))
    await take(store, 2, adding(filed, "avec un quai", file("plan"), file("photo")))
    await take(store, 3, adding(filed, "", file("photo"), file("bail")))

    found = await stored(store)

    assert [f.id for f in found.request.details.files] == ["plan", "photo", "bail"]
    assert found.request.details.description == filed.details.description
    assert [line.kind for line in found.history] == ["filed", "added", "added"]
    assert found.history[1].data["text"] == "avec un quai"
    assert [f["id"] for f in found.history[1].data["files"]] == ["plan", "photo"]
    assert found.version == 3


async def test_the_teams_conversation_learns_what_the_company_does_in_order(store: Store) -> None:
    """Filed, added, withdrawn: what its team reads of it is for that conversation to say."""
    filed = request()
    effects = (filing(filed), adding(filed, "avec un quai"), withdrawing(filed))
    await store.receive([message(1)], NOW)
    await store.save([stepped(item, effects=effects) for item in await claim(store)], NOW)

    told = []
    while items := await claim(store):
        told += [(item.channel, item.address, item.event.kind) for item in items]
        await store.save([stepped(item) for item in items], NOW)

    assert told == [
        ("team", "R1", "request_filed"),
        ("team", "R1", "company_wrote"),
        ("team", "R1", "company_withdrew"),
    ]
    assert (await stored(store)).status == "withdrawn"


async def test_one_step_may_file_and_add(store: Store) -> None:
    """Effects of one step are carried out in their order."""
    filed = request()
    await take(store, 1, filing(filed), adding(filed, "et un quai", file("plan")))

    found = await stored(store)

    assert [line.kind for line in found.history] == ["filed", "added"]
    assert [f.id for f in found.request.details.files] == ["plan"]


async def test_what_is_closed_stays_closed_when_the_company_withdraws(
    store: Store, database_url: str
) -> None:
    """The history keeps that it did."""
    filed = request()
    await take(store, 1, filing(filed))
    await execute(database_url, "UPDATE requests SET status = 'closed'")
    await take(store, 2, withdrawing(filed))

    found = await stored(store)

    assert found.status == "closed"
    assert [line.kind for line in found.history] == ["filed", "withdrawn"]


async def test_a_request_is_of_the_team_that_has_it_now(store: Store) -> None:
    """Also once the company does something with it: the old team has it no more."""
    filed = request()
    await take(store, 1, filing(filed))
    transferred = KeepHistory(
        reference="R1", what="transferred", author="Anne", status="open", team="front-desk"
    )
    await store.receive([Incoming(TEAM, "t", "R1", TimeCame(name="t"))], NOW)
    [item] = await claim(store)
    await store.save([stepped(item, effects=(transferred,))], NOW)
    assert (await stored(store)).request == filed.model_copy(update={"team": "front-desk"})

    await take(store, 2, adding(filed, "encore"), withdrawing(filed))

    assert (await stored(store)).request.team == "front-desk"
    assert [found.reference for found in await store.requests(team="front-desk")] == ["R1"]
    assert await store.requests(team="premises") == []


async def test_a_step_saved_twice_files_once(store: Store) -> None:
    """Two processes hold the event, one by a lease that ran out: one request, one card."""
    await store.receive([message(1)], NOW)
    [slow] = await claim(store)
    [quick] = await claim(store, later(30))
    for item in (quick, slow, quick):
        await store.save([stepped(item, effects=(filing(request()),))], NOW)

    found = await stored(store)

    assert len(await store.requests()) == 1
    assert (len(found.deliveries), len(found.history)) == (1, 1)


async def test_a_step_on_an_old_state_files_nothing(store: Store, database_url: str) -> None:
    """What is to be stepped again leaves no trace."""
    await store.receive([message(1)], NOW)
    [item] = await claim(store)
    await execute(database_url, "UPDATE conversations SET version = 7")

    [again] = await store.save([stepped(item, effects=(filing(request()),))], NOW)

    assert again.id == item.id
    assert await store.requests() == []
    assert await due(store) == []


@pytest.mark.parametrize("case", ["known", "in the batch"])
async def test_a_reference_that_is_taken_is_named_and_nothing_is_written(
    store: Store, case: str
) -> None:
    """The event stays to be handled, and the other request is untouched."""
    if case == "known":
        await take(store, 1, filing(request()))
    else:
        await store.receive([message(1, "a")], NOW)
    await store.receive([message(2, "b")], NOW)
    items = await claim(store)
    results = [stepped(item, "noted", effects=(filing(request()),)) for item in items]

    with pytest.raises(EffectRefused, match="reference R1 is taken") as caught:
        await store.save(results, NOW)

    assert caught.value.item.external_id == "2"
    assert await store.replies_to("telegram", "2") is None
    assert len(await store.requests()) == (1 if case == "known" else 0)


@pytest.mark.parametrize("reference", ["R1", "R2"])
async def test_a_conversation_changes_its_own_requests_only(store: Store, reference: str) -> None:
    """Neither another's nor one that is not there."""
    await take(store, 1, filing(request()), address="a")
    await store.receive([message(2, "b")], NOW)
    [item] = await claim(store)

    with pytest.raises(EffectRefused, match=f"has no request {reference}"):
        await store.save([stepped(item, effects=(WithdrawRequest(reference=reference),))], NOW)

    assert (await stored(store)).status == "open"


async def test_strange_characters_are_kept_or_replaced(store: Store) -> None:
    """Neither NUL nor half a character keeps a request from being filed."""
    filed = request()
    odd = filed.model_copy(
        update={"details": filed.details.model_copy(update={"description": "a\0b\ud800 é 🎉"})}
    )
    await take(store, 1, filing(odd))
    await take(store, 2, adding(filed, "c\0d\ud800"))

    found = await stored(store)

    assert found.request.details.description == "a\0b? é 🎉"
    assert found.history[1].data["text"] == "c\0d?"


async def test_the_history_says_what_was_delivered_and_what_was_not(store: Store) -> None:
    """By destination, with the reason."""
    filed = request()
    await take(store, 1, filing(filed, GROUP, MAILBOX))
    group, mailbox = await due(store)
    await store.mark_sent([group.id], later(1))
    await store.mark_dead(mailbox, "550 no such user", later(2))

    delivered, undelivered = (await stored(store)).history[1:]

    assert (delivered.kind, delivered.author, delivered.at) == ("delivered", "assistant", later(1))
    assert dict(delivered.data) == {
        "delivery": group.id,
        "channel": "team",
        "address": "-100",
        "news": "filed",
    }
    assert (undelivered.kind, undelivered.at) == ("undelivered", later(2))
    assert undelivered.data["reason"] == "550 no such user"
    assert (await store.figures(NOW)).cards_dead == 1


async def test_what_is_marked_twice_is_in_the_history_once(store: Store) -> None:
    """A second dispatcher that comes late changes nothing and tells nobody again."""
    filed = request()
    notice = card(filed, MAILBOX, news="undelivered")
    await take(store, 1, filing(filed))
    [item] = await due(store)

    await store.mark_dead(item, "gone", NOW, [notice])
    await store.mark_dead(item, "gone", NOW, [notice])
    await store.mark_sent([item.id], NOW)

    found = await stored(store)
    assert [line.kind for line in found.history] == ["filed", "undelivered"]
    assert [line.news for line in found.deliveries] == ["filed", "undelivered"]


async def test_the_cards_that_tell_of_a_dead_one_wait_from_then_on(store: Store) -> None:
    """They belong to the request, and their own end is in its history."""
    filed = request()
    await take(store, 1, filing(filed))
    [item] = await due(store)
    await store.mark_dead(item, "gone", NOW, [card(filed, MAILBOX, news="undelivered")])

    [notice] = await due(store)
    assert (notice.channel, notice.payload) == ("email", card(filed, MAILBOX, news="undelivered"))
    await store.mark_sent([notice.id], NOW)

    line = (await stored(store)).history[-1]
    assert (line.kind, line.data["news"]) == ("delivered", "undelivered")


async def test_a_card_that_cannot_be_read_is_given_up_visibly(
    store: Store, database_url: str
) -> None:
    """The history says so, and the lane goes on."""
    await take(store, 1, filing(request("R1")), filing(request("R2")))
    await execute(database_url, "UPDATE outbox SET payload = '{}' WHERE kind = 'card' AND id = 2")

    [damaged] = await due(store)
    assert damaged.unreadable is not None
    await store.mark_dead(damaged, damaged.unreadable, NOW)
    [following] = await due(store)

    assert isinstance(following.payload, Card)
    assert following.payload.request.reference == "R2"
    found = await stored(store)
    assert [line.kind for line in found.history] == ["filed", "undelivered"]
    assert found.deliveries[0].last_error is not None


async def test_a_person_who_blocks_us_stops_no_card_of_theirs(store: Store) -> None:
    """The team still reads the request; only replies are given up."""
    await take(store, 1, filing(request(), GROUP, MAILBOX), LookUpCompany(query="x"))
    [reply] = await store.claim_outbox(NOW, 10, 30, {"telegram"})

    await store.mark_blocked(reply.conversation_id, NOW)

    assert [item.channel for item in await due(store)] == ["team", "email"]
    assert len(await store.claim_outbox(NOW, 10, 30, {"directory"})) == 1
    assert await store.claim_outbox(later(60), 10, 30, {"telegram"}) == []
    await store.mark_address_blocked("telegram", "100", NOW)
    assert (await store.figures(NOW)).cards_dead == 0


async def test_requests_are_listed_newest_first(store: Store) -> None:
    """By status and team, with their deliveries."""
    await take(store, 1, filing(request("R1"), GROUP, MAILBOX), filing(request("R2", team="jobs")))
    await take(store, 2, filing(request("R3", team=None)), withdrawing(request("R3")))

    assert [found.reference for found in await store.requests()] == ["R3", "R2", "R1"]
    assert [found.reference for found in await store.requests(limit=1)] == ["R3"]
    assert [found.reference for found in await store.requests(team="jobs")] == ["R2"]
    assert [found.reference for found in await store.requests(status="withdrawn")] == ["R3"]
    [found] = await store.requests(status="open", team="premises", limit=None)
    assert [line.channel for line in found.deliveries] == ["team", "email"]
    assert await store.references() == ["R1", "R2", "R3"]
    assert (await store.figures(NOW)).requests_open == 2


async def test_a_request_of_a_newer_version_does_not_hide_the_others(
    store: Store, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """It is named without its content; who asks for it reads why."""
    await take(store, 1, filing(request("R1")), filing(request("R2")))
    await execute(database_url, "UPDATE requests SET request = '\"secret\"' WHERE reference = 'R1'")

    assert [found.reference for found in await store.requests()] == ["R2"]
    with pytest.raises(StoreError, match="request R1 cannot be read"):
        await store.request("R1")
    await store.receive([message(2)], NOW)
    [item] = await claim(store)
    with pytest.raises(EffectRefused, match="R1: request"):
        await store.save([stepped(item, effects=(adding(request("R1"), "x"),))], NOW)
    assert "R1" in caplog.text
    assert "secret" not in caplog.text


async def test_a_request_that_is_not_there_is_none(store: Store) -> None:
    """Whoever asks can tell it from one that is."""
    assert await store.request("R1") is None
    assert await store.requests() == []
    assert await store.references() == []
    assert await store.deliveries() == []


async def test_whatever_is_repeated_each_request_is_filed_once(store: Store) -> None:
    """Random deaths of processes, late saves and repeats, against what ought to come of it."""
    moments = random.Random(2026)  # noqa: S311 - the same moments each time
    await store.receive([message(n, address=str(n % 6)) for n in range(90)], NOW)
    held: list[InboxItem] = []
    seconds = 0.0
    while (await store.figures(NOW)).inbox_pending:
        claimed = await claim(store, later(seconds), limit=moments.randint(1, 6))
        held += claimed
        again = [item for item in held if moments.random() < 0.5]
        latest = {item.conversation_id: item for item in moments.sample(again, len(again))}
        results = [_filed(item) for item in latest.values()]
        await store.save(results, later(seconds))
        seconds += moments.choice([0.0, 31.0])

    found = await store.requests(limit=None)

    assert sorted(one.reference for one in found) == sorted(f"R{n}" for n in range(90))
    assert {len(one.deliveries) for one in found} == {2}
    sent = await send_all(store, later(seconds))
    assert len({item.id for item in sent}) == len(sent) == 180
    for one in found:
        lines = (await stored(store, one.reference)).history
        assert [line.kind for line in lines] == ["filed", "delivered", "delivered"]


def _filed(item: InboxItem) -> Stepped:
    """A request for each message; nothing comes of what its team's conversation is told."""
    if item.channel == TEAM:
        return stepped(item)
    request_filed = filing(request(f"R{item.external_id}"), GROUP, CRM)
    return stepped(item, "noted", effects=(request_filed,))


async def test_replies_are_no_deliveries_of_a_request(store: Store) -> None:
    """A sent reply writes no history and is not among the cards."""
    await handle(store, message(1))
    await take(store, 2, filing(request()))
    replies = await store.claim_outbox(NOW, 10, 30, {"telegram"})
    await store.mark_sent([item.id for item in replies], NOW)

    assert [line.kind for line in (await stored(store)).history] == ["filed"]
    assert [line.kind for line in await store.deliveries()] == ["card"]
