"""Conversations, as events in and replies out."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.dialogue import fallback, step
from handlers.events import AttachmentReceived, ButtonPressed, CommandGiven, Event, MessageReceived
from handlers.state import ConversationState
from knowledge.decision import Costs
from knowledge.matching import Matcher
from tests import content
from tests.handlers.conversing import NOW, REFERENCE, buttons, described, recorded, say, text
from tests.knowledge.sample import matcher


@pytest.mark.parametrize(
    ("message", "fact"),
    [
        ("C'est quoi le programme ?", "aide les entreprises"),
        ("cest koi le programe", "aide les entreprises"),
        ("What is the programme?", "helps the valley"),
        ("axe un", "L'axe 1"),
        ("le 2eme axe ?", "L'axe 2"),
        ("votre telefone", "01 23 45 67 89"),
    ],
)
def test_a_question_is_answered(message: str, fact: str) -> None:
    """A question is answered in its language, however it is typed."""
    result = say(message)
    assert result.outcome == "answer"
    assert fact in text(result)


def test_an_answer_names_its_sources_and_their_dates() -> None:
    """Each source stands under the answer with its date, or says that it has none."""
    shown = text(say("C'est quoi le programme ?"))
    assert "4 mai 2021" in shown
    assert "Délibération [n° 12]" in shown
    assert "janvier 2020" in shown
    assert "(page non datée)" in text(say("axe 1"))


def test_an_answer_offers_what_to_ask_next() -> None:
    """The follow-ups are buttons, and pressing one answers."""
    button = say("C'est quoi le programme ?").replies[0].buttons[0]
    assert button.label == "Axe 1 : Former"
    assert "L'axe 1" in text(say(ButtonPressed(value=button.value)))


def test_two_questions_get_two_answers() -> None:
    """Each question of a message is answered, and a greeting beside them is not."""
    result = say("Bonjour, quel est l'axe 1 ? Et votre numéro de téléphone ?")
    assert len(result.replies) == 2
    assert "L'axe 1" in text(result)
    assert "01 23 45 67 89" in text(result)


def test_a_question_that_may_be_either_of_two_gets_both_answers() -> None:
    """It says why there are two, each has its source, and a follow-up may lean on either."""
    sample = matcher()
    eager = Matcher(sample.base, sample.learned, Costs(second_answer=0.0))
    result = say("l'axe 1", to=eager)
    assert result.outcome == "answer"
    first, second = result.replies
    assert first.text.startswith("Votre question peut se comprendre de deux façons.")
    assert "L'axe 1" in first.text
    assert "L'axe 2" in second.text
    assert result.state.last is not None
    assert result.state.last.entries == ("axe-1", "axe-2")


def test_of_two_answers_each_says_what_holds_of_the_commune_once() -> None:
    """The one on communes tells of the commune named; where the other does too, it says it all."""
    sample, costs = matcher(), Costs(second_answer=0.0)
    asked = "Rumilly est-elle éligible ?"
    first, second = say(asked, to=Matcher(sample.base, sample.learned, costs)).replies
    assert "**Rumilly** : cela fait bien partie" in first.text
    assert "L'axe 2" in second.text
    territory = sample.base.territory.model_copy(update={"membership_topics": ("axes",)})
    base = sample.base.model_copy(update={"territory": territory})
    [reply] = say(asked, to=Matcher(base, sample.learned, costs)).replies
    assert reply.text.count("**Rumilly** : cela fait bien partie") == 1
    assert "L'axe 2" in reply.text
    assert "deux façons" not in reply.text


def test_a_keyword_yields_to_what_was_spoken_of() -> None:
    """It leads to its entry, also amid a conversation, unless it asks about the last answer."""
    sample = matcher().base
    telephone = sample.entries[0].model_copy(update={"keywords": {"fr": ("deuxième", "bigophone")}})
    assert telephone.id == "telephone"
    called = Matcher(sample.model_copy(update={"entries": (telephone, *sample.entries[1:])}))
    for keyword in ("bigophone", "deuxième"):
        assert "01 23 45 67 89" in text(say(keyword, to=called))
    assert "01 23 45 67 89" in text(say("Quel est l'axe 1 ?", "bigophone", to=called))
    assert "L'axe 2" in text(say("Quel est l'axe 1 ?", "le deuxième ?", to=called))


def test_questions_joined_by_a_word_are_both_answered() -> None:
    """«l'axe 1 et l'axe 2» is two questions."""
    shown = text(say("Que font l'axe 1 et l'axe 2 ?"))
    assert "L'axe 1" in shown
    assert "L'axe 2" in shown


def test_a_word_that_may_join_does_not_part_one_question() -> None:
    """«où puis-je vous rendre visite» is one question."""
    assert len(say("À quelle adresse puis-je vous rendre visite ?").replies) == 1


def test_a_follow_up_is_understood_from_what_came_before() -> None:
    """«et l'axe 2 ?» after a question on axis 1 is a question on axis 2."""
    assert "L'axe 2" in text(say("Quel est l'axe 1 ?", "et le 2 ?"))


def test_communes_inside_and_outside() -> None:
    """A commune is told to be in the territory or not, by name, misspelt, or postal code."""
    assert "Rumilly" in text(say("et Rumilly ?"))
    inside, outside = text(say("Rumilly")), text(say("je suis à Annecy, ca compte ?"))
    assert "oui" in inside.lower()
    assert "non" in outside.lower()
    assert "Saint-Félix" in text(say("74540"))


