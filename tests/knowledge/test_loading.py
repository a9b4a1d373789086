"""A knowledge folder that can be used, and what is made of it."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge.loading import check_folder, load
from tests.knowledge.folders import ENTRY, TODAY, write


def test_entries_alone_are_a_folder(tmp_path: Path) -> None:
    """A folder with nothing but entries/ loads, with neutral messages in both languages."""
    loaded = load(write(tmp_path, {"entries/a.yaml": ENTRY}), TODAY)
    assert [entry.id for entry in loaded.base.entries] == ["opening-hours"]
    assert loaded.base.languages == ("fr", "en")
    assert set(loaded.base.messages.welcome) == {"fr", "en"}
    assert loaded.base.territory.communes == ()
    assert loaded.warnings == ()


def test_every_yaml_file_is_read_in_order(tmp_path: Path) -> None:
    """Entries come from each .yaml and .yml file, by name; other and hidden files are let be."""
    files = {
        f"entries/{name}": f"- {{id: {name[0]}, questions: {{fr: [{name} ?]}}, answer: {{fr: x}}}}"
        for name in ("b.yml", "a.yaml", "c.txt", ".d.yaml")
    }
    loaded = load(write(tmp_path, files), TODAY)
    assert [entry.id for entry in loaded.base.entries] == ["a", "b"]


def test_messages_are_laid_over_the_defaults(tmp_path: Path) -> None:
    """A message written in one language keeps the default of the other, and all other messages."""
    neutral = load(write(tmp_path / "neutral", {"entries/a.yaml": ENTRY}), TODAY).base.messages
    folder = write(
        tmp_path / "own",
        {"entries/a.yaml": ENTRY, "messages.yaml": 'welcome: {fr: "Bienvenue à {territory}."}\n'},
    )
    own = load(folder, TODAY).base.messages
    assert own.welcome == {"fr": "Bienvenue à {territory}.", "en": neutral.welcome["en"]}
    assert own.unknown == neutral.unknown


def test_words_are_added_to_the_common_ones(tmp_path: Path) -> None:
    """A folder's synonyms come on top of the defaults; its abbreviations win over them."""
    neutral = load(write(tmp_path / "neutral", {"entries/a.yaml": ENTRY}), TODAY).base.lexicon
    common = next(iter(neutral.fr.abbreviations))
    lexicon = f"fr: {{abbreviations: {{'{common}': autre}}, synonyms: [[usine, atelier]]}}\n"
    folder = write(tmp_path / "own", {"entries/a.yaml": ENTRY, "lexicon.yaml": lexicon})
    own = load(folder, TODAY).base.lexicon
    assert own.fr.abbreviations == neutral.fr.abbreviations | {common: "autre"}
    assert own.fr.synonyms == (*neutral.fr.synonyms, ("usine", "atelier"))
    assert own.en == neutral.en


def test_territory_is_read(tmp_path: Path) -> None:
    """The communes of territory.yaml are in the base, with their codes as text."""
    territory = 'communes:\n  - {name: Orly, code: "94054", postal_codes: ["94310"]}\n'
    folder = write(tmp_path, {"entries/a.yaml": ENTRY, "territory.yaml": territory})
    (commune,) = load(folder, TODAY).base.territory.communes
    assert (commune.name, commune.code, commune.postal_codes) == ("Orly", "94054", ("94310",))


def test_a_file_of_comments_says_nothing(tmp_path: Path) -> None:
    """An optional file with every line commented out is as good as none."""
    folder = write(tmp_path, {"entries/a.yaml": ENTRY, "messages.yaml": "# welcome: …\n"})
    assert load(folder, TODAY).base.messages.welcome


def test_byte_order_mark_and_windows_lines_are_accepted(tmp_path: Path) -> None:
    """A file saved by a Windows editor reads as any other."""
    folder = write(tmp_path, {})
    raw = b"\xef\xbb\xbf" + ENTRY.replace("\n", "\r\n").encode()
    (folder / "entries" / "a.yaml").write_bytes(raw)
    assert load(folder, TODAY).base.entries[0].answer["fr"] == "De 9 h à 17 h."


