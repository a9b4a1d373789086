"""What is wrong with a knowledge folder: where, what, and how to mend it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from knowledge.loading import Fault, KnowledgeError, load
from knowledge.loading.files import MAX_BYTES
from tests.knowledge.folders import ENTRY, TODAY, write

A = "entries/a.yaml"


def _entry(change: str, by: str) -> str:
    assert change in ENTRY
    return ENTRY.replace(change, by)


def _bomb() -> str:
    lines = ["- &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"- &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
    return "\n".join(lines)


def _faults(folder: Path) -> tuple[Fault, ...]:
    try:
        return load(folder, TODAY).warnings
    except KnowledgeError as problem:
        return problem.faults


SHORT = "- {id: a, questions: {fr: [Où ?]}, answer: {fr: Ici.}}\n"
LONG = "é" * 4090

# name: (the file, its text, where the fault is, what is said of it, how it is to be mended)
ENTRY_FAULTS: dict[str, tuple[str, str, str, str]] = {
    "unknown key": (f"{ENTRY}  anser: x\n", "9:3", "unknown key `anser`", "did you mean `answer`"),
    "unknown key like no other": (f"{ENTRY}  zzz: x\n", "9:3", "`zzz`", "keys known here are `id`"),
    "unknown key in a source": (
        f"{ENTRY}  sources:\n    - title: Page\n      link: x\n",
        "11:7",
        "unknown key `link`",
        "`title`, `url`, `date`",
    ),
    "unknown language": (_entry("    en: F", "    de: F"), "8:5", "language `de`", "`fr`, `en`"),
    "missing key": ("- id: a\n  questions: {fr: [Où ?]}\n", "1:3", "`answer` is missing", "add"),
    "missing language": (
        ENTRY + "- id: b\n  questions: {fr: [Où ?]}\n  answer:\n    fr: Ici.\n",
        "12:5",
        "the English text is missing",
        "add a line `en:",
    ),
    "missing language of a label": (f"{ENTRY}  label: {{fr: Heures}}\n", "9:10", "English", "`en:"),
    "duplicate id": (
        ENTRY + _entry("Quels sont", "Où sont").replace("When are", "Why are"),
        "9:7",
        "`opening-hours` is already used at",
        "another id",
    ),
    "a keyword with a placeholder": (
        f'{ENTRY}  keywords: {{fr: ["à {{commune}}"]}}\n',
        "9:19",
        "`{commune}` is not filled in",
        "without braces",
    ),
    "id with capitals": (_entry("opening-hours", "Opening"), "1:7", "`Opening`", "lower-case"),
    "id as number": (_entry("opening-hours", "2019"), "1:7", "read as a number", '"2019"'),
    "dangling follow-up": (
        f"{ENTRY}  follow_ups: [opening-hour]\n",
        "9:16",
        "no entry has the id `opening-hour`",
        "did you mean `opening-hours`?",
    ),
    "empty answer": (_entry("De 9 h à 17 h.", ""), "7:5", "`answer.fr` is empty", "its value"),
    "blank answer": (_entry("De 9 h à 17 h.", '" "'), "7:9", "`answer.fr` is empty", "the text"),
    "no answer": (
        "- id: a\n  questions: {fr: [Où ?]}\n  answer: {}\n",
        "3:11",
        "`answer` is empty",
        "in each language",
    ),
    "empty questions": (
        _entry('["Quels sont vos horaires ?"]', "[]"), "4:9", "in `fr` is empty", "remove `fr`",
    ),
    "no question": (
        "- id: a\n  questions: {}\n  answer: {fr: x}\n", "2:14", "no question", "at least one",
    ),
    "question that is not a list": (
        _entry('["When are you open?"]', "When?"), "5:9", "`questions.en` is not a list", "`- `",
    ),
    "question with a colon": (
        _entry('["When are you open?"]', "\n    - Hours : when?"),
        "6:7",
        "item 1 of `questions.en` is read as a key and its value",
        "goes in quotes",
    ),
    "number for a text": (_entry("De 9 h à 17 h.", "2019"), "7:9", "a number: `2019`", '"2019"'),
    "date for a text": (_entry("De 9 h à 17 h.", "2019-03-22"), "7:9", "a date", '"2019-'),
    "placeholder in a question": (
        _entry("When are you open?", "Open in {comune}?"),
        "5:10",
        "`{comune}` is not filled in",
        "did you mean `{commune}`?",
    ),
    "date that is none": (f"{ENTRY}  checked: 2026-02-30\n", "9:12", "no date", "2019-03-22"),
    "date as seconds": (f"{ENTRY}  checked: 86400\n", "9:12", "`86400`, which is no", "2019-03-22"),
    "date in the future": (f"{ENTRY}  checked: 2026-11-25\n", "9:12", "in the future", "last"),
    "date of a source": (
        f"{ENTRY}  sources: [{{title: Page, date: mars 2019}}]\n",
        "9:33",
        "`mars 2019`, which is no date",
        "2019-03 or 2019",
    ),
    "address of a source": (
        f"{ENTRY}  sources: [{{title: Page, url: example.org}}]\n",
        "9:32",
        "is not a web address",
        "https://",
    ),
    "outcome": (f"{ENTRY}  outcome: maybe\n", "9:12", "`maybe`", "'handoff'"),
    "courtesy": (f"{ENTRY}  courtesy: maybe\n", "9:13", "`maybe`", "true or false"),
    "label too long": (
        f"{ENTRY}  label: {{fr: {'x' * 41}, en: y}}\n", "9:15", "41 characters, 40", "shorten",
    ),
    "telephone": (
        f"{ENTRY}  phone: {{name: Nous, number: 01 23 45 67 89}}\n",
        "9:31",
        "not a telephone number",
        '"+33123456789"',
    ),
    "latitude": (
        f"{ENTRY}  venue: {{title: a, address: b, latitude: 100, longitude: 2}}\n",
        "9:43",
        "`100`",
        "degrees",
    ),
    "answer too long": (_entry("De 9 h à 17 h.", LONG * 2), "7:9", "8180 characters", "by 4084"),
    "answer too long with its sources": (
        _entry("De 9 h à 17 h.", LONG) + "  sources: [{title: Page}]\n  checked: 2026-11-01\n",
        "7:9",
        "a Telegram message holds 4096",
        "shorten it",
    ),
    "answer too long in emoji": (_entry("De 9 h à 17 h.", "😀" * 2049), "7:9", "4098", "by 2"),
    "tab": ("- id: a\n\tanswer: x\n", "2:1", "a tab", "spaces only"),
    "unquoted colon": (_entry("De 9 h", "Ouvert : oui"), "7:16", "a colon", "in quotes"),
    "apostrophe": (_entry("De 9 h à 17 h.", "'L'accueil'"), "7:12", "not a key", "apostrophe"),
    "open quote": (_entry("De 9 h à 17 h.", '"De 9 h'), "9:1", "never closed", "close the quote"),
    "text that begins with a star": (_entry("De 9 h", "**De** 9"), "7:10", "with `*`", "quotes"),
    "text that begins with an at": (_entry("De 9 h", "@a 9"), "7:9", "with `@`", "in quotes"),
    "text that begins with a brace": (_entry("De 9 h", "{contact} 9"), "7:19", "YAML", "quote"),
    "indentation": ("- id: a\n answer: x\n", "2:2", "indented otherwise", "align it"),
    "first entry indented": ("  - id: a\n- id: b\n", "2:1", "does not belong", "same distance"),
    "alias": (f"{ENTRY}  label: &l {{fr: x, en: y}}\n  venue: *l\n", "10:10", "`*l`", "write the"),
    "alias bomb": (_bomb(), "2:8", "(and 80 more in this file)", "write the text out"),
    "tag": (_entry("De 9 h", "!!python/name:os.system 9"), "7:9", "as a tag", "remove it"),
    "key twice": (f"{ENTRY}  topic: b\n", "9:3", "written twice (first on line 2)", "one"),
    "key as number": (f"{ENTRY}  75: b\n", "9:3", "`75` is read as a number", '"75"'),
    "key as date": (f"{ENTRY}  2019-03-22: b\n", "9:3", "read as a date", '"2019-03-22"'),
    "key as mapping": (f"{ENTRY}  {{a: b}}: c\n", "9:3", "where a key should be", "in quotes"),
    "empty key": (f"{ENTRY}  ~: c\n", "9:3", "the key is empty", "before the colon"),
    "two documents": (f"{ENTRY}---\n{ENTRY}", "9:1", "second document", "remove this line"),
    "too deep": (f"- {'[' * 60}{']' * 60}", "1:42", "nested more than 40", "indentation"),
    "too many values": ("- [" + "1, " * 200_001 + "]", "1:", "more than 200000 values", "spread"),
    "not a list": ("id: a\n", "1:1", "is not a list of entries", "`- id:"),
    "empty file": ("# nothing\n", "1:1", "is empty", "`- id:"),
    "empty list": ("[]\n", "1:1", "holds no entry", "remove the file"),
    "item that is no entry": ("- hello\n", "1:3", "is not a set of keys", "key: value"),
    "unprintable character": (_entry("9 h", "9\x07h"), "7:13", "U+0007", "remove it"),
}  # fmt: skip


@pytest.mark.parametrize("name", ENTRY_FAULTS)
def test_fault_of_an_entry(tmp_path: Path, name: str) -> None:
    """Each slip in an entries file is one fault at its line and column, with its mend."""
    text, where, what, mend = ENTRY_FAULTS[name]
    (fault,) = _faults(write(tmp_path, {A: text}))
    assert str(fault).startswith(f"{tmp_path}/{A}:{where}")
    assert what in fault.what
    assert mend in fault.mend
    assert fault.severity == "error"


OTHER_FAULTS: dict[str, tuple[str, str, str, str, str]] = {
    "unknown message": ("messages.yaml", "wellcome: {fr: x}\n", "1:1", "`wellcome`", "`welcome`"),
    "message that is one text": ("messages.yaml", "help: x\n", "1:7", "set of keys", "key: value"),
    "placeholder": (
        "messages.yaml",
        'welcome:\n  fr: "Ici {teritory}"\n',
        "2:7",
        "`{teritory}` is not filled in",
        "did you mean `{territory}`?",
    ),
    "placeholder of another message": (
        "messages.yaml", 'welcome: {fr: "{title}"}\n', "1:15", "`{title}`", "`{contact}`",
    ),
    "lonely brace": ("messages.yaml", 'welcome: {fr: "a } b"}\n', "1:15", "`}`", "known here"),
    "message too long": (
        "messages.yaml", f"welcome:\n  fr: {'x' * 4097}\n", "2:7", "4097 characters", "by 1 ",
    ),
    "button too long": ("messages.yaml", f"button_no: {{fr: {'x' * 41}}}\n", "1:17", "41", "by 1 "),
    "menu entry": ("messages.yaml", "menu_entries: [b]\n", "1:16", "the id `b`", "write the id"),
    "contact entry": ("messages.yaml", "contact_entry: aa\n", "1:16", "`aa`", "did you mean `a`?"),
    "topic name": ("messages.yaml", "topics: {Axe 1: {fr: x}}\n", "1:10", "`Axe 1`", "lower-case"),
    "messages as a list": ("messages.yaml", "- welcome\n", "1:1", "not a set of keys", "key:"),
    "lexicon": ("lexicon.yaml", "fr: {synonymes: []}\n", "1:6", "`synonymes`", "`synonyms`"),
    "lexicon as one text": ("lexicon.yaml", "fr: {synonyms: [a]}\n", "1:17", "not a list", "`- `"),
    "lexicon of another language": ("lexicon.yaml", "de: {}\n", "1:1", "`de`", "`fr`, `en`"),
    "postal code as number": (
        "territory.yaml",
        'communes:\n  - {name: Orly, code: "94054", postal_codes: [94310]}\n',
        "2:48",
        "item 1 of `communes.postal_codes` is read as a number",
        '"94310"',
    ),
    "INSEE code": (
        "territory.yaml", 'communes:\n  - {name: Orly, code: "940"}\n', "2:24", "INSEE", '"94054"',
    ),
    "membership entry": ("territory.yaml", "membership_entry: aa\n", "1:19", "`aa`", "mean `a`?"),
    "eligibility entry": ("territory.yaml", "eligibility_entry: aa\n", "1:20", "`aa`", "mean `a`?"),
    "productive activity": (
        "territory.yaml", "productive_activities: [c]\n", "1:25", "is not an activity", '"25.6"',
    ),
    "membership topic": (
        "territory.yaml", "membership_topics: [axes]\n", "1:21", "the topic `axes`", "the topic of",
    ),
    "elsewhere entry": ("territory.yaml", "elsewhere_entry: aa\n", "1:18", "`aa`", "mean `a`?"),
    "elsewhere topic": (
        "territory.yaml", "elsewhere_entry: a\nelsewhere_topics: [axes]\n", "2:20",
        "the topic `axes`", "the topic of",
    ),
    "elsewhere without an entry": (
        "territory.yaml", "elsewhere_topics: [general]\n", "1:19", "nothing is said then",
        "`elsewhere_entry`",
    ),
    "commune entry": ("territory.yaml", "commune_entry: aa\n", "1:16", "`aa`", "mean `a`?"),
    "commune topic": (
        "territory.yaml", "commune_entry: a\ncommune_topics: [axes]\n", "2:18",
        "the topic `axes`", "the topic of",
    ),
    "commune topic without an entry": (
        "territory.yaml", "commune_topics: [general]\n", "1:17", "nothing is said then",
        "`commune_entry`",
    ),
    "unknown key of the territory": ("territory.yaml", "title: x\n", "1:1", "`title`", "`name`"),
}  # fmt: skip


@pytest.mark.parametrize("name", OTHER_FAULTS)
def test_fault_of_another_file(tmp_path: Path, name: str) -> None:
    """Each slip in the optional files is one fault at its line and column, with its mend."""
    file, text, where, what, mend = OTHER_FAULTS[name]
    (fault,) = _faults(write(tmp_path, {A: SHORT, file: text}))
    assert str(fault).startswith(f"{tmp_path}/{file}:{where}")
    assert what in fault.what
    assert mend in fault.mend


WARNINGS: dict[str, tuple[str, str, str]] = {
    "the same question under two entries": (
        ENTRY + SHORT.replace("}}", ", en: Here.}}").replace("Où", "QUELS sont vos  HORAIRES"),
        "9:28",
        "is also asked under `opening-hours`, at ",
    ),
    "the same question twice": (
        _entry('["When are you open?"]', '["When are you open?", "when are you open"]'),
        "5:32",
        "is also asked in this entry, at ",
    ),
    "a keyword that another entry is asked": (
        ENTRY + SHORT.replace("}}", ", en: Here.}, keywords: {fr: [Quels sont vos horaires]}}"),
        "9:83",
        "also leads to `opening-hours`, at ",
    ),
    "a keyword that is another entry's label": (
        f"{ENTRY}  label: {{fr: Heures, en: Hours}}\n"
        + SHORT.replace("}}", ", en: Here.}, keywords: {fr: [heures]}}"),
        "10:83",
        "also leads to `opening-hours`, at ",
    ),
    "a keyword of two entries": (
        f"{ENTRY}  keywords: {{fr: [adresse]}}\n"
        + SHORT.replace("}}", ", en: Here.}, keywords: {en: [Adresse]}}"),
        "10:83",
        "also leads to `opening-hours`, at ",
    ),
    "not checked for a year": (f"{ENTRY}  checked: 2025-11-22\n", "9:12", "over a year ago"),
    "never checked": (f"{ENTRY}  sources: [{{title: Page}}]\n", "1:3", "no date on which"),
    "follow-up to itself": (f"{ENTRY}  follow_ups: [opening-hours]\n", "9:16", "offers itself"),
}


@pytest.mark.parametrize("name", WARNINGS)
def test_what_is_doubtful_is_a_warning(tmp_path: Path, name: str) -> None:
    """What a person should look at again does not keep the folder from loading."""
    text, where, what = WARNINGS[name]
    (fault,) = load(write(tmp_path, {A: text}), TODAY).warnings
    assert str(fault).startswith(f"{tmp_path}/{A}:{where}: warning: ")
    assert what in fault.what


def test_the_same_words_in_two_languages_are_no_repetition(tmp_path: Path) -> None:
    """A word such as "Contact" may be asked in French and in English."""
    text = ENTRY.replace("Quels sont vos horaires ?", "Contact ?").replace(
        "When are you open", "Contact"
    )
    assert _faults(write(tmp_path, {A: text})) == ()


def test_all_faults_at_once(tmp_path: Path) -> None:
    """Faults of several kinds in several files are all said, in the order of files and lines."""
    files = {
        "entries/a.yaml": f"{ENTRY}  anser: x\n  checked: soon\n",
        "entries/b.yaml": "- id: b\n\tanswer: x\n",
        "messages.yaml": "welcom: {fr: x}\n",
    }
    places = [(Path(f.file).name, f.line) for f in _faults(write(tmp_path, files))]
    assert places == [("a.yaml", 9), ("a.yaml", 10), ("b.yaml", 2), ("messages.yaml", 1)]


def test_a_wrong_entry_is_not_a_dangling_reference(tmp_path: Path) -> None:
    """An entry that is wrong, or in a file that cannot be read, is still there to be named."""
    wrong = ENTRY + "  follow_ups: [b, c]\n- {id: b, questions: {fr: [Où ?]}, answer: 3}\n"
    faults = _faults(write(tmp_path, {A: wrong, "entries/c.yaml": "- id: c\n\tx: y\n"}))
    assert [(Path(f.file).name, f.line) for f in faults] == [("a.yaml", 10), ("c.yaml", 2)]


def test_not_utf_8(tmp_path: Path) -> None:
    """A file in another encoding is a fault at its first wrong byte."""
    raw = ENTRY.encode("latin-1")
    (fault,) = _faults(write(tmp_path, {A: raw}))
    assert (fault.line, fault.column) == (7, 16)
    assert "0xE0" in fault.what
    assert "Save as" in fault.mend


def test_unknown_and_nested_files_are_pointed_out(tmp_path: Path) -> None:
    """A file that would silently not be read is a warning; routing.yaml is known."""
    folder = write(tmp_path, {A: ENTRY, "mesages.yaml": "", "routing.yaml": ""})
    write(folder / "entries" / "more", {})
    faults = _faults(folder)
    assert [Path(f.file).name for f in faults] == ["more", "mesages.yaml"]
    assert {f.severity for f in faults} == {"warning"}
    assert faults[1].mend == "did you mean `messages.yaml`?"


def test_large_file(tmp_path: Path) -> None:
    """A file of 50 MB is refused by its size, unread."""
    folder = write(tmp_path, {A: ENTRY})
    os.truncate(folder / A, 10 * MAX_BYTES)
    (fault,) = _faults(folder)
    assert "larger than 5 MB" in fault.what


@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("nowhere", "there is no such folder"),
        ("file", "is not a folder"),
        ("empty", "there is no such folder"),
        ("bare", "holds no YAML file"),
        ("loop", "Too many levels|leads back to itself"),
        ("inner", "entries/x.yaml:1:1: is a link that leads back"),
        ("dangling", "entries/x.yaml:1:1: is not there"),
        ("directory", "entries/x.yaml:1:1: is not a file"),
        ("pipe", "entries/x.yaml:1:1: is not a file"),
    ],
)
def test_folder_that_is_none(tmp_path: Path, path: str, what: str) -> None:
    """A path that leads to no readable entries says which part of it is missing."""
    (tmp_path / "file").touch()
    (tmp_path / "empty").mkdir()
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for name in ("bare", "inner", "dangling", "directory", "pipe"):
        write(tmp_path / name, {})
    (tmp_path / "inner/entries/x.yaml").symlink_to(tmp_path / "inner/entries/x.yaml")
    (tmp_path / "dangling/entries/x.yaml").symlink_to(tmp_path / "gone.yaml")
    (tmp_path / "directory/entries/x.yaml").mkdir()
    os.mkfifo(tmp_path / "pipe/entries/x.yaml")
    with pytest.raises(KnowledgeError, match=what) as problem:
        load(tmp_path / path, TODAY)
    assert len(problem.value.faults) == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
def test_file_that_may_not_be_read(tmp_path: Path) -> None:
    """A file without the right to read it is a fault, not a traceback."""
    folder = write(tmp_path, {A: ENTRY})
    (folder / A).chmod(0)
    with pytest.raises(KnowledgeError, match="may not be read"):
        load(folder, TODAY)


def test_name_that_cannot_be_printed(tmp_path: Path) -> None:
    """A file name that is no text is shown in a form that any terminal takes."""
    folder = write(tmp_path, {A: ENTRY})
    Path(os.fsdecode(os.fsencode(folder / "entries") + b"/\xff.yaml")).write_text("- x\n")
    (fault,) = _faults(folder)
    assert str(fault).encode()
    assert "\\udcff.yaml" in fault.file
