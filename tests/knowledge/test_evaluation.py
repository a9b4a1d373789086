"""What is reported of a file of cases, and of a folder's own questions."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from handlers.asking import ask
from knowledge.evaluation import (
    Case,
    CaseError,
    Figures,
    Known,
    Result,
    evaluate,
    figures_of_cases,
    figures_of_folder,
    read_cases,
    report,
)
from knowledge.evaluation.held_out import FOLDS, STEPS, Progress, hold_out
from knowledge.evaluation.text import text_of
from knowledge.matching import Matcher
from tests.knowledge import sample
from tests.knowledge.refusals import HOUR, SIGNED, refusing


@dataclass(frozen=True)
class Found:
    """An entry found."""

    id: str
    score: float


@dataclass(frozen=True)
class Said:
    """A reply, as evaluation reads it."""

    outcome: str
    entries: tuple[Found, ...] = ()
    text: str = ""
    language: str = field(default="en")


def result(case: dict[str, object], outcome: str, *entries: str, text: str = "") -> Result:
    """``case`` after a reply of that outcome with those entries, surest first."""
    found = tuple(Found(name, 0.9 - 0.3 * n) for n, name in enumerate(entries))
    [judged] = evaluate(
        [Case.model_validate({"question": "?", **case})], lambda *_: Said(outcome, found, text)
    )
    return judged


@pytest.mark.parametrize(
    ("case", "outcome", "entries", "text", "credit"),
    [
        ({"entry": "a"}, "answer", "a b", "", 1),
        ({"entry": ["b", "a"]}, "answer", "a b", "", 1),
        ({"entry": "b"}, "answer", "a b", "", 0),
        ({"entry": "b"}, "clarify", "a b", "", 0.5),
        ({"entry": "c"}, "clarify", "a b", "", 0),
        ({"entry": "a"}, "unknown", "a", "", 0),
        ({"entry": None}, "unknown", "a", "", 1),
        ({"entry": None}, "answer", "a", "", 0),
        ({"expect": "answer", "all": ["ten"]}, "answer", "a", "At ten.", 1),
        ({"expect": "answer", "all": ["ten"], "none": ["at"]}, "answer", "a", "At ten.", 0),
        ({"expect": "answer", "any": ["nine", "ten"]}, "answer", "a", "At\nTÉN.", 1),
        ({"expect": "answer", "all": ["ten"]}, "answer", "a", "No.\nSource: ten", 0),
        ({"expect": "answer", "lang": "fr"}, "answer", "a", "", 0.5),
        ({"expect": "clarify_or_answer"}, "clarify", "a b", "", 1),
        ({"expect": "handoff"}, "answer", "a", "", 0.5),
        ({"expect": "unknown"}, "answer", "a", "", 0),
        ({"expect": "unknown", "any": ["town hall"]}, "answer", "a", "Ask the town hall", 1),
    ],
)
def test_credit(
    case: dict[str, object], outcome: str, entries: str, text: str, credit: float
) -> None:
    """A right reply counts one, a question back that offers it half, anything else nothing."""
    assert result(case, outcome, *entries.split(), text=text).credit == credit


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('{"question": ', "cases.jsonl:2: not JSON"),
        ('{"entry": "a"}', "cases.jsonl:2: question: Field required"),
        ('{"question": "?", "expect": "miracle"}', "cases.jsonl:2: expect: "),
    ],
)
def test_a_line_that_is_no_case_is_named(tmp_path: Path, line: str, says: str) -> None:
    """Whoever writes cases is told the file, the line and what is wrong with it."""
    path = tmp_path / "cases.jsonl"
    path.write_text(f'{{"question": "?", "entry": "a"}}\n{line}\n', encoding="utf-8")
    with pytest.raises(CaseError, match=says):
        read_cases(path)


def test_figures_of_cases() -> None:
    """Right replies, false answers, outcomes, kinds and entries are counted as they are."""
    figures = figures_of_cases(
        [
            result({"entry": "a", "kind": "short"}, "answer", "a"),
            result({"entry": "a", "kind": "short"}, "answer", "b"),
            result({"entry": "b", "kind": "long"}, "clarify", "a", "b"),
            result({"entry": None}, "answer", "b"),
            result({"entry": None}, "unknown"),
        ]
    )
    assert str(figures.right) == "2.5/5 (50.0 %)"
    assert str(figures.false_answers) == "1/2 (50.0 %)"
    assert str(figures.first) == "1/3 (33.3 %)"
    assert str(figures.among_three) == "2/3 (66.7 %)"
    assert {name: share.part for name, share in figures.outcomes.items()} == {
        "answer": 3,
        "handoff": 0,
        "clarify": 1,
        "unknown": 1,
    }
    assert {kind: share.value for kind, share in figures.kinds.items()} == {
        "short": 0.5,
        "long": 0.5,
    }
    assert [(row.entry, row.wanted.part, row.wanted.whole) for row in figures.entries] == [
        ("b", 0.5, 1),
        ("a", 1, 2),
    ]
    assert figures.reliability.count == 4, "what found no entry has no score to trust"
    assert sum(each.right + each.wrong + each.out_of_scope for each in figures.scores) == 4


def test_only_what_is_not_perfect_is_listed_by_entry() -> None:
    """An entry without a fault is left out, unless all are asked for."""
    results = [
        result({"entry": "a"}, "answer", "a"),
        result({"entry": "b"}, "answer", "c"),
    ]
    assert "\n  a " not in report(results)
    assert "\n  a " in report(results, show_all=True)
    assert "\n  c " in report(results), "an entry that draws what is not its own has a fault"


def test_a_confusion_names_the_question_that_caused_it() -> None:
    """Beside a wrong reply stands the folder's question that drew the message there."""
    cases = [Case(question="numéro de l'équipe par téléphone", entry="adresse")]
    results = evaluate(cases, lambda text, context: ask(sample.matcher(), text, context))
    [confusion] = figures_of_cases(results, sample.known()).confusions
    cause = confusion.messages[0].cause
    assert confusion.got == "telephone"
    assert cause
    assert cause.text == "quel téléphone pour l'équipe ?"
    assert cause.place.endswith("entries/contact.yaml:5")
    assert cause.text in report(results, sample.known())


