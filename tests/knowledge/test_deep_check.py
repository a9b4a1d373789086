"""What only learning shows of a folder is said with its line and a mend."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from knowledge.decision import Decision
from knowledge.evaluation import HeldOut, Known, doubts, hold_out
from knowledge.loading import Loaded, check_folder, load
from knowledge.loading.faults import Fault
from knowledge.matching import Match, Matcher
from knowledge.model import Outcome
from tests.knowledge.folders import TODAY, entry, folder, write
from tests.knowledge.refusals import HOUR, SIGNED, refusing

HOURS = """\
À quelle heure ouvrez-vous ?
quels sont vos horaires d'ouverture
horaires d'ouverture
vous ouvrez à quelle heure le matin
heure de fermeture le soir
à quelle heure fermez-vous
les horaires du samedi matin
ouvert le samedi soir jusqu'à quelle heure"""

PREMISES = """\
Je cherche un atelier à louer
louer un entrepôt
un local à louer pour mon entreprise
avez-vous un atelier ou un entrepôt à louer
je cherche un local pour mon entreprise
entrepôt à louer
louer un atelier pour une entreprise
je cherche un entrepôt"""

STAFF = """\
Comment recruter un soudeur ?
recruter un apprenti
qui m'aide à recruter un salarié
recruter des salariés
trouver un apprenti soudeur
trouver un salarié
aide pour recruter des apprentis
comment trouver des soudeurs"""


def deep(loaded: Loaded) -> list[Fault]:
    """The doubts of a folder."""
    known = Known(Matcher(loaded.base), loaded.positions.questions)
    return doubts(hold_out(known), loaded.positions)


def drawn(held: HeldOut, text: str, entry_id: str, outcome: Outcome = "answer") -> HeldOut:
    """``held`` with another outcome for ``text``: the entry, or a question back about all."""
    number = [question.text for question in held.known.questions].index(text)
    entries = sorted(held.known.matcher.base.entries, key=lambda each: each.id != entry_id)
    matches = tuple(Match(each, 0.95, 0.95 if each.id == entry_id else 0.0) for each in entries)
    chosen = matches[:1] if outcome == "answer" else matches
    decisions = list(held.decisions)
    decisions[number] = Decision(outcome, chosen, matches)
    return replace(held, decisions=tuple(decisions))


def lines(path: Path, *, strict: bool = False) -> list[str]:
    """What ``knowledge check --deep`` prints, by file and line within the folder."""
    found, _ = check_folder(path, strict=strict, today=TODAY, further=deep)
    return [line.removeprefix(f"{path}/entries/") for line in found]


def test_a_sound_folder_has_no_doubts(tmp_path: Path) -> None:
    """Entries of eight questions each, in words of their own, are left in peace."""
    sound = folder(tmp_path, hours=HOURS, premises=PREMISES, staff=STAFF)
    [summary] = lines(sound)
    assert "all is well" in summary


def test_a_misplaced_question_is_found(tmp_path: Path) -> None:
    """A question under the wrong entry is named with its line, the right entry and its like."""
    misplaced = f"{HOURS}\nje cherche un atelier à louer pour mon entreprise"
    found = lines(folder(tmp_path, hours=misplaced, premises=PREMISES, staff=STAFF))
    line = next(line for line in found if "is closer to" in line)
    assert line.startswith("hours.yaml:12:9: warning: `je cherche un atelier à louer")
    assert "closer to `premises` than to the other questions of `hours`" in line
    assert "entries/premises.yaml:" in line
    assert "move it there" in line


def test_a_question_that_only_differs_is_left_in_peace(tmp_path: Path) -> None:
    """A question with words that the other entry's questions have not is no misplaced one."""
    odd = f"{HOURS}\nje cherche à louer votre salle le dimanche"
    found = lines(folder(tmp_path, hours=odd, premises=PREMISES, staff=STAFF))
    assert not [line for line in found if "is closer to" in line]


def test_a_question_that_has_its_like_at_home_is_left_in_peace(tmp_path: Path) -> None:
    """None is said to be closer to another entry whose own entry has one that is closer still."""
    like = "louer un local pour une entreprise"
    at_home = folder(tmp_path, hours=f"{HOURS}\n{like}\n{like} ouverte", premises=PREMISES)
    loaded = load(at_home, TODAY)
    held = hold_out(Known(Matcher(loaded.base), loaded.positions.questions))
    forced = drawn(held, like, "premises")
    assert not [fault for fault in doubts(forced, loaded.positions) if "closer" in fault.what]


def test_a_courtesy_is_left_in_peace(tmp_path: Path) -> None:
    """A set phrase of courtesy that happens to have another entry's words needs no mend."""
    polite = "je cherche un local pour mon entreprise"
    for courtesy in ("", "  courtesy: true\n"):
        written = entry("thanks", f"merci\nmerci bien\n{polite}") + courtesy
        path = folder(tmp_path, hours=HOURS, premises=PREMISES, staff=STAFF)
        write(path, {"entries/thanks.yaml": written})
        misplaced = [line for line in lines(path) if "is closer to" in line]
        assert len(misplaced) == (not courtesy)


def test_what_is_asked_by_name_is_misplaced_where_nothing_tells_it(tmp_path: Path) -> None:
    """A question after what its entry does not tell is found where others refuse just that."""
    refused = """\
à quelle heure le protocole a été signé
à quelle heure finit le protocole
combien de pages a le protocole
le loyer du protocole
heure de fin de la cérémonie"""
    found = deep(refusing(tmp_path, f"{SIGNED}\n{HOUR}", details=refused))
    assert any(f"`{HOUR}` is closer to `details`" in fault.what for fault in found)


