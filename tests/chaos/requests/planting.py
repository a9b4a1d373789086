"""Faults to plant in the evidence of a run that kept its promises: each must be found."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING

from handlers.requests.model import Surface

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pytest

    from bot.storage.records import StoredRequest
    from tests.chaos.requests.company import Errand
    from tests.chaos.requests.run import Evidence
    from tests.servers.smtp import Received
    from tests.servers.telegram import Sent
    from tests.servers.webhook import Taken

NOT_FILED = "requests agreed to and not filed"
TWICE = "requests filed more than once"
NOT_AGREED = "requests filed without agreement to just that"
OTHERWISE = "requests filed under another reference than was told, or for another team"
NO_CARD = "cards that a destination never got"
NO_FILE = "files that a destination never got"
MISPLACED = "cards where they do not belong"
TAKEN_TWICE = "cards taken twice by webhooks that honour the key"
REPLIES = "conversations in which a reply is missing, out of order, or strange"


class Planting:
    """Spoils the evidence of a run, one thing at a time."""

    def __init__(self, evidence: Evidence, monkeypatch: pytest.MonkeyPatch) -> None:
        self.evidence = evidence
        self._patch = monkeypatch

    # -- What there is to spoil ---------------------------------------------------------------

    def errand(self, fits: Callable[[Errand], bool] = lambda _: True) -> Errand:
        """The first that was agreed to and fits."""
        errands = self.evidence.world.errands
        return next(one for one in errands if one.agreements and fits(one))

    def filed(self, errand: Errand) -> StoredRequest:
        """The row of its request."""
        rows = self.evidence.kept.requests
        return next(one for one in rows if one.request.details.email == errand.wish.email)

    # -- How it is spoilt ---------------------------------------------------------------------

    def keep(self, **changed: object) -> None:
        """Other than that, the database holds what it did."""
        kept = dataclasses.replace(self.evidence.kept, **changed)  # type: ignore[arg-type]
        self._patch.setattr(self.evidence, "kept", kept)

    def keep_requests(self, without: StoredRequest, *instead: StoredRequest) -> None:
        """Those of the database, but for one."""
        rest = [one for one in self.evidence.kept.requests if one != without]
        self.keep(requests=(*rest, *instead))

    def set(self, target: object, name: str, value: object) -> None:
        """Until the test ends."""
        self._patch.setattr(target, name, value)

    def send(self, change: Callable[[Sent], Sequence[Sent]]) -> None:
        """What Telegram sent, each message in as many others as ``change`` makes of it."""
        telegram = self.evidence.outside.telegram
        self.set(telegram, "sent", [new for one in telegram.sent for new in change(one)])

    def mail(self, change: Callable[[Received], Sequence[Received]]) -> None:
        """The same for mails."""
        smtp = self.evidence.outside.smtp
        self.set(smtp, "mails", [new for one in smtp.mails for new in change(one)])

    def post(self, change: Callable[[Taken], Sequence[Taken]]) -> None:
        """The same for what webhooks took."""
        for server in self.evidence.outside.webhooks.values():
            self.set(server, "taken", [new for one in server.taken for new in change(one)])


def _lost_request(plant: Planting) -> None:
    plant.keep_requests(plant.filed(plant.errand()))


def _doubled_request(plant: Planting) -> None:
    row = plant.filed(plant.errand())
    plant.keep_requests(row, row, row)


def _no_agreement(plant: Planting) -> None:
    plant.set(plant.errand(), "agreements", [])


def _agreement_too_late(plant: Planting) -> None:
    errand = plant.errand()
    later = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
    agreements = [dataclasses.replace(one, at=later) for one in errand.agreements]
    plant.set(errand, "agreements", agreements)


def _agreement_to_something_else(plant: Planting) -> None:
    row = plant.filed(plant.errand())
    details = row.request.details.model_copy(update={"surface": Surface(least_m2=1)})
    request = row.request.model_copy(update={"details": details})
    plant.keep_requests(row, dataclasses.replace(row, request=request))


def _another_team(plant: Planting) -> None:
    row = plant.filed(plant.errand(lambda one: one.wish.team == "emploi"))
    request = row.request.model_copy(update={"team": "locaux"})
    plant.keep_requests(row, dataclasses.replace(row, request=request))


def _another_reference(plant: Planting) -> None:
    plant.set(plant.errand(), "reference", "222-222")


def _unfinished(plant: Planting) -> None:
    plant.set(plant.errand(), "ended", False)  # noqa: FBT003 - the attribute's value


def _no_card_in_the_group(plant: Planting) -> None:
    email = plant.errand(lambda one: one.wish.team == "locaux").wish.email
    plant.send(lambda one: [] if email in one.text and one.chat_id < 0 else [one])


def _no_mail(plant: Planting) -> None:
    email = plant.errand(lambda one: one.wish.team == "emploi").wish.email
    plant.mail(lambda one: [] if email in one.text else [one])


def _no_webhook(plant: Planting) -> None:
    email = plant.errand().wish.email
    plant.post(lambda one: [] if email.encode() in one.raw else [one])


def _no_addition(plant: Planting) -> None:
    addition = plant.errand(lambda one: one.added).wish.addition
    plant.post(lambda one: [] if addition.encode() in one.raw else [one])


def _no_file_in_the_mail(plant: Planting) -> None:
    wish = plant.errand(lambda one: bool(one.wish.file) and one.wish.team != "locaux").wish
    name = wish.file.encode()
    plant.mail(lambda one: [dataclasses.replace(one, raw=one.raw.replace(name, b"other"))])


def _card_in_another_group(plant: Planting) -> None:
    email = plant.errand(lambda one: one.wish.team == "locaux").wish.email
    plant.send(
        lambda one: (
            [one, dataclasses.replace(one, chat_id=-1_001_000_003, parameters={})]
            if email in one.text and one.chat_id < 0
            else [one]
        )
    )


def _card_beside_its_topic(plant: Planting) -> None:
    email = plant.errand(lambda one: one.wish.team == "locaux").wish.email
    plant.send(
        lambda one: (
            [dataclasses.replace(one, parameters={})]
            if email in one.text and one.chat_id < 0
            else [one]
        )
    )


def _webhook_taken_twice(plant: Planting) -> None:
    email = plant.errand().wish.email
    plant.post(
        lambda one: (
            [one, dataclasses.replace(one, webhook_id="another")]
            if email.encode() in one.raw
            else [one]
        )
    )


def _mail_under_another_id(plant: Planting) -> None:
    email = plant.errand(lambda one: one.wish.team == "emploi").wish.email
    message_id = next(
        str(one.message["Message-ID"]).encode()
        for one in plant.evidence.outside.smtp.mails
        if email in one.text
    )
    plant.mail(
        lambda one: (
            [one, dataclasses.replace(one, raw=one.raw.replace(message_id, b"<another@x.example>"))]
            if email in one.text
            else [one]
        )
    )


def _a_chat(plant: Planting) -> int:
    return next(one.chat_id for one in plant.evidence.outside.telegram.sent if one.chat_id > 0)


def _lost_reply(plant: Planting) -> None:
    chat = _a_chat(plant)
    messages = [one for one in plant.evidence.outside.telegram.sent if one.chat_id == chat]
    plant.send(lambda one: [] if one.shown == messages[-1].shown else [one])


def _strange_reply(plant: Planting) -> None:
    telegram = plant.evidence.outside.telegram
    card = next(one for one in telegram.sent if one.chat_id < 0)
    stray = dataclasses.replace(card, chat_id=_a_chat(plant))
    plant.set(telegram, "sent", [*telegram.sent, stray])


def _swapped_replies(plant: Planting) -> None:
    chat = _a_chat(plant)
    telegram = plant.evidence.outside.telegram
    sent = list(telegram.sent)
    own = [place for place, one in enumerate(sent) if one.chat_id == chat]
    last = own[-1]
    before = next(place for place in reversed(own) if sent[place].text != sent[last].text)
    sent[before], sent[last] = sent[last], sent[before]
    plant.set(telegram, "sent", sent)


def _lost_reply_on_the_web(plant: Planting) -> None:
    conversation, read = next(iter(plant.evidence.world.on_the_web.items()))
    shown = {**plant.evidence.world.on_the_web, conversation: read[:-1]}
    plant.set(plant.evidence.world, "on_the_web", shown)


def _lost_update(plant: Planting) -> None:
    plant.set(plant.evidence.world.updates, "ids", [1, *plant.evidence.world.updates.ids])


def _event_left(plant: Planting) -> None:
    first, *rest = plant.evidence.kept.events
    plant.keep(events=(dataclasses.replace(first, status="dead"), *rest))


def _event_handled_twice(plant: Planting) -> None:
    versions = plant.evidence.kept.versions
    place = next(iter(versions))
    plant.keep(versions={**versions, place: versions[place] + 1})


def _delivery_given_up(plant: Planting) -> None:
    plant.keep(deliveries={**plant.evidence.kept.deliveries, "dead": 1})


def _unverified(plant: Planting) -> None:
    plant.set(plant.evidence.outside.webhooks["emploi"], "refused", 1)


def _altered(plant: Planting) -> None:
    plant.set(plant.evidence.outside.webhooks["emploi"], "altered", 1)


def _bad_end(plant: Planting) -> None:
    plant.set(plant.evidence, "exit_codes", [0, 1])


FAULTS: list[tuple[Callable[[Planting], None], str]] = [
    (_lost_request, NOT_FILED),
    (_doubled_request, TWICE),
    (_no_agreement, NOT_AGREED),
    (_no_agreement, MISPLACED),
    (_agreement_too_late, NOT_AGREED),
    (_agreement_to_something_else, NOT_AGREED),
    (_another_team, OTHERWISE),
    (_another_reference, OTHERWISE),
    (_unfinished, "companies that did not come to the end of what they wanted"),
    (_no_card_in_the_group, NO_CARD),
    (_no_mail, NO_CARD),
    (_no_webhook, NO_CARD),
    (_no_addition, NO_CARD),
    (_no_file_in_the_mail, NO_FILE),
    (_card_in_another_group, MISPLACED),
    (_card_beside_its_topic, MISPLACED),
    (_webhook_taken_twice, TAKEN_TWICE),
    (_mail_under_another_id, "cards that came again under another Message-ID or key"),
    (_lost_reply, REPLIES),
    (_strange_reply, REPLIES),
    (_swapped_replies, REPLIES),
    (_lost_reply_on_the_web, REPLIES),
    (_lost_update, "updates that are not in the inbox"),
    (_event_left, "events not handled"),
    (_event_handled_twice, "conversations moved on more or less often than once an event"),
    (_delivery_given_up, "deliveries not sent"),
    (_unverified, "webhook calls that cannot be verified"),
    (_altered, "webhook calls that repeat a key with another body"),
    (_bad_end, "exit codes of the last stop"),
]
"""How evidence is spoilt, and which promise is then broken."""
