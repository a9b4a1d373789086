"""A person is shown what is held of them, and asked before it is erased."""

from __future__ import annotations

import datetime as dt

import pytest

from handlers.command_names import command_typed
from handlers.dialogue import step
from handlers.events import (
    AttachmentReceived,
    ButtonPressed,
    CommandGiven,
    CompaniesFound,
    Event,
    MessageReceived,
)
from handlers.privacy import buttons
from handlers.privacy.model import (
    EXPORT,
    DataGathered,
    EraseData,
    GatherData,
    Held,
    HeldDelivery,
    HeldRequest,
)
from handlers.state import ConversationState
from handlers.step import Step
from handlers.team.model import TeamMoved, TeamWrote
from handlers.wording import Wording, is_lasting
from knowledge.markup import to_plain
from knowledge.model import Entry, Retention
from tests.handlers.conversing import NOW, REFERENCE, say, text
from tests.handlers.conversing import buttons as values
from tests.handlers.requests.forms import NEED, TO_RECAP, fill, form_matcher, press
from tests.handlers.requests.team_at_work import Company
from tests.knowledge.sample import matcher

HELD = Held(
    conversation="c-1",
    since=dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC),
    messages=7,
    replies=9,
    look_ups=1,
    questions=2,
    files=("plan_*atelier*.pdf", "photo.jpg"),
    requests=(
        HeldRequest(
            reference="K7M-4XR",
            status="taken",
            filed_at=NOW,
            deliveries=(
                HeldDelivery(channel="team", team="Locaux", at=NOW),
                HeldDelivery(channel="email", team="Locaux", at=None),
                HeldDelivery(channel="team", team="Locaux", at=NOW),
            ),
            notes=3,
        ),
    ),
)
SHOWN = DataGathered(purpose="show", held=HELD)
ASKED = DataGathered(purpose="erase", held=HELD)


def confirmed(asked: Step, now: dt.datetime = NOW) -> Step:
    """The step after the first button of ``asked`` is pressed at ``now``."""
    pressed = ButtonPressed(value=values(asked)[0])
    return step(matcher(), asked.state, pressed, now, "222-222")


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("/mesdonnees", "mydata"),
        ("/mesdonnées", "mydata"),
        (" /MyData ", "mydata"),
        ("/effacer", "erase"),
        ("/erase", "erase"),
        ("/demandes", "requests"),
    ],
)
def test_commands_are_typed_wherever_one_writes(typed: str, name: str) -> None:
    """A page has no commands of its own: the same words do, with a capital or an accent."""
    assert command_typed(typed) == CommandGiven(name=name)  # type: ignore[arg-type]


@pytest.mark.parametrize("typed", ["/", "/nothing", "effacer", "a /erase", "//erase", "/erase!"])
def test_other_words_are_no_command(typed: str) -> None:
    """They are answered as messages."""
    assert command_typed(typed) is None


@pytest.mark.parametrize(
    ("event", "purpose"),
    [
        ("/mesdonnees", "show"),
        ("/effacer", "erase"),
        (CommandGiven(name="mydata"), "show"),
        (CommandGiven(name="erase"), "erase"),
        (ButtonPressed(value=buttons.SHOW), "show"),
        (ButtonPressed(value=buttons.ERASE), "erase"),
    ],
)
def test_what_is_held_is_looked_up_first(event: str | Event, purpose: str) -> None:
    """It stands in the database; the person reads that something happens."""
    result = say(event)
    assert result.effects == (GatherData(purpose=purpose),)  # type: ignore[arg-type]
    assert text(result)


def test_what_is_held_is_told_in_a_few_lines() -> None:
    """How much of what, each request with where it went, once, and the file with all of it."""
    shown = say(SHOWN)

    for line in (
        "depuis le 20 novembre 2026",
        "vos messages (7) et mes réponses (9)",
        (
            "la demande K7M-4XR du 24 novembre 2026, suivie par l'équipe "
            "(remise à Locaux par Telegram, pas encore remise à Locaux par courriel). "
            "Notes internes de l'équipe, à lui demander : 3."
        ),
        "vos fichiers (2) : plan_*atelier*.pdf, photo.jpg",
        "vos questions sans réponse, gardées pour compléter mes connaissances (2)",
        "les recherches de votre entreprise dans le répertoire public (1)",
    ):
        assert line in text(shown)
    [file] = shown.replies[0].files
    assert (file.channel, file.id) == (EXPORT, "c-1")
    assert file.name == "mes-donnees-2026-11-24.json"
    assert values(shown) == [buttons.ERASE]


def test_a_form_under_way_is_told_too() -> None:
    """Nothing is filed yet, and yet it is held; it goes on as it was."""
    before = fill(NEED)
    shown = fill(SHOWN, state=before.state)
    assert "pas encore envoyée" in text(shown)
    assert shown.state.form == before.state.form


def test_how_long_things_are_kept_is_the_deployments() -> None:
    """The texts have no figure of their own: neither the summary nor an entry's answer."""
    kept = Retention(conversation_days=11, message_days=22, question_days=33, file_days=44)
    base = form_matcher().base.model_copy(update={"retention": kept})
    wording = Wording(base, "fr")
    said = wording.text(base.messages.privacy_kept, **wording.retention)
    for figure in ("11 jours", "22 jours", "33 jours", "44 jours", "18 mois"):
        assert figure in said
    entry = Entry(
        id="notice", questions={"fr": ("?",)}, answer={"fr": "{message_days} et {months}, {x}"}
    )
    assert wording.answer(entry).text == "22 et 18, {x}"


