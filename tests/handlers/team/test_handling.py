"""A team's work on a request: who has it, what reaches the company, what never does."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.events import Event
from handlers.requests.model import Destination
from handlers.state import ConversationState
from handlers.step import Step
from handlers.team.model import (
    Action,
    ActionChosen,
    CompanyRated,
    CompanyWithdrew,
    CompanyWrote,
    KeepHistory,
    Mark,
    MemberWrote,
    RequestFiled,
    SendCards,
    SetTimer,
    ShowTeam,
    TeamMoved,
    TeamWrote,
    TimeCame,
    WordsDelivered,
)
from handlers.values import File
from knowledge.markup import to_plain
from knowledge.matching import Matcher
from knowledge.model import Team
from tests.handlers.team.working import (
    ANNE,
    BASILE,
    GROUP,
    NOW,
    OTHER_GROUP,
    PERSON,
    REFERENCE,
    Work,
    effects,
    matcher,
    request,
)

_BEGUN: tuple[Literal["taken", "writing"], ...] = ("taken", "writing")
PLAN = File(channel="telegram", id="f", name="plan.pdf")


def test_the_company_waits_from_its_filing_on() -> None:
    """The team is reminded in its own working hours."""
    work = Work()
    [timer] = effects(work.last, SetTimer)
    # Filed on a Tuesday at 11:00 in Paris: an hour is left before noon, then three, then four.
    assert timer.due_at == dt.datetime(2026, 11, 25, 14, 0, tzinfo=dt.UTC)


def test_the_first_who_takes_it_has_it() -> None:
    """The second press, of whoever comes later, is told who has it, and changes nothing."""
    work = Work()
    work.press("take", ANNE)
    assert work.told() == [TeamMoved(reference=REFERENCE, status="taken", by="Anne")]
    work.press("take", BASILE)
    assert work.told() == []
    assert "Anne a déjà pris" in work.shown()
    assert work.handling.owner == ANNE


def test_a_reply_goes_to_the_company_and_takes_the_request() -> None:
    """Staff need no button: who replies has the request."""
    work = Work()
    work.write("Bonjour, nous avons *deux* ateliers.", file=PLAN)
    assert work.told() == [
        TeamMoved(reference=REFERENCE, status="taken", by="Anne"),
        TeamWrote(
            reference=REFERENCE, by="Anne", text="Bonjour, nous avons *deux* ateliers.",
            file=PLAN, group=GROUP, message="77",
        ),
    ]  # fmt: skip
    assert work.handling.waiting_since is None


def test_a_reply_of_another_member_is_not_sent() -> None:
    """Nobody answers in the place of who has the request, and the mark says so."""
    work = Work()
    work.press("take", ANNE)
    result = work.write("Moi aussi !", BASILE)
    assert work.told() == []
    marks = [e.payload for e in effects(result, ShowTeam) if isinstance(e.payload, Mark)]
    assert [(mark.message, mark.ok) for mark in marks] == [("77", False)]


def test_a_correction_travels() -> None:
    """What a member edits is told as a correction."""
    work = Work()
    work.write("demain 9 h")
    work.write("demain 10 h", edited=True)
    [told] = work.told()
    assert isinstance(told, TeamWrote)
    assert (told.text, told.edited) == ("demain 10 h", True)


@pytest.mark.parametrize("ok", [True, False])
def test_the_mark_says_whether_the_company_got_it(ok: bool) -> None:  # noqa: FBT001 - a case
    """✓ or ✗ on the member's own message."""
    work = Work()
    work.write("Bonjour")
    result = work.happens(WordsDelivered(group=GROUP, message="77", ok=ok))
    [mark] = [e.payload for e in effects(result, ShowTeam) if isinstance(e.payload, Mark)]
    assert (mark.message, mark.ok) == ("77", ok)
    assert ("n'a pas pu être remis" in work.shown()) is not ok


def test_the_company_sees_that_a_member_begins_to_answer() -> None:
    """Who presses « Répondre » has the request too; a canned reply is sent, not written."""
    work = Work()
    work.press("reply")
    taken, writing = (TeamMoved(reference=REFERENCE, status=s, by="Anne") for s in _BEGUN)
    assert work.told() == [taken, writing]
    work.press("reply", BASILE)
    assert work.told() == []
    work.press("reply", argument="programme")
    assert [type(told) for told in work.told()] == [TeamWrote]
    work.press("note")
    assert work.told() == []


def test_a_note_stays_within_the_team() -> None:
    """By the button or by replying to the invitation: the company is told nothing."""
    work = Work()
    work.press("note")
    [invitation] = work.posts()
    assert invitation.purpose == "note"
    result = work.write("client difficile", purpose="note")
    assert work.told() == []
    assert [kept.what for kept in effects(result, KeepHistory)] == ["noted"]


