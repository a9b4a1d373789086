"""References: the short name of a request, to be said on the telephone.

Sixteen signs that neither eye nor ear confuses (no vowels, so that they make no word; no 0, 1, B,
D, G …), a check character after ISO 7064 (MOD 17,16, the hybrid system of python-stdnum), and
hyphens to breathe at: ``K7M-4XR``.
"""

from __future__ import annotations

import re

from stdnum.iso7064 import mod_37_36

ALPHABET = "23456789CFHKMRWX"

_SHORTEST = 5
_WRITTEN = re.compile(rf"\b[{ALPHABET}]{{2,}}-[{ALPHABET}]{{3,}}\b")
_SPREAD = 0x9E3779B1
"""Odd, so that multiplying by it permutes the numbers of any length; the golden ratio of 2**32."""


def reference(number: int) -> str:
    """The reference of the request that has this ``number``; each has its own.

    Neighbours differ in several signs, so that one misheard does not name the other. Raises
    ValueError for a negative number.
    """
    if number < 0:
        raise ValueError("a request's number is never negative")
    length = _SHORTEST
    while number >= len(ALPHABET) ** length:
        length += 1
    spread = number * _SPREAD % len(ALPHABET) ** length
    signs = _in_signs(spread, length)
    return _grouped(signs + mod_37_36.calc_check_digit(signs, ALPHABET))


def normalised(typed: str) -> str | None:
    """The reference that ``typed`` is, whatever its case and spacing; None if it is none."""
    signs = "".join(typed.upper().replace("-", " ").split())
    if len(signs) <= _SHORTEST or not mod_37_36.is_valid(signs, ALPHABET):
        return None
    return _grouped(signs)


def named_in(text: str) -> str | None:
    """The first reference that ``text`` names, as it is written here; None if it names none."""
    return next(filter(None, map(normalised, _WRITTEN.findall(text))), None)


def _in_signs(number: int, length: int) -> str:
    signs = ""
    for _ in range(length):
        number, remainder = divmod(number, len(ALPHABET))
        signs = ALPHABET[remainder] + signs
    return signs


def _grouped(signs: str) -> str:
    middle = len(signs) // 2
    return f"{signs[:middle]}-{signs[middle:]}"
