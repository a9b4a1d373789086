"""Messages that lean on what came before, and those that stand by themselves."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from handlers.events import ButtonPressed
from handlers.questions import LONGEST
from knowledge.loading import load
from knowledge.matching import Matcher
from tests.handlers.conversing import buttons, described, say, text
from tests.knowledge.folders import write
from tests.knowledge.sample import matcher

BARE = """\
- id: fonds
  questions:
    fr: ["C'est quoi le fonds vert ?", "fonds vert", "parlez-moi du fonds vert", "le fonds"]
    en: ["What is the green fund?", "green fund", "tell me about the green fund"]
  answer: {fr: "Le fonds vert aide.", en: "The green fund helps."}
- id: oeufs
  topic: ferme
  questions:
    fr: ["Vendez-vous des oeufs ?", "des oeufs frais", "acheter une douzaine d'oeufs"]
    en: ["Do you sell eggs?", "fresh eggs", "a dozen eggs"]
  answer: {fr: "Oui, le matin.", en: "Yes, in the morning."}
"""
"""A folder without greetings, topics, communes or anything that follows an answer."""


@cache
def bare() -> Matcher:
    """The matcher of a folder that has nothing but two entries."""
    with TemporaryDirectory() as folder:
        return Matcher(load(write(Path(folder), {"entries/all.yaml": BARE})).base)


@pytest.mark.parametrize(
    ("turns", "fact"),
    [
        (["Quel est l'axe 1 ?", "et l'axe 2 ?"], "L'axe 2"),
        (["Quel est l'axe 1 ?", "et le 2 ?"], "L'axe 2"),
        (["What is axis 1?", "and 2?"], "Axis 2"),
        (["Quel est l'axe 1 ?", "merci", "et le 2 ?"], "L'axe 2"),
        (["C'est quoi le programme ?", "et votre téléphone ?"], "01 23 45 67 89"),
        (["axe 1", "same in english pls"], "Axis 1"),
        (["axe 1", "et en anglais ?"], "Axis 1"),
        (["axe 1", "merci", "in english please"], "Axis 1"),
        (["axis 1", "en français svp"], "L'axe 1"),
        (["axe 1 et votre téléphone", "in english?"], "Call"),
        (["axe 1 et votre téléphone", "in english?"], "Axis 1"),
        (["je suis à Rumilly, ca compte ?", "et Annecy ?"], "Non, Annecy"),
        (["je suis à Rumilly, ca compte ?", "et à Saint-Félix ?"], "Oui, Saint-Félix"),
        (["C'est quoi le programme ?", "dis m'en plus"], "2. Axe 2"),
        (["What is the programme?", "tell me more"], "2. Axis 2"),
        (["C'est quoi le programme ?", "plus d'infos svp", "2"], "L'axe 2"),
        (["C'est quoi le programme ?", "dis m'en plus", "la deuxième", "et le 1 ?"], "L'axe 1"),
        (["C'est quoi le programme ?", "dis m'en plus", "le dernier"], "01 23 45 67 89"),
        (["C'est quoi le programme ?", "dis m'en plus", "in english"], "Axis 1"),
    ],
)
def test_a_follow_up_is_understood_from_what_came_before(turns: list[str], fact: str) -> None:
    """What a message leaves out is taken from the last answer, also from one chosen by number."""
    assert fact in text(say(*turns))


@pytest.mark.parametrize("first", ["axe 1", "C'est quoi le programme ?", "je suis à Rumilly"])
@pytest.mark.parametrize(
    ("second", "entry"),
    [
        ("quelle est votre adresse ?", "adresse"),
        ("Quel temps fera-t-il demain ?", "meteo"),
        ("votre numéro de téléphone", "telephone"),
        ("je cherche 300 m2 d'atelier", "besoin-locaux"),
    ],
)
def test_a_change_of_topic_is_followed(first: str, second: str, entry: str) -> None:
    """A message that stands by itself means the same whatever came before."""
    alone, after = say(second), say(first, second)
    assert after.entries == alone.entries
    assert after.entries[0][0] == entry


@pytest.mark.parametrize(
    "first", ["axe 1", "C'est quoi le programme ?", "quelle est votre adresse ?", "votre téléphone"]
)
@pytest.mark.parametrize("strange", ["une recette de crêpes", "les dinosaures", "a pancake recipe"])
def test_what_is_not_known_is_not_answered_by_what_came_before(first: str, strange: str) -> None:
    """A message that says nothing of the last answer never gets it, or its neighbours, again."""
    assert say(first, strange).outcome == "unknown"


@pytest.mark.parametrize("puzzled", ["je n'ai pas compris", "pas compris", "I don't understand"])
def test_who_did_not_understand_is_helped_on(puzzled: str) -> None:
    """The assistant excuses itself, offers what follows the answer, and the team."""
    result = say("C'est quoi le programme ?", puzzled)
    assert {"entry:axe-1", "team"} <= set(buttons(result))
    assert result.effects[0].kind == "unanswered"
    passed = say("oui", state=result.state)
    assert "programme" in (described(passed) or "")


@pytest.mark.parametrize(
    "turns",
    [
        ["adresse", "c'est où ?"],
        ["où sont vos bureaux ?", "où ça ?"],
        ["address", "where is it?"],
    ],
)
def test_what_the_last_answer_tells_is_told_again(turns: list[str]) -> None:
    """A bare "where?" after an answer that says where is no detail that is missing."""
    assert "1 place du Marché" in text(say(*turns))


@pytest.mark.parametrize(
    "bare_question", ["pourquoi ?", "depuis quand ?", "c'est combien ?", "by whom?"]
)
def test_a_detail_that_is_not_known_is_not_made_up(bare_question: str) -> None:
    """A bare question on the last answer is never answered by an entry on something else."""
    result = say("axe 1", bare_question)
    assert result.outcome == "unknown"
    assert "entry:axe-2" in buttons(result)
    assert result.state.last == say("axe 1").state.last


@pytest.mark.parametrize(
    "word", ["oui", "non", "ok", "merci", "non merci", "Super !", "thanks a lot", "ok merci bcp"]
)
def test_a_word_after_an_answer_gets_a_word(word: str) -> None:
    """Assent, refusal and thanks are acknowledged, pass nothing on, and forget nothing."""
    before = say("axe 1")
    result = say(word, state=before.state)
    assert result.outcome == "answer"
    assert not result.effects
    assert "axe" not in text(result)
    assert result.state.last == before.state.last


@pytest.mark.parametrize("word", ["merci", "thank you"])
def test_thanks_do_not_withdraw_an_offer(word: str) -> None:
    """«merci» to an offer to pass the message on leaves it open."""
    offered = say("nous cherchons un local à Rumilly", word)
    assert described(say("oui", state=offered.state)) == "nous cherchons un local à Rumilly"


def test_options_can_be_declined_or_asked_for_again() -> None:
    """«oui» to a list asks which; «aucune» leads to the team; another question is answered."""
    listed = say("C'est quoi le programme ?", "dis m'en plus")
    assert say("oui", state=listed.state).state.offered == listed.state.offered
    assert "team" in buttons(say("aucune", state=listed.state))
    assert "Vallières" in text(say("votre adresse ?", state=listed.state))


def test_a_folder_without_courtesies_is_courteous() -> None:
    """A folder that says nothing to greetings and thanks still answers them in kind."""
    assert "bienvenue" in text(say("bonjour", to=bare()))
    assert "welcome" in text(say("hello there", to=bare())).lower()
    assert "vous en prie" in text(say("fonds vert", "merci beaucoup", to=bare()))
    assert "autre chose" in text(say("fonds vert", "ok", to=bare()))
    assert "vous en prie" in text(say("merci", to=bare()))


@pytest.mark.parametrize(
    ("message", "reply"),
    [
        ("Bonjour à toute l'équipe", "bienvenue"),
        ("salut tout le monde !", "bienvenue"),
        ("hello everyone", "welcome"),
        ("merci chef", "vous en prie"),
        ("thanks a lot, mate", "you are welcome"),
        ("mille mercis à vous tous", "vous en prie"),
    ],
)
def test_whom_a_courtesy_goes_to_asks_for_nobody(message: str, reply: str) -> None:
    """No question about the team is «hello team», none about its head «merci chef»."""
    assert reply in text(say(message, to=bare())).lower()


def test_a_folders_own_entry_answers_thanks(tmp_path: Path) -> None:
    """Even if it is not marked as a courtesy: its writer meant it for that."""
    own = "- id: thanks\n  questions: {en: [thanks a lot, thank you]}\n  answer: {en: Any time!}\n"
    eggs = "- id: eggs\n  questions: {en: [Do you sell eggs?, fresh eggs]}\n  answer: {en: Yes.}\n"
    matcher = Matcher(load(write(tmp_path, {"entries/all.yaml": own + eggs})).base)
    assert text(say("thank you", to=matcher)) == "Any time!"
    assert "eggs" not in text(say("yes", to=matcher))


def test_thanks_are_no_question(tmp_path: Path) -> None:
    """Though a word of theirs is one of an entry's: «grand merci» asks for no great project."""
    grand = "- id: big\n  questions: {fr: [vos grands projets, grand chantier, projet]}\n"
    answer = "  answer: {fr: Trois tours.}\n"
    matcher = Matcher(load(write(tmp_path, {"entries/all.yaml": grand + answer})).base)
    assert "tours" in text(say("vos grands projets", to=matcher))
    assert "tours" not in text(say("grand merci", to=matcher))


