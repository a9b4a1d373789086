"""The State's free company search as a directory: *API Recherche d'entreprises* of the DINUM."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import aiohttp
from pydantic import ValidationError

from bot.company_directory import DirectoryUnavailable, queries
from bot.company_directory.answer import Answer, Unit, company
from bot.company_directory.pace import Pace

if TYPE_CHECKING:
    from handlers.requests.model import Company
    from knowledge.model import Territory

MOST_COMPANIES = 5
"""As many as a person can choose from at a glance."""
MOST_SITES = 25
"""Establishments of one company that an answer lists: a closed one may come before the open."""
LARGEST_ANSWER_BYTES = 1024 * 1024
LONGEST_SILENCE_SECONDS = 600.0
"""However long the service asks to be left alone, it is tried again after so long."""

_SHORTEST_NAME = 3
"""Characters below which the service answers 400, unless the search has a filter."""
_ACTIVE = {"etat_administratif": "A"}
_OK, _TOO_MANY, _SERVER_ERROR = 200, 429, 500
_SHORT_SILENCE_SECONDS = 1.0
"""The silence after a 429 that does not say how long."""


class StateSearch:
    """Finds companies over HTTP, within the rate that the service grants each address."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        url: str,
        territory: Callable[[], Territory],
        pace: Pace,
    ) -> None:
        """``territory`` is asked for each time: its folder may change while the program runs."""
        self._session = session
        self._url = f"{url.rstrip('/')}/search"
        self._territory = territory
        self._pace = pace

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        url: str,
        territory: Callable[[], Territory],
        *,
        request_seconds: float,
        per_second: float,
        user_agent: str,
    ) -> AsyncIterator[StateSearch]:
        """The directory at ``url``, where a request may take ``request_seconds``."""
        session = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=request_seconds),
            headers={"User-Agent": user_agent, "Accept": "application/json"},
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=True,  # an organisation's proxy, as Telegram's client takes it too
        )
        async with session:
            yield cls(session, url, territory, Pace(per_second))

    async def find(self, query: str) -> tuple[Company, ...]:
        """As :class:`bot.company_directory.CompanyDirectory` says; what is no query finds none.

        Raises:
            DirectoryUnavailable: see there.
        """
        if number := queries.number(query):
            return await self._by_number(number)
        if name := queries.name(query):
            return await self._by_name(name)
        return ()

    async def _by_number(self, number: str) -> tuple[Company, ...]:
        """The company of a SIREN at its head office, or of a SIRET at that very site."""
        units = await self._search(number)
        territory = self._territory()
        return tuple(
            company(unit, unit.siege if number == unit.siren else unit.site(number), territory)
            for unit in units
            if number.startswith(unit.siren)
        )

    async def _by_name(self, name: str) -> tuple[Company, ...]:
        """Active companies: first those with a site in the territory, at that site."""
        territory = self._territory()
        codes = [commune.code for commune in territory.communes]
        found: dict[str, Company] = {}
        if codes:
            for unit in await self._search(name, **_ACTIVE, code_commune=",".join(codes)):
                if site := unit.site_in(codes):
                    found[unit.siren] = company(unit, site, territory)
        if len(found) < MOST_COMPANIES and len(name) >= _SHORTEST_NAME:
            for unit in await self._elsewhere(name, enough=bool(found)):
                found.setdefault(unit.siren, company(unit, unit.siege, territory))
        named = [one for one in found.values() if one.name]
        return tuple(named[:MOST_COMPANIES])

    async def _elsewhere(self, name: str, *, enough: bool) -> tuple[Unit, ...]:
        """Companies anywhere; none if they cannot be had and those at hand are ``enough``."""
        try:
            return await self._search(name, **_ACTIVE)
        except DirectoryUnavailable:
            if enough:
                return ()
            raise

    async def _search(self, terms: str, **filters: str) -> tuple[Unit, ...]:
        """``GET /search``: the units found.

        Raises:
            DirectoryUnavailable: as :meth:`find`.
        """
        parameters = {
            "q": terms,
            "per_page": str(MOST_COMPANIES),
            "minimal": "true",  # without it the answer would have the directors
            "include": "siege,matching_etablissements",
            "limite_matching_etablissements": str(MOST_SITES),
            **filters,
        }
        body = await self._get(parameters)
        try:
            return Answer.model_validate_json(body).results
        except ValidationError as error:
            where = ".".join(map(str, error.errors(include_input=False)[0]["loc"]))
            raise DirectoryUnavailable(f"an answer of another form: {where or 'no JSON'}") from None

    async def _get(self, parameters: dict[str, str]) -> bytes:
        await self._wait_for_turn()
        try:
            # Not where it redirects to: the query is meant for nobody else.
            async with self._session.get(
                self._url, params=parameters, allow_redirects=False
            ) as response:
                self._check(response)
                return await _body(response)
        except TimeoutError:
            raise DirectoryUnavailable("no answer in time", passing=True) from None
        except aiohttp.ClientError as error:
            # Not its text, which may quote the address with the query.
            raise DirectoryUnavailable(type(error).__name__, passing=True) from None

    async def _wait_for_turn(self) -> None:
        limit = self._session.timeout.total or 0.0
        wait = self._pace.take(limit)
        if wait is None:
            raise DirectoryUnavailable("too many requests for now")
        await asyncio.sleep(wait)

    def _check(self, response: aiohttp.ClientResponse) -> None:
        if response.status == _OK:
            return
        if response.status == _TOO_MANY:
            self._pace.be_silent(_retry_after_seconds(response))
        passing = response.status == _TOO_MANY or response.status >= _SERVER_ERROR
        raise DirectoryUnavailable(f"it answers {response.status}", passing=passing)


async def _body(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > LARGEST_ANSWER_BYTES:
            raise DirectoryUnavailable("an answer that is too large")
    return bytes(body)


def _retry_after_seconds(response: aiohttp.ClientResponse) -> float:
    """What ``Retry-After`` says, in seconds or as a date (RFC 9110, 10.2.3)."""
    given = response.headers.get("Retry-After", "").strip()
    if given.isascii() and given.isdigit():
        return min(float(given), LONGEST_SILENCE_SECONDS)
    try:
        until = parsedate_to_datetime(given)
    except ValueError:
        return _SHORT_SILENCE_SECONDS
    if until.tzinfo is None:
        until = until.replace(tzinfo=dt.UTC)
    left = (until - dt.datetime.now(dt.UTC)).total_seconds()
    return min(max(left, 0.0), LONGEST_SILENCE_SECONDS)
