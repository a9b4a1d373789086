"""An explanation as lines to print, in plain words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from knowledge.classifier import RIVALS
from knowledge.explanation.account import Account, Explanation, Named, Part, Said

MOST_SAID = 10
"""Of what speaks for an entry, the strongest; the rest is summed."""

MOST_DIFFERENCE = 6

_LANGUAGES = {"fr": "French", "en": "English"}
_OUTCOMES = {
    "answer": "answer",
    "both": "answer with both",
    "clarify": "ask back",
    "unknown": "say that one does not know",
}
_WIDTH = 44
_ADDED = "meaning, kind, word for word, or led to"
_NOTICED = 0.005
"""Less is not seen in two decimals."""


def text_of(explanation: Explanation) -> str:
    """The whole explanation."""
    language = _LANGUAGES[explanation.language]
    lines = [f"Message   {explanation.text}"]
    lines.append(f"Language  {language}, {explanation.language_reason}")
    if explanation.called:
        lines.append(f"Keyword   of {explanation.called}, which it leads to, whatever follows says")
    count = len(explanation.parts)
    for number, part in enumerate(explanation.parts, start=1):
        lines.append("")
        if count > 1:
            lines.append(f"Question {number} of {count}: {part.text}")
        lines += _part(part)
    if not explanation.parts:
        lines.append("Outcome   unknown")
    return "\n".join(lines)


def _part(part: Part) -> Iterator[str]:
    yield f"Read as   {' '.join(part.words)}"
    yield f"Repaired  {_listed(f'{typed} → {meant}' for typed, meant in part.repairs)}"
    if part.sense < 1:
        yield _row("chance that this was meant, and not no words at all", f"{part.sense:.2f}")
    yield f"Places    {_listed(map(_place, part.places))}"
    yield f"Unknown   {_listed(part.unknown)}"
    yield f"Asks for  {_listed(part.asked)}"
    yield ""
    if part.first is None:
        yield f"Outcome   {part.outcome}: the folder knows none of the words"
        return
    yield from _account(part.first)
    yield ""
    yield from _outcome(part)
    if part.second:
        yield ""
        yield from _difference(part.first, part.second, part.difference)


def _listed(items: Iterable[str]) -> str:
    return ", ".join(items) or "none"


def _place(place: Named) -> str:
    return f"{place.typed} → {place.name}, {'in' if place.inside else 'outside'} the territory"


def _account(account: Account) -> Iterator[str]:
    yield f"First     {account.entry}, score {account.score:.2f}"
    yield from _said(account.said, MOST_SAID)
    yield _row("all that speaks for it (logit)", f"{account.logit:.2f}")
    for name, points in account.missed:
        yield _row(f"{name}: refused elsewhere, not told here", f"{points:+.2f}")
    if abs(account.added) > _NOTICED:
        yield _row(_ADDED, f"{account.added:+.2f}")
    yield _row(f"share among the {RIVALS} likeliest entries", f"{account.share:.2f}")
    yield _row("share of the message that its questions say", f"{account.coverage:.2f}")
    yield _row("chance that it is the one meant", f"{account.chance:.2f}")


def _said(said: Said, most: int) -> Iterator[str]:
    shown = [item for item in said[:most] if abs(item[1]) > _NOTICED]
    rest = said[len(shown) :]
    for name, points in shown:
        yield _row(name, f"{points:+.2f}")
    if rest:
        yield _row(f"{len(rest)} more, each less", f"{sum(points for _, points in rest):+.2f}")


def _row(name: str, figure: str) -> str:
    return f"  {name:<{_WIDTH}} {figure:>7}"


def _outcome(part: Part) -> Iterator[str]:
    about = f" {', '.join(part.chosen)}" if part.chosen else ""
    least = min(part.costs, key=lambda outcome: part.costs[outcome])
    several = "both" if part.outcome == "answer" else part.outcome
    taken = "answer" if len(part.chosen) == 1 else several
    why = "which is expected to cost least"
    if taken != least:
        why = "since beside another question a guess is not made"
    yield f"Outcome   {part.outcome}{about}, {why}"
    for outcome, cost in part.costs.items():
        yield _row(_OUTCOMES[outcome], f"{cost:.2f}")


def _difference(first: Account, second: Account, difference: Said) -> Iterator[str]:
    yield f"Why not   {second.entry}, score {second.score:.2f}"
    yield from _said(difference, MOST_DIFFERENCE)
    total = first.total - second.total
    beside = total - (first.logit - second.logit)
    if abs(beside) > _NOTICED:
        yield _row("what is missed or comes on top", f"{beside:+.2f}")
    yield _row(f"more for {first.entry} (logit)", f"{total:.2f}")
