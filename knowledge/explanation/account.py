"""How a message came to its outcome, as plain data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite

import numpy as np

from knowledge.calibration import shares
from knowledge.classifier import RIVALS
from knowledge.decision import Decision, decide, expected_costs
from knowledge.explanation.naming import Names, named
from knowledge.explanation.tongue import language_reason
from knowledge.features import features
from knowledge.index import Index
from knowledge.inseparable import inseparable
from knowledge.matching import Match, Matcher
from knowledge.model import Language
from knowledge.reading import Context, Reading
from knowledge.segments import Part as Understood
from knowledge.segments import understand
from knowledge.sparse import Floats
from knowledge.text import Lexis, words

Said = tuple[tuple[str, float], ...]
"""What each word, pair of words, and the letters of a word say, the strongest first."""


@dataclass(frozen=True, slots=True)
class Account:
    """How an entry came by its score.

    ``said`` adds up to ``logit``. On top come ``missed``, what is refused elsewhere and the entry
    neither asks nor tells, and ``added``: what its meaning says, where there are word vectors, what
    is rather refused than answered, that the message is one of the entry's questions, word for
    word, and what the question before leads to. ``share`` is the entry's among the likeliest ones,
    and ``coverage`` how much of the message its questions say: with the logit they make the
    ``score``. ``chance`` is that of its being the one meant.
    """

    entry: str
    said: Said
    logit: float
    missed: Said
    added: float
    share: float
    coverage: float
    score: float
    chance: float

    @property
    def total(self) -> float:
        """All that speaks for it and against it: what the shares are of."""
        return self.logit + sum(points for _, points in self.missed) + self.added


@dataclass(frozen=True, slots=True)
class Named:
    """A commune: what was typed, its name, and whether the territory covers it."""

    typed: str
    name: str
    inside: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A message, or a part of it that is a question of its own.

    ``words`` are as they were read; ``repairs`` what was typed and what it was taken for, and
    ``sense`` the chance that it was meant so, rather than to be no words;
    ``places`` the communes named; ``unknown`` what no question of the folder says; ``asked`` what
    the message names as what is to be told. ``costs`` are
    those expected of each outcome that is possible; ``difference`` is what told the first entry
    from the second.
    """

    text: str
    words: tuple[str, ...]
    repairs: tuple[tuple[str, str], ...]
    sense: float
    places: tuple[Named, ...]
    unknown: tuple[str, ...]
    asked: tuple[str, ...]
    outcome: str
    chosen: tuple[str, ...]
    costs: dict[str, float]
    first: Account | None
    second: Account | None
    difference: Said


@dataclass(frozen=True, slots=True)
class Explanation:
    """Of a message that begins a conversation; one in a foreign language has no parts.

    ``called`` is the entry of which it is a keyword, whatever its words would say.
    """

    text: str
    language: Language
    language_reason: str
    called: str | None
    parts: tuple[Part, ...]


def explain(matcher: Matcher, text: str) -> Explanation:
    """How ``text`` is read and matched, and why it leads where it does."""
    detected = matcher.detect(text)
    language = detected.language or matcher.base.languages[0]
    parts = [] if detected.foreign else _parts(matcher, text, language)
    called = matcher.called(text, language) if len(parts) == 1 else None
    return Explanation(
        text=text,
        language=language,
        language_reason=language_reason(matcher, text, detected),
        called=called.entry.id if called else None,
        parts=tuple(_part(matcher, part, language, context) for part, context in parts),
    )


def _parts(
    matcher: Matcher, text: str, language: Language
) -> list[tuple[Understood, Context | None]]:
    """The questions of ``text``, each with what came before it where that was needed."""
    judged: list[tuple[Decision, Context | None]] = []

    def judge(piece: str, before: Understood | None) -> Decision:
        context = Context(before.text, (before.entry,)) if before and before.entry else None
        matches = matcher.match(piece, language, context)
        judged.append((decide(matches, matcher.costs), context))
        return judged[-1][0]

    parts = understand(text, judge, inseparable(matcher))
    return [
        (part, next((c for d, c in judged if d.matches is part.decision.matches), None))
        for part in parts
    ]


