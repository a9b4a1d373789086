"""Looking a company up: the port, and what stands for it when there is no directory.

What leaves the system is the number or the name of a company, nothing else.
"""

from __future__ import annotations

from typing import Protocol

from handlers.requests.model import Company


class DirectoryUnavailable(Exception):  # noqa: N818 - it names a state of affairs
    """The directory could not be asked, or its answer could not be used.

    Its text says why without a word of the query. ``passing`` when asking once more, at once,
    may help.
    """

    def __init__(self, reason: str, *, passing: bool = False) -> None:
        super().__init__(reason)
        self.passing = passing


class CompanyDirectory(Protocol):
    """Knows companies by their number and by their name."""

    async def find(self, query: str) -> tuple[Company, ...]:
        """The companies of a SIREN (9 digits), a SIRET (14 digits) or a name, the likeliest first.

        Raises:
            DirectoryUnavailable: there is no answer that can be used.
        """


class NoDirectory:
    """Stands for a directory where none is configured."""

    async def find(self, query: str) -> tuple[Company, ...]:
        """Always refuse.

        Raises:
            DirectoryUnavailable: whatever is asked.
        """
        del query
        raise DirectoryUnavailable("none is configured")