@pytest.mark.parametrize("word", ["no", "Yes", "on", "true", "12:30", "1_000", "0x1F"])
def test_words_stay_words(tmp_path: Path, word: str) -> None:
    """What some YAML readers turn into true, false or a number stays the text that was written."""
    entry = f"- id: a\n  questions: {{fr: [{word}]}}\n  answer: {{fr: {word}}}\n"
    (read,) = load(write(tmp_path, {"entries/a.yaml": entry}), TODAY).base.entries
    assert read.answer["fr"] == word
    assert read.questions["fr"] == (word,)


def test_hash_follows_every_file(tmp_path: Path) -> None:
    """The content hash stays while nothing changes, and changes with any file's name or bytes."""
    folder = write(tmp_path, {"entries/a.yaml": ENTRY})
    first = load(folder, TODAY).base.content_hash
    assert load(folder, TODAY).base.content_hash == first
    (folder / "entries" / "a.yaml").rename(folder / "entries" / "b.yaml")
    renamed = load(folder, TODAY).base.content_hash
    (folder / "territory.yaml").write_text("names: [Ici]\n", encoding="utf-8")
    extended = load(folder, TODAY).base.content_hash
    assert len({first, renamed, extended}) == 3


def test_today_is_never_the_future(tmp_path: Path) -> None:
    """Without a date to judge by, a check dated today is accepted whatever the time zone."""
    today = dt.datetime.now().astimezone().date()
    folder = write(tmp_path, {"entries/a.yaml": f"{ENTRY}  checked: {today}\n"})
    assert load(folder).base.entries[0].checked == today


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    raw=st.binary(max_size=300)
    | st.text(alphabet="-:|>{}[]*&!#'\"%@`,? \t\nabfr1.~é", max_size=200).map(str.encode)
    | st.text(alphabet="- id:\nanswer{}[],fr1", max_size=200).map(lambda t: b"- " + t.encode())
)
def test_whatever_a_file_holds_is_a_fault(tmp_path: Path, raw: bytes) -> None:
    """Any bytes at all lead to a knowledge base or to faults in words, never to a traceback."""
    folder = write(tmp_path, {})
    (folder / "entries" / "x.yaml").write_bytes(raw)
    lines, code = check_folder(folder, today=TODAY)
    assert code in {0, 1}
    assert lines
    assert all(len(line.splitlines()) == 1 for line in lines)


def test_check_counts_what_is_well(tmp_path: Path) -> None:
    """A sound folder gives one line with its entries, questions and languages, and code 0."""
    lines, code = check_folder(write(tmp_path, {"entries/a.yaml": ENTRY}), today=TODAY)
    assert lines == [f"{tmp_path}: all is well; 1 entry, 2 questions, 2 languages (fr, en)"]
    assert code == 0


def test_check_is_strict_on_demand(tmp_path: Path) -> None:
    """A doubtful folder passes with a warning, and fails when warnings are errors."""
    entry = f"{ENTRY}  checked: 2020-01-01\n"
    folder = write(tmp_path, {"entries/a.yaml": entry})
    lines, code = check_folder(folder, today=TODAY)
    assert f"{tmp_path}/entries/a.yaml:9:12: warning: " in lines[0]
    assert "1 warning; 1 entry" in lines[1]
    assert code == 0
    lines, code = check_folder(folder, strict=True, today=TODAY)
    assert len(lines) == 1
    assert "warning" not in lines[0]
    assert code == 1


def test_paths_are_shown_as_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault names its file by the path that the person gave, so that they can open it."""
    write(tmp_path / "mine", {"entries/a.yaml": "- id: A\n"})
    monkeypatch.chdir(tmp_path)
    lines, code = check_folder(Path("mine"), today=TODAY)
    assert lines[0].startswith(f"mine{os.sep}entries{os.sep}a.yaml:1:")
    assert code == 1
