"""Staff list, show and take away requests while the assistant runs."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import unicodedata
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.listing.exporting import written
from bot.listing.text import table
from bot.storage.records import HistoryLine, Incoming, StoredRequest
from bot.storage.store import Store
from handlers.requests.model import Deadline, Details, Request, Surface
from handlers.team.model import TEAM, KeepHistory, TimeCame
from tests.bot.shell import run, set_means
from tests.bot.storage.making import NOW, claim, execute, stepped
from tests.bot.storage.requesting import (
    CRM,
    GROUP,
    MAILBOX,
    adding,
    card,
    due,
    file,
    filing,
    request,
    take,
    withdrawing,
)


@pytest.fixture(autouse=True)
def means(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Mail and webhook, no Telegram."""
    set_means(monkeypatch, tmp_path)


async def test_requests_are_listed_beside_a_running_assistant(
    store: Store, database_url: str
) -> None:
    """Newest first, with company, place, team and how its deliveries stand."""
    await take(store, 1, filing(request("K7M-4XR"), GROUP, MAILBOX))
    [group, mailbox] = await due(store)
    await store.mark_sent([group.id], NOW)
    await store.mark_dead(mailbox, "550", NOW)
    await take(store, 2, filing(request("M2K-9FF", team=None)))

    result = await run(database_url, "requests", "list")

    titles, newest, oldest = result.stdout.splitlines()
    assert result.exit_code == 0
    assert titles.split() == "REFERENCE FILED STATUS NEED TEAM COMPANY WHERE DELIVERIES".split()
    assert newest.startswith("M2K-9FF")
    assert newest.endswith("1 pending")
    for shown in ("K7M-4XR", "premises", "Métaux du Val", "Vitry-sur-Seine", "1 sent, 1 dead"):
        assert shown in oldest


async def test_a_list_can_be_narrowed(sqlite_store: Store, sqlite_url: str) -> None:
    """By status, team and number; who sees not all is told so."""
    await take(sqlite_store, 1, filing(request("R1")), filing(request("R2", team="jobs")))
    await take(sqlite_store, 2, withdrawing(request("R2")))

    withdrawn = await run(sqlite_url, "requests", "list", "--status", "withdrawn", "--json")
    of_team = await run(sqlite_url, "requests", "list", "--team", "premises", "--json")
    newest = await run(sqlite_url, "requests", "list", "--limit", "1")
    none = await run(sqlite_url, "requests", "list", "--team", "nobody")

    assert [json.loads(line)["reference"] for line in withdrawn.stdout.splitlines()] == ["R2"]
    assert [json.loads(line)["reference"] for line in of_team.stdout.splitlines()] == ["R1"]
    assert "newest 1; --limit shows more" in newest.stderr
    assert (none.exit_code, none.stdout) == (0, "No such request.\n")


async def test_a_request_is_shown_whole(store: Store, database_url: str) -> None:
    """What was asked, what happened, what arrived, and why something did not."""
    filed = request("K7M-4XR")
    await take(store, 1, filing(filed, GROUP, MAILBOX, CRM))
    group, mailbox, crm = await due(store)
    await store.mark_sent([group.id], NOW)
    await store.mark_dead(mailbox, "550 no such user", NOW, [card(filed, news="undelivered")])
    await store.mark_retry(crm, "HttpError\n  File client.py, line 1", NOW)
    await take(store, 2, adding(filed, "avec un quai", file("plan")))

    result = await run(database_url, "requests", "show", "k7m 4xr")

    lines = result.stdout.splitlines()
    assert lines[0] == "K7M-4XR  open"
    for label, text in (
        ("Team", "premises (rule premises-in-vitry)"),
        ("Description", "500 m2 d'atelier à Vitry"),
        ("Company", "Métaux du Val, 73282932000074 (as it was told)"),
        ("E-mail", "contact@example.org"),
        ("Files", "plan.pdf (application/octet-stream, telegram)"),
    ):
        assert f"{label:<14}{text}" in lines
    told = [" ".join(line.split()[2:]) for line in lines if line.startswith("  2024")]
    assert told == [
        "filed company team premises",
        "delivered assistant filed → team -100",
        "undelivered assistant filed → email equipe@example.org; 550 no such user",
        "added company avec un quai; file plan.pdf",
    ]
    said = result.stdout.partition("Deliveries\n")[2]
    assert f"#{mailbox.id} filed email equipe@example.org dead" in said
    assert "1 failed: 550 no such user" in said
    assert "pending, 1 failed: HttpError\n" in said
    assert "undelivered team -100 pending: no TELEGRAM_BOT_TOKEN is set" in said


