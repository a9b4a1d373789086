"""One set, with word vectors or without: every message heard."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.matching.figures import Cost, cost
from benchmarks.matching.measures import Heard, Quality, quality
from benchmarks.matching.resources import Memory, timed
from benchmarks.vectors.sets import PARTS, Message, Set
from bot.matcher_cache import build_matcher
from knowledge.decision import decide
from knowledge.frequencies import is_function_word
from knowledge.matching import Match, Matcher
from knowledge.reading import Reading
from knowledge.text import stem
from knowledge.vectors import installed

_RIGHT = "right"


@dataclass(frozen=True)
class Task:
    """What a process is asked to measure; what is learnt is kept in ``folder``.

    ``gone`` asks also for what entries that are taken out had answered.
    """

    asked: Set
    with_vectors: bool
    folder: Path
    gone: bool


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    part: int
    whole: int

    def __add__(self, other: Share) -> Share:
        return Share(self.part + other.part, self.whole + other.whole)

    def __str__(self) -> str:
        return f"{self.part:,} of {self.whole:,}" if self.whole else "–"


@dataclass(frozen=True)
class Trial:
    """Figures of a set.

    ``unshared`` is of the messages that share no content word with the right entry's questions,
    ``count`` of them; ``strange`` is how many messages out of scope are answered, and ``gone`` how
    many that ask for an entry which was taken out.
    """

    every: Quality
    unshared: Quality
    count: int
    strange: Share
    gone: Share
    cost: Cost


def try_out(task: Task) -> Trial:
    """Learn the set's folder, or start from what was learnt, and hear every message."""
    memory = Memory(os.getpid())
    packages = installed() if task.with_vectors else {}
    matcher, ready = timed(lambda: build_matcher(task.asked.base, task.folder, packages=packages))
    words = Words(matcher)
    heard: list[Heard] = []
    unshared: list[Heard] = []
    for message in task.asked.messages:
        matches, seconds = timed(lambda: matcher.match(message.text, message.language))  # noqa: B023 - called at once
        heard.append(_heard(message, matches, seconds))
        if message.wanted and not words.shared(message):
            unshared.append(heard[-1])
    spent = cost(heard, ready, memory)
    strange = _answered(matcher, [m for m in task.asked.messages if not m.wanted])
    gone = Share(0, 0)
    for part in range(PARTS if task.gone else 0):
        less = task.asked.without(part)
        other = build_matcher(less.base, task.folder / str(part), packages=packages)
        gone += _answered(other, less.messages)
    return Trial(quality(heard), quality(unshared), len(unshared), strange, gone, spent)


def _answered(matcher: Matcher, messages: Sequence[Message]) -> Share:
    outcomes = [decide(matcher.match(m.text, m.language), matcher.costs).outcome for m in messages]
    return Share(sum(outcome in {"answer", "handoff"} for outcome in outcomes), len(outcomes))


def _heard(message: Message, matches: list[Match], seconds: float) -> Heard:
    """Any of the entries wanted is the right one."""
    ranking = [
        (_RIGHT if match.entry.id in message.wanted else match.entry.id, match.score)
        for match in matches
    ]
    return Heard(_RIGHT if message.wanted else None, ranking, seconds)


class Words:
    """The stems and concepts of each entry's questions."""

    def __init__(self, matcher: Matcher) -> None:
        self._matcher = matcher
        self._said: dict[str, set[str]] = {}
        for (entry, _, _), terms in matcher.known():
            self._said.setdefault(entry, set()).update(terms.sequence, terms.stems)

    def shared(self, message: Message) -> bool:
        """Whether a content word of ``message`` is in a question of an entry that answers it.

        Or its concept is; words are taken as the matcher reads them, mended and stemmed.
        """
        content = _content(self._matcher.read(message.text, message.language))
        return any(not content.isdisjoint(self._said.get(entry, ())) for entry in message.wanted)


def _content(reading: Reading) -> set[str]:
    telling = {
        stem(word, reading.language)
        for word in reading.words
        if word.isalpha() and not is_function_word(word, reading.language)
    }
    return telling | {term for term in reading.terms.sequence if term.startswith("=")}