def test_what_the_company_writes_is_shown_and_can_be_replied_to() -> None:
    """In the topic, escaped, with its files."""
    work = Work()
    work.happens(CompanyWrote(text="et à *Vitry* ?", files=(PLAN,)))
    [sent] = effects(work.last, SendCards)
    assert {card.news for card in sent.cards} == {"added"}
    assert {(card.addition, card.files) for card in sent.cards} == {("et à *Vitry* ?", (PLAN,))}
    assert work.handling.request.details.files == (PLAN,)


def test_a_transfer_moves_the_card_and_its_history() -> None:
    """The new team reads what was said; the old one is told; nobody has it yet."""
    work = Work()
    work.write("Je vérifie.")
    work.write("à surveiller", purpose="note")
    work.press("transfer")
    [choice] = work.posts()
    assert [button.label for button in choice.buttons] == ["Accueil"]
    argument = choice.buttons[0].value.rpartition(":")[2]
    result = work.press("transfer", argument=argument)
    [sent] = effects(result, SendCards)
    assert {card.destination.address for card in sent.cards} == {OTHER_GROUP, "accueil@example.org"}
    assert {card.news for card in sent.cards} == {"transferred"}
    assert "Je vérifie." in sent.cards[0].addition
    assert "à surveiller" in sent.cards[0].addition
    assert (work.handling.owner, work.handling.status) == (None, "open")
    assert work.told() == [
        TeamMoved(reference=REFERENCE, status="transferred", by="Accueil", team="accueil")
    ]
    work.press("take", BASILE)
    assert work.handling.owner is None, "the old group's card does nothing any more"
    assert work.told_in(GROUP) == f"La demande {REFERENCE} est à l'équipe Accueil : {_ELSEWHERE}"
    work.press("take", BASILE, group=OTHER_GROUP)
    assert work.handling.owner == BASILE


@pytest.mark.parametrize("action", ["reply", "note", "transfer", "close"])
def test_a_stand_in_reads_why_a_button_does_nothing(action: Action) -> None:
    """Its own team has the request; the stand-in may take it first, as long as somebody waits."""
    work = Work()
    work.happens(TimeCame(name="remind"))
    work.happens(TimeCame(name="remind"))
    before = work.handling
    work.press(action, BASILE, group=OTHER_GROUP)
    assert work.told_in(OTHER_GROUP) == (
        f"La demande {REFERENCE} est à l'équipe Locaux. "
        "Pour vous en charger d'ici, appuyez sur « Prendre »."
    )
    assert (work.handling, work.told()) == (before, [])
    work.press("take", BASILE, group=OTHER_GROUP)
    assert work.handling.owner == BASILE


def test_a_stand_in_that_comes_too_late_reads_so() -> None:
    """The request is closed, or the company has taken it back."""
    work = Work()
    work.happens(TimeCame(name="remind"))
    work.happens(TimeCame(name="remind"))
    work.press("close")
    work.press("take", BASILE, group=OTHER_GROUP)
    assert work.told_in(OTHER_GROUP).endswith(f"est à l'équipe Locaux : {_ELSEWHERE}")
    work.happens(CompanyWithdrew())
    work.press("take", BASILE, group=OTHER_GROUP)
    assert "a retiré cette demande" in work.told_in(OTHER_GROUP)
    assert work.handling.status == "withdrawn"


def test_a_group_that_was_never_told_of_a_request_is_told_nothing() -> None:
    """Whoever presses there has made the button up."""
    work = Work(team="accueil")
    assert work.press("take", group=GROUP).effects == ()
    work.press("transfer", BASILE, "locaux", OTHER_GROUP)
    assert work.press("take", group="-999").effects == ()


@pytest.mark.parametrize("purpose", ["reply", "note", "lost"])
def test_what_is_written_where_the_request_has_left_is_marked(
    purpose: Literal["reply", "note", "lost"],
) -> None:
    """It went nowhere, and whoever wrote it sees that; members' talk was for nobody else."""
    work = Work()
    work.press("transfer", argument="accueil")
    assert work.write("Je vous rappelle.", purpose=purpose).effects == (_not_passed_on(GROUP),)
    assert work.write("On déjeune ?", purpose="talk").effects == ()


def test_a_reply_of_the_stand_in_is_marked_until_it_takes_the_request() -> None:
    """Its group was shown the request; what it says before it has it reaches nobody."""
    work = Work()
    work.happens(TimeCame(name="remind"))
    work.happens(TimeCame(name="remind"))
    result = work.write("Me voici.", BASILE, group=OTHER_GROUP)
    assert result.effects == (_not_passed_on(OTHER_GROUP),)
    work.press("take", BASILE, group=OTHER_GROUP)
    work.write("Me voici.", BASILE, group=OTHER_GROUP)
    assert [told.text for told in work.told() if isinstance(told, TeamWrote)] == ["Me voici."]


