"""Nothing that a company writes becomes anything but text, in any field, in any rendering."""

from __future__ import annotations

import json
import unicodedata
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.delivery.cards import mail, telegram, webhook
from bot.delivery.cards.cleaning import clean_line, clean_text
from bot.delivery.cards.content import content, subject, topic_name
from tests.bot.cards.making import BASE, CONSENTED, hostile
from tests.servers.telegram_html import parse_html

if TYPE_CHECKING:
    from collections.abc import Iterator

    from handlers.requests.model import Card

NEWS = ["filed", "added", "withdrawn", "undelivered"]
HTML = "<img src=x onerror=alert(1)></a></blockquote>\"'&amp;<script>1</script>"
MARKUP = "<b>x</b> *y* _z_ `k` [w](https://evil.example) &lt;i&gt; <a href='tg://user?id=1'>v</a>"
BIDI = "".join(map(chr, [0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]))
INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u180e\u3164\u034f\U000e0041"
HEADERS = "x\r\nBcc: all@example.org\r\n\r\n<p>body\x00\x0b\x85\u2028y"

hostile_text = st.one_of(
    st.text(max_size=40),
    st.text(
        alphabet=st.sampled_from(list("<>&\"'\r\n\t\\*_`[]() \u202e\u200b\u2066a@:;=")), max_size=40
    ),
    st.sampled_from([HTML, MARKUP, BIDI, INVISIBLE, HEADERS, "\ud83d", "&#60;b&#62;", "]]>", "--"]),
)


class Page(HTMLParser):
    """The elements, attributes and text of a page."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        """Note text."""
        self.text += data


SAFE_TAGS = {
    "html", "head", "meta", "title", "body", "div", "h1", "h2", "p", "br", "span",
    "blockquote", "a",
}  # fmt: skip
SAFE_ATTRIBUTES = {"lang", "charset", "name", "content", "style", "dir", "href"}


def telegram_texts(card: Card) -> list[str]:
    """What a group reads, once a server as strict as Telegram's has parsed it."""
    parts = telegram.messages(content(card, BASE))
    for part in parts:
        parsed = parse_html(part.html)
        assert parsed.text == part.plain
        assert {entity.tag for entity in parsed.entities} <= {"b", "i", "blockquote"}
        assert not parsed.links
    return [part.plain for part in parts]


def mail_texts(card: Card) -> list[str]:
    """What a mail shows, its HTML parsed."""
    shown = content(card, BASE)
    page = Page(mail.to_html(shown))
    assert page.tags <= SAFE_TAGS
    assert {name for name, _ in page.attributes} <= SAFE_ATTRIBUTES
    links = [value for name, value in page.attributes if name == "href"]
    assert all(link.startswith(("tel:", "mailto:")) for link in links)
    return [page.text, mail.to_text(shown)]


def webhook_texts(card: Card) -> list[str]:
    """All strings of the body, which is pure ASCII without a sign of HTML."""
    body = webhook.body(card, "D-7K2M4-1", CONSENTED)
    assert not set(body) & set(b"<>&")
    assert body.isascii()
    return list(_strings(json.loads(body)))


def headers(card: Card) -> list[str]:
    """What goes into a mail's header or names a topic."""
    shown = content(card, BASE)
    return [subject(card), topic_name(card), shown.subject, shown.reply_to]


def _strings(value: Any) -> Iterator[str]:  # noqa: ANN401 - whatever the JSON holds
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)


RENDERINGS = [telegram_texts, mail_texts, webhook_texts]


def deceiving(texts: list[str]) -> set[str]:
    """Characters of ``texts`` that are not what a reader sees."""
    return {
        character
        for text in texts
        for character in text
        if character != "\n" and unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
    }


@pytest.mark.parametrize("news", NEWS)
@pytest.mark.parametrize("render", RENDERINGS)
def test_html_is_shown_as_it_was_typed(render: Any, news: str) -> None:  # noqa: ANN401 - one of three
    """Tags in a name are a name with tags in it, not tags."""
    assert any(HTML in text for text in render(hostile(HTML, news)))


@pytest.mark.parametrize("news", NEWS)
@pytest.mark.parametrize("render", RENDERINGS)
def test_markup_is_shown_as_it_was_typed(render: Any, news: str) -> None:  # noqa: ANN401 - one of three
    """Neither Telegram's HTML nor Markdown is read in what a company writes."""
    assert any(MARKUP in text for text in render(hostile(MARKUP, news)))


@pytest.mark.parametrize("news", NEWS)
@pytest.mark.parametrize("render", [*RENDERINGS, headers])
def test_right_to_left_marks_turn_nothing_round(render: Any, news: str) -> None:  # noqa: ANN401 - one of four
    """No field hides what it is by the direction it is read in."""
    texts = render(hostile(f"gpj{BIDI}.exe", news))
    assert not set(BIDI) & set("".join(texts))
    assert any("gpj.exe" in text for text in texts)


@pytest.mark.parametrize("news", NEWS)
@pytest.mark.parametrize("render", [*RENDERINGS, headers])
def test_invisible_characters_are_gone(render: Any, news: str) -> None:  # noqa: ANN401 - one of four
    """Two names that look alike are alike."""
    texts = render(hostile(f"AC{INVISIBLE}ME", news))
    assert not set(INVISIBLE) & set("".join(texts))
    assert any("ACME" in text for text in texts)


@pytest.mark.parametrize("news", NEWS)
@pytest.mark.parametrize("render", [*RENDERINGS, headers])
def test_header_injections_are_one_line(render: Any, news: str) -> None:  # noqa: ANN401 - one of four
    """No control character is left, and every field but the company's words is one line."""
    card = hostile(HEADERS, news)
    assert not deceiving(render(card))
    assert not any("\n" in header for header in headers(card))
    mail_lines = mail.to_text(content(card, BASE)).split("\n")
    assert not [line for line in mail_lines if line.startswith("Bcc")]
    unquoted = "".join(
        part.html.split("<blockquote>")[0] + part.html.split("</blockquote>")[-1]
        for part in telegram.messages(content(card, BASE))
    )
    assert "\nBcc" not in unquoted


@settings(max_examples=150)
@given(text=hostile_text, news=st.sampled_from(NEWS))
def test_no_text_in_any_field_escapes_a_rendering(text: str, news: str) -> None:
    """Whatever it is: parsed, it is text; nothing invisible is left; headers stay lines."""
    card = hostile(text, news)
    for render in RENDERINGS:
        assert not deceiving(render(card))
    assert not deceiving(headers(card))
    assert not any("\n" in header for header in headers(card))


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    """What is stored cleaned and cleaned again when shown stays the same."""
    assert clean_text(clean_text(text)) == clean_text(text)
    assert clean_line(clean_line(text)) == clean_line(text)


@given(st.text(alphabet=st.characters(categories=["L", "N", "P", "S"])))
def test_cleaning_leaves_visible_characters_alone(text: str) -> None:
    """Accents, ideographs, Arabic and emoji are the company's own words."""
    visible = "".join(sign for sign in text if sign not in INVISIBLE + "\u115f\u1160\uffa0")
    assert clean_line(text) == visible
