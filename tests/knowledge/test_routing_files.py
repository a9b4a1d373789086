"""``requests.yaml`` and ``routing.yaml``: what is made of them, what is said of their faults."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.matcher_cache import build_matcher
from bot.settings import CONTENT
from knowledge.loading import Fault, KnowledgeError, check_folder, load
from knowledge.model import RequestForm, Routing
from tests.knowledge.folders import ENTRY, TODAY, write

A = "entries/a.yaml"


def test_without_files_needs_are_neutral_and_nobody_has_them(tmp_path: Path) -> None:
    """A folder that says nothing of requests has generic needs in both languages and no team."""
    base = load(write(tmp_path, {A: ENTRY}), TODAY).base
    assert base.request_form.need("premises") is not None
    assert base.request_form.need(base.request_form.other) is not None
    for need in base.request_form.needs:
        assert set(need.label) == {"fr", "en"}
        assert (need.topics, need.entries) == ((), ())
    assert base.routing == Routing()


def test_a_folder_may_write_a_part_of_the_form(tmp_path: Path) -> None:
    """Needs that a folder writes replace the neutral ones; what it leaves out stays neutral."""
    neutral = load(write(tmp_path / "a", {A: ENTRY}), TODAY).base.request_form
    kept = {A: ENTRY, "requests.yaml": "retention_months: 12\n"}
    assert load(write(tmp_path / "b", kept), TODAY).base.request_form == neutral.model_copy(
        update={"retention_months": 12}
    )
    own = "needs: [{id: other, label: {fr: Autre, en: Other}, topics: [contact]}]\n"
    form = load(write(tmp_path / "c", {A: ENTRY, "requests.yaml": own}), TODAY).base.request_form
    assert [need.id for need in form.needs] == ["other"]
    assert form.retention_months == neutral.retention_months


def test_the_content_of_the_territory_has_needs_teams_and_rules() -> None:
    """Grand-Orly's own files give every need its team, and name no address of anybody."""
    base = load(CONTENT, TODAY).base
    assert isinstance(base.request_form, RequestForm)
    assert base.routing.default == "accueil"
    assert all(base.routing.team(rule.team) for rule in base.routing.rules)
    assert [team.id for team in base.routing.teams if team.email or team.telegram] == []


def test_an_edit_of_teams_teaches_nothing_new(tmp_path: Path) -> None:
    """The matcher that was kept serves on after an edit of routing, needs or messages only."""
    folder = write(tmp_path / "folder", {A: ENTRY})
    cache = tmp_path / "cache"
    before = load(folder, TODAY).base
    build_matcher(before, cache)
    for name, text in {
        "routing.yaml": "teams: [{id: a, name: {fr: A, en: A}}]\ndefault: a\n",
        "requests.yaml": "retention_months: 12\n",
        "messages.yaml": "welcome: {fr: Bonjour}\n",
    }.items():
        write(folder, {name: text})
        build_matcher(load(folder, TODAY).base, cache)
    assert len(list(cache.iterdir())) == 1
    after = load(folder, TODAY).base
    assert after.content_hash != before.content_hash
    write(folder, {"entries/messages.yaml": ENTRY.replace("opening-hours", "closing")})
    assert load(folder, TODAY).base.learnt_hash != before.learnt_hash


TERRITORY = """\
communes:
  - {name: Vitry-sur-Seine, code: "94081"}
  - {name: Orly, code: "94054"}
outside:
  - {name: Créteil, code: "94028"}
"""
TEAMS = """\
teams:
  - {id: desk, name: {fr: Accueil, en: Front desk}}
  - id: sites
    name: {fr: Locaux, en: Premises}
default: desk
"""
"""Sound teams of five lines; keys of the second can be put before the last."""


def _team(line: str) -> str:
    return TEAMS.replace("default:", f"    {line}\ndefault:")


def _hours(line: str) -> str:
    return _team(f"hours:\n      {line}")


def _when(conditions: str) -> str:
    return f"{TEAMS}rules:\n  - id: a\n    team: sites\n    when: {{{conditions}}}\n"


