"""An evaluation as lines to print."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from knowledge.evaluation.figures import Confusion, Figures
from knowledge.evaluation.judgement import Judgement

SHOWN_CONFUSIONS = 25
"""Of so many questions as a folder has, only the most frequent confusions are read."""

SHOWN_MESSAGES = 4


def text_of(figures: Figures, *, show_all: bool = False) -> str:
    """The figures, and what went wrong; with ``show_all`` what went right too."""
    sections = [
        list(_summary(figures)),
        list(_entries(figures, show_all=show_all)),
        list(_confusions(figures, show_all=show_all)),
        list(_reliability(figures)),
        list(map(_line, figures.asked)) if show_all else [],
    ]
    return "\n\n".join("\n".join(lines) for lines in sections if lines)


def _summary(figures: Figures) -> Iterator[str]:
    yield f"{figures.title}: {figures.right} right"
    if figures.note:
        yield figures.note
    out = figures.false_answers
    yield f"out of scope: {out.whole}, false answers: {out}"
    if figures.told:
        yield f"right entry first: {figures.first}, among three: {figures.among_three}"
    yield "outcomes: " + ", ".join(f"{name} {share}" for name, share in figures.outcomes.items())
    for kind, share in figures.kinds.items():
        yield f"  {kind}: {share}"


def _entries(figures: Figures, *, show_all: bool) -> Iterator[str]:
    rows = [row for row in figures.entries if show_all or row.lost]
    if not rows:
        return
    width = max(len("entry"), *(len(row.entry) for row in rows))
    yield "By entry, where most goes wrong first"
    yield f"  {'entry':<{width}}  {'right when meant':>18}  {'right when first':>18}"
    for row in rows:
        yield f"  {row.entry:<{width}}  {row.wanted!s:>18}  {row.drawn!s:>18}"


def _confusions(figures: Figures, *, show_all: bool) -> Iterator[str]:
    confusions = figures.confusions
    if not confusions:
        return
    shown = confusions[: _limit(figures, SHOWN_CONFUSIONS, show_all=show_all)]
    yield "Confusions: what was expected → what came, and the folder's question that drew it there"
    for confusion in shown:
        yield f"  {len(confusion.messages)} × {_named(confusion)}"
        limit = _limit(figures, SHOWN_MESSAGES, show_all=show_all)
        yield from (_caused(message) for message in confusion.messages[:limit])
        yield from _more(len(confusion.messages) - len(confusion.messages[:limit]), "      ")
    yield from _more(len(confusions) - len(shown), "  ")


def _limit(figures: Figures, limit: int, *, show_all: bool) -> int | None:
    """Cases were chosen to be read, each; the folder's own questions are too many."""
    return limit if figures.strangers and not show_all else None


def _more(count: int, indent: str) -> Iterator[str]:
    if count:
        yield f"{indent}… and {count} more: --all shows them"


def _named(confusion: Confusion) -> str:
    return f"{confusion.expected} → {confusion.outcome} {confusion.got}"


def _caused(message: Judgement) -> str:
    cause = message.cause
    name = f"{message.name}: " if message.name else ""
    drawn = f" ← {cause.text!r}{f' ({cause.place})' if cause.place else ''}" if cause else ""
    return f"      {name}{message.text!r} {message.score:.2f}{drawn}"


def _reliability(figures: Figures) -> Iterator[str]:
    measured = figures.reliability
    if not measured.count:
        return
    yield (
        f"Reliability of the first entry's score on {measured.count} messages: "
        f"expected calibration error {measured.error:.3f}"
    )
    yield "  score        how many  mean score  right"
    for each in measured.bins:
        figures_of = f"{each.mean_score:>10.2f}  {each.share_right:>5.0%}" if each.count else ""
        yield f"  {each.low:.1f} to {each.high:.1f}  {each.count:>9}  {figures_of}".rstrip()


def _line(message: Judgement) -> str:
    best: Sequence[str] = [f"{name} {score:.2f}" for name, score in message.best]
    found = ", ".join(best)
    return f"{message.credit:g} {message.name} {message.text!r}: {message.outcome} [{found}]"
