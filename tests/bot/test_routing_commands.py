"""Asking who gets what, from the command line."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from bot.routing.doubts import doubts
from bot.settings import CONTENT
from bot.storage.store import Store
from handlers.requests.model import Company, Details, Locality, Request, Surface
from knowledge.loading import load
from tests.bot.storage.requesting import filing, request, take

SAMPLE = Path(__file__).parents[1] / "sample"
DATA = Path(__file__).parents[1] / "data"
NEEDS = """\
needs:
  - {id: premises, label: {fr: Locaux, en: Premises}, entries: [besoin-locaux]}
  - {id: press, label: {fr: Presse, en: Press}}
  - {id: other, label: {fr: Autre, en: Other}, topics: [contact]}
"""
ROUTING = """\
teams:
  - {id: desk, name: {fr: Accueil, en: Desk}, email: accueil@example.org}
  - id: sites
    name: {fr: Locaux, en: Premises}
    telegram: {group: "-100"}
    backup: desk
    absences: [{first: 2026-12-24, last: 2026-12-31}]
rules:
  - {id: large, when: {needs: [premises], surface_at_least: 5000}, team: desk}
  - {id: near, when: {communes: [Rumilly], words: [atelier]}, team: sites}
  - {id: rest, when: {needs: [premises]}, team: sites}
default: desk
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The sample territory with needs, teams and rules: the folder in use."""
    made = tmp_path / "knowledge"
    shutil.copytree(SAMPLE, made)
    (made / "requests.yaml").write_text(NEEDS, encoding="utf-8")
    (made / "routing.yaml").write_text(ROUTING, encoding="utf-8")
    monkeypatch.setenv("CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("KNOWLEDGE_DIR", str(made))
    monkeypatch.chdir(tmp_path)
    for name in ALL_SET:
        monkeypatch.delenv(name, raising=False)
    return made


def call(*arguments: str | Path) -> Result:
    """A command's result."""
    return CliRunner().invoke(main, ["routing", *map(str, arguments)])


def lines_of(*requests: Request) -> str:
    """Requests as JSON lines."""
    return "".join(one.model_dump_json() + "\n" for one in requests)


def test_a_message_is_explained_condition_by_condition(folder: Path) -> None:
    """Team, rule with its line, each condition, and the earlier rules with what they lacked."""
    result = call("explain", "je cherche un atelier de 500 m2 à Rumilly", "--date", "2026-11-24")
    assert result.exit_code == 0, result.output
    told = " ".join(result.stdout.split())
    assert "500 m², Rumilly, in fr, by web" in told
    assert "Team sites (Locaux) sent to Telegram group -100" in told
    assert f"Rule near ({folder}/routing.yaml:10)" in told
    assert "communes: Rumilly – it has Rumilly: yes" in told
    assert "words: atelier – it has atelier: yes" in told
    assert f"large → desk ({folder}/routing.yaml:9)" in told
    assert "surface_at_least: 5000 – it has 500: no" in told
    assert "rest" not in told, "rules after the one that applies were not tried"


def test_absence_and_default_are_told() -> None:
    """Who stands in for whom and until when, and that no rule applied."""
    away = call("explain", "un atelier à Rumilly", "--date", "2026-12-31").stdout
    assert "Team        desk (Accueil)" in away
    assert "sites is absent up to 2026-12-31: desk backs it up" in away
    default = call("explain", "zzz", "--date", "2026-11-24").stdout
    assert "no rule applies, so the default team has it" in default
    assert "By none of the rules:" in default


def test_json_has_every_reason() -> None:
    """A program reads what was understood, team, rule and all conditions."""
    result = call("explain", "--json", "--channel", "telegram", "un atelier à Rumilly")
    (told,) = map(json.loads, result.stdout.splitlines())
    assert told["channel"] == "telegram"
    assert told["details"]["communes"][0]["name"] == "Rumilly"
    assert [reason["rule"] for reason in told["reasons"] if reason["kind"] == "rule"] == [
        "large", "near",
    ]  # fmt: skip
    assert told["rule"] == "near"


FORMS = {
    "a request": request(team=None, rule=None).model_dump_json(),
    "one over several lines": request().model_dump_json(indent=2),
    "its details": request().details.model_dump_json(),
    "as it is exported": json.dumps(
        {"status": "open", "request": json.loads(request().model_dump_json())}
    ),
    "a list of one": f"[{request().model_dump_json()}]",
    "a line of messages": "\ufeffdes locaux pour mon entreprise\n\n",
    "a message and its team": '{"text": "un atelier à Rumilly", "team": "sites"}\n',
}