def test_an_entry_may_lead_to_both() -> None:
    """The notice on personal data has the buttons under it."""
    entry = Entry(
        id="notice", questions={"fr": ("?",)}, answer={"fr": "…"}, commands=("mydata", "erase")
    )
    answered = Wording(matcher().base, "fr").answer(entry)
    assert [button.value for button in answered.buttons] == [buttons.SHOW, buttons.ERASE]


def test_nothing_is_erased_without_the_button() -> None:
    """What would go is named, requests too; yes in words does nothing."""
    asked = say(ASKED)
    assert "Tout effacer ?" in text(asked)
    assert "tout ce qui concerne K7M-4XR disparaîtra" in text(asked)
    assert values(asked) == [buttons.yes(REFERENCE), buttons.KEEP, buttons.SHOW]

    in_words = say("oui", state=asked.state)

    assert not any(isinstance(effect, EraseData) for effect in in_words.effects)


def test_the_button_erases_and_nothing_is_remembered() -> None:
    """Not even what was talked about; the language alone, for the last word."""
    asked = say("Bonjour", "C'est quoi le programme ?", ASKED)
    erased = confirmed(asked)
    assert erased.effects == (EraseData(language="fr"),)
    assert erased.state == ConversationState(language="fr", erasing=True)
    assert "J'efface vos données" in text(erased)


def test_in_english() -> None:
    """The last word will be, too."""
    asked = say("/erase", state=ConversationState(language="en", chosen_language="en"))
    asked = say(ASKED, state=asked.state)
    assert "Erase everything?" in text(asked)
    assert confirmed(asked).effects == (EraseData(language="en"),)


def test_no_keeps_everything() -> None:
    """And takes the question back: its other button asks anew."""
    asked = say(ASKED)
    kept = say(ButtonPressed(value=buttons.KEEP), state=asked.state)
    assert "Rien n'a été effacé" in text(kept)
    assert kept.effects == ()
    late = say(ButtonPressed(value=values(asked)[0]), state=kept.state)
    assert late.effects == (GatherData(purpose="erase"),)


@pytest.mark.parametrize("value", ["privacy:yes:", "privacy:yes:OLD-123", "privacy:yes:K7M-4XR"])
def test_the_button_of_another_question_asks_anew(value: str) -> None:
    """Of an earlier one, of somebody else's, or made up."""
    result = say(ButtonPressed(value=value))
    assert result.effects == (GatherData(purpose="erase"),)
    assert "Je vous la repose" in text(result)


def test_a_day_later_it_is_asked_anew() -> None:
    """The button stays in a chat for years."""
    asked = say(ASKED)
    assert confirmed(asked, NOW + dt.timedelta(hours=23)).state.erasing
    assert not confirmed(asked, NOW + dt.timedelta(hours=25)).state.erasing


@pytest.mark.parametrize(
    "event",
    [
        MessageReceived(text=NEED),
        MessageReceived(text="/mesdonnees"),
        CommandGiven(name="request"),
        AttachmentReceived(what="photo", caption="plan"),
        ButtonPressed(value="request:new"),
    ],
)
def test_while_erasing_nothing_else_is_done(event: Event) -> None:
    """Whatever a person writes is not remembered; they read why."""
    state = ConversationState(language="fr", erasing=True)
    result = fill(event, state=state)
    assert (result.state, result.effects) == (state, ())
    assert "J'efface vos données" in text(result)


@pytest.mark.parametrize(
    "event",
    [
        SHOWN,
        CompaniesFound(query="x"),
        TeamMoved(reference="K7M-4XR", status="taken", by="Anne"),
        TeamWrote(reference="K7M-4XR", by="Anne", text="Bonjour"),
    ],
)
def test_while_erasing_nothing_that_comes_is_told(event: Event) -> None:
    """What others have to say comes too late."""
    state = ConversationState(language="fr", erasing=True)
    assert fill(event, state=state) == Step(state=state)


def test_it_works_while_a_member_has_the_conversation() -> None:
    """What is written goes to them, but not the commands."""
    company = Company()
    company.moved("taken")
    asked = company.happens("/effacer")
    assert asked.effects == (GatherData(purpose="erase"),)
    company.happens(ASKED)
    assert company.press("Oui, tout effacer").state.erasing


def test_a_form_is_paused_and_goes_on() -> None:
    """Asking for one's data in the middle of it loses nothing."""
    before = fill(*TO_RECAP)
    asked = fill("/mesdonnees", state=before.state)
    assert asked.state.form is not None
    assert asked.state.form.paused
    assert press(asked, "Reprendre").state.form is not None


def test_the_buttons_under_an_answer_mean_the_same_at_any_time() -> None:
    """A channel leaves them; that of the question it may take away."""
    assert is_lasting(buttons.SHOW)
    assert is_lasting(buttons.ERASE)
    assert not is_lasting(buttons.yes("K7M-4XR"))


def test_long_lists_are_cut() -> None:
    """A message stays readable on a telephone; the file has all of it."""
    many = HELD.model_copy(
        update={
            "requests": tuple(
                HELD.requests[0].model_copy(update={"reference": f"R{n:02}"}) for n in range(30)
            ),
            "files": tuple(f"{'x' * 200}-{n}.pdf" for n in range(40)),
        }
    )
    shown = say(DataGathered(held=many))
    assert "et d'autres encore (52)" in text(shown)
    assert len(to_plain(shown.replies[0].text)) < 4096
