"""What is sent to a team, and what is told of what could not be sent."""

from __future__ import annotations

from handlers.requests.model import Card, Lost
from handlers.routing import cards, undelivered_cards
from handlers.values import File
from knowledge.model import KnowledgeBase, Team, TelegramGroup, Webhook
from tests.handlers.routing.bases import base, request, team

GROUP = TelegramGroup(group="-100", topics=False, topic=7)
HOOK = Webhook(url="https://crm.example.org/in", secret="crm")  # noqa: S106 - a name
MAIL = "equipe@example.org"
ASKED = request(need="premises").model_copy(update={"team": "one"})


def _all(base_: KnowledgeBase) -> tuple[Card, ...]:
    return cards(base_, ASKED)


def _served(one: Team, *others: Team) -> KnowledgeBase:
    return base([], [one, *others])


def test_each_destination_has_a_card() -> None:
    """A team with a group, a mailbox and a CRM gets three cards, each with what it needs there."""
    served = _served(team("one", telegram=GROUP, email=MAIL, webhook=HOOK))
    group, mail, hook = (card.destination for card in _all(served))
    assert (group.channel, group.address, group.topics, group.topic) == ("team", "-100", False, 7)
    assert (mail.channel, mail.address) == ("email", MAIL)
    assert (hook.channel, hook.address, hook.secret) == ("webhook", HOOK.url, "crm")
    assert all(card.request == ASKED and card.news == "filed" for card in _all(served))


def test_labels_are_in_the_language_of_the_team() -> None:
    """A team reads names in its first language, or else in the folder's first."""
    (english,) = _all(_served(team("one", email=MAIL, languages=("en", "fr"))))
    assert (english.language, english.need, english.team) == ("en", "Premises", "Team one")
    (first,) = _all(_served(team("one", email=MAIL)))
    assert (first.language, first.need, first.team) == ("fr", "PREMISES", "Équipe one")


def test_what_was_added_is_on_the_card() -> None:
    """News, addition and files are those that were given."""
    file = File(channel="web", id="1", name="plan.pdf")
    served = _served(team("one", email=MAIL))
    (card,) = cards(served, ASKED, news="added", addition="Plus grand", files=(file,))
    assert (card.news, card.addition, card.files) == ("added", "Plus grand", (file,))


def test_a_team_without_destination_gets_no_card() -> None:
    """Such a request is filed and listed only."""
    assert _all(_served(team("one"))) == ()


def test_a_team_that_is_gone_is_replaced_by_the_default() -> None:
    """News of a request whose team has left the file are read by the default team."""
    served = base([], [team("desk", email=MAIL)])
    (card,) = _all(served)
    assert (card.team, card.destination.address) == ("Équipe desk", MAIL)
    assert cards(base(default=None), ASKED) == ()


def test_a_need_that_is_gone_is_named_as_other() -> None:
    """A request without a need, or with one that has left the file, is "something else"."""
    served = _served(team("one", email=MAIL))
    asked = ASKED.model_copy(update={"details": request(need="gone").details})
    assert [card.need for card in cards(served, asked)] == ["OTHER"]


def test_the_default_team_is_told_what_was_not_delivered() -> None:
    """The notice names the destination and the reason, for whom it was, and the request."""
    served = _served(
        team("one", email=MAIL), team("desk", telegram=GROUP, webhook=HOOK, languages=("en",))
    )
    notices = undelivered_cards(served, _all(served)[0], "550 no such mailbox")
    assert [notice.destination.channel for notice in notices] == ["team", "webhook"]
    for notice in notices:
        assert (notice.news, notice.language) == ("undelivered", "en")
        assert notice.lost == Lost(news="filed", to=f"e-mail {MAIL}: 550 no such mailbox")
        assert (notice.team, notice.need, notice.request) == ("Team one", "Premises", ASKED)


def test_the_default_teams_own_destination_failed() -> None:
    """It is told at its other destinations; without any, its backup is told, or the backup's."""
    asked = ASKED.model_copy(update={"team": "desk"})
    both = base([], [team("desk", telegram=GROUP, email=MAIL)])
    (_, mail) = cards(both, asked)
    assert [n.destination.channel for n in undelivered_cards(both, mail, "x")] == ["team"]
    backed = base(
        [],
        [
            team("desk", email=MAIL, backup="mute"),
            team("mute", backup="two"),
            team("two", webhook=HOOK, backup="desk"),
        ],
    )
    (mail,) = cards(backed, asked)
    assert [n.destination.channel for n in undelivered_cards(backed, mail, "x")] == ["webhook"]


def test_nobody_is_left_to_be_told() -> None:
    """Without another destination, and of a notice that is dead itself, there is no card."""
    served = base([], [team("desk", email=MAIL, backup="two"), team("two", backup="desk")])
    (mail,) = cards(served, ASKED.model_copy(update={"team": "desk"}))
    assert undelivered_cards(served, mail, "x") == ()
    dead = _served(team("one", email=MAIL), team("desk", webhook=HOOK))
    (notice,) = undelivered_cards(dead, _all(dead)[0], "x")
    assert undelivered_cards(dead, notice, "x") == ()
    assert undelivered_cards(base(default=None), notice, "x") == ()
