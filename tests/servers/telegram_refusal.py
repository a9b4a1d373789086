"""How a Bot API server says no."""

from __future__ import annotations


class Refused(Exception):  # noqa: N818 - it names what the server does
    """A call is refused, as the Bot API does: code, description, parameters."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters
