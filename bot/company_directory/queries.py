"""What may be asked of a directory: a number, or a name; anything else never leaves the system."""

from __future__ import annotations

import re

LONGEST_NAME = 100
"""Characters; a longer text is a sentence (Sirene keeps 100 of a company's name)."""

_SEPARATORS = re.compile(r"[\s.\-]")
_NUMBER = re.compile(r"[0-9]{9}(?:[0-9]{5})?")
_MOST_DIGITS = 7
"""More digits than that are a telephone number or a mistyped SIREN, not part of a name."""


def number(query: str) -> str | None:
    """The SIREN or SIRET that ``query`` is, as digits alone, or None."""
    digits = _SEPARATORS.sub("", query)
    return digits if _NUMBER.fullmatch(digits) else None


def name(query: str) -> str | None:
    """The name that ``query`` can be, or None: an e-mail address or a whole letter is none."""
    printable = "".join(sign if sign.isprintable() else " " for sign in query)
    text = " ".join(printable.split())
    if not text or len(text) > LONGEST_NAME or "@" in text:
        return None
    digits = sum(sign.isdigit() for sign in text)
    return text if digits <= _MOST_DIGITS and any(map(str.isalpha, text)) else None
