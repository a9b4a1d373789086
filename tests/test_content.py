"""The knowledge of Grand-Orly Seine Bièvre, asked as people ask."""

from __future__ import annotations

import datetime as dt
import json
import random
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from handlers.asking import ask
from handlers.dialogue import step
from handlers.events import ButtonPressed
from handlers.requests.understanding import understand
from handlers.state import ConversationState
from knowledge.evaluation import evaluate, read_cases, report
from knowledge.markup import to_html, to_plain
from knowledge.matching import Matcher
from knowledge.model import LANGUAGES, TELEGRAM_TEXT_LIMIT, Language
from tests import content

QUESTIONS = Path(__file__).parent / "data" / "questions.jsonl"
UNSEEN = QUESTIONS.with_name("unseen.jsonl")
BLIND = QUESTIONS.with_name("blind.jsonl")
UNREAD = QUESTIONS.with_name("unread.jsonl")
WORDINGS = QUESTIONS.with_name("wordings.jsonl")
LETTERS = QUESTIONS.with_name("letters.jsonl")
BASE = content.base()
PLAIN = """
le programme
votre programme ?
c'est quoi ce programme
tell me about the programme
à quoi sert votre programme
qui dirige le programme
how do I join the programme
le label
les axes
vos projets
what projects do you have
le territoire
where is your territory
les communes
which towns
le manifeste
the protocol
le binôme
who is in charge
le président
président
la direction
adresse
contact
téléphone
les aides
grants
les locaux
locaux à louer
premises
terrain
recruter
hiring
formation
apprentis
innovation
attractivité
investors
simplification
emploi
jobs
chiffres
combien d'habitants
partenaires
Rungis
l'aéroport d'Orly
Renault Choisy
the Renault plant
STAE
Campus Grand Parc
PM'up
le VTE
la Région
vos services
PME
suis-je éligible
artisan
startup
ESS
écologie
vos objectifs
phase 2
""".split("\n")[1:-1]
NOW = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)


@cache
def matcher() -> Matcher:
    """The matcher of the content, kept between runs as the application keeps it."""
    # Without word vectors, if they are installed: the folder answers by itself.
    return content.learn(BASE, packages={})


def test_questions_are_answered_as_expected() -> None:
    """95 % of questions get a right reply, and at most 3 % of those out of scope a false one."""
    results = evaluate(read_cases(QUESTIONS), lambda text, context: ask(matcher(), text, context))
    refusable = [result for result in results if result.case.expect == "unknown"]
    assert sum(result.credit for result in results) >= 0.95 * len(results), report(results)
    assert sum(result.false_answer for result in refusable) <= 0.03 * len(refusable)


def test_questions_never_tuned_to_are_answered() -> None:
    """Nine questions in ten that the writers of the folder have not seen get a right reply."""
    results = evaluate(read_cases(UNSEEN), lambda text, context: ask(matcher(), text, context))
    far = [result for result in results if result.case.kind == "far"]
    assert sum(result.credit for result in results) >= 0.9 * len(results), report(results)
    assert sum(result.false_answer for result in far) <= 0.1 * len(far)


@pytest.mark.parametrize(
    ("cases", "right", "false"),
    [
        (BLIND, 0.95, 0.05),
        (UNREAD, 0.92, 0.08),
        (WORDINGS, 0.93, 0.04),
        (LETTERS, 0.85, 0.08),
    ],
    ids=[
        "by others",
        "nobody who wrote the folder read them",
        "in many people's words",
        "in letters",
    ],
)
def test_questions_of_others_are_answered(cases: Path, right: float, false: float) -> None:
    """Who has read the facts and not the folder asks otherwise, and is understood."""
    results = evaluate(read_cases(cases), lambda text, context: ask(matcher(), text, context))
    refusable = [result for result in results if result.case.expect == "unknown"]
    assert sum(result.credit for result in results) >= right * len(results), report(results)
    assert sum(result.false_answer for result in refusable) <= false * len(refusable)


def test_each_keyword_leads_to_its_entry() -> None:
    """Typed alone, however common the word is: no other entry, question or place comes first."""
    lost = [
        (entry.id, keyword)
        for entry in BASE.entries
        for keywords in entry.keywords.values()
        for keyword in keywords
        if [found.id for found in ask(matcher(), keyword).entries[:1]] != [entry.id]
    ]
    assert not lost


README = Path(__file__).parents[1] / "README.md"
SHOWN = re.findall(
    r'\$ \S+ -m bot ask "([^"]+)"\n(.+?)\n…', README.read_text(encoding="utf-8"), re.DOTALL
)