@pytest.mark.parametrize(
    ("rule", "before", "after"),
    [
        (
            "premises-in-vitry",
            "premises (rule premises-in-vitry)",
            "front-desk (filed for premises, rule premises-in-vitry)",
        ),
        (
            None,
            "premises (no rule: the default team)",
            "front-desk (filed for premises, no rule: the default team)",
        ),
    ],
)
async def test_a_rule_is_shown_with_the_team_that_it_chose(
    sqlite_store: Store, sqlite_url: str, rule: str | None, before: str, after: str
) -> None:
    """Not with the one that has the request since; with the first again if it comes back."""
    await take(sqlite_store, 1, filing(request("R1", rule=rule)))
    shown = [await _team_shown(sqlite_url)]
    for team in ("front-desk", "premises"):
        moved = KeepHistory(
            reference="R1", what="transferred", author="Anne", status="open", team=team
        )
        await sqlite_store.receive([Incoming(TEAM, team, "R1", TimeCame(name="t"))], NOW)
        [item] = await claim(sqlite_store)
        await sqlite_store.save([stepped(item, effects=(moved,))], NOW)
        shown.append(await _team_shown(sqlite_url))

    assert shown == [before, after, before]


async def _team_shown(url: str) -> str:
    """What `requests show` says of R1's team."""
    lines = (await run(url, "requests", "show", "R1")).stdout.splitlines()
    [line] = [line for line in lines if line.startswith("Team ")]
    return line.removeprefix("Team").strip()


async def test_a_request_is_shown_as_data(sqlite_store: Store, sqlite_url: str) -> None:
    """Everything, with history and deliveries."""
    await take(sqlite_store, 1, filing(request("K7M-4XR")))

    data = json.loads((await run(sqlite_url, "requests", "show", "K7M-4XR", "--json")).stdout)

    assert Request.model_validate(data["request"]) == request("K7M-4XR")
    assert [line["kind"] for line in data["history"]] == ["filed"]
    assert [line["status"] for line in data["deliveries"]] == ["pending"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("K7M-4RX", "there is no request K7M-4RX: did you mean K7M-4XR?"),
        ("K7M4X", "did you mean K7M-4XR?"),
        ("\x1b[31mwhat?", "there is no request [31mwhat?: `requests list` shows those that are"),
    ],
)
async def test_a_mistyped_reference_gets_the_nearest(
    sqlite_store: Store, sqlite_url: str, typed: str, said: str
) -> None:
    """Or the way to find it; another company's request is never shown for it."""
    await take(sqlite_store, 1, filing(request("K7M-4XR")), filing(request("CC2-9HW")))

    result = await run(sqlite_url, "requests", "show", typed)

    assert (result.exit_code, result.stdout) == (1, "")
    assert said in result.stderr


async def test_json_lines_can_be_read_back(store: Store, database_url: str) -> None:
    """As `routing replay` does."""
    await take(store, 1, filing(request("R1")), filing(request("R2", team="jobs")))

    everything = await run(database_url, "requests", "export", "--format", "json")
    of_team = await run(database_url, "requests", "export", "--format", "json", "--team", "jobs")

    read = [Request.model_validate_json(line) for line in everything.stdout.splitlines()]
    assert read == [request("R2", team="jobs"), request("R1")]
    assert len(of_team.stdout.splitlines()) == 1


async def test_a_table_for_any_program(sqlite_store: Store, sqlite_url: str) -> None:
    """Excel is told that it is UTF-8; what was added and what arrived are columns too."""
    filed = request("R1")
    await take(sqlite_store, 1, filing(filed, GROUP, MAILBOX))
    await take(sqlite_store, 2, adding(filed, "avec un quai", file("plan")))

    content = (await run(sqlite_url, "requests", "export", "--format", "csv")).stdout_bytes

    assert content.startswith(b"\xef\xbb\xbf")
    [row] = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    assert row["reference"] == "R1"
    assert row["filed_at_utc"] == "2024-11-24T22:00:00+00:00"
    assert row["additions"] == "avec un quai"
    assert row["files"] == "plan.pdf"
    assert row["deliveries"].splitlines()[1] == "filed email equipe@example.org: pending"
    assert row["phone"] == "'+33 1 23 45 67 89"


