"""The page: valid, complete by itself, readable by everybody, safe whatever is written in it."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from knowledge.evaluation import figures_of_folder, page_of
from knowledge.evaluation.figures import Figures
from knowledge.evaluation.judgement import Judgement
from knowledge.evaluation.known import Question
from tests.knowledge import sample

VOID = frozenset({"meta", "br", "line", "rect", "circle"})
"""Elements that have no end, in HTML or as drawn."""

REFERENCES = frozenset({"src", "href", "xlink:href", "srcset", "action", "data", "poster"})


class Page(HTMLParser):
    """What a page is made of; complains of an element that is not closed in its turn."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember an element."""
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember an element that is closed at once."""
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        """Close the element that was opened last."""
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Remember what is read."""
        self.text += data

    def tags(self) -> list[str]:
        """The names of its elements, in order."""
        return [tag for tag, _ in self.elements]


def judgement(**changes: object) -> Judgement:
    """A message that went wrong."""
    wrong = Judgement(
        name="1",
        text="?",
        language="fr",
        kind="",
        expected="a",
        wanted=("a",),
        in_scope=True,
        outcome="answer",
        best=(("b", 0.7),),
        credit=0,
        false_answer=False,
        right=False,
    )
    return replace(wrong, **changes)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def text() -> str:
    """The page of the sample, with everything on it."""
    return page_of(figures_of_folder(sample.held_out()), show_all=True)


def test_nothing_is_fetched_and_nothing_runs(text: str) -> None:
    """The page has no script, no link, no image and no address of anything."""
    page = Page(text)
    assert not {"script", "link", "img", "iframe", "object", "base", "a"} & set(page.tags())
    for _, attributes in page.elements:
        assert not REFERENCES & attributes.keys()
        assert not [name for name in attributes if name.startswith("on")]
    assert "url(" not in text
    assert "@import" not in text
    assert "://" not in text


def test_it_can_be_read_aloud(text: str) -> None:
    """Language, headings in order, a caption for each table, names for rows, columns, drawings."""
    page = Page(text)
    tags = page.tags()
    assert ("html", {"lang": "en"}) in page.elements
    headings = [tag for tag in tags if re.fullmatch(r"h\d", tag)]
    assert headings[0] == "h1"
    assert set(headings[1:]) == {"h2"}
    assert tags.count("caption") == tags.count("table") > 0
    assert all(attributes.get("scope") for tag, attributes in page.elements if tag == "th")
    drawings = [attributes for tag, attributes in page.elements if tag == "svg"]
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(drawings) == 2
    assert len(ids) == len(set(ids))
    for drawing in drawings:
        assert drawing["role"] == "img"
        assert set((drawing["aria-labelledby"] or "").split()) <= set(ids)
    assert tags.count("title") == 1 + len(drawings)
    assert tags.count("desc") == len(drawings)


def luminance(colour: str) -> float:
    """Relative luminance, as WCAG 2 defines it."""
    channels = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(
    ("name", "least"), [("--ink: ", 7), ("--soft: ", 4.5), (".right { fill: ", 3),
                        (".wrong { fill: ", 3), (".out { fill: ", 3)]
)  # fmt: skip
def test_contrast(text: str, name: str, least: float) -> None:
    """Words and drawings stand out from the page (WCAG 2: 4.5 for words, 3 for drawings)."""
    [colour] = set(re.findall(re.escape(name) + "(#[0-9a-f]{6})", text))
    assert 1.05 / (luminance(colour) + 0.05) >= least
    assert (luminance("#f3f5f8") + 0.05) / (luminance(colour) + 0.05) >= least


NASTY = st.sampled_from(
    ["<script>alert(1)</script>", '"><img src=x onerror=y>', "&amp; </q>"]
) | st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)


@given(NASTY, NASTY)
@example("a", "<script>alert(1)</script>")
def test_whatever_is_written_stays_text(written: str, other: str) -> None:
    """Questions, names, kinds, ids and places are shown as they are, and are never markup."""
    assume(written != other)  # what is expected and what came are two entries on both pages
    cause = Question(entry=other, language="en", text=written, place=other)
    nasty = judgement(
        name=other,
        text=written,
        kind=written,
        expected=other,
        wanted=(other,),
        best=((written, 0.5),),
        cause=cause,
    )
    page = Page(page_of(Figures(written, (nasty,), note=other), show_all=True))
    plain = Page(
        page_of(Figures("t", (judgement(kind="k", cause=cause),), note="n"), show_all=True)
    )
    assert page.tags() == plain.tags() or not all(map(str.strip, (written, other)))
    assert written in page.text
    assert other in page.text


def test_no_case_at_all_makes_a_page() -> None:
    """A report of nothing is still a page."""
    assert "0 questions" in Page(page_of(Figures("0 questions", ()))).text


def test_long_lists_are_cut() -> None:
    """Of a folder's own questions the most frequent confusions are shown; --all shows them all."""
    asked = tuple(judgement(expected=f"e-{n}", text=f"question {n}") for n in range(60))
    figures = Figures("60", asked, strangers=(judgement(in_scope=False),))
    assert "question 59" not in page_of(figures)
    assert "--all" in page_of(figures)
    assert "question 59" in page_of(figures, show_all=True)