def test_a_need_is_offered_to_the_team_and_becomes_a_request_on_yes() -> None:
    """A need leads to an offer to pass it on; «oui» makes a request of the message itself."""
    offered = say("nous cherchons un local à Rumilly")
    assert offered.outcome == "handoff"
    assert [button.value for button in offered.replies[0].buttons] == ["yes", "no"]
    accepted = say("oui merci", state=offered.state)
    assert described(accepted) == "nous cherchons un local à Rumilly"
    assert not recorded(accepted)


def test_of_a_message_that_asks_several_things_the_team_reads_all() -> None:
    """Not only the sentence that tells the need."""
    message = "Nous cherchons un local à Rumilly. Quel est votre numéro de téléphone ?"
    offered = say(message)
    assert len(offered.replies) == 2
    assert described(say("oui", state=offered.state)) == message


def test_two_needs_are_offered_to_the_team_once() -> None:
    """Each need is answered, and one question, which comes last, passes on both."""
    message = (
        "Nous cherchons un atelier de 300 m². Nous voulons aussi recruter deux soudeurs. "
        "Quel est votre numéro de téléphone ?"
    )
    offered = say(message, to=content.matcher())
    assert len(offered.replies) >= 3
    assert [button.value for button in offered.replies[-1].buttons] == ["yes", "no"]
    assert buttons(offered).count("yes") == 1
    assert text(offered).count("Souhaitez-vous que je transmette") == 1
    assert described(say("oui", state=offered.state, to=content.matcher())) == message


def test_no_means_no() -> None:
    """After «non» nothing is passed on, and a later yes has no message to pass on."""
    refused = say("nous cherchons un local à Rumilly", "non merci")
    assert not refused.effects
    assert described(refused) is None
    assert described(say(ButtonPressed(value="yes"), state=refused.state)) == ""


def test_what_is_not_known_is_said_and_recorded() -> None:
    """An unknown matter is admitted, offered to the team, and kept for the writers."""
    result = say("zzzz hmpf krrr")
    assert result.outcome == "unknown"
    assert result.effects[0].kind == "unanswered"
    passed = say(ButtonPressed(value="team"), state=result.state)
    assert described(passed) == "zzzz hmpf krrr"


def test_a_request_can_be_begun_without_a_message() -> None:
    """The team's button without a message asks for the request, and takes the next for it."""
    result = say(CommandGiven(name="start"), ButtonPressed(value="team"), "Appelez la mairie")
    assert described(result) == "Appelez la mairie"


def test_language_is_switched_on_demand() -> None:
    """«in English please» says the last answer again in English, and it stays English."""
    result = say("axe 1", "in english please")
    assert "Axis 1" in text(result)
    assert "Call" in text(say("tel", state=result.state))


def test_other_languages_get_a_courteous_line() -> None:
    """A message in a language that is not spoken is told so, not misread."""
    assert say("Wo kann ich hier gut essen gehen?").outcome == "unknown"


def test_an_attachment_is_declined_and_its_caption_answered() -> None:
    """A photo cannot be read and the reply says so; what is written with it is answered."""
    assert len(say(AttachmentReceived(what="photo")).replies) == 1
    assert "L'axe 1" in text(say(AttachmentReceived(what="photo", caption="axe 1")))


def test_menu_leads_to_every_topic_and_entry() -> None:
    """From the menu each topic's entries are reached by pressing buttons only."""
    for topic in say(CommandGiven(name="menu")).replies[0].buttons:
        entries = say(ButtonPressed(value=topic.value)).replies[0].buttons
        assert len(entries) > 1
        for entry in entries[:-1]:
            assert say(ButtonPressed(value=entry.value)).entries


def test_a_deep_link_opens_its_entry() -> None:
    """/start with an entry's id answers it; with anything else it welcomes."""
    assert "L'axe 2" in text(say(CommandGiven(name="start", argument="axe-2")))
    assert say(CommandGiven(name="start", argument="<nothing>")).replies[0].buttons


def test_a_letter_is_asked_to_be_shortened() -> None:
    """A text far longer than a question is not guessed at."""
    assert say("axe 1 " * 400).outcome == "unknown"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_failure_has_words(language: str) -> None:
    """When a step fails for good the person still reads a courteous line."""
    state = ConversationState.model_validate({"language": language})
    assert fallback(matcher(), state).text


EVENTS = st.one_of(
    st.builds(MessageReceived, text=st.text(max_size=80)),
    st.builds(
        MessageReceived,
        text=st.sampled_from(
            ["oui", "non", "1", "axe 1", "le premier", "en anglais", "?", "tel et axe"]
        ),
    ),
    st.builds(ButtonPressed, value=st.text(min_size=1, max_size=20)),
    st.builds(
        ButtonPressed,
        value=st.sampled_from(
            [
                "yes",
                "no",
                "team",
                "none",
                "menu",
                "entry:axe-1",
                "entry:gone",
                "topic:axes",
                "language:en",
            ]
        ),
    ),
    st.builds(CommandGiven, name=st.sampled_from(["start", "help", "menu", "language", "contact"])),
    st.builds(AttachmentReceived, what=st.just("photo"), caption=st.text(max_size=20)),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(EVENTS, max_size=8))
def test_any_sequence_of_events_gets_replies(events: list[Event]) -> None:
    """Whatever happens in whatever order, each event is answered, and a step can be repeated."""
    state = ConversationState()
    for event in events:
        result = step(matcher(), state, event, NOW, REFERENCE)
        assert result == step(matcher(), state, event, NOW, REFERENCE)
        assert result.replies
        assert all(reply.text.strip() for reply in result.replies)
        assert ConversationState.model_validate_json(result.state.model_dump_json()) == result.state
        state = result.state