# name: (the text of routing.yaml, where the fault is, what is said of it, how it is to be mended)
ROUTING_FAULTS: dict[str, tuple[str, str, str, str]] = {
    "unknown key": ("team: []\ndefault: a\nteams: [{id: a, name: {fr: A, en: A}}]\n", "1:1",
        "unknown key `team`", "did you mean `teams`?"),
    "team twice": (TEAMS.replace("id: sites", "id: desk"), "3:9", "`desk` is already used at",
        "give this team another id"),
    "team without a name": (TEAMS.replace("\n    name: {fr: Locaux, en: Premises}", ""), "3:5",
        "`name` is missing", "add a line"),
    "name in one language": (TEAMS.replace(", en: Premises", ""), "4:11",
        "the English text is missing", "add a line `en:"),
    "no default": (TEAMS.replace("default: desk\n", ""), "1:1", "`default` is missing",
        "`default: desk`"),
    "unknown default": (TEAMS.replace("default: desk", "default: dest"), "5:10",
        "no team has the id `dest`", "did you mean `desk`?"),
    "unknown team of a rule": (_when("needs: [other]").replace("team: sites", "team: site"),
        "8:11", "no team has the id `site`", "did you mean `sites`?"),
    "unknown backup": (_team("backup: reception"), "5:13", "no team has the id `reception`",
        "write the id of a team of this folder"),
    "its own backup": (_team("backup: sites"), "5:13", "the team `sites` is its own backup",
        "name a team that is there"),
    "backups in a circle": (
        _team("backup: desk").replace("desk, name", "desk, backup: sites, name"), "2:24",
        "backups go in a circle: desk → sites → desk", "name a team that is there",
    ),
    "rule twice": (_when("needs: [other]") + "  - {id: a, team: desk, when: {words: [x]}}\n",
        "10:10", "`a` is already used at", "give this rule another id"),
    "rule without conditions": (f"{TEAMS}rules:\n  - {{id: a, team: desk}}\n", "7:5",
        "`when` is missing", "add a line"),
    "unknown condition": (_when("need: [other]"), "9:12", "unknown key `need`", "`needs`"),
    "condition for nothing": (_when("needs: []"), "9:19", "the list in `needs` is empty",
        "or remove `needs`"),
    "unknown need": (_when("needs: [premise]"), "9:20", "no need has the id `premise`",
        "did you mean `premises`?"),
    "unknown commune": (_when("communes: [Orly, Vitry sur Sein]"), "9:29",
        "names no commune `Vitry sur Sein`", "did you mean `Vitry-sur-Seine`?"),
    "commune like no other": (_when("communes: [Marseille]"), "9:23", "no commune `Marseille`",
        "`inside` or `outside`"),
    "section": (_when("activities: [W]"), "9:25", "`W` is neither a section", "A to U"),
    "code": (_when('activities: ["25.A"]'), "9:25", "`25.A` is neither", '"25.6"'),
    "division that is none": (_when('activities: ["44"]'), "9:25", "`44` is neither", '"25"'),
    "code as number": (_when("activities: [25.6]"), "9:25", "read as a number", '"25.6"'),
    "headcount": (_when("headcount_at_least: many"), "9:32", "is `many`", "a whole number"),
    "negative headcount": (_when("headcount_at_least: -1"), "9:32", "is `-1`",
        "write a whole number, 0 at least"),
    "headcounts crossed": (_when("headcount_at_least: 50, headcount_at_most: 9"), "9:55",
        "no headcount is 50 at least and 9 at most", "the larger number"),
    "language of a rule": (_when("languages: [de]"), "9:24", "`de`", "'fr' or 'en'"),
    "channel of a rule": (_when("channels: [fax]"), "9:23", "`fax`", "'telegram', 'web'"),
    "word that is none": (_when('words: ["?!"]'), "9:20", "`?!` holds no word", "write a word"),
    "e-mail": (_team("email: sites.example.org"), "5:12", "`sites.example.org` is no e-mail",
        "equipe@example.org"),
    "e-mail of nowhere": (_team("email: sites@localhost"), "5:12", "is no e-mail address",
        "equipe@example.org"),
    "group": (_team('telegram: {group: "@sites"}'), "5:23", "is not the number of a Telegram group",
        '"-1001234567890"'),
    "group as number": (_team("telegram: {group: -100}"), "5:23", "read as a number", '"-100"'),
    "topic": (_team('telegram: {group: "-100", topic: first}'), "5:38", "is `first`",
        "a whole number"),
    "address of a webhook": (_team("webhook: {url: crm.example.org, secret: crm}"), "5:20",
        "is not a web address", "https://"),
    "secret": (_team("webhook: {url: https://crm.example.org, secret: S3CR3T-key}"), "5:53",
        "cannot be the name of a secret", "the key itself stands in the environment"),
    "time zone": (_hours("timezone: Europe/Pari"), "6:17", "no time zone `Europe/Pari`",
        "did you mean `Europe/Paris`?"),
    "time zone like no other": (_hours("timezone: QQQQQ"), "6:17", "no time zone `QQQQQ`",
        "Europe/Paris"),
    "holidays": (_hours("holidays: France"), "6:17", "holidays of `France` are not known",
        "as FR"),
    "unknown day": (_hours('lundi: ["09:00-12:00"]'), "6:7", "unknown key `lundi`", "`monday`"),
    "hours": (_hours("monday: [9h-12h]"), "6:16", "is no interval of hours: `9h-12h`",
        "09:00-12:30"),
    "hour that is none": (_hours('monday: ["09:00-25:00"]'), "6:16", "no interval of hours",
        "from begin to end"),
    "day that is a text": (_hours("monday: 09:00-12:00"), "6:15", "is not a list", "`- `"),
    "interval backwards": (_hours('monday: ["17:00-09:00"]'), "6:16",
        "`17:00-09:00` ends before it begins", "the earlier hour first"),
    "interval of no time": (_hours('monday: ["09:00-09:00"]'), "6:16", "ends before it begins",
        "two intervals"),
    "intervals in each other": (_hours('friday: ["09:00-12:30", "12:00-17:00"]'), "6:31",
        "`12:00-17:00` overlaps `09:00-12:30`", "follow each other"),
    "absence backwards": (_team("absences: [{first: 2026-12-31, last: 2026-12-24}]"), "5:42",
        "ends on 2026-12-24, before it begins on 2026-12-31", "the later day"),
    "absence that is no date": (_team("absences: [{first: Noël, last: 2026-12-24}]"), "5:24",
        "`Noël`, which is no date", "write 2019-03-22"),
    "a list": ("- teams\n", "1:1", "not a set of keys", "key: value"),
}  # fmt: skip