_ELSEWHERE = "ce bouton n'agit que dans son groupe."


def _not_passed_on(group: str) -> ShowTeam:
    there = Destination(channel="team", address=group)
    return ShowTeam(payload=Mark(destination=there, reference=REFERENCE, message="77", ok=False))


def test_closing_tells_the_company_once_and_a_rating_counts_once() -> None:
    """The company is asked whether it helped; its first word counts."""
    work = Work()
    work.press("take")
    work.press("close")
    assert work.told() == [TeamMoved(reference=REFERENCE, status="closed", by="Anne")]
    work.press("close")
    assert work.told() == []
    work.happens(CompanyRated(helped=False))
    assert "ne l'a pas aidée" in work.shown()
    assert work.happens(CompanyRated(helped=True)).effects == ()


def test_taking_opens_a_closed_request_again() -> None:
    """Whoever it was closed by."""
    work = Work()
    work.press("close", ANNE)
    work.press("take", BASILE)
    assert (work.handling.owner, work.handling.status) == (BASILE, "taken")


def test_a_withdrawn_request_is_over() -> None:
    """No button and no word goes to a company that has taken its request back."""
    work = Work()
    work.happens(CompanyWithdrew())
    for act in ("take", "reply", "transfer", "close"):
        work.press(act)
        assert work.told() == []
    work.write("Bonjour ?")
    assert work.told() == []


def test_an_answer_of_the_knowledge_base_is_seen_before_it_goes() -> None:
    """« ? » and a question shows answers, each with its button; the press sends it."""
    work = Work()
    work.write("? programme")
    assert [told for told in work.told() if isinstance(told, TeamWrote)] == []
    preview = next(post for post in work.posts() if post.buttons)
    action, argument = (
        preview.buttons[0].value.split(":")[1],
        preview.buttons[0].value.split(":")[3],
    )
    assert action == "reply"
    work.press("reply", argument=argument)
    [told] = work.told()
    assert isinstance(told, TeamWrote)
    assert told.text


@pytest.mark.parametrize("asked", ["? zzqxv kkwpl", "?", "? "])
def test_a_question_that_has_no_answer_is_told_and_takes_nothing(asked: str) -> None:
    """The member reads that nothing was found and nothing sent; the request is still nobody's."""
    work = Work()
    work.write(asked)
    [post] = work.posts()
    assert "rien n'a été envoyé" in to_plain(post.text)
    assert post.answers == "77"
    assert work.told() == []
    assert (work.handling.owner, work.handling.status) == (None, "open")


def test_an_answer_that_is_gone_meanwhile_is_told() -> None:
    """The folder was edited after the preview."""
    work = Work()
    work.press("take")
    work.press("reply", argument="of-yesterday")
    assert "rien n'a été envoyé" in work.shown()
    assert work.told() == []


_LONG = "an-id-of-which-a-button-can-hold-no-more-than-its-first"
"""With two characters more it is as long as an id may be."""


def test_the_answer_that_was_seen_is_the_one_that_is_sent() -> None:
    """Whatever other ids begin with the same letters, and wherever they stand in the folder."""
    ids = ("axe-bis", "axe", f"{_LONG}-2", f"{_LONG}-1", _LONG, _LONG[:45], _LONG[:30])
    base = matcher().base
    named = [
        entry.model_copy(update={"id": one, "answer": {"fr": f"Voici {one}."}})
        for one, entry in zip(ids, base.entries, strict=False)
    ]
    entries = (*named, *base.entries[len(ids) :])
    folder = Matcher(base.model_copy(update={"entries": entries}), matcher().learned)
    for one in ids:
        work = Work(folder=folder)
        work.write(f"? {one}")
        _fits(work.last)
        [button] = [button for post in work.posts() for button in post.buttons]
        work.press("reply", argument=button.value.split(":", 3)[3])
        [told] = work.told()
        assert isinstance(told, TeamWrote)
        assert told.text.startswith(f"Voici {one}.")


