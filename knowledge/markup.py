"""The light Markdown of answers and messages: paragraphs, lists, bold, italics, links.

Everything else, HTML included, is plain text. Channels render :func:`parse`'s tokens; what a
person typed goes through :func:`escape` before it is put into a message.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.token import Token

_MARKDOWN = MarkdownIt("zero", {"breaks": True}).enable(
    ["emphasis", "link", "list", "newline", "escape", "entity"]
)
_ASCII_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")


def parse(text: str) -> list[Token]:
    """``text`` as markdown-it's token stream."""
    return _MARKDOWN.parse(text)


def escape(text: str) -> str:
    """``text`` so that :func:`parse` reads every character of it as itself, on one line."""
    return _ASCII_PUNCTUATION.sub(r"\\\1", " ".join(text.split()))


def escape_lines(text: str) -> str:
    """As :func:`escape`, but lines stay lines and paragraphs stay paragraphs."""
    paragraphs = re.split(r"\n\s*\n", "\n".join(text.strip().splitlines()))
    return "\n\n".join("\n".join(map(escape, one.splitlines())) for one in paragraphs)


def to_html(text: str) -> str:
    """``text`` as HTML that is safe to insert: only p, ul, ol, li, strong, em, br and a."""
    return str(_MARKDOWN.render(text)).strip()


def to_plain(text: str) -> str:
    """``text`` as a terminal shows it: no markup, a link's address after its words."""
    return _Plain().render(parse(text))


class _Plain:
    """Walks the token stream; keeps the list markers of the nesting it is in."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._counters: list[int | None] = []

    def render(self, tokens: list[Token]) -> str:
        for token in tokens:
            self._block(token)
        return re.sub(r"\n{3,}", "\n\n", "".join(self._parts)).strip()

    def _block(self, token: Token) -> None:
        match token.type:
            case "inline":
                self._parts.append(_plain_inline(token.children or []))
            case "paragraph_close":
                self._parts.append("\n" if self._counters else "\n\n")
            case "bullet_list_open":
                self._counters.append(None)
            case "ordered_list_open":
                self._counters.append(int(token.attrGet("start") or 1))
            case "bullet_list_close" | "ordered_list_close":
                self._counters.pop()
                self._parts.append("" if self._counters else "\n")
            case "list_item_open":
                self._parts.append("  " * (len(self._counters) - 1) + self._marker())

    def _marker(self) -> str:
        number = self._counters[-1]
        if number is None:
            return "• "
        self._counters[-1] = number + 1
        return f"{number}. "


def _plain_inline(children: list[Token]) -> str:
    parts: list[str] = []
    links: list[tuple[str, int]] = []
    for child in children:
        match child.type:
            case "softbreak" | "hardbreak":
                parts.append("\n")
            case "link_open":
                links.append((str(child.attrGet("href")), len(parts)))
            case "link_close":
                address, start = links.pop()
                shown = "".join(parts[start:])
                bare = address.removeprefix("mailto:").removeprefix("tel:")
                parts.append("" if bare in {shown, shown.replace(" ", "")} else f" ({bare})")
            case _:
                parts.append(child.content)
    return "".join(parts)