@pytest.mark.parametrize("name", FORMS)
def test_a_file_is_read_in_any_form(tmp_path: Path, name: str) -> None:
    """A request whole or in part, as JSON or as messages, is explained as one request."""
    path = tmp_path / "file.jsonl"
    path.write_text(FORMS[name], encoding="utf-8")
    result = call("explain", path, "--date", "2026-11-24")
    assert result.exit_code == 0, result.output
    assert "Read as" in result.stdout


def test_many_are_a_table_that_counts_what_was_expected(tmp_path: Path) -> None:
    """Several requests are a line each; those that go elsewhere than a person said stand out."""
    path = tmp_path / "cases.jsonl"
    path.write_text(
        '{"text": "un atelier à Rumilly", "team": "sites"}\n'
        '{"text": "zzz", "team": "sites"}\n'
        '{"text": "zzz", "team": "nobody"}\n',
        encoding="utf-8",
    )
    titles, first, second, third, *rest = call(
        "explain", path, "--date", "2026-11-24"
    ).stdout.splitlines()
    assert re.split(r"  +", titles) == ["TEAM", "INSTEAD OF", "RULE", "REQUEST"]
    assert re.split(r"  +", first) == ["sites", "near", "un atelier à Rumilly"]
    assert re.split(r"  +", second) == ["desk", "sites", "(default)", "zzz"]
    assert re.split(r"  +", third) == ["desk", "nobody", "(default)", "zzz"]
    assert rest == ["", "1 of 3 go to the team that was named for them", "there is no team nobody"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"text": 1}', "is no request"),
        ("[1]", "is no request"),
        ('{"reference": "R"}', "is no request"),
        ('{"need": ["premises"]}', "`details.need`: Input should be a valid string"),
        ('{"need": "premises"}\n{"need": \n', ":2: is no JSON"),
        ("\n\n", "holds no request"),
        ('{"a":' * 100_000, ":1: is no JSON"),
    ],
)
def test_a_file_that_holds_no_request(tmp_path: Path, text: str, said: str) -> None:
    """What cannot be read is one clear line with its place, and code 1."""
    path = tmp_path / "file.jsonl"
    path.write_text(text, encoding="utf-8")
    result = call("explain", path)
    assert result.exit_code == 1
    assert said in result.stderr
    assert str(path) in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    ("what", "said"),
    [(" ", "there is no text"), ("cases.jsonl", "there is no such file"), ("latin.txt", "UTF-8")],
)
def test_what_is_neither_message_nor_file(what: str, said: str) -> None:
    """An empty text, a path that leads nowhere and a file in another encoding are said."""
    Path("latin.txt").write_bytes("à Orly".encode("latin-1"))
    result = call("explain", what)
    assert result.exit_code == 1
    assert said in result.stderr


def test_nothing_steers_the_terminal(tmp_path: Path) -> None:
    """Whatever stands in a request's fields is shown without what a terminal obeys."""
    evil = "\x1b[2J\u202e\u2028x"
    details = Details(
        need="premises",
        description=evil,
        communes=(Locality(name=evil),),
        company=Company(activity=evil, headcount_band=evil, siret=evil),
    )
    path = tmp_path / "evil.jsonl"
    one, two = (request(reference, details=details) for reference in ("", evil))
    path.write_text(lines_of(one, two), encoding="utf-8")
    many = call("explain", path)
    assert many.exit_code == 0, many.output
    path.write_text(lines_of(one), encoding="utf-8")
    for told in (many.stdout, call("explain", path).stdout):
        assert not set(told) & set("\x1b\u202e\u2028")


def test_a_long_message_is_no_path() -> None:
    """A text longer than any file name is read as the message that it is."""
    result = call("explain", "un atelier à Rumilly, " * 400)
    assert result.exit_code == 0, result.output


# -- check ----------------------------------------------------------------------------------------

ALL_SET = {
    "TELEGRAM_BOT_TOKEN": "1:x",
    "SMTP_URL": "smtp://localhost",
    "EMAIL_FROM": "assistant@example.org",
    "WEBHOOK_SECRET_CRM": "whsec_" + "A" * 43 + "=",
}


