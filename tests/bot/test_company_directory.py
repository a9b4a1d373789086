"""The State's company search over real HTTP: what is found, what is asked, what goes wrong."""

from __future__ import annotations

import asyncio
import json
import logging
import string
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.company_directory import DirectoryUnavailable, NoDirectory, queries
from bot.company_directory.answer import Answer, Site, Unit, company
from bot.company_directory.pace import Pace
from bot.company_directory.state_search import StateSearch
from handlers.requests.model import Company, Locality
from knowledge.model import Territory
from tests import content
from tests.servers import directory_firms as firms
from tests.servers.directory import DirectoryServer
from tests.servers.directory_faults import KINDS, Fault, Kind

REQUEST_SECONDS = 30.0
"""More than any machine needs; where the answer never comes, less."""
HEAD_OFFICE, WORKSHOP, CLOSED_WORKSHOP = map(firms.TOURNAGE.siret, firms.TOURNAGE.sites)
PASSING: set[Kind] = {
    "time_out", "rate_limited", "server_error", "bad_gateway", "closed", "truncated",
}  # fmt: skip
"""What may be over in a moment."""


def territory() -> Territory:
    """That of Grand-Orly Seine Bièvre."""
    return content.base().territory


@asynccontextmanager
async def opened(
    url: str, *, per_second: float = 10_000, request_seconds: float = REQUEST_SECONDS
) -> AsyncIterator[StateSearch]:
    """The adapter, which asks the server at ``url``."""
    async with StateSearch.open(
        url,
        territory,
        request_seconds=request_seconds,
        per_second=per_second,
        user_agent="tests (https://example.org)",
    ) as directory:
        yield directory


@pytest.fixture
async def server() -> AsyncIterator[DirectoryServer]:
    """A company search with invented companies."""
    async with DirectoryServer().running() as running:
        yield running


@pytest.fixture
async def directory(server: DirectoryServer) -> AsyncIterator[StateSearch]:
    """The adapter to it."""
    async with opened(server.url) as directory:
        yield directory


# -- What is found --------------------------------------------------------------------------------


async def test_a_siret_is_its_own_site_and_not_the_head_office(directory: StateSearch) -> None:
    """Everything that the company confirms instead of typing it."""
    assert await directory.find(WORKSHOP) == (
        Company(
            name="TOURNAGE FICTIF DE SEINE (TFS)",
            siren="000000018",
            siret=WORKSHOP,
            locality=Locality(name="Vitry-sur-Seine", code="94081", inside=True),
            activity="25.62B",
            activity_label="Fabrication de produits métalliques, à l'exception des machines et des"
            " équipements",
            section="C",
            headcount_band="50 à 99 salariés",
            active=True,
            verified=True,
        ),
    )


async def test_a_siren_is_the_head_office(directory: StateSearch) -> None:
    """Which may be outside."""
    [found] = await directory.find(firms.TOURNAGE.siren)
    assert found.siret == HEAD_OFFICE
    assert found.locality == Locality(name="Paris 15", code="75115", inside=False)
    assert (found.activity, found.section) == ("70.10Z", "M")


@pytest.mark.parametrize(
    "written", ["000 000 018 00028", "000.000.018.00028", "000\xa0000\u202f018\t00028\n"]
)
async def test_a_number_is_asked_without_its_spaces(
    server: DirectoryServer, directory: StateSearch, written: str
) -> None:
    """However people group its digits."""
    [found] = await directory.find(written)
    assert found.siret == WORKSHOP
    assert server.asked() == [WORKSHOP]


@pytest.mark.parametrize("number", ["123456782", "12345678200010", "000000018" + "99999"])
async def test_an_unknown_number_is_nobody(directory: StateSearch, number: str) -> None:
    """It is known to be unknown, which is no fault."""
    assert await directory.find(number) == ()


async def test_companies_of_the_territory_come_first(directory: StateSearch) -> None:
    """Of seven of the same name five are shown, the two from here before the others."""
    found = await directory.find("mécanique imaginaire")
    assert [one.name[-2:] for one in found] == ["12", "14", "10", "11", "13"]
    assert [bool(one.locality and one.locality.inside) for one in found] == [True] * 2 + [False] * 3


async def test_a_company_of_elsewhere_is_found_at_its_site_here(directory: StateSearch) -> None:
    """Its open workshop in the territory, once, rather than its head office or the closed one."""
    [found] = await directory.find("tournage fictif")
    assert found.siret == WORKSHOP


async def test_names_of_communes_are_spelt_well(directory: StateSearch) -> None:
    """As the territory or the State's list has them, else as the directory does."""
    found = await directory.find("mecanique imaginaire 15")
    assert [one.locality and one.locality.name for one in found] == ["Évreux"]
    found = await directory.find("mecanique imaginaire 16")
    assert [one.locality and one.locality.name for one in found] == ["Marseille 1"]


async def test_a_closed_site_and_a_ceased_company_are_said_to_be(directory: StateSearch) -> None:
    """By its number it is found, so that the company learns what is wrong; by name it is not."""
    [closed] = await directory.find(CLOSED_WORKSHOP)
    [ceased] = await directory.find(firms.CEASED.siren)
    assert (closed.active, ceased.active) == (False, False)
    assert await directory.find("usine disparue") == ()


async def test_who_asked_to_be_hidden_stays_so(directory: StateSearch) -> None:
    """A person has no name here, and cannot be found by it; a company keeps its own."""
    [person] = await directory.find(firms.HIDDEN.siren)
    assert (person.name, person.activity) == ("", "43.21A")
    assert person.locality == Locality(name="Vitry-sur-Seine", code="94081", inside=True)
    assert await directory.find("sacha exemple") == ()
    [company] = await directory.find(firms.HIDDEN_COMPANY.siren)
    assert company.name == "SOCIETE DISCRETE"


async def test_a_name_that_the_service_forgot_to_hide_is_hidden(server: DirectoryServer) -> None:
    """The status is believed more than the mask."""
    [person] = await _answered(server, statut_diffusion="P", nature_juridique="1000")
    assert person.name == ""


async def test_directors_are_neither_asked_for_nor_kept(
    server: DirectoryServer, directory: StateSearch
) -> None:
    """Not even of who is found by a director's name."""
    found = await directory.find("camille modèle")
    assert found
    assert "CAMILLE" not in "".join(one.model_dump_json() for one in found)
    for parameters, _ in server.requests:
        assert parameters["minimal"] == "true"
        assert set(parameters["include"].split(",")) == {"siege", "matching_etablissements"}


async def test_an_activity_is_read_in_either_nomenclature(directory: StateSearch) -> None:
    """The section that rules are written in is the same before and after the change."""
    [found] = await directory.find(firms.FUTURE.siren)
    assert (found.activity, found.section, found.headcount_band) == ("62.10Y", "J", "")
    [old] = await directory.find(firms.OLD.siren)
    assert (old.activity, old.activity_label, old.section) == ("", "", "")


async def test_a_company_from_abroad_has_no_commune(directory: StateSearch) -> None:
    """It is confirmed all the same."""
    [found] = await directory.find(firms.ABROAD.siren)
    assert found.locality is None
    assert found.activity == "28.99B"


async def test_what_an_answer_adds_or_leaves_out_is_no_fault(server: DirectoryServer) -> None:
    """Fields that are not used may come, change and go."""
    [found] = await _answered(
        server, siege=None, matching_etablissements=None, nouveau={"a": [1]}, dirigeants=7
    )
    assert (found.name, found.siret, found.locality) == ("TOURNAGE FICTIF DE SEINE (TFS)", "", None)


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff\xfe", b"[" * 100_000, b"null", b"[]", b'{"results": null}', b"\x00", b"NaN"],
)
def test_an_answer_that_is_none_is_told_from_one(body: bytes) -> None:
    """Whatever bytes come, there is one kind of error."""
    with pytest.raises(ValidationError):
        Answer.model_validate_json(body)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9) | st.sampled_from("AFC"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@given(
    unit=st.dictionaries(st.sampled_from(sorted(Unit.model_fields)), json_values),
    site=st.dictionaries(st.sampled_from(sorted(Site.model_fields)), json_values),
)
def test_an_answer_becomes_companies_or_an_error(
    unit: dict[str, object], site: dict[str, object]
) -> None:
    """A field of another kind never comes through as something else."""
    head = {"siret": "00000001800010", "etat_administratif": "A", **site}
    result = {"siren": "000000018", "etat_administratif": "A", "siege": head, **unit}
    try:
        [read] = Answer.model_validate_json(json.dumps({"results": [result]})).results
    except ValidationError:
        return
    found = company(read, read.siege, territory())
    assert found == Company.model_validate_json(found.model_dump_json())
    assert found.siren.isdigit()
    assert found.section in {"", *string.ascii_uppercase[:21]}


# -- What is asked --------------------------------------------------------------------------------


async def test_the_service_knows_who_asks(server: DirectoryServer, directory: StateSearch) -> None:
    """By a User-Agent that says it; nothing of the person goes with it."""
    await directory.find(WORKSHOP)
    [(parameters, headers)] = server.requests
    assert headers["User-Agent"] == "tests (https://example.org)"
    assert "Cookie" not in headers
    assert set(parameters) == {
        "q", "per_page", "minimal", "include", "limite_matching_etablissements",
    }  # fmt: skip


async def test_a_name_is_looked_for_here_and_then_elsewhere(
    server: DirectoryServer, directory: StateSearch
) -> None:
    """Elsewhere only if there is room left."""
    await directory.find("boulangerie inventée")
    near, far = (parameters for parameters, _ in server.requests)
    assert set(near["code_commune"].split(",")) == {c.code for c in territory().communes}
    assert "code_commune" not in far


async def test_a_name_of_two_characters_is_looked_for_here_only(
    server: DirectoryServer, directory: StateSearch
) -> None:
    """Elsewhere the service refuses what is so short."""
    [found] = await directory.find("3X")
    assert found.name == "3X"
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "text",
    ["", "   ", "?", "1234", "camille@example.org", "Camille, 06 12 34 56 78", "+33 1 78 18 22 22",
     "0000000181", "Nous sommes une petite entreprise qui cherche un local " * 2, "\x00\ud800"],
)  # fmt: skip
async def test_what_is_no_company_never_leaves(
    server: DirectoryServer, directory: StateSearch, text: str
) -> None:
    """Addresses, telephone numbers and whole sentences stay here."""
    assert await directory.find(text) == ()
    assert server.requests == []


