"""The State's company search, to talk to over real HTTP: its form, its rules, its faults.

As the OpenAPI description of *API Recherche d'entreprises* says: a number is looked up directly
and filters are then passed over; a name is looked for among companies and their directors;
directors and accounts come unless ``minimal`` leaves them out; what a person or a company asked
to be hidden is masked; what cannot be asked is answered 400.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any

from aiohttp import web

from knowledge.text import words
from tests.servers.directory_faults import Fault, Kind
from tests.servers.directory_firms import FIRMS, Firm, Site

Json = dict[str, Any]
MASK = "[NON-DIFFUSIBLE]"
LARGE_BYTES = 3 * 1024 * 1024

_PAGE = "<html><body>Service momentanément indisponible</body></html>"
_PAGES: dict[Kind, int] = {
    "refused": 403, "server_error": 500, "bad_gateway": 502, "no_json": 200,
}  # fmt: skip
"""Faults that are answered with a page, and their status."""
_FILTERS = ("code_commune", "etat_administratif")
_SECONDARY = ("siege", "matching_etablissements", "dirigeants", "finances", "complements")


class _Refused(Exception):  # noqa: N818 - it names what the server does
    """400, with what is wrong."""


@dataclass
class DirectoryServer:
    """The state behind the address; :meth:`running` serves it."""

    firms: tuple[Firm, ...] = FIRMS
    faults: Iterator[Fault | None] = field(default_factory=lambda: iter(()))
    """What goes wrong with each request in turn; nothing any more once they are used up."""
    requests: list[tuple[Json, Mapping[str, str]]] = field(default_factory=list)
    """Parameters and headers of each request that arrived."""
    changes: Json = field(default_factory=dict)
    """Fields that every company is shown with instead of its own."""
    url: str = ""
    ahead_seconds: float = 0.0
    """How far its clock, which each answer tells, is ahead of this machine's."""

    def __post_init__(self) -> None:
        self._stopping = asyncio.Event()

    def asked(self) -> list[str]:
        """What was looked for, in order."""
        return [parameters["q"] for parameters, _ in self.requests]

    @asynccontextmanager
    async def running(self, port: int = 0) -> AsyncIterator[DirectoryServer]:
        """Serve on the loopback address for as long as the context lasts."""
        application = web.Application()
        application.router.add_get("/search", self._search)
        application.on_response_prepare.append(self._tell_time)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        host, bound = runner.addresses[0][:2]
        self.url = f"http://{host}:{bound}"
        try:
            yield self
        finally:
            self._stopping.set()
            await runner.cleanup()

    async def _tell_time(self, _request: web.Request, response: web.StreamResponse) -> None:
        response.headers["Date"] = formatdate(time.time() + self.ahead_seconds, usegmt=True)

    async def _search(self, request: web.Request) -> web.StreamResponse:
        self.requests.append((dict(request.query), request.headers.copy()))
        fault = next(self.faults, None)
        try:
            payload = _answer(self.firms, request.query)
        except _Refused as error:
            return web.json_response({"erreur": str(error)}, status=400)
        payload["results"] = [{**result, **self.changes} for result in payload["results"]]
        if fault is not None:
            return await self._fail(request, fault, payload)
        return web.json_response(payload)

    async def _fail(self, request: web.Request, fault: Fault, payload: Json) -> web.StreamResponse:
        assert request.transport is not None
        body = json.dumps(payload, ensure_ascii=False).encode()
        match fault.kind:
            case "time_out":
                await self._stopping.wait()
            case "closed":
                request.transport.close()
            case "truncated":
                return await _cut(request, body)
            case "rate_limited":
                headers = {"Retry-After": fault.retry_after} if fault.retry_after else None
                return web.json_response({"erreur": "Trop vite"}, status=429, headers=headers)
            case "moved":
                return web.Response(status=302, headers={"Location": str(request.url)})
            case kind if kind in _PAGES:
                return web.Response(text=_PAGE, status=_PAGES[kind], content_type="text/html")
            case _:
                status, bytes_ = _distorted(fault.kind, payload, body)
                return web.Response(body=bytes_, status=status, content_type="application/json")
        return web.Response(status=503)