def test_a_transfer_goes_to_the_team_that_was_chosen() -> None:
    """Whatever other team's id begins with the same letters."""
    base = matcher().base
    ids = ("accueil-bis", f"{_LONG}-2", f"{_LONG}-1", _LONG, _LONG[:30])
    others = tuple(Team(id=one, name={"fr": f"Équipe {one}"}, email="a@b.example") for one in ids)
    routing = base.routing.model_copy(update={"teams": (*others, *base.routing.teams)})
    folder = Matcher(base.model_copy(update={"routing": routing}), matcher().learned)
    for one in (*ids, "accueil"):
        work = Work(folder=folder)
        work.press("transfer")
        _fits(work.last)
        [choice] = [post for post in work.posts() if len(post.buttons) > 1]
        name = routing.team(one).name["fr"]  # type: ignore[union-attr]
        [value] = [button.value for button in choice.buttons if button.label == name]
        work.press("transfer", argument=value.split(":", 3)[3])
        assert work.handling.request.team == one


def test_a_company_that_waits_is_remembered_then_escalated() -> None:
    """One reminder in the group, then the backup is told."""
    work = Work()
    work.happens(TimeCame(name="remind"))
    assert "attend une réponse" in work.shown()
    result = work.happens(TimeCame(name="remind"))
    [sent] = effects(result, SendCards)
    assert {card.news for card in sent.cards} == {"waiting"}
    assert {card.destination.address for card in sent.cards} == {OTHER_GROUP, "accueil@example.org"}


def test_a_reminder_that_comes_too_late_says_nothing() -> None:
    """Answered meanwhile."""
    work = Work()
    work.write("Bonjour")
    assert work.happens(TimeCame(name="remind")).effects == ()


def test_the_assistant_comes_back_after_the_teams_time() -> None:
    """A taken request about which nothing is said any more."""
    work = Work()
    work.write("Bonjour")
    assert any(
        timer.name == "release" and timer.due_at == NOW + dt.timedelta(hours=72)
        for timer in effects(work.last, SetTimer)
    )
    work.happens(TimeCame(name="release"))
    assert work.told() == [TeamMoved(reference=REFERENCE, status="released")]


_MEMBERS = st.sampled_from([ANNE, BASILE])
_GROUPS = st.sampled_from([GROUP, OTHER_GROUP, "-999"])
_EVENTS = st.one_of(
    st.builds(
        ActionChosen,
        member=_MEMBERS,
        group=_GROUPS,
        action=st.sampled_from(["take", "reply", "transfer", "note", "close"]),
        argument=st.sampled_from(["", "accueil", "locaux", "programme", "zzz"]),
    ),
    st.builds(
        MemberWrote,
        member=_MEMBERS,
        group=_GROUPS,
        message=st.just("5"),
        text=st.text(max_size=30),
        purpose=st.sampled_from(["reply", "note"]),
        edited=st.booleans(),
    ),
    st.builds(WordsDelivered, group=_GROUPS, message=st.just("5"), ok=st.booleans()),
    st.builds(TimeCame, name=st.sampled_from(["remind", "release", "other"])),
    st.builds(CompanyWrote, text=st.text(max_size=30), edited=st.booleans()),
    st.just(CompanyWithdrew()),
    st.builds(CompanyRated, helped=st.booleans()),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(_EVENTS, max_size=12))
def test_whatever_happens_no_note_reaches_the_company(events: list[Event]) -> None:
    """No exception, one owner at a time, and words only from who has it, in the right group."""
    work = Work()
    for event in events:
        before = work.handling
        result = work.happens(event)
        words = [told for told in work.told() if isinstance(told, TeamWrote)]
        if words:
            assert isinstance(event, ActionChosen | MemberWrote)
            assert work.handling.owner == event.member
            assert getattr(event, "purpose", "reply") == "reply"
        stays = work.handling.request.team == before.request.team
        if stays and before.status == "taken" and work.handling.status == "taken":
            assert work.handling.owner == before.owner
        _fits(result)


def _fits(result: Step) -> None:
    for effect in effects(result, ShowTeam):
        for button in getattr(effect.payload, "buttons", ()):
            assert len(button.value.encode()) <= 64


def test_what_arrived_is_marked_where_it_was_written() -> None:
    """Also when the request has gone to another team meanwhile, whose group has other messages."""
    work = Work()
    work.write("Bonjour.")
    work.press("transfer", argument="accueil")
    work.happens(WordsDelivered(group=GROUP, message="77", ok=False))
    [mark] = [e.payload for e in effects(work.last, ShowTeam) if isinstance(e.payload, Mark)]
    assert (mark.destination.address, mark.message, mark.ok) == (GROUP, "77", False)
    assert [(post.card.destination.address, post.answers) for post in work.posts()] == [
        (OTHER_GROUP, "")
    ]


def test_an_event_of_a_request_never_filed_changes_nothing() -> None:
    """A reference that somebody made up."""
    work = Work()
    work.state = ConversationState()
    assert work.press("take").effects == ()
    assert work.happens(RequestFiled(request=request(), person=PERSON)).effects