@pytest.mark.parametrize(
    "name",
    ["A&B=C?d#e", "L'Atelier « 50 % »", "x\x00y\ud800z", "../../etc", "é" * 100, "名前の会社"],
)
async def test_a_strange_name_is_asked_for_as_it_is(
    server: DirectoryServer, directory: StateSearch, name: str
) -> None:
    """It is one parameter, and nothing but a name."""
    assert await directory.find(name) == ()
    assert set(server.asked()) == {queries.name(name)}


@given(st.text())
def test_a_query_is_a_number_or_a_name_or_nothing(text: str) -> None:
    """And what it is can be sent."""
    number, name = queries.number(text), queries.name(text)
    if number is not None:
        assert number.isascii()
        assert number.isdigit()
        assert len(number) in {9, 14}
    if name is not None:
        name.encode()
        assert name == queries.name(name)
        assert "@" not in name
        assert sum(map(str.isdigit, name)) < 8


# -- What goes wrong ------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("asked", [WORKSHOP, "tournage fictif"])
async def test_every_fault_is_unavailable(
    server: DirectoryServer, kind: Kind, asked: str, caplog: pytest.LogCaptureFixture
) -> None:
    """It says whether asking again may help, and never what was asked."""
    caplog.set_level(logging.DEBUG)
    server.faults = _always(kind)
    seconds = 0.2 if kind == "time_out" else REQUEST_SECONDS
    async with opened(server.url, request_seconds=seconds) as directory:
        with pytest.raises(DirectoryUnavailable) as raised:
            await directory.find(asked)
    assert raised.value.passing is (kind in PASSING)
    said = f"{raised.value}\n{caplog.text}"
    assert not any(word in said for word in (WORKSHOP, "tournage", "TOURNAGE", "fictif"))


async def test_nobody_there_is_unavailable(unused_tcp_port: int) -> None:
    """As on a machine without network."""
    async with opened(f"http://127.0.0.1:{unused_tcp_port}") as directory:
        with pytest.raises(DirectoryUnavailable) as raised:
            await directory.find(WORKSHOP)
    assert raised.value.passing


async def test_none_configured_is_unavailable() -> None:
    """And asking again does not help."""
    with pytest.raises(DirectoryUnavailable) as raised:
        await NoDirectory().find(WORKSHOP)
    assert not raised.value.passing


async def test_a_redirection_is_not_followed(server: DirectoryServer) -> None:
    """The query is meant for this service."""
    server.faults = iter([Fault("moved")])
    async with opened(server.url) as directory:
        with pytest.raises(DirectoryUnavailable):
            await directory.find(WORKSHOP)
    assert len(server.requests) == 1


async def test_those_at_hand_are_shown_when_the_others_cannot_be_had(
    server: DirectoryServer, directory: StateSearch
) -> None:
    """A company of the territory is what a person most likely means."""
    server.faults = iter([None, Fault("server_error")])
    found = await directory.find("mecanique imaginaire")
    assert [one.name[-2:] for one in found] == ["12", "14"]


