"""Messages misspelt as on a telephone: letters left out, added, replaced, or two swapped."""

from __future__ import annotations

import random
from string import ascii_lowercase

LETTERS_A_SLIP = 8


def slips_in(text: str) -> int:
    """How many slips ``text`` gets: one for eight letters, to the nearest, at least one."""
    letters = sum(map(str.isalpha, text))
    return max(1, (letters + LETTERS_A_SLIP // 2) // LETTERS_A_SLIP) if letters else 0


def misspell(text: str, seed: int) -> str:
    """``text`` with its slips: the same for the same text and seed, whatever was asked before."""
    draw = random.Random(f"{seed} {text}")  # noqa: S311 - reproducible slips, not a secret
    places = [place for place, letter in enumerate(text) if letter.isalpha()]
    letters = list(text)
    # From the last to the first, so that no slip moves the place of another.
    for place in sorted(draw.sample(places, slips_in(text)), reverse=True):
        _slip(letters, place, draw)
    return "".join(letters)


def _slip(letters: list[str], place: int, draw: random.Random) -> None:
    """Make one slip at ``place``; every kind changes the text."""
    letter = letters[place]
    following = letters[place + 1] if place + 1 < len(letters) else ""
    kinds = ["leave out", "add", "replace"]
    if following.isalpha() and following != letter:
        kinds.append("swap")
    match draw.choice(kinds):
        case "leave out":
            letters.pop(place)
        case "add":
            letters.insert(place, draw.choice(ascii_lowercase))
        case "replace":
            letters[place] = draw.choice(ascii_lowercase.replace(letter, ""))
        case _:
            letters[place : place + 2] = following, letter
