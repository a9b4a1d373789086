"""The language of a message: French, English, another, or not told."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.frequencies import frequencies
from knowledge.language import Detected, LanguageGuesser
from knowledge.matching import Matcher
from knowledge.model import Language
from knowledge.text import fold, words
from tests.knowledge.language_messages import ENGLISH, FOREIGN, FRENCH, UNDECIDED
from tests.knowledge.sample import loaded

FOLDER: dict[Language, Counter[str]] = {
    "fr": Counter(words("c'est quoi le Territoire d'industrie ? les axes, contact, tel, Orly")),
    "en": Counter(words("what is the Territoire d'industrie? axes, contact, tel, Orly, plz")),
}
GUESSER = LanguageGuesser(FOLDER)
ANOTHER = [(code, text) for code, texts in FOREIGN.items() for text in texts.splitlines()]


def guess(text: str) -> Detected:
    """What ``text`` tells to a folder of a few words."""
    return GUESSER.guess(text, words(text))


@pytest.mark.parametrize(("language", "messages"), [("fr", FRENCH), ("en", ENGLISH)])
def test_a_short_message_tells_its_language(language: str, messages: list[str]) -> None:
    """Of short, misspelt messages, 19 in 20 are told right; hardly any surely wrong."""
    guessed = {text: guess(text) for text in messages}
    wrong = [text for text, detected in guessed.items() if detected.language != language]
    assert len(wrong) <= 0.05 * len(messages), wrong
    assert sum(guessed[text].sure for text in wrong) <= 1, wrong


def test_who_misspells_is_not_taken_for_a_foreigner() -> None:
    """No French or English message, however misspelt, is told to be in another language."""
    assert [text for text in FRENCH + ENGLISH + UNDECIDED if guess(text).foreign] == []


def test_other_languages_are_told_and_named() -> None:
    """Nine foreign messages in ten are recognised, and those by their language."""
    missed = [text for code, text in ANOTHER if guess(text).foreign != code]
    assert len(missed) <= 0.1 * len(ANOTHER), missed


@pytest.mark.parametrize("text", UNDECIDED)
def test_what_does_not_tell_is_left_to_the_conversation(text: str) -> None:
    """A name, a number or a word of both languages decides nothing."""
    assert not guess(text).sure


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Territoire d'industrie contact please", "en"),
        ("whats teritoire dindustrie", "en"),
        ("date signatur protocol", "fr"),
        ("what is the manifeste ?", "en"),
        ("hello je cherche un local", "fr"),
        ("hours?", "en"),
        ("adresse", "fr"),
    ],
)
def test_names_and_loan_words_do_not_decide(text: str, language: str) -> None:
    """The words around a name tell the language, and a mute e left out is French."""
    assert guess(text).language == language


def test_a_letter_with_an_accent_may_be_a_word() -> None:
    """Who writes "é" for "est" writes French, though no other word tells."""
    assert guess("é dedan ?").language == "fr"
    assert guess("e dedan ?").language != "fr"


def test_a_folder_of_one_language_has_no_choice() -> None:
    """Where only French is spoken, an English message is read as French, a Spanish one is not."""
    french = LanguageGuesser({"fr": FOLDER["fr"]})
    assert french.guess("opening hours", ["opening", "hours"]).language == "fr"
    spanish = "cómo puedo contactar con ustedes"
    assert french.guess(spanish, words(spanish)).foreign == "es"


@given(st.text(max_size=200))
def test_any_text_can_be_judged(text: str) -> None:
    """Whatever is typed, it is French, English, foreign or undecided, and never two of them."""
    detected = guess(text)
    assert not (detected.language and detected.foreign)
    assert detected == guess(text)


def test_frequencies_are_of_folded_words() -> None:
    """«é» and «e» count together, and a word that hardly anybody uses is not common."""
    assert frequencies("fr")["economie"] > 1e-5
    assert "économie" not in frequencies("fr")
    assert "economie" not in frequencies("en")
    assert all(word == fold(word) for word in list(frequencies("fr"))[::100])


def test_the_lists_are_light() -> None:
    """All that is needed to tell languages costs less than 15 MB, and no tokeniser is loaded."""
    code = """\
import resource, sys
import gzip, knowledge.model, knowledge.text, msgpack
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
from collections import Counter
from knowledge.language import LanguageGuesser
LanguageGuesser({"fr": Counter(), "en": Counter()}).guess("ola ke tal", ["ola", "ke", "tal"])
used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
print(used // 1024, "wordfreq" in sys.modules)
"""
    done = subprocess.run(  # noqa: S603 - this interpreter, fixed arguments
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    used, loaded = done.stdout.split()

    assert int(used) < 15
    assert loaded == "False"


def test_a_name_of_both_languages_tells_neither() -> None:
    """What both lexicons hold is a name, whatever its words are; the words around it still tell."""
    phrases = ("PM'up", "pmup")
    base = loaded().base
    plain = Matcher(base)
    lexicon = base.lexicon.model_copy(
        update={
            language: each.model_copy(update={"synonyms": (*each.synonyms, phrases)})
            for language, each in (("fr", base.lexicon.fr), ("en", base.lexicon.en))
        }
    )
    named = Matcher(base.model_copy(update={"lexicon": lexicon}))
    assert plain.detect("PM'up").language == "en"
    assert named.detect("PM'up").language is None
    assert named.detect("who grants PM'up?").language == "en"
    assert named.detect("qui donne PM'up ?").language == "fr"