async def test_after_a_fault_all_is_well_again(
    server: DirectoryServer, directory: StateSearch
) -> None:
    """Nothing of it stays."""
    server.faults = iter([Fault("truncated"), Fault("endless"), Fault("no_json")])
    for _ in range(3):
        with pytest.raises(DirectoryUnavailable):
            await directory.find(WORKSHOP)
    assert len(await directory.find(WORKSHOP)) == 1


@pytest.mark.parametrize(
    "retry_after", ["3600", "Fri, 31 Dec 2100 23:59:59 GMT", "Fri, 31 Dec 2100 23:59:59 -0000"]
)
async def test_it_is_left_alone_for_as_long_as_it_asks(
    server: DirectoryServer, retry_after: str
) -> None:
    """Nothing is sent meanwhile, for anybody; who waits hears so at once."""
    server.faults = iter([Fault("rate_limited", retry_after)])
    async with opened(server.url) as directory:
        for number in (WORKSHOP, WORKSHOP, firms.CEASED.siren):
            with pytest.raises(DirectoryUnavailable):
                await directory.find(number)
    assert len(server.requests) == 1


@pytest.mark.parametrize("retry_after", ["0", "Mon, 01 Jan 2001 00:00:00 GMT"])
async def test_a_silence_that_is_over_is_none(
    server: DirectoryServer, directory: StateSearch, retry_after: str
) -> None:
    """It is asked again at once."""
    server.faults = iter([Fault("rate_limited", retry_after)])
    with pytest.raises(DirectoryUnavailable):
        await directory.find(WORKSHOP)
    assert len(await directory.find(WORKSHOP)) == 1


@pytest.mark.parametrize("retry_after", ["", "soon", "-1", "1.5"])
async def test_a_silence_of_unknown_length_is_a_short_one(
    server: DirectoryServer, directory: StateSearch, retry_after: str
) -> None:
    """And then it is asked again."""
    server.faults = iter([Fault("rate_limited", retry_after)])
    with pytest.raises(DirectoryUnavailable):
        await directory.find(WORKSHOP)
    assert len(await directory.find(WORKSHOP)) == 1


async def test_no_more_is_sent_than_the_rate_allows(server: DirectoryServer) -> None:
    """Of twenty at once one reaches the server: the next is due in a hundred seconds."""
    async with opened(server.url, per_second=0.01) as directory:
        results = await asyncio.gather(
            *(directory.find(WORKSHOP) for _ in range(20)), return_exceptions=True
        )
    assert len(server.requests) == 1
    assert sum(isinstance(result, DirectoryUnavailable) for result in results) == 19


async def test_who_has_to_wait_a_little_is_answered(server: DirectoryServer) -> None:
    """A burst beyond the rate is spread, not refused."""
    async with opened(server.url, per_second=20) as directory:
        results = await asyncio.gather(*(directory.find(WORKSHOP) for _ in range(30)))
    assert all(len(result) == 1 for result in results)
    assert len(server.requests) == 30


@given(
    per_second=st.sampled_from([0.5, 1.0, 2.5, 5.0, 7.0]),
    pauses=st.lists(st.floats(0, 1.5), min_size=1, max_size=60),
    most=st.floats(0, 5),
)
def test_a_pace_is_kept_in_every_window(
    per_second: float, pauses: list[float], most: float
) -> None:
    """Whenever requests come, no window of time has more starts than the rate allows."""
    now = 0.0
    pace = Pace(per_second, lambda: now)
    starts = []
    for pause in pauses:
        now += pause
        wait = pace.take(most)
        if wait is not None:
            assert 0 <= wait <= most
            starts.append(now + wait)
    count = max(1, int(per_second))
    for first, after in zip(starts, starts[count:], strict=False):
        assert after - first >= count / per_second - 1e-9


def test_a_silence_is_kept_and_ends() -> None:
    """The longest of those asked for counts."""
    now = 0.0
    pace = Pace(5, lambda: now)
    pace.be_silent(30)
    pace.be_silent(10)
    assert pace.take(29) is None
    assert pace.take(30) == 30
    now = 31.0
    assert pace.take(0) == 0


def _always(kind: Kind) -> Iterator[Fault]:
    while True:
        yield Fault(kind)


async def _answered(server: DirectoryServer, **fields: object) -> tuple[Company, ...]:
    """What is found when the service answers with other ``fields`` of the first company."""
    server.changes = fields
    async with opened(server.url) as directory:
        return await directory.find(firms.TOURNAGE.siren)
