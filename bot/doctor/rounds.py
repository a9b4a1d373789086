"""The examinations that ask others, again and again while the assistant serves."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.doctor.finding import Finding

FIRST_AFTER_SECONDS = 15.0
"""Before, the channels have not made themselves known yet."""

logger = logging.getLogger(__name__)


class Rounds:
    """Keeps what the last round found; the log tells what is new in it, and what is mended."""

    def __init__(
        self,
        examine: Callable[[], Awaitable[tuple[Finding, ...]]],
        every_seconds: float,
        first_after_seconds: float = FIRST_AFTER_SECONDS,
    ) -> None:
        self._examine = examine
        self._every_seconds = every_seconds
        self._first_after_seconds = min(first_after_seconds, every_seconds)
        self.findings: tuple[Finding, ...] = ()
        self.examined_at: dt.datetime | None = None

    async def run(self) -> None:
        """Examine until cancelled; what an examination meets is a finding and ends nothing."""
        await asyncio.sleep(self._first_after_seconds)
        while True:
            found = await self._examine()
            self._tell(found)
            self.findings, self.examined_at = found, dt.datetime.now(dt.UTC)
            await asyncio.sleep(self._every_seconds)

    def _tell(self, found: tuple[Finding, ...]) -> None:
        for finding in found:
            if finding.level != "ok" and finding not in self.findings:
                logger.warning("%s: %s; %s", finding.matter, finding.what, finding.mend)
        troubled = {finding.matter for finding in found if finding.level != "ok"}
        before = {finding.matter for finding in self.findings if finding.level != "ok"}
        for matter in sorted(before - troubled):
            logger.info("%s: well again", matter)
