"""The values of the form's buttons: what was pressed, and of which question.

``request:ACTION`` or ``request:ACTION:ARGUMENT``, and ``need:ID`` (an id has 58 characters at
most, so that all stay within the 64 bytes of a Telegram button).
"""

from __future__ import annotations

NEW = "request:new"
RESUME = "request:resume"
RESTART = "request:restart"
APPEND = "request:append"
CANCEL = "request:cancel"
LIST = "request:list"
TAKE = "request:take"
CORRECT = "request:correct"
RECAP = "request:recap"
OTHER_NEED = "request:other-need"
NO_COMPANY = "request:company:none"
ADD_HERE = "request:add-here"
DONE = "request:done"
DROP = "request:drop"
KEEP_OPEN = "request:keep-open"

_PREFIXES = ("request:", "need:")


def valued(action: str, argument: str) -> str:
    """The value of a button that does ``action`` with or to ``argument``."""
    return f"request:{action}:{argument}"


def is_ours(value: str) -> bool:
    """Whether the button of that value belongs to requests."""
    return value.startswith(_PREFIXES)


def parted(value: str) -> tuple[str, str]:
    """Action and argument; the action of ``need:ID`` is ``need``."""
    kind, _, rest = value.partition(":")
    if kind == "need":
        return kind, rest
    action, _, argument = rest.partition(":")
    return action, argument
