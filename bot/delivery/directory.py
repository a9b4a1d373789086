"""Look-ups: what the outbox holds for the directory of companies, answered as an event.

No database transaction is open meanwhile, and the form that waits is never left waiting: within
a few seconds it hears what was found, or that the directory is unavailable.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from bot.company_directory import DirectoryUnavailable, NoDirectory
from bot.delivery import PermanentError, TransientError
from bot.errors import without_message
from bot.storage.records import REPLY_ADDRESS, REPLY_CHANNEL, Incoming
from handlers.effects import LookUpCompany
from handlers.events import CompaniesFound

if TYPE_CHECKING:
    from bot.company_directory import CompanyDirectory
    from bot.inbox import Inbox
    from bot.storage.records import OutboxItem
    from handlers.requests.model import Company

logger = logging.getLogger(__name__)

CHANNEL = "directory"

RETRY_SECONDS = (0.2, 0.5)
"""Pauses before asking once more; the person waits meanwhile, so they are few and short."""


class DirectoryDelivery:
    """Asks the directory, and puts its answer into the inbox of the conversation that asked.

    Asked again after a crash, the answer has the same external id, so that it has its effect once.
    """

    def __init__(self, directory: CompanyDirectory, inbox: Inbox, *, within_seconds: float) -> None:
        """``within_seconds`` is the most that a look-up may take, with all that is repeated."""
        self._directory = directory
        self._inbox = inbox
        self._within_seconds = within_seconds

    async def deliver(self, item: OutboxItem) -> None:
        """Look up what ``item`` asks for.

        Raises:
            PermanentError: it is no look-up, or does not say who asks.
            TransientError: the answer cannot be put into the inbox.
        """
        if not isinstance(item.payload, LookUpCompany):
            raise PermanentError("it is no look-up")
        context = dict(item.context)
        channel, address = context.pop(REPLY_CHANNEL, ""), context.pop(REPLY_ADDRESS, "")
        if not channel or not address:
            raise PermanentError("it does not say who asks")
        query = item.payload.query
        event = (
            CompaniesFound(query=query, fault="off")
            if isinstance(self._directory, NoDirectory)
            else await self._answer(item.id, query)
        )
        answer = Incoming(channel, f"{CHANNEL}-{item.id}", address, event, context)
        try:
            await self._inbox.receive([answer])
        except Exception as error:
            raise TransientError(without_message(error)) from error

    async def _answer(self, item_id: int, query: str) -> CompaniesFound:
        try:
            async with asyncio.timeout(self._within_seconds):
                companies = await self._find(query)
        except (DirectoryUnavailable, TimeoutError) as error:
            reason = str(error) or "no answer in time"
            logger.warning("look-up %d: the directory is unavailable: %s", item_id, reason)
            return CompaniesFound(query=query, fault="unavailable")
        except Exception as error:  # noqa: BLE001 - whatever it is, the form goes on
            logger.error("look-up %d failed: %s", item_id, without_message(error))  # noqa: TRY400 - without what was asked
            return CompaniesFound(query=query, fault="unavailable")
        logger.info("look-up %d: %d companies", item_id, len(companies))
        return CompaniesFound(query=query, companies=companies)

    async def _find(self, query: str) -> tuple[Company, ...]:
        """The directory's answer, asked for once or twice more where that may help."""
        for pause in RETRY_SECONDS:
            try:
                return await self._directory.find(query)
            except DirectoryUnavailable as error:
                if not error.passing:
                    raise
            await asyncio.sleep(pause)
        return await self._directory.find(query)
