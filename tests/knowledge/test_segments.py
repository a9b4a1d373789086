"""Several questions in one message: parted where there are several, else left whole."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.decision import USUAL_COSTS, Decision, decide
from knowledge.matching import Match
from knowledge.model import Entry
from knowledge.segments import MOST_JUDGED, Part, understand
from knowledge.sentences import is_set, set_phrases
from knowledge.text import fold

KNOWN = {
    "axes": r"\baxes\b(?! \d)|\baxis\b",
    "axe-1": r"\baxes? 1\b",
    "axe-3": r"\baxes? 3\b",
    "telephone": r"\btel|phone",
    "adresse": r"adress|address|ou etes",
    "contact": r"contact",
    "aide": r"\baides?\b",
    "recherche": r"recherche",
    "developpement": r"developpement",
    "commune": r"orly|vitry|villeneuve",
    "bonjour": r"^(?:bonjour|hello|salut)\W*$",
}
"""A matcher in miniature: what is asked by which words."""


def judge(piece: str, before: Part | None) -> Decision:
    """Sure of a piece that asks for one thing, half sure of the first of several, else ignorant."""
    typed = fold(piece)
    if before and re.fullmatch(r"(?:le |l'|the )?3\W*", typed):
        typed = "axe 3" if before.entry == "axe-1" else ""
    found = sorted(
        (match.start(), name)
        for name, pattern in KNOWN.items()
        if (match := re.search(pattern, typed))
    )
    score = {0: 0.0, 1: 0.9}.get(len(found), 0.5)
    return decide([Match(entry(name), score, score) for _, name in found[:1]], USUAL_COSTS)


def entry(name: str) -> Entry:
    """An entry of that id; greetings are courtesies."""
    return Entry(
        id=name, questions={"fr": (name,)}, answer={"fr": name}, courtesy=name == "bonjour"
    )


def entries(text: str) -> list[str | None]:
    """What each part of ``text`` asks for, None for a part that is not known."""
    parts = understand(text, judge, lambda a, b: is_set(a, b, PHRASES))
    return [part.entry for part in parts]


PHRASES = set_phrases(["La recherche et développement, c'est pour qui ?"])


@pytest.mark.parametrize(
    "joint",
    [
        " et ", " and ", ", ", " + ", "\n", " puis ", " ainsi que ", " et aussi ", " sinon ",
        " ; ", " & ", " et puis ", " ? au fait, ", " par ailleurs ", " ? deuxième question : ",
        ". Et ", " also ", " ? 2) ", "\n- ", " as well as ", " ? btw ",
    ],
)  # fmt: skip
def test_two_questions_however_they_are_joined(joint: str) -> None:
    """Both questions are found, whatever joins them, whichever comes first."""
    assert entries(f"quels sont les axes{joint}votre téléphone") == ["axes", "telephone"]
    assert entries(f"votre téléphone{joint}quels sont les axes ?") == ["telephone", "axes"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("quels sont les axes, votre tel et l'adresse ?", ["axes", "telephone", "adresse"]),
        ("1) les axes 2) votre tel", ["axes", "telephone"]),
        ("1. Les axes ?\n2. Le tel ?\n3. L'adresse ?", ["axes", "telephone", "adresse"]),
        ("c quoi les axes et je contacte qui", ["axes", "contact"]),
        ("c quoi les axes je contacte qui", ["axes", "contact"]),
        ("l'axe 1 et le 3 ?", ["axe-1", "axe-3"]),
        ("les axes 1 et 3", ["axe-1", "axe-3"]),
        ("Les axes ? Pouvez-vous m'aider ?", ["axes"]),
        ("Nous sommes à Orly, avec un tel, des aides. Les axes ?", ["axes"]),
        ("votre tel et adresse ?", ["telephone", "adresse"]),
        ("J'ai deux questions : les axes ? et le tel ?", ["axes", "telephone"]),
        ("où puis-je voir les axes", ["axes"]),
        ("qui pour les axes et qui pour exporter ?", ["axes", None]),
        ("Bonjour. Les axes ? Le tel ?", ["axes", "telephone"]),
        ("Je suis gérant d'une PME. Ai-je droit à une aide ?", ["aide"]),
        ("On est douze. On fait du bois. On part. On déménage. On va où ? Votre tel ?",
         ["telephone", None]),
    ],
)  # fmt: skip
def test_what_a_message_asks_for(text: str, expected: list[str | None]) -> None:
    """Lists, ellipses and sentences that ask nothing are told apart."""
    assert sorted(entries(text), key=str) == sorted(expected, key=str)


@pytest.mark.parametrize(
    "text",
    [
        "les axes, vous avez ?",
        "une aide pour une PME et qui exporte",
        "recherche et développement",
        "une aide pour la recherche et développement",
        "Villeneuve-le-Roi et Orly sont-elles concernées ?",
        "Je suis à Orly. Et Vitry ?",
        "Orly, Vitry, Villeneuve",
        "recruter et former",
        "Les axes, c'est quoi ?",
        "Les axes, ils ont un contact ?",
        "Mes aides, que faire ?",
        "The axes, who is their contact?",
        "Un contact, c'est qui et où ?",
        "votre tel et xyz",
        "Pour Orly, quelle aide ?",
        "Si j'ai un contact, quelle aide ?",
        "For the axes, which phone?",
        "bonjour",
        "a/b",
        "?",
        "",
    ],
)
def test_one_question_is_never_split(text: str) -> None:
    """Set phrases, listed places and what is understood of one side only stay one question."""
    assert len(entries(text)) == 1


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Le montant du VTE et celui de l'appel ?", "montant de l'appel ?"),
        ("quelles sont les dates du label et celles d'un appel", "dates d'un appel"),
        ("the date of the label and that of the protocol?", "date of the protocol?"),
    ],
)
def test_that_of_another_is_the_same_of_another(text: str, meant: str) -> None:
    """A pronoun is read as the noun before it stands for, in the question before."""
    judged: list[str] = []

    def recording(piece: str, before: Part | None) -> Decision:
        judged.append(piece)
        return judge("axes" if piece in text else "tel", before)

    assert [part.entry for part in understand(text, recording)] == ["axes", "telephone"]
    assert meant in judged


def test_a_pronoun_stands_for_what_the_question_before_is_about() -> None:
    """Though the second question is understood by itself, it is read in the light of the first."""

    def knowing(piece: str, before: Part | None) -> Decision:
        name = "contact" if "signed it" in piece and before else "aide"
        found = "axes" if "axes" in piece else name
        return decide([Match(entry(found), 0.9, 0.9)], USUAL_COSTS)

    parts = understand("what are the axes and how many people signed it?", knowing)
    assert [part.entry for part in parts] == ["axes", "contact"]


def test_a_vague_end_does_not_make_a_refused_message_two() -> None:
    """What is refused whole is refused, unless another part is understood as surely."""

    def refusing(piece: str, before: Part | None) -> Decision:
        del before
        name, chance = ("tel", 0.95) if "tel" in piece else ("aide", 0.6)
        if "dos" in piece and "tel" not in piece:
            refused = entry("sante").model_copy(update={"outcome": "unknown"})
            return decide([Match(refused, 0.9, 0.9)], USUAL_COSTS)
        return decide([Match(entry(name), chance, chance)], USUAL_COSTS)

    assert [p.entry for p in understand("mal au dos, je prends quoi ?", refusing)] == ["sante"]
    assert [p.entry for p in understand("mal au dos, et votre tel ?", refusing)] == ["sante", "tel"]


@pytest.mark.parametrize("message", ["qui a fondé la marque, le modèle", "la marque X, le modèle"])
def test_what_is_but_added_to_a_refused_message_is_no_question(message: str) -> None:
    """However well it is understood by itself: "who owns the market, the one in Rungis"."""

    def refusing(piece: str, before: Part | None) -> Decision:
        del before
        if "marque" in piece:
            refused = entry("sante").model_copy(update={"outcome": "unknown"})
            return decide([Match(refused, 0.9, 0.9)], USUAL_COSTS)
        return decide([Match(entry("aide"), 0.95, 0.95)], USUAL_COSTS)

    assert [part.entry for part in understand(message, refusing)] == ["sante"]
    asked = understand(f"{message}, comment vous joindre ?", refusing)
    assert [part.entry for part in asked] == ["sante", "aide"]


def test_what_is_known_is_answered_beside_what_is_not() -> None:
    """A question that is not known is not passed over because another one is."""
    assert entries("quels sont les axes et combien coûte un café à Tokyo") == ["axes", None]
    assert entries("Les axes ? Et un café à Tokyo ?") == ["axes", None]


@pytest.mark.parametrize(
    "signature",
    ["Ada Orly, ada@contact.example", "Ada, contact : 06 12 34 56 78", "www.recherche.example"],
)
def test_who_writes_is_no_question(signature: str) -> None:
    """A name and how to reach it, whatever words they are made of."""
    assert entries(f"Quels sont les axes ? {signature}") == ["axes"]


def test_a_need_with_how_to_reach_is_one() -> None:
    """What tells of the person, or asks, is read."""
    assert entries("Les axes ? Je cherche un contact, ada@x.example") == ["axes", "contact"]


def test_parts_about_the_same_are_one() -> None:
    """Two sentences that ask for one entry are answered once, with all that they name."""
    [part] = understand("Je suis à Orly. Et Vitry ?", judge)
    assert "Orly" in part.text
    assert "Vitry" in part.text


WORDS = st.sampled_from(
    "axes tel adresse et , ; ? . \n + 1) puis aide orly quels comment bonjour xyz and - :".split(
        " "
    )
)


@settings(max_examples=150)
@given(st.one_of(st.text(max_size=300), st.lists(WORDS, max_size=120).map(" ".join)))
def test_what_a_message_costs_is_bounded(text: str) -> None:
    """However many joints it has, at most a dozen pieces are judged, and some part comes back."""
    judged: list[str] = []

    def counting(piece: str, before: Part | None) -> Decision:
        judged.append(piece)
        return judge(piece, before)

    parts = understand(text, counting)
    assert 1 <= len(parts) <= 4
    assert len(judged) <= MOST_JUDGED <= 12


@pytest.mark.parametrize("unit", ["a ", "et ", ", ", "axe 1 et ", "? ", "\n", "1) ", "- ", "tel. "])
def test_a_book_is_read_in_bounded_time(unit: str) -> None:
    """100,000 characters of joints are no more pieces than a few."""
    assert understand(unit * (100_000 // len(unit)), judge)


def decided(name: str, score: float, *, refused: bool = False) -> Decision:
    """What is as sure of one entry as ``score`` says."""
    known = entry(name).model_copy(update={"outcome": "unknown"}) if refused else entry(name)
    return decide([Match(known, score, score)], USUAL_COSTS)


def test_two_questions_put_as_such_are_both_answered_though_the_whole_would_be_refused() -> None:
    """The words of both together may be those of a detail that nobody tells."""
    pieces = {
        "combien d'emplois": decided("emplois", 0.9),
        "combien d'usines chez vous ?": decided("usines", 0.9),
    }

    def judging(piece: str, _before: Part | None) -> Decision:
        return pieces.get(piece, decided("details", 0.95, refused=True))

    parts = understand("combien d'emplois et combien d'usines chez vous ?", judging)
    assert [part.entry for part in parts] == ["emplois", "usines"]


def test_what_only_leads_to_a_question_is_not_refused_beside_its_answer() -> None:
    """One question, not two: that of "My plant's in Thiais, does that count?"."""
    pieces = {
        "my plant is in Thiais": decided("nuisances", 0.7, refused=True),
        "does that count?": decided("activities", 0.9),
    }

    def judging(piece: str, _before: Part | None) -> Decision:
        return pieces.get(piece, decided("activities", 0.9))

    [part] = understand("my plant is in Thiais, does that count?", judging)
    assert part.entry == "activities"


@pytest.mark.parametrize(
    "opening",
    [
        "Je dirige une PME de 12 salariés dans la mécanique. ",
        "Nous sommes une société de logistique. ",
        "Notre entreprise est spécialisée dans la découpe, ",
        "Suite à notre échange de la semaine dernière, ",
        "I'm writing on behalf of a client. ",
        "We are a German company, ",
    ],
)
def test_who_asks_is_no_question_beside_one(opening: str) -> None:
    """What some entry would make of it is neither answered nor refused."""
    for refused in (True, False):

        def judging(piece: str, _before: Part | None, *, refused: bool = refused) -> Decision:
            if opening.rstrip(" .,") == piece.rstrip(" .,"):
                return decided("another", 0.9, refused=refused)
            return decided("axes", 0.9)

        parts = understand(f"{opening}quels sont les axes ?", judging)
        assert [part.entry for part in parts] == ["axes"]


@pytest.mark.parametrize(
    "message",
    [
        "Mon entreprise est en difficulté. Votre téléphone ?",
        "Je suis à la recherche d'un local. Votre téléphone ?",
        "We are going bankrupt. Your phone number?",
    ],
)
def test_what_one_suffers_or_wishes_is_a_question(message: str) -> None:
    """It is answered beside the other."""

    def judging(piece: str, _before: Part | None) -> Decision:
        return decided("telephone" if "phone" in piece and "." not in piece else "need", 0.9)

    assert [part.entry for part in understand(message, judging)] == ["need", "telephone"]


def test_who_asks_is_answered_where_the_whole_asks_of_it() -> None:
    """As in "Je suis artisan. Je peux participer ?"."""

    def judging(piece: str, _before: Part | None) -> Decision:
        return decided("artisan" if "artisan" in piece else "eligible", 0.9)

    parts = understand("Je suis artisan. Est-ce que je peux participer ?", judging)
    assert [part.entry for part in parts] == ["artisan", "eligible"]


def test_a_refusal_alone_does_not_take_the_place_of_what_is_known_of_who_asks() -> None:
    """The town is told: "Je suis à Alfortville. C'est mort pour moi ?"."""

    def judging(piece: str, _before: Part | None) -> Decision:
        if "Alfortville" in piece and "mort" not in piece:
            return decided("commune", 0.9)
        return decided("chat", 0.95, refused=True)

    parts = understand("Je suis à Alfortville. C'est mort pour moi ?", judging)
    assert "commune" in [part.entry for part in parts]


LETTER = (
    "Madame, Monsieur, je dirige un atelier de treize personnes qui découpe du bois à façon. "
    "Un confrère de Créteil m'a parlé de vous la semaine dernière, en bien. {wish} "
    "Bien cordialement, Gaston"
)


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        ("J'aurais besoin de votre téléphone.", ["telephone"]),
        ("Pourriez-vous me dire quels sont les axes ?", ["axes"]),
        ("Quels sont les axes et votre téléphone ?", ["axes", "telephone"]),
        ("Quels sont les axes ? Je souhaiterais aussi votre adresse.", ["axes", "adresse"]),
    ],
)
def test_of_a_letter_only_what_is_wanted_is_answered(wish: str, expected: list[str]) -> None:
    """The rest says who writes and why, whatever an entry would make of it."""

    def judging(piece: str, before: Part | None) -> Decision:
        told = ["découpe du bois", "confrère", "cordialement"]
        if any(each in piece for each in told):
            return decided("another", 0.9, refused="bois" in piece)
        return judge(piece, before)

    assert [part.entry for part in understand(LETTER.format(wish=wish), judging)] == expected


def test_a_letter_that_only_asks_for_help_is_about_what_it_tells() -> None:
    """What it asks for stands before the asking."""

    def judging(piece: str, before: Part | None) -> Decision:
        if "loyer" in piece:
            return decided("need", 0.9)
        return judge(piece, before)

    letter = (
        "Bonjour, nous sommes une équipe de douze personnes dans la plasturgie depuis vingt ans. "
        "Le loyer de notre hangar a doublé et nous devons partir avant le mois de juin. "
        "Pouvez-vous nous aider sur ce point ?"
    )
    assert [part.entry for part in understand(letter, judging)] == ["need"]


def test_what_a_letter_points_to_is_told_with_it() -> None:
    """The town that "cette ville" stands for is in the part that is answered."""

    def judging(piece: str, _before: Part | None) -> Decision:
        if "cette ville" not in piece:
            return decided("another", 0.9, refused=True)
        return decided("commune", 0.9, refused="garage" in piece)

    letter = (
        "Bonjour, je viens de racheter un garage de poids lourds à Viry avec huit mécaniciens, qui "
        "ouvre bientôt. Est-ce que cette ville est dans votre territoire, s'il vous plaît ?"
    )
    [part] = understand(letter, judging)
    assert part.entry == "commune"
    assert "Viry" in part.text


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        ("es que vous pouvez me donner votre adresse", ["adresse"]),
        ("il me faut votre adresse et quels sont les axes", ["adresse", "axes"]),
        ("je voudrai bien savoir combien il y a d'axes", ["axes"]),
    ],
)
def test_what_is_asked_at_the_end_of_a_long_run_of_words_is_found(
    wish: str, expected: list[str]
) -> None:
    """Without a full stop, the question begins where its words do."""
    told = (
        "bonjour je sui menuisier a mon conte tout seul avec un aprenti depuis 3 ans je fait des "
        "escaliers et des meubles sur mesure dans toute la region et ca marche bien"
    )

    def judging(piece: str, before: Part | None) -> Decision:
        if "menuisier" in piece:
            return decided("another", 0.9, refused=True)
        return judge(piece, before)

    assert [part.entry for part in understand(f"{told} {wish} merci pascal", judging)] == expected
