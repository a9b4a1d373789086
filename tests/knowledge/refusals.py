"""A folder that tells of two things when they came, and refuses at what hour others do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from knowledge.loading import load
from tests.knowledge.folders import TODAY, entry, write

if TYPE_CHECKING:
    from pathlib import Path

    from knowledge.loading import Loaded

SIGNED = """\
quand a été signé le protocole
la signature du protocole
date de signature du protocole
signé le combien, le protocole
le protocole, signé depuis quand"""

LABEL = """\
quand a été obtenu le label
date du label
obtention du label
le label, depuis quand
qui a donné le label"""

HOUR = "à quelle heure a été signé le protocole"
"""No entry tells it, unless one asks for an hour again or its answer has one."""

_REFUSED = """\
à quelle heure vient le {thing}
le {thing}, quelle surface
qui a vu le {thing}
le loyer du {thing}"""

_THINGS = "site directeur fonds port stade parc moulin canal"


def refusing(path: Path, signed: str, answer: str = "le 3 mai", **refused: str) -> Loaded:
    """The folder; ``signed`` leads to the entry with that ``answer``, ``refused`` nowhere."""
    unknown = {thing: _REFUSED.format(thing=thing) for thing in _THINGS.split()} | refused
    files = {name: entry(name, text) + "  outcome: unknown\n" for name, text in unknown.items()}
    files |= {"label": entry("label", LABEL), "signed": entry("signed", signed, answer)}
    return load(write(path, {f"entries/{name}.yaml": text for name, text in files.items()}), TODAY)