@pytest.mark.parametrize(
    ("expected", "right"),
    [
        ({"expect": "answer", "all": ["01 23 45"]}, True),
        ({"expect": "answer", "all": ["vallieres"]}, False),
        ({"expect": "handoff"}, False),
        ({"expect": "unknown"}, False),
    ],
)
def test_an_entry_is_judged_by_its_text_where_it_was_not_answered(
    expected: dict[str, object], *, right: bool
) -> None:
    """Whether the first entry is right is known even when the assistant asks back or refuses."""
    case = Case.model_validate({"question": "téléphone", **expected})
    reply = Said("unknown", (Found("telephone", 0.3),), "Désolé.", "fr")
    figures = figures_of_cases(evaluate([case], lambda *_: reply), sample.known())
    assert [each.right for each in figures.asked] == [right]


def folder_figures() -> Figures:
    """The figures of the sample, questions held out."""
    return figures_of_folder(sample.held_out())


def test_every_question_of_the_folder_is_judged() -> None:
    """Each is reported with where it stands, as a question in scope and as one out of scope."""
    figures = folder_figures()
    questions = sample.known().questions
    assert [(each.text, each.name) for each in figures.asked] == [
        (question.text, question.place) for question in questions
    ]
    assert len(figures.out_of_scope) == len(questions)
    assert [each.expected for each in figures.asked] == [question.entry for question in questions]


def test_a_question_held_out_is_judged_without_itself() -> None:
    """Learnt, nearly all questions find their entry; held out, those without a like do not."""
    figures = folder_figures()
    assert 0.5 < figures.first.value < 0.95
    lonely = next(each for each in figures.asked if each.text == "Bonsoir")
    assert (lonely.outcome, lonely.best) == ("unknown", ())


@pytest.mark.parametrize(
    ("answer", "further", "outcome"),
    [
        ("le 3 mai", "", "unknown"),
        ("à une heure", "", "answer"),
        ("le 3 mai", "l'heure de la signature", "answer"),
    ],
)
def test_what_is_refused_elsewhere_is_judged_as_the_assistant_does(
    tmp_path: Path, answer: str, further: str, outcome: str
) -> None:
    """What a question asks for by name its entry must tell, or be asked for once more."""
    folder = refusing(tmp_path, f"{SIGNED}\n{HOUR}\n{further}".strip(), answer)
    held_out = hold_out(Known(Matcher(folder.base)))
    asked = [question.text for question in held_out.known.questions]
    assert held_out.decisions[asked.index(HOUR)].outcome == outcome
    assert held_out.strangers[asked.index(HOUR)].outcome == "unknown"


def test_progress_is_told() -> None:
    """Whoever waits is told of each step, up to the last."""
    steps: list[tuple[int, int]] = []
    tell: Progress = lambda done, of: steps.append((done, of))  # noqa: E731 - it is one line
    hold_out(sample.known(), tell)
    assert steps == [(n, STEPS) for n in range(1, STEPS + 1)]
    assert STEPS > FOLDS


def test_the_folder_is_reported_in_pages_not_reams() -> None:
    """Long lists are cut, which is said, and whole with --all."""
    short, whole = (text_of(folder_figures(), show_all=show) for show in (False, True))
    assert "more: --all shows them" in short
    assert "more: --all" not in whole
    assert len(whole) > len(short)


def test_cases_are_read_as_they_are_written(tmp_path: Path) -> None:
    """Empty lines are passed over; further keys are let be."""
    path = tmp_path / "cases.jsonl"
    case = {"id": 7, "question": "Où ?", "entry": ["a", "b"], "note": "ours"}
    path.write_text(f"\n{json.dumps(case)}\n\n", encoding="utf-8")
    [read] = read_cases(path)
    assert (read.id, read.question, read.entry) == (7, "Où ?", ("a", "b"))


def test_a_refusal_found_for_what_nothing_answers_is_right() -> None:
    """A score is right where nothing is to be answered and the first entry says just that."""
    judged = [
        result({"entry": None}, "unknown", "meteo"),
        result({"entry": None}, "unknown", "telephone"),
    ]
    figures = figures_of_cases(judged, sample.known())
    assert [each.right for each in figures.asked] == [True, False]