def test_sound_routing_is_counted(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """With everything in place there is one line and code 0, also when warnings are errors."""
    for name, value in ALL_SET.items():
        monkeypatch.setenv(name, value)
    text = ROUTING.replace("team: desk}", "team: sites}").replace("[premises]}", "[press]}")
    (folder / "routing.yaml").write_text(text, encoding="utf-8")
    result = call("check", "--strict")
    assert result.stdout == f"{folder}: all is well; 2 teams, 3 rules, 3 needs\n"
    assert result.exit_code == 0


DOUBTS: dict[str, tuple[str, str, int, str]] = {
    "unreachable": (
        "- {id: rest, when: {needs: [premises]}",
        (
            "- {id: more, when: {needs: [premises], surface_at_least: 9000}, team: sites}\n"
            "  - {id: rest, when: {needs: [premises]}"
        ),
        11,
        "the rule `more` never applies: `large` (DIR/routing.yaml:9) comes first",
    ),
    "to the default anyway": (
        "default: desk",
        "  - {id: last, when: {words: [salon]}, team: desk}\ndefault: desk",
        12,
        "the rule `last` changes nothing",
    ),
    "no destination": (
        ", email: accueil@example.org}", "}", 2, "the team `desk` has no destination",
    ),
    "no rule leads there": (
        "rules:",
        '  - {id: idle, name: {fr: A, en: A}, telegram: {group: "-2"}}\nrules:',
        8,
        "no rule leads to the team `idle`",
    ),
    "no backup": ("    backup: desk\n", "", 6, "absent up to 2026-12-31, and has no backup"),
    "no rule names it": ("needs: [press, ", "needs: [", 1, "no rule names the need `press`"),
    "no bot": ("TELEGRAM_BOT_TOKEN", "", 5, "no TELEGRAM_BOT_TOKEN is set"),
    "no secret": ("WEBHOOK_SECRET_CRM", "", 5, "no WEBHOOK_SECRET_CRM is set"),
}  # fmt: skip
GOOD = ROUTING.replace(
    'telegram: {group: "-100"}',
    'webhook: {url: "https://crm.example.org", secret: crm}\n    telegram: {group: "-100"}',
).replace("needs: [premises], surface", "needs: [press, premises], surface")


@pytest.mark.parametrize("name", DOUBTS)
def test_what_is_usable_but_wrong(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each doubt is one warning at its line, with its mend; --strict makes an error of it."""
    change, by, line, said = DOUBTS[name]
    text = (
        GOOD
        if name == "no secret"
        else GOOD.replace('    webhook: {url: "https://crm.example.org", secret: crm}\n', "")
    )
    assert change in text or change in ALL_SET
    (folder / "routing.yaml").write_text(text.replace(change, by), encoding="utf-8")
    for setting, value in ALL_SET.items():
        if setting != change:
            monkeypatch.setenv(setting, value)
    monkeypatch.setattr("bot.commands.routing._day", lambda _: dt.date(2026, 11, 24))
    result = call("check", folder)
    warning, summary = result.stdout.replace(str(folder), "DIR").splitlines()
    assert result.exit_code == 0
    assert warning.startswith(f"DIR/routing.yaml:{line}:")
    assert f"warning: {said}" in warning or said in warning
    assert "; " in warning
    assert summary.startswith("DIR: 1 warning; ")
    assert call("check", folder, "--strict").exit_code == 1


def test_each_destination_that_cannot_be_served_is_named(folder: Path) -> None:
    """Whatever is missing for a team's group, mailbox or CRM is said at that key's line."""
    (folder / "routing.yaml").write_text(GOOD, encoding="utf-8")
    found = doubts(load(folder), lambda to: f"no {to.channel}", dt.date(2026, 11, 24))
    assert [(fault.line, fault.what.rpartition(": ")[2]) for fault in found] == [
        (2, "no email"),
        (6, "no team"),
        (5, "no webhook"),
    ]


def test_check_says_what_loading_says(folder: Path) -> None:
    """Errors of any file of the folder are listed, and the code is 1."""
    (folder / "routing.yaml").write_text(ROUTING.replace("team: sites}", "team: site}", 1))
    result = call("check", folder)
    assert result.exit_code == 1
    assert "routing.yaml:10:" in result.stdout
    assert "no team has the id `site`; did you mean `sites`?" in result.stdout


def test_a_folder_without_teams_is_sound(folder: Path) -> None:
    """Nobody has to write routing.yaml."""
    (folder / "routing.yaml").unlink()
    result = call("check", "--strict")
    assert result.exit_code == 0
    assert "0 teams, 0 rules" in result.stdout
    assert "`routing.yaml` names no team" in call("explain", "un atelier").stdout


# -- replay ---------------------------------------------------------------------------------------


def _past() -> list[Request]:
    large = Details(need="premises", surface=Surface(least_m2=6000))
    return [
        request("R1", details=Details(need="premises")),
        request("R2", details=large, consented_at=dt.datetime(2026, 11, 2, tzinfo=dt.UTC)),
        request("R3", details=Details(need="other")),
        request("R4", details=Details(need="premises"),
                consented_at=dt.datetime(2026, 12, 25, tzinfo=dt.UTC)),
    ]  # fmt: skip


@pytest.fixture
def edited(folder: Path, tmp_path: Path) -> Path:
    """The folder in which large sites go to the same team as the others."""
    copy = tmp_path / "edited"
    shutil.copytree(folder, copy)
    text = ROUTING.replace("  - {id: large", "  # - {id: large")
    (copy / "routing.yaml").write_text(text, encoding="utf-8")
    return copy


def test_replay_shows_what_would_change(edited: Path, tmp_path: Path) -> None:
    """Requests that another team would get are listed; absences are those of their own day."""
    path = tmp_path / "past.jsonl"
    path.write_text(lines_of(*_past()), encoding="utf-8")
    result = call("replay", edited, "--from", path)
    assert result.exit_code == 0, result.output
    header, row, _, total, way = result.stdout.splitlines()
    assert header.split("  ")[0] == "REFERENCE"
    assert row.split() == ["R2", "2026-11-02", "premises", "desk", "sites", "large", "rest"]
    assert total == "1 of 4 requests would go to another team"
    assert way.split() == ["1", "desk", "→", "sites"]


def test_replay_on_one_day(edited: Path, tmp_path: Path) -> None:
    """On a day of absence the backup has all of them either way: only the rule differs."""
    path = tmp_path / "past.jsonl"
    path.write_text(lines_of(*_past()), encoding="utf-8")
    result = call("replay", edited, "--from", path, "--date", "2026-12-25")
    assert result.stdout.splitlines() == [
        "0 of 4 requests would go to another team",
        "1 would go to the same team by another rule",
    ]


def test_replay_takes_requests_from_the_database(edited: Path, sqlite_url: str) -> None:
    """What was filed is read beside a running assistant."""

    async def file_all() -> None:
        store = await Store.open(sqlite_url)
        for number, one in enumerate(_past(), start=1):
            await take(store, number, filing(one), address=str(number))
        await store.close()

    asyncio.run(file_all())
    result = call("replay", edited, "--database", sqlite_url)
    assert result.exit_code == 0, result.output
    assert "1 of 4 requests would go to another team" in result.stdout
    newest = call("replay", edited, "--database", sqlite_url, "--limit", "2")
    assert "0 of 2 requests would go to another team" in newest.stdout


def test_replay_of_nothing(edited: Path, sqlite_url: str) -> None:
    """Without past requests there is nothing to change."""
    asyncio.run(_empty(sqlite_url))
    result = call("replay", edited, "--database", sqlite_url)
    assert result.stdout == "0 of 0 requests would go to another team\n"


async def _empty(url: str) -> None:
    await (await Store.open(url)).close()


def test_replay_says_what_it_cannot_use(edited: Path, tmp_path: Path) -> None:
    """A wrong folder, messages instead of requests, and two sources are clear errors."""
    path = tmp_path / "past.jsonl"
    path.write_text("un atelier à Rumilly\n", encoding="utf-8")
    messages = call("replay", edited, "--from", path)
    assert messages.exit_code == 1
    assert "is a message, and no request" in messages.stderr
    assert call("replay", edited, "--from", path, "--database", "sqlite://").exit_code == 2
    (edited / "routing.yaml").write_text("team: x\n", encoding="utf-8")
    wrong = call("replay", edited, "--from", path)
    assert wrong.exit_code == 1
    assert "routing.yaml:1:1: " in wrong.stderr


# -- the territory's own rules --------------------------------------------------------------------


@pytest.mark.parametrize(("cases", "wrong"), [("routing.jsonl", 1), ("routing_unseen.jsonl", 1)])
def test_the_right_team_gets_it(cases: str, wrong: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """First messages go to the team that a colleague would name: all but one in forty, in twenty.

    The rules were written with the first file in sight, not with the second.
    """
    monkeypatch.setenv("KNOWLEDGE_DIR", str(CONTENT))
    monkeypatch.chdir(DATA.parents[1])
    monkeypatch.delenv("CACHE_DIR")
    result = call("explain", "--json", "--date", "2026-11-24", DATA / cases)
    told = [json.loads(line) for line in result.stdout.splitlines()]
    missed = [one["details"]["description"] for one in told if one["team"] != one["expected"]]
    assert len(told) >= 20
    assert len(missed) <= wrong, missed


def test_the_territorys_rules_are_sound(monkeypatch: pytest.MonkeyPatch) -> None:
    """No rule of the content is out of reach or idle; what is missing are destinations only."""
    monkeypatch.setenv("KNOWLEDGE_DIR", str(CONTENT))
    *warnings, summary = call("check").stdout.splitlines()
    assert "6 teams" in summary
    assert [line for line in warnings if "has no destination" not in line] == []