@pytest.mark.parametrize(("question", "shown"), SHOWN, ids=[question for question, _ in SHOWN])
def test_the_readme_shows_what_is_answered(question: str, shown: str) -> None:
    """Its transcript is a real one, but for where its lines end."""
    answered = " ".join(ask(matcher(), question).text.split())
    assert answered.startswith(" ".join(shown.split()))


@pytest.mark.parametrize(
    ("language", "asking"),
    [
        ("fr", "{} ?"),
        ("fr", "c'est quoi {} ?"),
        ("fr", "parlez-moi de {}"),
        ("fr", "je voudrais des informations sur {}"),
        ("en", "{}?"),
        ("en", "what is {}?"),
        ("en", "tell me about {}"),
        ("en", "I would like information on {}"),
    ],
)
def test_what_an_entry_is_called_leads_to_it(language: Language, asking: str) -> None:
    """However plainly one asks about it, and whatever else the folder refuses of it."""
    entries = [
        entry
        for entry in BASE.entries
        if entry.outcome != "unknown" and not entry.courtesy and entry.label
    ]
    assert len(entries) > 100
    missed = [
        (entry.id, asked)
        for entry in entries
        for asked in [asking.format(uncapitalized(entry.label_in(language)))]
        if entry.id not in {found.id for found in ask(matcher(), asked).entries[:2]}
    ]
    assert not missed


def uncapitalized(text: str) -> str:
    """As it stands within a sentence."""
    return text[0].lower() + text[1:]


@pytest.mark.parametrize("named", PLAIN)
def test_the_plainest_words_are_not_refused(named: str) -> None:
    """Nobody who only names what the folder is about is told that it does not know."""
    assert ask(matcher(), named).outcome != "unknown"


def test_keys_struck_at_random_are_not_answered() -> None:
    """They are always a slip or two away from some word of so large a folder."""
    draw = random.Random(7)  # noqa: S311 - reproducible strings, not a secret
    letters, vowels = "bcdfghjklmnpqrstvwxz", "aeiouy"

    def struck() -> str:
        pronounceable = draw.random() < 0.5
        kinds = [letters, vowels] if pronounceable else [letters + vowels]
        size = draw.randrange(2, 9)
        return "".join(draw.choice(kinds[place % len(kinds)]) for place in range(size))

    said = [" ".join(struck() for _ in range(draw.randrange(1, 4))) for _ in range(400)]
    replies = [(text, ask(matcher(), text).outcome) for text in said]
    answered = [text for text, outcome in replies if outcome in {"answer", "handoff"}]
    assert len(answered) <= 0.03 * len(said), answered


@pytest.mark.parametrize(
    ("message", "entry"),
    [
        ("adrese", "adresse"),
        ("telefone", "telephone"),
        ("kontact", "contact"),
        ("le vt", "vte"),
        ("ax 2", "axe-2"),
        ("heloo", "bonjour"),
        ("merki", "merci"),
    ],
)
def test_a_misspelt_word_alone_is_answered(message: str, entry: str) -> None:
    """Where it can hardly be anything else."""
    asked = ask(matcher(), message)
    assert (asked.outcome, asked.entries[0].id) == ("answer", entry)


def test_nothing_far_fetched_is_asked_back() -> None:
    """What the folder only refuses is not met with subjects that nobody spoke of."""
    assert ask(matcher(), "crèche").outcome == "unknown"
    assert ask(matcher(), "signature").outcome == "clarify"


def test_the_readme_shows_some_answers() -> None:
    """The form of its transcript is the one that is looked for."""
    assert len(SHOWN) >= 3


@pytest.mark.parametrize(
    ("earlier", "message", "fact"),
    [
        ((), "c koi l'axe 1 et l'axe 4", "L'axe 4 s'intitule"),
        (("What is axis 1?",), "and the third one?", "Attract"),
        (("Quel est votre rang ?",), "qui est premier ?", "Terres d'Envol"),
        (("Quelle est votre adresse ?",), "comment on y va", "T7"),
    ],
)
def test_what_several_words_ask_together(earlier: tuple[str, ...], message: str, fact: str) -> None:
    """Each of two numbers, a number left alone, what only the last answer explains."""
    assert fact in ask(matcher(), message, earlier).text


@pytest.mark.parametrize("core", ["les jeunes ?", "industry?", "un truc bizarre ?"])
def test_courtesies_are_never_the_answer(core: str) -> None:
    """A question that is not understood is asked back or admitted, however polite it is."""
    answered = ask(matcher(), f"bonjour, {core} merci")
    assert answered.outcome == ask(matcher(), core).outcome
    assert "en prie" not in answered.text