def _part(
    matcher: Matcher, understood: Understood, language: Language, context: Context | None
) -> Part:
    text, decision = understood
    reading = matcher.read(text, language, context)
    lexicon = matcher.base.lexicon.fr if language == "fr" else matcher.base.lexicon.en
    names = Names(reading, Lexis(lexicon, language))
    sequence = reading.terms.sequence
    holds = matcher.learned.index.holds(sequence).tolist()
    strange = [names.term(term) for term, held in zip(sequence, holds, strict=True) if not held]
    row = matcher.learned.index.row(reading.terms)
    logits = matcher.logits(reading, row, context)
    accounts = [_account(matcher, reading, names, match, logits) for match in decision.matches[:2]]
    first, second = (*accounts, None, None)[:2]
    return Part(
        text=text,
        words=reading.words,
        repairs=reading.repairs,
        sense=reading.sense,
        places=tuple(_named_places(reading)),
        unknown=tuple(dict.fromkeys(strange)),
        asked=tuple(map(names.term, reading.terms.asked)),
        outcome=decision.outcome,
        chosen=tuple(match.entry.id for match in decision.chosen),
        costs=_costs(matcher, decision),
        first=first,
        second=second,
        difference=_difference(first, second) if first and second else (),
    )


def _named_places(reading: Reading) -> Iterator[Named]:
    typed = words(reading.text)
    for place in reading.places:
        written = " ".join(typed[place.start : place.start + place.length])
        yield Named(written, place.name, place.inside)


def _costs(matcher: Matcher, decision: Decision) -> dict[str, float]:
    if not decision.matches:
        return {}
    expected = expected_costs(decision.matches, matcher.costs)._asdict()
    return {outcome: cost for outcome, cost in expected.items() if isfinite(cost)}


def _account(
    matcher: Matcher, reading: Reading, names: Names, match: Match, logits: Floats
) -> Account:
    index = matcher.learned.index
    label = matcher.base.entries.index(match.entry)
    row = index.row(reading.terms)
    said = named(index.votes.shares(row, label), _columns(matcher, reading), reading.terms, names)
    spoken = float(index.logits(row)[label])
    missed = _missed(index, reading, names, label)
    rivalling = index.leaning.beside_an_answer(logits, None)
    rivals = np.sort(rivalling)[::-1][:RIVALS]
    all_shares = shares(np.append(rivals, rivalling[label]), len(reading.terms.sequence))
    return Account(
        entry=match.entry.id,
        said=_ordered(said),
        logit=spoken,
        missed=_ordered(missed),
        added=float(logits[label]) - spoken - sum(missed.values()),
        share=float(all_shares[-1] / all_shares[:-1].sum()),
        coverage=index.votes.coverage(row, label),
        score=match.score,
        chance=match.chance,
    )


def _missed(index: Index, reading: Reading, names: Names, label: int) -> dict[str, float]:
    """What speaks against the entry for what it neither asks nor tells, word by word."""
    if index.leaning.refusing[label]:
        return {}
    doubts = (doubt for doubt in index.doubts(reading.terms) if label not in doubt.having)
    return {names.term(doubt.term): -doubt.weight for doubt in doubts}


def _columns(matcher: Matcher, reading: Reading) -> dict[int, int]:
    """The column of each feature of the message that the folder has, by the feature's key."""
    keys = [feature.key for feature in features(reading.terms)]
    columns, held = matcher.learned.index.vectorizer.columns(keys)
    found = zip(keys, columns.tolist(), held.tolist(), strict=True)
    return {key: column for key, column, is_held in found if is_held}


def _difference(first: Account, second: Account) -> Said:
    ours, theirs = dict(first.said), dict(second.said)
    return _ordered({name: ours.get(name, 0.0) - theirs.get(name, 0.0) for name in ours | theirs})


def _ordered(said: dict[str, float]) -> Said:
    return tuple(sorted(said.items(), key=lambda item: (-abs(item[1]), item[0])))