def _distorted(kind: Kind, payload: Json, body: bytes) -> tuple[int, bytes]:
    """Status and body of an answer that is JSON, or nearly so."""
    results = payload["results"] or [{}]
    other: Json = {
        "bad_request": {"erreur": "Paramètre non valide"},
        "wrong_shape": {"etablissements": results},
        "wrong_values": {**payload, "results": [{**result, "siren": 12} for result in results]},
        "endless": {**payload, "filler": "x" * LARGE_BYTES},
    }
    if kind == "broken_json":
        return 200, body[: len(body) // 2]
    return 400 if kind == "bad_request" else 200, json.dumps(other[kind]).encode()


async def _cut(request: web.Request, body: bytes) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    response.content_length = len(body)
    await response.prepare(request)
    await response.write(body[: len(body) // 2])
    assert request.transport is not None
    request.transport.close()
    return response


def _answer(firms: tuple[Firm, ...], query: Mapping[str, str]) -> Json:
    terms = query.get("q", "").strip()
    per_page = _whole(query, "per_page", 10, 25)
    most_sites = _whole(query, "limite_matching_etablissements", 10, 100)
    included = query.get("include", "").split(",") if query.get("include") else []
    minimal = query.get("minimal") == "true"
    if included and not minimal:
        raise _Refused("Veuillez indiquer si vous souhaitez une réponse minimale")
    if not terms and not any(name in query for name in _FILTERS):
        raise _Refused("Veuillez indiquer au moins un paramètre de recherche.")
    if terms.isdigit() and len(terms) in {9, 14}:
        found = _by_number(firms, terms)
    else:
        if len(terms) < 3 and not any(name in query for name in _FILTERS):
            raise _Refused("3 caractères minimum pour les termes de la requête")
        found = _by_name(firms, terms, query)
    results = [_result(firm, sites[:most_sites]) for firm, sites in found[:per_page]]
    if minimal:
        left_out = set(_SECONDARY) - set(included)
        results = [{k: v for k, v in one.items() if k not in left_out} for one in results]
    return {
        "results": results,
        "total_results": len(found),
        "page": 1,
        "per_page": per_page,
        "total_pages": -(-len(found) // per_page),
    }


def _whole(query: Mapping[str, str], name: str, default: int, most: int) -> int:
    given = query.get(name, str(default))
    if not given.isdigit() or not 1 <= int(given) <= most:
        raise _Refused(f"Veuillez indiquer un paramètre `{name}` entre `1` et `{most}`")
    return int(given)


_Found = list[tuple[Firm, list[Site]]]


def _by_number(firms: tuple[Firm, ...], number: str) -> _Found:
    if len(number) == 9:
        return [(firm, []) for firm in firms if firm.siren == number]
    return [(firm, [s]) for firm in firms for s in firm.sites if firm.siret(s) == number]


def _by_name(firms: tuple[Firm, ...], terms: str, query: Mapping[str, str]) -> _Found:
    wanted = words(terms)
    communes = query["code_commune"].split(",") if "code_commune" in query else None
    state = query.get("etat_administratif")
    found: _Found = []
    for firm in firms:
        known = words(f"{firm.name} {firm.director}")
        sites = [site for site in firm.sites if communes is None or site.commune in communes]
        if all(word in known for word in wanted) and sites and state in (None, firm.state):
            found.append((firm, sites))
    return found


def _result(firm: Firm, matching: list[Site]) -> Json:
    head = firm.sites[0]
    hidden = firm.diffusion == "P"
    person = firm.legal_form.startswith("1")
    name = MASK if hidden and person else firm.name
    result: Json = {
        "siren": firm.siren,
        "nom_complet": name,
        "nom_raison_sociale": None if person and not hidden else name,
        "sigle": MASK if hidden else None,
        "nombre_etablissements": len(firm.sites),
        "nombre_etablissements_ouverts": sum(site.state == "A" for site in firm.sites),
        "siege": {**_site(firm, head), "departement": head.postal_code[:2], "coordonnees": None},
        "activite_principale": head.naf,
        "categorie_entreprise": "PME",
        "caractere_employeur": "O",
        "date_creation": "2011-04-01",
        "date_fermeture": None if firm.state == "A" else "2019-12-31",
        "dirigeants": [
            {
                "nom": MASK if hidden else firm.director,
                "prenoms": MASK if hidden else "CAMILLE",
                "annee_de_naissance": MASK if hidden else "1970",
                "qualite": "Gérant",
                "type_dirigeant": "personne physique",
            }
        ],
        "etat_administratif": firm.state,
        "nature_juridique": firm.legal_form,
        "section_activite_principale": "?",
        "tranche_effectif_salarie": firm.band,
        "annee_tranche_effectif_salarie": "2024",
        "statut_diffusion": firm.diffusion,
        "matching_etablissements": [_site(firm, site) for site in matching],
        "finances": {"2024": {"ca": 1_000_000, "resultat_net": 10_000}},
        "complements": {"est_ess": False, "est_entrepreneur_individuel": person},
    }
    if head.naf25 is not None:
        result["activite_principale_naf25"] = head.naf25
    return result


def _site(firm: Firm, site: Site) -> Json:
    hidden = firm.diffusion == "P"
    shown: Json = {
        "activite_principale": site.naf,
        "adresse": MASK if hidden else f"1 RUE INVENTEE {site.postal_code} {site.commune_name}",
        "code_postal": MASK if hidden else site.postal_code or None,
        "commune": site.commune or None,
        "date_fermeture": None if site.state == "A" else "2019-12-31",
        "epci": "200054781",
        "est_siege": site.number == 1,
        "etat_administratif": site.state,
        "latitude": "48.78",
        "libelle_commune": site.commune_name or None,
        "liste_enseignes": None,
        "longitude": "2.39",
        "nom_commercial": MASK if hidden else None,
        "siret": firm.siret(site),
        "statut_diffusion_etablissement": firm.diffusion,
        "tranche_effectif_salarie": site.band,
    }
    if site.naf25 is not None:
        shown["activite_principale_naf25"] = site.naf25
    return shown
