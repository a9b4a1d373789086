"""Numbers as people write them in French and English: "1 500", "1,5", "5k", "cinq cents"."""

from __future__ import annotations

import re

_UNITS = {
    "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7,
    "huit": 8, "neuf": 9, "dix": 10, "onze": 11, "douze": 12, "treize": 13, "quatorze": 14,
    "quinze": 15, "seize": 16, "vingt": 20, "vingts": 20, "trente": 30, "quarante": 40,
    "cinquante": 50, "soixante": 60, "septante": 70, "huitante": 80, "octante": 80,
    "nonante": 90, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14,
    "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20,
    "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90,
}  # fmt: skip
_MULTIPLES = {
    "cent": 100, "cents": 100, "hundred": 100, "dizaine": 10, "dizaines": 10, "douzaine": 12,
    "dozen": 12, "quinzaine": 15, "vingtaine": 20, "trentaine": 30, "quarantaine": 40,
    "cinquantaine": 50, "soixantaine": 60, "centaine": 100, "centaines": 100,
}  # fmt: skip
_THOUSANDS = {"mille": 1000, "thousand": 1000, "millier": 1000, "milliers": 1000,
    "million": 1_000_000, "millions": 1_000_000}  # fmt: skip
_ALL = "|".join(sorted((*_UNITS, *_MULTIPLES, *_THOUSANDS), key=len, reverse=True))
_FOUR_TWENTIES = (4, 20)

_GROUPED_DIGITS = r"\d{1,3}(?:[ .,']\d{3}){1,4}(?:[.,]\d{1,2})?(?!\d)"
_PLAIN_DIGITS = r"\d{1,12}(?:[.,]\d{1,6})?(?!\d)"
_DIGITS = rf"(?:{_GROUPED_DIGITS}|{_PLAIN_DIGITS})(?: ?k(?!\w))?"
_JOINT = r"(?:[ -]+|[ -]et[ -](?=(?:un|une|onze)(?!\w)))"
_WORDS = rf"(?<!\w)(?:{_ALL})(?:{_JOINT}(?:{_ALL})(?!\w)){{0,9}}(?!\w)"
_SCALE = r"(?: (?:mille|thousand|millions?)(?!\w))?"
NUMBER = rf"(?<![\w^])(?<!\d[.,])(?<!\W[-−.])(?<!^[-−.])(?:{_DIGITS}{_SCALE}|{_WORDS})"
"""Finds a number in a folded text; it has no group of its own.

A negative number is none, nor is one of more than twelve digits.
"""

_GROUPED = re.compile(r"\d{1,3}(?:[.,]\d{3})+")


def value(number: str, *, decimal_mark: bool = False) -> float:
    """What :data:`NUMBER` found comes to.

    "1.500" is fifteen hundred, unless ``decimal_mark``: one and a half.
    """
    if not number[0].isdigit():
        return _of_words(re.split(r"[ -]+", number))
    typed = re.sub(r"[^\d.,]", "", number)
    scale = re.sub(r"[^a-z]", "", number)
    times = 1000 if scale == "k" else _THOUSANDS.get(scale, 1)
    return _of_digits(typed, decimal_mark=decimal_mark) * times


def _of_digits(typed: str, *, decimal_mark: bool) -> float:
    marks = re.findall(r"[.,]", typed)
    grouped = len(set(marks)) == 1 and _GROUPED.fullmatch(typed)
    if len(marks) > 1 and len(set(marks)) > 1:
        whole, _, fraction = typed.rpartition(marks[-1])
        return float(re.sub(r"[.,]", "", whole) + "." + fraction)
    if grouped and (len(marks) > 1 or not decimal_mark):
        return float(re.sub(r"[.,]", "", typed))
    return float(typed.replace(",", ".")) if len(marks) <= 1 else float(re.sub(r"[.,]", "", typed))


def _of_words(said: list[str]) -> float:
    total = current = 0
    for word in said:
        if word in _THOUSANDS:
            total, current = total + (current or 1) * _THOUSANDS[word], 0
        elif word in _MULTIPLES:
            current = (current or 1) * _MULTIPLES[word]
        elif (current % 100, _UNITS.get(word)) == _FOUR_TWENTIES:
            current += 76
        else:
            current += _UNITS.get(word, 0)
    return float(total + current)
