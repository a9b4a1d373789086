"""Replies as Telegram shows them: HTML of b, i and a, split where a message would be too long."""

from __future__ import annotations

import html
import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from knowledge import markup
from knowledge.model import TELEGRAM_TEXT_LIMIT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

    from handlers.values import Button

SHORT_LABEL = 16
"""Two labels up to this length stand beside each other on a telephone."""


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text in one style; ``address`` is where it links to.

    ``quoted`` text stands in a block of its own.
    """

    text: str
    bold: bool = False
    italic: bool = False
    address: str | None = None
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class TextPart:
    """One message's text, as HTML and as it reads when the HTML is parsed."""

    html: str
    plain: str


def text_parts(text: str, limit: int = TELEGRAM_TEXT_LIMIT) -> list[TextPart]:
    """Light Markdown as messages of at most ``limit`` UTF-16 units once parsed.

    Cut between paragraphs, else lines, else words, else anywhere but within a character; a bold,
    italic or linked stretch goes on in the next part. White space at a cut is dropped.
    """
    return split(_Styler().style(markup.parse(text)), limit)


def split(runs: Sequence[Run], limit: int = TELEGRAM_TEXT_LIMIT) -> list[TextPart]:
    """Styled text as messages; cut as :func:`text_parts` says."""
    plain = "".join(run.text for run in runs)
    return [
        TextPart(html=_html(_slice(runs, start, end)), plain=plain[start:end])
        for start, end in _cuts(plain, limit)
    ]


def mention(user_id: str, name: str, part: TextPart) -> TextPart:
    """``part`` said to a member of the group, whom Telegram tells of it."""
    link = f'<a href="tg://user?id={html.escape(user_id)}">{html.escape(name, quote=False)}</a>'
    return TextPart(html=f"{link}, {part.html}", plain=f"{name}, {part.plain}")


def keyboard(buttons: Sequence[Button]) -> InlineKeyboardMarkup | None:
    """One button a row, but two short ones side by side."""
    rows: list[list[InlineKeyboardButton]] = []
    for button in buttons:
        shown = InlineKeyboardButton(button.label, callback_data=button.value)
        if rows and len(rows[-1]) == 1 and _short(rows[-1][0]) and _short(shown):
            rows[-1].append(shown)
        else:
            rows.append([shown])
    return InlineKeyboardMarkup(rows) if rows else None


def _short(button: InlineKeyboardButton) -> bool:
    return len(button.text) <= SHORT_LABEL


class _Styler:
    """Walks the token stream; keeps the list markers and the style of where it is."""

    def __init__(self) -> None:
        self._runs: list[Run] = []
        self._counters: list[int | None] = []
        self._style = Run("")

    def style(self, tokens: Sequence[Token]) -> list[Run]:
        for token in tokens:
            self._block(token)
        return self._runs

    def _add(self, text: str) -> None:
        self._runs.append(replace(self._style, text=text))

    def _block(self, token: Token) -> None:
        match token.type:
            case "inline":
                self._inline(token.children or [])
            case "paragraph_close":
                self._add("\n" if self._counters else "\n\n")
            case "bullet_list_open":
                self._counters.append(None)
            case "ordered_list_open":
                self._counters.append(int(token.attrGet("start") or 1))
            case "bullet_list_close" | "ordered_list_close":
                self._counters.pop()
                self._add("" if self._counters else "\n")
            case "list_item_open":
                self._add("  " * (len(self._counters) - 1) + self._marker())

    def _marker(self) -> str:
        number = self._counters[-1]
        if number is None:
            return "• "
        self._counters[-1] = number + 1
        return f"{number}. "

    def _inline(self, children: Sequence[Token]) -> None:
        start = 0
        for child in children:
            match child.type:
                case "softbreak" | "hardbreak":
                    self._add("\n")
                case "strong_open" | "strong_close":
                    self._style = replace(self._style, bold=child.nesting > 0)
                case "em_open" | "em_close":
                    self._style = replace(self._style, italic=child.nesting > 0)
                case "link_open":
                    start = len(self._runs)
                    self._style = replace(self._style, address=str(child.attrGet("href")))
                case "link_close":
                    self._close_link(start)
                case _:
                    self._add(child.content)

    def _close_link(self, start: int) -> None:
        """Telegram links to web pages only: of others the address is written after the words."""
        address = self._style.address or ""
        self._style = replace(self._style, address=None)
        if address.startswith(("https://", "http://")):
            return
        linked = self._runs[start:]
        self._runs[start:] = [replace(run, address=None) for run in linked]
        shown = "".join(run.text for run in linked)
        bare = address.removeprefix("mailto:").removeprefix("tel:")
        if bare not in {"", shown, shown.replace(" ", "")}:
            self._add(f" ({bare})")


def _cuts(text: str, limit: int) -> Iterator[tuple[int, int]]:
    """Start and end of each part, without the white space around it."""
    start, end = _trimmed(text, 0, len(text))
    while start < end:
        window = _window(text, start, end, limit)
        cut = end if window == end else _cut(text, start, window)
        yield _trimmed(text, start, cut)
        start, _ = _trimmed(text, cut, end)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    inner = text[start:end]
    start += len(inner) - len(inner.lstrip())
    return start, start + len(inner.strip())


def _window(text: str, start: int, end: int, limit: int) -> int:
    """The furthest end so that no more than ``limit`` UTF-16 units lie before it."""
    window = min(end, start + limit)
    excess = _units(text[start:window]) - limit
    while excess > 0:
        # Each character has one or two units, so half the excess is never too much to drop.
        window -= (excess + 1) // 2
        excess = _units(text[start:window]) - limit
    return window


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _cut(text: str, start: int, window: int) -> int:
    for separator in ("\n\n", "\n", " "):
        # A separator that begins right at the window's end leaves the whole window as a part.
        cut = text.rfind(separator, start + 1, window + len(separator))
        if cut > start:
            return cut
    return window


def _slice(runs: Sequence[Run], start: int, end: int) -> Iterator[Run]:
    position = 0
    for run in runs:
        text = run.text[max(start - position, 0) : max(end - position, 0)]
        position += len(run.text)
        if text:
            yield replace(run, text=text)


def _html(runs: Iterator[Run]) -> str:
    parts: list[str] = []
    for quoted, block in itertools.groupby(runs, key=lambda run: run.quoted):
        inner = _linked(block)
        parts.append(f"<blockquote>{inner}</blockquote>" if quoted else inner)
    return "".join(parts)


def _linked(runs: Iterator[Run]) -> str:
    parts: list[str] = []
    for address, linked in itertools.groupby(runs, key=lambda run: run.address):
        inner = "".join(map(_styled, linked))
        parts.append(f'<a href="{html.escape(address)}">{inner}</a>' if address else inner)
    return "".join(parts)


def _styled(run: Run) -> str:
    text = html.escape(run.text, quote=False)
    if run.italic:
        text = f"<i>{text}</i>"
    return f"<b>{text}</b>" if run.bold else text
