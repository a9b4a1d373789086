"""What only learning shows of a folder is said with its line and a mend."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.evaluation import Known, doubts, hold_out
from knowledge.loading import Loaded, check_folder, load
from knowledge.loading.faults import Fault
from knowledge.matching import Matcher
from tests.knowledge.folders import TODAY, folder

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


def test_a_name_alone_is_left_in_peace(tmp_path: Path) -> None:
    """A word that stands for itself needs no like."""
    found = lines(folder(tmp_path, hours=f"{HOURS}\nSemmaris", premises=PREMISES))
    assert not [line for line in found if "no other question" in line]


def test_strict_makes_errors_of_doubts(tmp_path: Path) -> None:
    """With --strict a doubt fails the check; without, it does not."""
    path = folder(tmp_path, hours="Quels horaires ?", premises=PREMISES)
    assert check_folder(path, today=TODAY, further=deep)[1] == 0
    printed, code = check_folder(path, strict=True, today=TODAY, further=deep)
    assert code == 1
    assert not any("warning" in line for line in printed)


@pytest.mark.parametrize(
    ("count", "said"),
    [(1, "has 1 question in"), (7, "has 7 questions in"), (8, ""), (20, ""), (21, "has 21 quest")],
)
def test_too_few_and_too_many_questions(tmp_path: Path, count: int, said: str) -> None:
    """Eight to twenty questions a language are advised; the place is that of the language."""
    many = "\n".join([*HOURS.splitlines(), *(f"horaires ouverture {n}" for n in range(20))][:count])
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


def test_positions_are_those_of_the_files(tmp_path: Path) -> None:
    """Each question's place is the line it is written on, in the order of what is learnt."""
    loaded = load(folder(tmp_path, hours=HOURS, premises=PREMISES), TODAY)
    asked = [q for e in loaded.base.entries for texts in e.questions.values() for q in texts]
    for place, question in zip(loaded.positions.questions, asked, strict=True):
        written = Path(place.file).read_text("utf-8").splitlines()[place.line - 1]
        assert question in written
