"""Replies as Telegram's HTML."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.telegram_rendering import TextPart, keyboard, text_parts
from handlers.values import Button
from knowledge.markup import escape
from tests.servers.telegram_html import HtmlRefused, parse_html, utf16_length

LIMIT = 60
# What Markdown, HTML and long answers are made of, so that their collisions are drawn often.
WORDS = st.sampled_from(
    ["<b>", "</a>", "&", "&amp;", "**", "*", "_", "[", "](", "https://a.fr/?a=1&b='\"", ")",
     "- ", "1. ", "\n", "\n\n", " ", "\\", "é", "👩‍🚀", "mot", "x" * 25]
)  # fmt: skip
MARKUP = st.lists(WORDS | st.text(), max_size=40).map("".join)


@given(st.text())
def test_what_a_person_typed_is_shown_as_it_is(typed: str) -> None:
    """Whatever a name or a message holds, Telegram takes it and shows every character."""
    parts = text_parts(escape(typed))

    shown = " ".join(parse_html(part.html).text for part in parts)
    assert shown == " ".join(typed.replace("\0", "�").split())


@given(MARKUP)
def test_any_text_is_accepted_and_reads_the_same_without_markup(text: str) -> None:
    """The HTML is always well formed, and its words are those of the plain form."""
    for part in text_parts(text, LIMIT):
        assert parse_html(part.html).text == part.plain


@given(MARKUP)
def test_parts_are_within_the_limit_and_lose_nothing(text: str) -> None:
    """However long an answer is, it arrives: only white space at the cuts is dropped."""
    parts = text_parts(text, LIMIT)
    whole = text_parts(text, 1_000_000)

    assert all(0 < utf16_length(part.plain) <= LIMIT for part in parts)
    assert _letters(parts) == _letters(whole)


def _letters(parts: list[TextPart]) -> str:
    return "".join("".join(part.plain.split()) for part in parts)


def html_of(text: str) -> str:
    """The HTML of a text that fits in one part."""
    (part,) = text_parts(text)
    return part.html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**Axe 1** : *recruter*", "<b>Axe 1</b> : <i>recruter</i>"),
        ("***les deux***", "<b><i>les deux</i></b>"),
        ("1 < 2 & 3 > 2", "1 &lt; 2 &amp; 3 &gt; 2"),
        ("un  \ndeux\ntrois\n\nquatre", "un\ndeux\ntrois\n\nquatre"),
        ("- un\n- deux\n  - trois\n\nfin", "• un\n• deux\n  • trois\n\nfin"),
        ("3. un\n4. deux", "3. un\n4. deux"),
        ("[page **en gras**](https://a.fr/?x=1&y=2)",
         '<a href="https://a.fr/?x=1&amp;y=2">page <b>en gras</b></a>'),
        ("[a@b.fr](mailto:a@b.fr)", "a@b.fr"),
        ("[Écrivez](mailto:a@b.fr)", "Écrivez (a@b.fr)"),
        ("[01 23](tel:0123)", "01 23"),
        ("<b>non</b> `code` # titre", "&lt;b&gt;non&lt;/b&gt; `code` # titre"),
    ],
)  # fmt: skip
def test_light_markdown_becomes_telegrams_tags(text: str, html: str) -> None:
    """Bold, italics, links and lists; mail and telephone are written out: no link leads there."""
    assert html_of(text) == html


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("aa aa\naa\n\nbb bb bb", ["aa aa\naa", "bb bb bb"]),
        ("aa aa\nbb bb bb", ["aa aa", "bb bb bb"]),
        ("aa aa bb bb bb", ["aa aa bb", "bb bb"]),
        ("aaaaaaaaaabbbb", ["aaaaaaaaaa", "bbbb"]),
        ("😀😀😀😀😀😀", ["😀😀😀😀😀", "😀"]),
        ("aaaaaaaaaa\n\nb", ["aaaaaaaaaa", "b"]),
        ("", []),
    ],
)
def test_a_long_text_is_cut_where_it_hurts_least(text: str, expected: list[str]) -> None:
    """Paragraphs, else lines, else words, else characters; an emoji counts for two, uncut."""
    assert [part.plain for part in text_parts(text, 10)] == expected


def test_bold_and_links_go_on_after_a_cut() -> None:
    """No tag is left open in one message or missing in the next."""
    parts = text_parts("[**aaa bbb ccc**](https://a.fr)", 8)

    assert [part.html for part in parts] == [
        '<a href="https://a.fr"><b>aaa bbb</b></a>',
        '<a href="https://a.fr"><b>ccc</b></a>',
    ]


def test_short_buttons_share_a_row() -> None:
    """Yes and no stand side by side, a question has its own row."""
    labels = ["Oui", "Non", "Peut-être", "Quels sont les quatre axes ?", "Menu"]
    shown = keyboard([Button(label=label, value="v") for label in labels])

    assert shown is not None
    assert [[button.text for button in row] for row in shown.inline_keyboard] == [
        ["Oui", "Non"],
        ["Peut-être"],
        ["Quels sont les quatre axes ?"],
        ["Menu"],
    ]
    assert keyboard([]) is None


@pytest.mark.parametrize(
    "source", ["a < b", "<p>a</p>", "<b>a", "a</b>", "<b><i>a</b></i>", "<a href=x>a</a>"]
)
def test_the_tests_own_server_is_strict(source: str) -> None:
    """What Telegram refuses, the server that tests talk to refuses."""
    with pytest.raises(HtmlRefused):
        parse_html(source)
