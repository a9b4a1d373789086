"""Examinations side by side, each with its own time: one silent host holds up none of the rest."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.doctor.finding import Finding, Matter, fault
from bot.errors import without_message

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Sequence

WITHIN_SECONDS = 10.0
"""How long each examination may take unless it is said otherwise."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Examination:
    """Looks at one thing; ``about`` names it where it does not answer."""

    matter: Matter
    about: str
    examine: Callable[[], Awaitable[Sequence[Finding]]]


async def examine_all(
    examinations: Iterable[Examination], within_seconds: float
) -> tuple[Finding, ...]:
    """What each of ``examinations`` finds, in their order; nothing is raised."""
    found = await asyncio.gather(*(_examine(one, within_seconds) for one in examinations))
    return tuple(finding for findings in found for finding in findings)


async def _examine(examination: Examination, within_seconds: float) -> Sequence[Finding]:
    try:
        async with asyncio.timeout(within_seconds):
            return await examination.examine()
    except TimeoutError:
        what = f"{examination.about} has not answered within {within_seconds:g} s"
        mend = "see that it runs and can be reached from here (name, network, firewall)"
        return (fault(examination.matter, what, mend),)
    except Exception as error:  # noqa: BLE001 - a doctor that falls ill helps nobody
        logger.warning("%s: %s", examination.about, without_message(error))
        what = f"{examination.about} could not be examined ({type(error).__name__})"
        mend = "the log says where; this is a fault of the assistant, please report it"
        return (fault(examination.matter, what, mend),)