REQUEST_FAULTS: dict[str, tuple[str, str, str, str]] = {
    "need twice": (
        "needs:\n  - {id: other, label: {fr: A, en: A}}\n  - {id: other, label: {fr: B, en: B}}\n",
        "3:10", "`other` is already used at", "give this need another id",
    ),
    "label in one language": ("needs: [{id: other, label: {fr: Autre}}]\n", "1:28",
        "the English text is missing", "add a line `en:"),
    "label too long": (f"needs: [{{id: other, label: {{fr: {'x' * 41}, en: y}}}}]\n", "1:33",
        "41 characters, 40 at most", "shorten"),
    "no need for the rest": ("needs: [{id: a, label: {fr: A, en: A}}]\n", "1:1",
        "none has the id `other`", "name another one in `other:`"),
    "no need at all": ("needs: []\n", "1:1", "none has the id `other`", "write a need `other`"),
    "unknown need for the rest": ("other: premise\n", "1:8", "no need has the id `premise`",
        "did you mean `premises`?"),
    "unknown topic": ("needs: [{id: other, label: {fr: A, en: A}, topics: [contacts]}]\n", "1:53",
        "no entry has the topic `contacts`", "did you mean `contact`?"),
    "unknown entry": ("needs: [{id: other, label: {fr: A, en: A}, entries: [opening]}]\n", "1:54",
        "no entry has the id `opening`", "did you mean `opening-hours`?"),
    "topic of two needs": (
        ("needs:\n  - {id: other, label: {fr: A, en: A}, topics: [contact]}\n"
         "  - {id: b, label: {fr: B, en: B}, topics: [contact]}\n"),
        "3:45", "`contact` leads to a need already", "one of the two places",
    ),
    "entry and its topic": (
        ("needs:\n  - {id: other, label: {fr: A, en: A}, topics: [contact]}\n"
         "  - {id: b, label: {fr: B, en: B}, entries: [opening-hours]}\n"),
        "3:46", "`opening-hours` leads to another need by its topic", "instead of the topic",
    ),
    "unknown slot": ("needs: [{id: other, label: {fr: A, en: A}, asks: {size: required}}]\n",
        "1:51", "unknown key `size`", "the keys known here are `description`"),
    "how a slot is asked": ("needs: [{id: other, label: {fr: A, en: A}, asks: {surface: yes}}]\n",
        "1:60", "`yes`", "'required' or 'optional'"),
    "retention": ("retention_months: 0\n", "1:19", "is `0`", "write a whole number, 1 at least"),
    "privacy entry": ("privacy_entry: data\n", "1:16", "no entry has the id `data`", "the id of"),
}  # fmt: skip


def _fault(folder: Path) -> Fault:
    with pytest.raises(KnowledgeError) as problem:
        load(folder, TODAY)
    (fault,) = problem.value.faults
    return fault


@pytest.mark.parametrize("name", ROUTING_FAULTS)
def test_fault_of_routing(tmp_path: Path, name: str) -> None:
    """Each slip in routing.yaml is one fault at its line and column, with its mend."""
    text, where, what, mend = ROUTING_FAULTS[name]
    files = {A: ENTRY, "territory.yaml": TERRITORY, "routing.yaml": text}
    fault = _fault(write(tmp_path, files))
    assert str(fault).startswith(f"{tmp_path}/routing.yaml:{where}: ")
    assert what in fault.what
    assert mend in fault.mend