def test_where_nothing_follows_that_is_said() -> None:
    """«tell me more» about an entry without relatives offers the team instead of a list."""
    result = say("des oeufs frais", "dis m'en plus", to=bare())
    assert "tout ce que je sais" in text(result)
    assert "team" in buttons(result)


BEFORE = st.sampled_from(
    [
        "",
        "Bonjour, ",
        "bonjour ",
        "Hello! ",
        "Bonsoir madame, ",
        "salut\n",
        "ok merci, ",
        "bjr ",
        "Bonjour l'équipe, ",
        "hi everyone, ",
    ]
)
AFTER = st.sampled_from(
    ["", " merci", ", merci d'avance.", " svp", " s'il vous plaît ?", " thanks!", ". Cordialement",
     " please", " ? Merci beaucoup !", "\nbonne journée", " merci chef", ", thanks mate"]
)  # fmt: skip
ASKED = st.sampled_from(
    ["axe 1", "C'est quoi le programme", "votre téléphone et votre adresse", "axis 2", "Rumilly",
     "nous cherchons un local à Rumilly", "quel temps fera-t-il demain", "zzzz hmpf krrr"]
)  # fmt: skip


@settings(max_examples=60)
@given(BEFORE, ASKED, AFTER)
@example("Bonjour, ", "axe 1", " merci")
def test_courtesies_around_a_question_change_nothing(before: str, asked: str, after: str) -> None:
    """A greeting before and thanks after lead to the same entries as the question alone."""
    alone, dressed = say(asked), say(before + asked + after)
    assert dressed.outcome == alone.outcome
    assert dressed.entries == alone.entries