async def test_a_workbook_for_excel(sqlite_store: Store, sqlite_url: str, tmp_path: Path) -> None:
    """Dates are dates, numbers numbers, and a formula that somebody wrote is a text."""
    filed = request("R1")
    details = filed.details.model_copy(
        update={"description": "=cmd|' /C calc'!A0\x0b", "surface": Surface(least_m2=500)}
    )
    await take(sqlite_store, 1, filing(filed.model_copy(update={"details": details})))
    output = tmp_path / "requests.xlsx"

    result = await run(
        sqlite_url, "requests", "export", "--format", "xlsx", "--output", str(output)
    )

    assert (result.exit_code, result.stdout) == (0, "")
    titles, row = openpyxl.load_workbook(output).active.iter_rows()
    cells = dict(zip((title.value for title in titles), row, strict=True))
    assert cells["filed_at_utc"].value == dt.datetime(2024, 11, 24, 22, 0)  # noqa: DTZ001 - as workbooks have it
    assert cells["surface_least_m2"].value == 500
    assert cells["description"].value == "=cmd|' /C calc'!A0"
    assert cells["description"].data_type == "s"
    assert cells["description"].quotePrefix
    assert cells["phone"].value == "+33 1 23 45 67 89"


async def test_an_export_that_cannot_be_written_says_so(
    sqlite_store: Store, sqlite_url: str, tmp_path: Path
) -> None:
    """With the file's name, and no traceback."""
    await take(sqlite_store, 1, filing(request("R1")))
    output = tmp_path / "missing" / "requests.csv"

    result = await run(sqlite_url, "requests", "export", "--format", "csv", "--output", str(output))

    assert result.exit_code == 1
    assert f"{output}: cannot be written" in result.stderr


async def test_a_database_that_is_not_there_is_named(sqlite_url: str) -> None:
    """Nothing is made in its place."""
    result = await run(sqlite_url, "requests", "list")

    assert (result.exit_code, "does not exist yet" in result.stderr) == (1, True)


async def test_a_request_of_a_newer_version_is_named(sqlite_store: Store, sqlite_url: str) -> None:
    """Without a traceback, and without hiding the others."""
    await take(sqlite_store, 1, filing(request("R1")), filing(request("R2")))
    await execute(sqlite_url, "UPDATE requests SET request = '{}' WHERE reference = 'R1'")

    shown = await run(sqlite_url, "requests", "show", "R1")
    listed = await run(sqlite_url, "requests", "list")

    assert (shown.exit_code, "R1 cannot be read" in shown.stderr) == (1, True)
    assert "R2" in listed.stdout


TEXTS = st.text(max_size=20) | st.sampled_from(
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\x00=1", "\u202e=1", "＝1", "a\ud800"]
)


@given(TEXTS, TEXTS, TEXTS)
def test_no_cell_begins_as_a_formula(description: str, person: str, addition: str) -> None:
    """Whatever people wrote, opening the file runs nothing, and nothing is written wrong."""
    details = Details(description=description, person=person, deadline=Deadline(text=addition))
    stored = StoredRequest(
        id=1,
        conversation_id="c1",
        request=request("R1").model_copy(update={"details": details}),
        status="open",
        created_at=NOW,
        updated_at=NOW,
        version=1,
        history=(HistoryLine(NOW, "added", "company", {"text": addition}),),
    )
    table_of = csv.reader(io.StringIO(written([stored], "csv").decode("utf-8-sig"), newline=""))
    titles, row = table_of
    assert len(titles) == len(row)
    assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))]

    sheet = openpyxl.load_workbook(io.BytesIO(written([stored], "xlsx"))).active
    assert not [cell for line in sheet.iter_rows() for cell in line if cell.data_type == "f"]


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2)))
def test_a_table_is_a_line_a_row(rows: list[list[str]]) -> None:
    """Nothing that people write breaks the lines or steers the terminal."""
    lines = table(["A", "B"], rows)

    assert len(lines) == len(rows) + 1
    steering = {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert not steering & {unicodedata.category(sign) for line in lines for sign in line}
