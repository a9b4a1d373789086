"""Several questions in one message: which of its pieces are questions of their own.

A joint within a sentence ("et", "and", a comma) only parts two questions when each side is
understood by itself, and as two different things; or when a whole question follows it.

Of a letter, which says who writes and why, only the sentences that ask or wish are judged, if one
of them is understood.

Every piece is judged at most once, and at most :data:`MOST_JUDGED` pieces are, however long the
message is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from knowledge.decision import Decision
from knowledge.sentences import (
    Inseparable,
    Joint,
    joints,
    parted,
    renamed,
    renumbered,
    unjoined,
)
from knowledge.speech_acts import (
    asks,
    asks_a_part,
    asks_or_wishes,
    begins_to_ask,
    introduces,
    points_back,
    tells,
)
from knowledge.text import refers_back, words

MOST_JUDGED = 10
"""So many pieces of a message are matched at most: what it costs is bounded."""

_MOST_ATOMS = 5
_MOST_PARTS = 4
_FEWEST = 2
_PART_SCORE = 0.55
_PART_OF_DOUBTFUL_SCORE = 0.3
"""A message that is not understood whole may be in parts, even less surely."""
_VERBATIM_SCORE = 0.995
_QUESTION_WORDS = 3
"""A question that is no more than these words long may only complete the one before it."""

_LETTER_WORDS = 25
"""From so many words on a message says who writes and why, beside what is wanted."""

_LEANING_WORDS = 8
"""A longer question says what it is about, whatever its pronouns stand for."""


class Part(NamedTuple):
    """A question of a message and what it was decided to be."""

    text: str
    decision: Decision

    @property
    def entry(self) -> str | None:
        """The id of the entry that is meant, if one is: the likelier of two that are answered."""
        chosen = self.decision.chosen
        if len(chosen) == 1 or (chosen and self.decision.outcome == "answer"):
            return chosen[0].entry.id
        return None

    @property
    def courtesy(self) -> bool:
        """Whether it is a greeting or thanks, which needs no answer beside a question."""
        return bool(self.decision.chosen and self.decision.chosen[0].entry.courtesy)

    def is_sure(self, least: float = _PART_SCORE) -> bool:
        """Whether one entry is meant, with at least this probability."""
        return self.entry is not None and self.decision.score >= least

    def beside_another(self) -> Part:
        """The part as it is answered with others: a guess that might do alone is not made."""
        if self.is_sure() or len(self.decision.chosen) > 1:
            return self
        return Part(self.text, Decision("unknown", (), self.decision.matches))


Judge = Callable[[str, "Part | None"], Decision]
"""Decides what a piece of a message is; the part before it helps with a piece that needs one."""


class _Judging:
    """Judges pieces, each once, and no more than :data:`MOST_JUDGED`."""

    def __init__(self, judge: Judge, inseparable: Inseparable) -> None:
        self._judge = judge
        self._left = MOST_JUDGED
        self._known: dict[tuple[str, str], Part] = {}
        self.inseparable = inseparable

    def __call__(self, text: str, before: Part | None = None) -> Part:
        key = (text, before.text if before else "")
        if key not in self._known:
            if not self._left:
                return Part(text, Decision("unknown", (), ()))
            self._left -= 1
            self._known[key] = Part(text, self._judge(text, before))
        return self._known[key]

    def after(self, before: Part | None, text: str, least: float) -> Part:
        """``text`` by itself if that is enough, else in the light of the part before it."""
        alone = self(renamed(before.text, renumbered(before.text, text)) if before else text)
        if before is None or before.entry is None:
            return alone
        leans = alone.is_sure(least) and refers_back(text) and len(words(text)) <= _LEANING_WORDS
        if alone.is_sure(least) and not leans:
            return alone
        completed = self(text, before)
        if not completed.is_sure(least) or (leans and completed.entry == before.entry):
            return alone
        return completed

    @property
    def exhausted(self) -> bool:
        """Whether nothing more is judged."""
        return not self._left


def understand(
    text: str, judge: Judge, inseparable: Inseparable = lambda _before, _after: False
) -> list[Part]:
    """The parts of ``text`` that are questions of their own, each with its decision.

    A message that is one question comes back whole.
    """
    judging = _Judging(judge, inseparable)
    text, sentences = parted(text)
    if len(sentences) > 1:
        parts = _of_sentences(text, sentences, judging)
    else:
        [sentence] = sentences or [text]
        parts = _joined(judging(sentence), judging)
    return _without_courtesies(_distinct(parts))[:_MOST_PARTS]


def _of_sentences(text: str, sentences: Sequence[str], judging: _Judging) -> list[Part]:
    if len(words(text)) >= _LETTER_WORDS:
        found = _of_letter(sentences, judging)
        if found:
            return found
    whole = judging(text)
    ask = any(map(asks, sentences))
    judged: list[Part] = []
    for sentence in sentences:
        before = next((part for part in reversed(judged) if part.is_sure()), None)
        part = judging.after(before, sentence, _PART_SCORE)
        judged += [part] if ask and tells(sentence) else _joined(part, judging)
    asked = [part for part in judged if part.is_sure() and not part.courtesy]
    asked = _without_introductions(asked, whole)
    told = _with_open_questions(asked, judged)
    if len({part.entry for part in asked}) > 1 or len(told) > len(asked):
        return told
    if whole.is_sure() and not whole.courtesy:
        return [whole]
    return asked or [part for part in judged if part.is_sure()] or [whole]


def _of_letter(sentences: Sequence[str], judging: _Judging) -> list[Part]:
    """What the sentences that ask or wish for something are, if they are understood.

    The others say who writes, and why.
    """
    judged: list[Part] = []
    for before, sentence in zip(["", *sentences], sentences, strict=False):
        if asks_or_wishes(sentence):
            judged += _in_letter(before, sentence, judging)
    asked = [part for part in judged if part.is_sure() and not part.courtesy]
    answers = [part for part in asked if part.decision.outcome != "unknown" or asks(part.text)]
    return _with_open_questions(answers or asked, judged)


def _with_open_questions(asked: Sequence[Part], judged: Sequence[Part]) -> list[Part]:
    """What is ``asked`` and, beside it, the questions of ``judged`` that are not understood."""
    told = [part for part in judged if part in asked or ("?" in part.text and not part.is_sure())]
    return [part if part in asked else part.beside_another() for part in told] if asked else []


def _in_letter(before: str, sentence: str, judging: _Judging) -> list[Part]:
    """The questions of ``sentence`` by itself if that is enough, else with the one before it."""
    alone = judging(sentence)
    parts = _joined(alone, judging)
    sure = any(part.is_sure() for part in parts)
    short = refers_back(sentence) and len(words(sentence)) <= _LEANING_WORDS
    partial, pointing = asks_a_part(sentence), points_back(sentence)
    if not before or (sure and not (short or partial or pointing)):
        return parts
    longer = judging(f"{before} {sentence}")
    if longer.is_sure() and (partial or not sure or longer.decision.outcome != "unknown"):
        return _joined(longer, judging)
    # What it points to, such as a town, is told with it.
    return [Part(longer.text, alone.decision)] if pointing and alone.is_sure() else parts


def _joined(whole: Part, judging: _Judging) -> list[Part]:
    """``whole``, or the questions that its joints part."""
    if whole.decision.score >= _VERBATIM_SCORE:
        return [whole]
    sure = whole.is_sure()
    found = list(joints(whole.text, judging.inseparable))
    if not found and not sure and begins_to_ask(whole.text):
        found = unjoined(whole.text)
    if not found or judging.exhausted:
        return [whole]
    least = _PART_SCORE if sure else _PART_OF_DOUBTFUL_SCORE
    groups = _grouped(whole.text, found[: _MOST_ATOMS - 1], judging, least)
    known = {part.entry for part in groups if part.is_sure(least)}
    surer = all(part.decision.score > whole.decision.score for part in groups)
    covered = not sure or whole.entry in known or surer or _are_questions(groups, found)
    added = all(joint.adds for joint in found)
    if len(groups) < _FEWEST or not known or not covered or _refused(whole, groups, added=added):
        return [whole]
    kept = _without_introductions(groups, whole)
    if sure and len(kept) < _FEWEST:
        return [whole]
    return [part if part.is_sure(least) else part.beside_another() for part in kept]


def _are_questions(groups: Sequence[Part], joints: Sequence[Joint]) -> bool:
    """Whether each is put as a question of its own, and understood by itself."""
    return all(joint.asks for joint in joints) and all(
        part.is_sure() and len(words(part.text)) >= _QUESTION_WORDS for part in groups
    )


def _without_introductions(parts: Sequence[Part], whole: Part) -> list[Part]:
    """``parts`` but for what says who asks, where another is a question.

    What tells of a need is none, nor what ``whole`` is about too ("je suis artisan, j'ai droit ?").
    """
    kept = [part for part in parts if part.entry == whole.entry or not _only_introduces(part)]
    if not any(map(_is_answered, kept)):
        kept = [part for part in parts if part in kept or _is_answered(part)]
    return kept or list(parts)


def _is_answered(part: Part) -> bool:
    return part.entry is not None and part.decision.outcome != "unknown"


def _only_introduces(part: Part) -> bool:
    if part.decision.outcome == "unknown":
        return introduces(part.text) or tells(part.text)
    return part.decision.outcome == "answer" and introduces(part.text)


def _refused(whole: Part, groups: Sequence[Part], *, added: bool) -> bool:
    """Whether a part is refused like the whole, and no other is a question of its own.

    None is that is less sure ("mal au dos, que faire ?"), nor where all is but ``added`` ("who
    owns the market, the one in Rungis").
    """
    refusing = whole.is_sure() and whole.decision.outcome == "unknown"
    others = [part for part in groups if part.entry != whole.entry]
    surest = max((part.decision.score for part in others), default=0.0)
    return refusing and len(others) < len(groups) and (added or surest < whole.decision.score)


def _grouped(text: str, joints: Sequence[Joint], judging: _Judging, least: float) -> list[Part]:
    """The pieces between ``joints``, each with those after it that are no question themselves."""
    groups: list[Part] = []
    start = 0
    group = judging(text[: joints[0].start].strip())
    ends = [joint.start for joint in joints[1:]] + [len(text)]
    for joint, end in zip(joints, ends, strict=True):
        atom = judging.after(group, text[joint.end : end].strip(), least)
        if _parts(group, atom, joint, least):
            groups.append(group)
            group, start = atom, joint.end
        elif atom.is_sure(least) and atom.entry == group.entry:
            group = Part(text[start:end].strip(), group.decision)
        else:
            longer = judging(text[start:end].strip())
            kept = group.is_sure(least) and not longer.is_sure(least)
            group = Part(longer.text, group.decision) if kept else longer
    return [*groups, group] if all(_may_stand(part, least) for part in [*groups, group]) else []


def _parts(group: Part, atom: Part, joint: Joint, least: float) -> bool:
    if group.is_sure(least) and atom.is_sure(least):
        return group.entry != atom.entry
    long_enough = all(len(words(part.text)) >= _QUESTION_WORDS for part in (group, atom))
    return joint.asks and long_enough and (group.is_sure() or atom.is_sure())


def _may_stand(part: Part, least: float) -> bool:
    return part.is_sure(least) or begins_to_ask(part.text, after_whom=True)


def _distinct(parts: Sequence[Part]) -> list[Part]:
    """Parts that ask for the same entry as one, in the place of the first."""
    distinct: dict[object, Part] = {}
    for number, part in enumerate(parts):
        ids = tuple(match.entry.id for match in part.decision.chosen) or number
        known = distinct.get(ids)
        same = known is None or part.text in known.text
        if known is None:
            distinct[ids] = part
        elif not same:
            distinct[ids] = Part(f"{known.text} {part.text}", known.decision)
    return list(distinct.values())


def _without_courtesies(parts: list[Part]) -> list[Part]:
    return [part for part in parts if not part.courtesy] or parts[:1]