HIRING = [
    "je cherche 3 soudeurs", "I'm looking for 3 welders", "on recrute un tourneur",
    "besoin de 2 fraiseurs a Ivry", "jcherche 2 soudeurs", "je recrute un ajusteur",
    "on cherche 2 caristes", "il nous faut deux électriciens", "recherche tourneur fraiseur",
    "we need two forklift drivers", "hiring a CNC machinist", "I am looking for a toolmaker",
]  # fmt: skip
SEEKING = [
    "je cherche un emploi de soudeur", "je cherche du travail", "I am a welder looking for a job",
    "je suis fraiseur et je cherche du boulot", "je cherche un poste de tourneur",
    "cherche emploi cariste", "je suis électricien, vous recrutez ?", "job offers for welders",
    "looking for a job as a machinist", "un emploi d'opérateur à Ivry", "any electrician jobs?",
]  # fmt: skip


@pytest.mark.parametrize("message", HIRING)
def test_a_company_that_looks_for_people_wants_to_recruit(message: str) -> None:
    """Whoever looks for welders has a need of the team, and is not told how to find a job."""
    asked = ask(matcher(), message)
    assert (asked.outcome, asked.entries[0].id) == ("handoff", "besoin-recrutement")
    understood = understand(matcher(), message, asked.language, NOW.date())
    assert (understood.need, understood.headcount) == ("recruitment", None)


@pytest.mark.parametrize("message", SEEKING)
def test_somebody_who_looks_for_a_job_is_told_where_to_find_one(message: str) -> None:
    """A welder who looks for a job is no company that looks for welders."""
    asked = ask(matcher(), message)
    assert (asked.outcome, asked.entries[0].id) == ("unknown", "emploi-candidat")


def test_each_question_of_the_folder_finds_its_entry() -> None:
    """Whoever writes a question into the folder sees it answered by its entry."""
    wrong = [
        (question, entry.id)
        for entry in BASE.entries
        for language, questions in entry.questions.items()
        for question in questions
        if [match.entry.id for match in matcher().match(question, language)[:1]] != [entry.id]
    ]
    assert len(wrong) <= 0.005 * sum(len(q) for e in BASE.entries for q in e.questions.values()), (
        wrong
    )


def test_each_entry_has_enough_questions_and_not_too_many() -> None:
    """An entry is asked for in 8 to 30 ways a language: more belongs to another entry."""
    counts = {
        (entry.id, language): len(questions)
        for entry in BASE.entries
        for language, questions in entry.questions.items()
    }
    assert {key: count for key, count in counts.items() if not 8 <= count <= 30} == {}


@pytest.mark.parametrize("entry", BASE.entries, ids=lambda entry: entry.id)
def test_each_entry_is_reached_by_its_button(entry: object) -> None:
    """Each entry's button answers in both languages, cleanly in the terminal and on the page."""
    for language in LANGUAGES:
        state = ConversationState(language=language)
        event = ButtonPressed(value=f"entry:{entry.id}")  # type: ignore[attr-defined]
        [reply] = step(matcher(), state, event, NOW, "K7M-4XR").replies
        assert reply.language == language
        shown = to_plain(reply.text)
        assert len(shown) < TELEGRAM_TEXT_LIMIT
        assert not any(mark in shown for mark in ("**", "](", "{"))
        tags = set(re.findall(r"</?(\w+)", to_html(reply.text)))
        assert tags <= {"p", "ul", "ol", "li", "strong", "em", "br", "a"}


@pytest.mark.parametrize("commune", BASE.territory.communes, ids=lambda commune: commune.name)
def test_each_commune_is_told_to_be_inside(commune: object) -> None:
    """The name of each commune of the territory, alone, is answered by yes."""
    asked = ask(matcher(), commune.name)  # type: ignore[attr-defined]
    assert asked.text.startswith("Oui")
    assert commune.name in asked.text  # type: ignore[attr-defined]


@pytest.mark.parametrize("town", ["Créteil", "Massy", "Alfortville", "Vitry", "Thiais", "Juvisy"])
def test_what_is_asked_of_any_commune_is_asked_of_each(town: str) -> None:
    """That details of one are refused elsewhere does not speak against it."""
    asked = ask(matcher(), f"{town} figure-t-elle parmi vos communes ?")
    assert (asked.outcome, asked.entries[0].id) == ("answer", "commune")
    assert town in asked.text


@pytest.mark.parametrize("seed", ["1", "2"])
def test_a_kept_matcher_answers_as_the_one_that_was_trained(seed: str) -> None:
    """Another process, with another hash seed, gives the same scores from what was kept."""
    question = "Quels sont les quatre axes du plan ?"
    done = subprocess.run(  # noqa: S603 - this interpreter, fixed arguments
        [sys.executable, "-m", "bot", "ask", "--json", question],
        env={"PYTHONHASHSEED": seed, "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    trained = content.matcher()
    assert json.loads(done.stdout) == json.loads(ask(trained, question).model_dump_json())
