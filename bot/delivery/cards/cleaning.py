"""What companies write, without the characters that show as something else than they are.

Markup is not touched here: each rendering escapes its own.
"""

from __future__ import annotations

import re
import unicodedata

_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")
"""Letters and marks that show as nothing (fillers, the grapheme joiner, Khmer inherent vowels)."""
_BREAKS = re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_MANY_EMPTY_LINES = re.compile(r"\n{3,}")


def clean_text(text: str) -> str:
    """``text`` of one or more lines without controls, bidi marks and zero-width characters.

    All format characters (Unicode category Cf) go: among them the embeddings, overrides and
    isolates that turn the reading direction, joiners, soft hyphens and invisible tags. Other
    control characters become spaces, any kind of line break a line feed, halves of a character
    (lone surrogates) question marks.
    """
    lines = _BREAKS.sub("\n", text).split("\n")
    cleaned = "\n".join("".join(map(_shown, line)).rstrip() for line in lines)
    return _MANY_EMPTY_LINES.sub("\n\n", cleaned).strip()


def clean_line(text: str) -> str:
    """:func:`clean_text` on one line: what may stand in a header, a name or a subject."""
    return " ".join(clean_text(text).split())


def _shown(character: str) -> str:
    if " " <= character <= "~":
        return character
    category = unicodedata.category(character)
    if category == "Cf" or character in _INVISIBLE:
        return ""
    if category == "Cc":
        return " "
    return "?" if category == "Cs" else character


def shortened(text: str, limit: int) -> str:
    """``text`` in at most ``limit`` UTF-16 units, as Telegram counts; an ellipsis for the rest."""
    if len(text.encode("utf-16-le")) <= 2 * limit:
        return text
    kept = text.encode("utf-16-le")[: 2 * (limit - 1)].decode("utf-16-le", "ignore")
    return kept.rstrip() + "…"