@settings(max_examples=40)
@given(st.text(max_size=400), st.integers(1, 100_000))
@example("et ", 33_000)
@example("axe 1, ", 14_000)
@example("\n", 100_000)
@example(" merci", 16_000)
@example("é", 1_400)
def test_any_text_gets_a_reply(unit: str, times: int) -> None:
    """Whatever is typed, up to 100,000 characters, in a conversation or not, is replied to."""
    typed = (unit * times)[:100_000]
    for result in (say(typed), say("axe 1", typed)):
        assert result.replies
        assert all(reply.text.strip() for reply in result.replies)


@pytest.mark.parametrize(
    "typed",
    [
        "axe 1 et axe 2 et tel et adresse et programme et rumilly",
        "axe 1, axe 2, tel, adresse, programme, local, et le reste + encore; ceci et cela",
        "Un. Deux ! Trois ? Quatre et cinq ? Six, sept et huit ? Neuf ? Dix ?",
        ("et tel, ou " * 200)[:LONGEST],
    ],
)
def test_a_message_costs_a_dozen_matches_at_most(
    typed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many questions a message seems to hold, it is matched twelve times at most."""
    before = say("axe 1")
    calls: list[str] = []
    match = Matcher.match

    def counting(self: Matcher, text: str, *rest: object) -> object:
        calls.append(text)
        return match(self, text, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(Matcher, "match", counting)
    assert say(typed, state=before.state).replies
    assert len(calls) <= 12


@pytest.mark.parametrize(
    ("typed", "own"),
    [
        ("¿Dónde puedo encontrar su dirección?", "francés"),
        ("onde fica o vosso escritório", "francês"),
        ("Wo kann ich hier gut essen gehen?", "Französisch"),
        ("Buongiorno, cerco un capannone per la mia azienda", "francese"),
        ("أين يقع مكتبكم", "الفرنسية"),
        ("你们的地址在哪里", "法语"),
        ("türkçe biliyor musunuz", "Fransızca"),
        ("Dzień dobry, szukam lokalu dla mojej firmy", "francusku"),
        ("vorbiți românește", "franceză"),
        ("en espagnol svp", "francés"),
    ],
)
def test_a_foreigner_is_told_courteously_which_languages_are_spoken(typed: str, own: str) -> None:
    """In French, in English and in their own language; and the team is offered."""
    result = say(typed)
    shown = text(result)
    assert result.outcome == "unknown"
    assert own in shown
    assert "je ne parle que français et anglais" in shown
    assert "I speak French and English only" in shown
    assert "team" in buttons(result)
    passed = say(ButtonPressed(value="team"), state=result.state)
    assert described(passed) == typed


@pytest.mark.parametrize(
    ("turns", "language"),
    [
        (["hours?", "tel"], "en"),
        (["C'est quoi le programme ?", "tel"], "fr"),
        (["C'est quoi le programme ?", "ok"], "fr"),
        (["What is the programme?", "ok"], "en"),
        (["What is the programme?", "quel est votre numéro ?"], "fr"),
        (["hello je cherche un local"], "fr"),
        (["bonjour, contact?"], "fr"),
        (["hello, tel?"], "en"),
        (["tel"], "fr"),
        (["en anglais svp", "votre numéro"], "en"),
        (["en anglais svp", "quel est votre numéro de téléphone ?"], "fr"),
    ],
)
def test_the_reply_is_in_the_language_of_the_conversation(turns: list[str], language: str) -> None:
    """The message tells its language; what does not tell keeps that of the conversation."""
    assert say(*turns).replies[0].language == language


def test_the_sample_has_what_these_tests_ask_for() -> None:
    """The follow-ups that the tests choose from are in this order."""
    entry = matcher().base.entry("programme")
    assert entry is not None
    assert entry.follow_ups == ("axe-1", "axe-2", "telephone")