def test_an_entry_that_is_full_is_said_to_be(tmp_path: Path) -> None:
    """Where there are 30 questions already, one more takes the place of another."""
    misplaced = "je cherche un atelier à louer pour mon entreprise"
    more = (f"vos horaires d'ouverture le {n} du mois" for n in range(21))
    full = "\n".join([HOURS, *more, misplaced])
    found = lines(folder(tmp_path, hours=full, premises=PREMISES, staff=STAFF))
    line = next(line for line in found if f"`{misplaced}` is closer to" in line)
    assert "move it there, reword it" in line
    assert "like it here in another's place (`hours` has 30)" in line


def test_a_name_alone_is_left_in_peace(tmp_path: Path) -> None:
    """A word that stands for itself needs no like."""
    found = lines(folder(tmp_path, hours=f"{HOURS}\nSemmaris", premises=PREMISES))
    assert not [line for line in found if "no other question" in line]


def test_a_keyword_that_counts_as_another_entrys_is_named(tmp_path: Path) -> None:
    """What a message means by «salarié» and by «salariés» is one thing.

    A keyword that its own entry is asked, too, is none the worse for it.
    """
    path = folder(tmp_path, hours=HOURS, premises=PREMISES, staff=STAFF)
    keywords = {"hours": "guichet, salariés, un horaire d'ouverture", "staff": "salarié"}
    keywords["premises"] = "hangar"
    for name, listed in keywords.items():
        file = path / "entries" / f"{name}.yaml"
        file.write_text(f"{file.read_text()}  keywords: {{fr: [{listed}]}}\n")
    found = [line for line in lines(path) if "the keyword" in line]
    assert [line.split(": ")[0] for line in found] == ["hours.yaml:1:7", "staff.yaml:1:7"]
    assert "`salariés` does not lead to `hours`" in found[0]
    assert "remove one" in found[0]


def test_strict_makes_errors_of_doubts(tmp_path: Path) -> None:
    """With --strict a doubt fails the check; without, it does not."""
    path = folder(tmp_path, hours="Quels horaires ?", premises=PREMISES)
    assert check_folder(path, today=TODAY, further=deep)[1] == 0
    printed, code = check_folder(path, strict=True, today=TODAY, further=deep)
    assert code == 1
    assert not any("warning" in line for line in printed)


@pytest.mark.parametrize(
    ("count", "said"),
    [(1, "has 1 question in"), (7, "has 7 questions in"), (8, ""), (30, ""), (31, "has 31 quest")],
)
def test_too_few_and_too_many_questions(tmp_path: Path, count: int, said: str) -> None:
    """Eight to thirty questions a language are advised; the place is that of the language."""
    many = "\n".join([*HOURS.splitlines(), *(f"horaires ouverture {n}" for n in range(30))][:count])
    found = lines(folder(tmp_path, hours=many, premises=PREMISES))
    warned = [line for line in found if "in `fr`" in line]
    assert len(warned) == bool(said)
    if said:
        assert warned[0].startswith("hours.yaml:3:5: warning: `hours` ")
        assert said in warned[0]


def test_a_question_like_no_other_is_found(tmp_path: Path) -> None:
    """A question none of whose words any other has is of no help until there are more."""
    found = lines(folder(tmp_path, hours=f"{HOURS}\nGuichet disponible ?", premises=PREMISES))
    [line] = [line for line in found if "no other question has a word of" in line]
    assert line.startswith("hours.yaml:12:9: warning: ")
    assert "`Guichet disponible ?`" in line


def test_entries_that_nobody_tells_apart_are_named(tmp_path: Path) -> None:
    """Two entries asked in the same words draw each other's questions: merge them, or part them."""
    halves = HOURS.splitlines()[::2], HOURS.splitlines()[1::2]
    first, second = ("\n".join([*half, *(f"{q} svp" for q in half)]) for half in halves)
    mixed = [f"{q} merci" for q in halves[0][:3]], [f"{q} merci" for q in halves[1][:3]]
    path = folder(
        tmp_path,
        closing="\n".join([first, *mixed[1]]),
        opening="\n".join([second, *mixed[0]]),
        premises=PREMISES,
    )
    [line] = [line for line in lines(path) if "hard to tell apart" in line]
    assert line.startswith("closing.yaml:1:7: warning: `closing` and `opening` are hard to tell")
    assert "merge the two" in line
    assert "opening.yaml:1" in line
    assert re.search(r"`opening` would answer [4-9] of the 11 questions of `closing` \(`", line)
    assert line.count(" merci`") >= 2


@pytest.mark.parametrize(("outcome", "said"), [("answer", 1), ("clarify", 0)])
def test_entries_that_are_asked_back_about_are_told_apart(
    tmp_path: Path, outcome: Outcome, said: int
) -> None:
    """Where people are asked which of two is meant, nobody is told anything wrong."""
    loaded = load(folder(tmp_path, hours=HOURS, premises=PREMISES), TODAY)
    held = hold_out(Known(Matcher(loaded.base), loaded.positions.questions))
    for question in HOURS.splitlines()[:3]:
        held = drawn(held, question, "premises", outcome)
    for question in PREMISES.splitlines()[:3]:
        held = drawn(held, question, "hours", outcome)
    found = [f for f in doubts(held, loaded.positions) if "hard to tell apart" in f.what]
    assert len(found) == said


def test_positions_are_those_of_the_files(tmp_path: Path) -> None:
    """Each question's place is the line it is written on, in the order of what is learnt."""
    loaded = load(folder(tmp_path, hours=HOURS, premises=PREMISES), TODAY)
    asked = [q for e in loaded.base.entries for texts in e.questions.values() for q in texts]
    for place, question in zip(loaded.positions.questions, asked, strict=True):
        written = Path(place.file).read_text("utf-8").splitlines()[place.line - 1]
        assert question in written
