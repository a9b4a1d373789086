"""A message under reading: what one reader takes, no other sees."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.text import fold

TAKEN = "\ufffc"
"""Stands where something was read; it is no letter, digit, space or mark of any pattern."""

LONGEST = 8_000
"""Characters of a message that are read; twice what a Telegram message holds."""

Span = tuple[int, int]

_APOSTROPHES = str.maketrans(dict.fromkeys("‘’‛ʼ´`′＇", "'"))
_BREAK = re.compile(r"[.!?;\n](?=\s|$)|\n")


@dataclass(frozen=True, slots=True)
class Passage:
    """A message as it is ``written`` and, letter for letter, ``folded`` (lower case, no accent).

    A position in one is the same position in the other, so that what was found in the folded
    text can be quoted as it is written.
    """

    written: str
    folded: str

    @classmethod
    def of(cls, text: str) -> Passage:
        """``text`` ready to be read, without invisible characters: ``m²`` is ``m2`` in it."""
        plain = unicodedata.normalize("NFKC", text.translate(_APOSTROPHES)[:LONGEST])
        written = "".join(map(_visible, plain))[:LONGEST]
        return cls(written, "".join(map(_folded, written)))

    def without(self, *spans: Span) -> Passage:
        """The rest, once ``spans`` are read."""
        written, folded = self.written, self.folded
        for start, end in spans:
            gap = TAKEN * (end - start)
            written = written[:start] + gap + written[end:]
            folded = folded[:start] + gap + folded[end:]
        return Passage(written, folded)

    def quote(self, span: Span, longest: int) -> str:
        """What is written there, on one line of at most ``longest`` characters."""
        start, end = span
        return " ".join(self.written[start:end].replace(TAKEN, " ").split())[:longest].strip()

    def rest(self) -> str:
        """What is written and not yet read."""
        return re.sub(f"{TAKEN}+", " ", self.written)

    def clause_before(self, start: int, since: int = 0) -> str:
        """What precedes ``start`` in its own sentence and after ``since``, folded."""
        before = self.folded[since:start]
        breaks = [found.end() for found in _BREAK.finditer(before)]
        return before[breaks[-1] if breaks else 0 :]

    def find(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """Where ``pattern`` is in the folded text."""
        return pattern.finditer(self.folded)


def _visible(character: str) -> str:
    if character.isascii():
        return character if character.isprintable() or character == "\n" else " "
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category in {"Cf", "Co", "Cs", "Cn"}:
        return ""
    return " " if category[0] in "ZC" or character == TAKEN else character


def _folded(character: str) -> str:
    folded = character.lower() if character.isascii() else fold(character)
    return folded if len(folded) == 1 else character
