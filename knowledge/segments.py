"""Several questions in one message: where one ends and the next begins.

Sentences are told by their punctuation. Within a sentence a joint ("et", "and", a comma) only
parts two questions when each side is understood by itself, and as two different things.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from knowledge.decision import Decision

_SENTENCE_END = re.compile(r"(?<=[?!;\n])\s*|(?<=[^\W\d]{2}[.])\s+|\s+[-–—/]\s+")
_JOINT = re.compile(
    r"\s*(?:[,;:+&]\s*)?(?:\b(?:et|and|ainsi que|then|also|aussi)\b|[,;+&])"
    r"\s*(?:(?:aussi|also)\b\s*)?",
    re.IGNORECASE,
)
_PART_SCORE = 0.55
_PART_OF_DOUBTFUL_SCORE = 0.3
"""A message that is not understood whole may be in parts, even less surely."""
_MOST_PARTS = 4

Decide = Callable[[str], Decision]


def understand(text: str, decide: Decide) -> list[tuple[str, Decision]]:
    """The parts of ``text`` that are questions of their own, each with its decision.

    ``decide`` judges a piece of text. A message that is one question comes back whole.
    """
    whole = decide(text)
    sentences = [part for part in map(str.strip, _SENTENCE_END.split(text)) if _has_word(part)]
    if len(sentences) > 1:
        parts = _sentences(text, whole, sentences[:_MOST_PARTS], decide)
    else:
        parts = _joined(text, whole, decide)
    return _without_courtesies(_distinct(parts))


def _has_word(text: str) -> bool:
    return bool(re.search(r"\w", text))


def _sentences(
    text: str, whole: Decision, sentences: Sequence[str], decide: Decide
) -> list[tuple[str, Decision]]:
    judged = [
        part for sentence in sentences for part in _joined(sentence, decide(sentence), decide)
    ]
    understood = [part for part in judged if _is_sure(part[1])]
    asked = [part for part in understood if not part[1].chosen[0].entry.courtesy]
    open_questions = [part for part in judged if part[1].outcome == "unknown" and "?" in part[0]]
    if len(asked) > 1 or (asked and open_questions):
        return [part for part in judged if part in asked or part in open_questions]
    if _is_sure(whole) and not whole.chosen[0].entry.courtesy:
        return [(text, whole)]
    return asked or understood or [(text, whole)]


def _joined(text: str, whole: Decision, decide: Decide) -> list[tuple[str, Decision]]:
    best = [(text, whole)]
    for first, second in _splits(text):
        parts = [(first, decide(first)), (second, decide(second))]
        least = _PART_SCORE if _is_sure(whole) else _PART_OF_DOUBTFUL_SCORE
        if not all(_is_sure(decision, least) for _, decision in parts):
            continue
        ids = [decision.chosen[0].entry.id for _, decision in parts]
        covered = not _is_sure(whole) or whole.chosen[0].entry.id in ids
        if ids[0] != ids[1] and covered:
            rest = _joined(second, parts[1][1], decide) if len(text) > len(second) else [parts[1]]
            return [parts[0], *rest][:_MOST_PARTS]
    return best


def _splits(text: str) -> Iterator[tuple[str, str]]:
    for joint in _JOINT.finditer(text):
        first, second = text[: joint.start()].strip(), text[joint.end() :].strip()
        if _has_word(first) and _has_word(second):
            yield first, second


def _is_sure(decision: Decision, least: float = _PART_SCORE) -> bool:
    return len(decision.chosen) == 1 and decision.score >= least


def _distinct(parts: list[tuple[str, Decision]]) -> list[tuple[str, Decision]]:
    seen: set[tuple[str, ...]] = set()
    distinct = []
    for text, decision in parts:
        ids = tuple(match.entry.id for match in decision.chosen)
        if not ids or ids not in seen:
            distinct.append((text, decision))
        seen.add(ids)
    return distinct


def _without_courtesies(parts: list[tuple[str, Decision]]) -> list[tuple[str, Decision]]:
    asked = [part for part in parts if not (part[1].chosen and part[1].chosen[0].entry.courtesy)]
    return asked or parts[:1]
