"""All that is reported of an evaluation, computed from its rows; text and page only write it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from knowledge.evaluation.judgement import Judgement
from knowledge.evaluation.reliability import BINS, Reliability, reliability

OUTCOMES = ("answer", "handoff", "clarify", "unknown")


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole; the part may hold halves."""

    part: float
    whole: int

    @property
    def value(self) -> float:
        """Between 0 and 1; 0 of nothing."""
        return self.part / self.whole if self.whole else 0.0

    def __str__(self) -> str:
        if not self.whole:
            return "0/0"
        return f"{self.part:g}/{self.whole} ({100 * self.value:.1f} %)"


@dataclass(frozen=True, slots=True)
class EntryFigures:
    """How an entry fares: of the messages that want it, and of those where it comes first."""

    entry: str
    wanted: Share
    drawn: Share

    @property
    def lost(self) -> float:
        """How many messages go wrong by it: its own that miss it, others that it draws."""
        return self.wanted.whole - self.wanted.part + self.drawn.whole - self.drawn.part


@dataclass(frozen=True, slots=True)
class Confusion:
    """The messages that wanted one thing and got another."""

    expected: str
    got: str
    outcome: str
    messages: tuple[Judgement, ...]


@dataclass(frozen=True, slots=True)
class ScoreBin:
    """The messages of a tenth of the scores: right or wrong in scope, and out of scope."""

    low: float
    right: int
    wrong: int
    out_of_scope: int


@dataclass(frozen=True)
class Figures:
    """Of ``asked`` messages; ``strangers`` are further ones that none of the entries answers."""

    title: str
    asked: tuple[Judgement, ...]
    strangers: tuple[Judgement, ...] = ()
    note: str = ""

    @property
    def right(self) -> Share:
        """The messages with a right reply; a question back that offers it counts half."""
        return _credit(self.asked)

    @property
    def told(self) -> tuple[Judgement, ...]:
        """The messages of which an entry is wanted by name."""
        return tuple(each for each in self.asked if each.wanted)

    @property
    def first(self) -> Share:
        """Those whose first entry is the one wanted."""
        return Share(sum(bool(each.right) for each in self.told), len(self.told))

    @property
    def among_three(self) -> Share:
        """Those that have the entry wanted among their first three."""
        found = sum(any(name in each.wanted for name, _ in each.best) for each in self.told)
        return Share(found, len(self.told))

    @property
    def out_of_scope(self) -> tuple[Judgement, ...]:
        """The messages that should be refused."""
        return (*(each for each in self.asked if not each.in_scope), *self.strangers)

    @property
    def false_answers(self) -> Share:
        """Those of them that were answered."""
        out = self.out_of_scope
        return Share(sum(each.false_answer for each in out), len(out))

    @property
    def kinds(self) -> dict[str, Share]:
        """Right replies by kind of message."""
        by_kind: defaultdict[str, list[Judgement]] = defaultdict(list)
        for each in self.asked:
            by_kind[each.kind].append(each)
        return {kind: _credit(by_kind[kind]) for kind in sorted(by_kind) if kind}

    @property
    def outcomes(self) -> dict[str, Share]:
        """What the replies were."""
        counts = Counter(each.outcome for each in self.asked)
        return {name: Share(counts[name], len(self.asked)) for name in OUTCOMES}

    @property
    def entries(self) -> tuple[EntryFigures, ...]:
        """Every entry that was wanted or found, the one by which most goes wrong first."""
        wanted: defaultdict[str, list[Judgement]] = defaultdict(list)
        drawn: defaultdict[str, list[Judgement]] = defaultdict(list)
        for each in self.asked:
            for name in each.wanted:
                wanted[name].append(each)
            if each.best and each.right is not None:
                drawn[each.got].append(each)
        rows = (
            EntryFigures(
                name,
                _credit(wanted[name]),
                Share(sum(bool(each.right) for each in drawn[name]), len(drawn[name])),
            )
            for name in wanted.keys() | drawn.keys()
        )
        return tuple(sorted(rows, key=lambda row: (-row.lost, row.entry)))

    @property
    def confusions(self) -> tuple[Confusion, ...]:
        """What was taken for what, the most frequent first."""
        groups: defaultdict[tuple[str, str, str], list[Judgement]] = defaultdict(list)
        for each in self.asked:
            if each.credit < 1:
                groups[each.expected, each.got, each.outcome].append(each)
        confusions = (Confusion(*names, tuple(group)) for names, group in groups.items())
        return tuple(
            sorted(confusions, key=lambda c: (-len(c.messages), c.expected, c.got, c.outcome))
        )

    @property
    def reliability(self) -> Reliability:
        """Of the score of the first entry, where it is known whether it is right."""
        return reliability(
            [(each.score, each.right) for each in self.asked if each.right is not None]
        )

    @property
    def scores(self) -> tuple[ScoreBin, ...]:
        """How the first entries' scores are spread."""
        in_scope = [each for each in self.asked if each.in_scope and each.best]
        right = _spread(each.score for each in in_scope if each.right)
        wrong = _spread(each.score for each in in_scope if each.right is False)
        out = _spread(each.score for each in self.out_of_scope if each.best)
        return tuple(
            ScoreBin(n / BINS, *counts)
            for n, counts in enumerate(zip(right, wrong, out, strict=True))
        )


def _credit(messages: Sequence[Judgement]) -> Share:
    return Share(sum(each.credit for each in messages), len(messages))


def _spread(scores: Iterable[float]) -> list[int]:
    return [each.count for each in reliability([(score, True) for score in scores]).bins]
