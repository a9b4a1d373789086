"""``requests.yaml`` and ``routing.yaml``: what is made of them, what is said of their faults."""

from __future__ import annotations

from pathlib import Path

from bot.matcher_cache import build_matcher
from bot.settings import CONTENT
from knowledge.loading import load
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
