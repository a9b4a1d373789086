"""How well a knowledge base answers: on a file of cases, or on its own questions held out.

cases        files of questions with what a right reply is
judging      what a reply to a case is worth
known        the folder's questions as learnt, and which of them drew a message
others       what leans to what is refused, told by all questions but one
held_out     each question of the folder judged by what is learnt from the others
judgement    a message, what was expected and what came: one row, from either
reliability  do scores mean what they say
figures      all that is reported, from the rows
text, page   the figures as lines, as a page of HTML (``plots`` draws for it)
deep         what held-out questions show to be doubtful in a folder, as faults
"""

from collections.abc import Sequence

from knowledge.evaluation.cases import Case, CaseError, read_cases
from knowledge.evaluation.deep import doubts
from knowledge.evaluation.figures import Figures
from knowledge.evaluation.held_out import HeldOut, hold_out, judged, judged_strangers
from knowledge.evaluation.judgement import judgements
from knowledge.evaluation.judging import Result, evaluate
from knowledge.evaluation.known import Known
from knowledge.evaluation.page import page_of
from knowledge.evaluation.text import text_of

__all__ = [
    "Case",
    "CaseError",
    "Figures",
    "HeldOut",
    "Known",
    "Result",
    "doubts",
    "evaluate",
    "figures_of_cases",
    "figures_of_folder",
    "hold_out",
    "page_of",
    "read_cases",
    "report",
    "text_of",
]


def figures_of_cases(results: Sequence[Result], known: Known | None = None) -> Figures:
    """Of replies to cases; with the folder they come from, also what drew the wrong ones."""
    return Figures(f"{len(results)} questions", judgements(results, known))


def figures_of_folder(held_out: HeldOut) -> Figures:
    """Of the folder's own questions, each judged by the others."""
    note = "Each is judged by what is learnt from the others; out of scope, without its whole entry"
    if held_out.left_out:
        note += f"; {held_out.left_out} questions of the last entries not judged, being too many"
    asked, strangers = judged(held_out), judged_strangers(held_out)
    return Figures(f"{len(asked)} questions of the folder", asked, strangers, note)


def report(results: Sequence[Result], known: Known | None = None, *, show_all: bool = False) -> str:
    """The figures of ``results`` as lines, and the cases that are not wholly right."""
    return text_of(figures_of_cases(results, known), show_all=show_all)