@pytest.mark.parametrize("name", REQUEST_FAULTS)
def test_fault_of_requests(tmp_path: Path, name: str) -> None:
    """Each slip in requests.yaml is one fault at its line and column, with its mend."""
    text, where, what, mend = REQUEST_FAULTS[name]
    fault = _fault(write(tmp_path, {A: ENTRY, "requests.yaml": text}))
    assert str(fault).startswith(f"{tmp_path}/requests.yaml:{where}: ")
    assert what in fault.what
    assert mend in fault.mend


def test_communes_need_a_territory(tmp_path: Path) -> None:
    """Without territory.yaml no commune can be named, nor what is inside."""
    text = _when("communes: [inside]")
    fault = _fault(write(tmp_path, {A: ENTRY, "routing.yaml": text}))
    assert "`territory.yaml` names no commune `inside`" in fault.what
    assert fault.mend == "write the communes of the territory there first"


def test_what_is_allowed(tmp_path: Path) -> None:
    """Two teams may share a group; hours may touch; a commune needs neither case nor accents."""
    teams = """\
teams:
  - {id: a, name: {fr: A, en: A}, telegram: {group: "-100", topic: 1}, email: a@example.org}
  - id: b
    name: {fr: B, en: B}
    languages: [en, fr]
    telegram: {group: "-100", topics: no}
    backup: a
    absences: [{first: 2026-12-24, last: 2026-12-24}]
    hours:
      monday: ["13:00-24:00", "09:00-13:00"]
      holidays:
rules:
  - {id: r, when: {communes: [creteil, inside], activities: [C, "25.62B"]}, team: b}
default: a
"""
    files = {A: ENTRY, "territory.yaml": TERRITORY, "routing.yaml": teams}
    loaded = load(write(tmp_path, files), TODAY)
    assert loaded.warnings == ()
    routing = loaded.base.routing
    second = routing.team("b")
    assert second is not None
    assert second.telegram is not None
    assert not second.telegram.topics
    assert second.hours is not None
    assert second.hours.holidays is None
    assert second.hours.intervals(0) == ((540, 780), (780, 1440))
    assert loaded.positions.rules["r"].line == 13
    assert loaded.positions.team_keys["b", "backup"].line == 7


def test_a_wrong_file_is_not_blamed_on_another(tmp_path: Path) -> None:
    """A need or a commune in a file that is wrong elsewhere is still there to be named."""
    files = {
        A: ENTRY,
        "requests.yaml": "needs: [{id: other, label: {fr: A}}, {id: b, label: {fr: B, en: B}}]\n",
        "territory.yaml": TERRITORY + "title: x\n",
        "routing.yaml": _when("needs: [b, other], communes: [Orly]"),
    }
    with pytest.raises(KnowledgeError) as problem:
        load(write(tmp_path, files), TODAY)
    assert [Path(fault.file).name for fault in problem.value.faults] == [
        "requests.yaml", "territory.yaml",
    ]  # fmt: skip
    write(tmp_path, {"requests.yaml": "\tx"})
    with pytest.raises(KnowledgeError) as problem:
        load(tmp_path, TODAY)
    assert [Path(fault.file).name for fault in problem.value.faults] == [
        "requests.yaml", "territory.yaml",
    ]  # fmt: skip


SCALARS = st.sampled_from(
    ["x", "a", "09:00-12:00", "17:00-09:00", "-1", "2026-01-01", "", "FR", "Orly", "C"]
)
KEYS = st.sampled_from(
    "teams rules default id name fr en backup telegram group email webhook url secret hours monday"
    " timezone holidays absences first last when needs communes activities words team label topics"
    " headcount_at_least headcount_at_most entries asks surface".split()
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(["routing.yaml", "requests.yaml"]),
    first=st.sampled_from(["teams", "rules", "needs", "default", "other"]),
    value=VALUES,
    more=VALUES,
)
def test_whatever_the_files_hold_is_a_fault(
    tmp_path: Path, name: str, first: str, value: object, more: object
) -> None:
    """Any tree of known keys is a folder or faults in words, never a traceback."""
    for file in ("routing.yaml", "requests.yaml"):
        (tmp_path / file).unlink(missing_ok=True)
    text = json.dumps({first: value, "rules" if name == "routing.yaml" else "needs": more})
    folder = write(tmp_path, {A: ENTRY, name: text})
    lines, code = check_folder(folder, today=TODAY)
    assert code in {0, 1}
    assert lines
