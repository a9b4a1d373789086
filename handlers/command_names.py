"""The commands as people type them, the same in every channel."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from handlers.events import CommandGiven

if TYPE_CHECKING:
    from handlers.events import CommandName

COMMANDS: dict[str, CommandName] = {
    "start": "start",
    "aide": "help",
    "help": "help",
    "menu": "menu",
    "langue": "language",
    "language": "language",
    "contact": "contact",
    "demande": "request",
    "request": "request",
    "demandes": "requests",
    "requests": "requests",
    "mesdonnees": "mydata",
    "mydata": "mydata",
    "effacer": "erase",
    "erase": "erase",
}
"""By what stands after the slash, in both languages."""

_TYPED = re.compile(r"/([A-Za-zÀ-ÿ_]+)(?:\s+(.*))?", re.DOTALL)
_UNACCENTED = str.maketrans("éèê", "eee")


def command_typed(text: str) -> CommandGiven | None:
    """The command that ``text`` is; None for all else, an unknown command included.

    Case does not matter, nor do accents: ``/mesdonnées`` is what many write.
    """
    typed = _TYPED.fullmatch(text.strip())
    name = typed[1].lower().translate(_UNACCENTED) if typed else ""
    if typed is None or name not in COMMANDS:
        return None
    return CommandGiven(name=COMMANDS[name], argument=(typed[2] or "").strip())
