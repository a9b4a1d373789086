"""Telegram's HTML parse mode, as strict as the Bot API server is."""

from __future__ import annotations

import re
from dataclasses import dataclass

TAGS = frozenset(
    "a b strong i em u ins s strike del code pre blockquote span tg-spoiler tg-emoji".split()
)
_ATTRIBUTE = r"\s+[a-zA-Z-]+(?:=(?:\"[^\"<]*\"|'[^'<]*'))?"
_START = re.compile(rf"<([a-zA-Z][a-zA-Z0-9-]*)((?:{_ATTRIBUTE})*)\s*>")
_END = re.compile(r"</([a-zA-Z0-9-]*)\s*>")
_ENTITY = re.compile(r"&(?:(lt|gt|amp|quot)|#(\d+)|#x([0-9a-fA-F]+));")
_HREF = re.compile(r"href=(?:\"([^\"]*)\"|'([^']*)')")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}


class HtmlRefused(Exception):  # noqa: N818 - it names what the server does
    """The text cannot be parsed; the message is the Bot API's."""


@dataclass(frozen=True, slots=True)
class Entity:
    """A styled stretch; offset and length in UTF-16 units, as the Bot API counts."""

    tag: str
    offset: int
    length: int
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a person sees of a message."""

    text: str
    entities: tuple[Entity, ...] = ()

    @property
    def links(self) -> tuple[str, ...]:
        """The addresses the text links to, in order."""
        return tuple(entity.url for entity in self.entities if entity.url)


@dataclass(frozen=True, slots=True)
class _Open:
    tag: str
    offset: int
    url: str | None


def utf16_length(text: str) -> int:
    """Length as Telegram's limits count it."""
    return len(text.encode("utf-16-le")) // 2


def parse_html(source: str) -> Parsed:
    """What ``source`` shows.

    Raises:
        HtmlRefused: as the Bot API server refuses it.
    """
    return _Parser(source).parse()


class _Parser:
    def __init__(self, source: str) -> None:
        self._source = source
        self._position = 0
        self._text = ""
        self._open: list[_Open] = []
        self._entities: list[Entity] = []

    def parse(self) -> Parsed:
        while self._position < len(self._source):
            character = self._source[self._position]
            if character == "<":
                self._tag()
            elif character == "&":
                self._entity()
            else:
                self._text += character
                self._position += 1
        if self._open:
            tag = self._open[-1].tag
            raise HtmlRefused(f'Can\'t find end tag corresponding to start tag "{tag}"')
        return Parsed(self._text, tuple(self._entities))

    def _tag(self) -> None:
        offset = len(self._source[: self._position].encode())
        if end := _END.match(self._source, self._position):
            self._close(end[1].lower(), offset)
            self._position = end.end()
            return
        start = _START.match(self._source, self._position)
        if start is None:
            raise HtmlRefused(f'Unsupported start tag "" at byte offset {offset}')
        tag = start[1].lower()
        if tag not in TAGS:
            raise HtmlRefused(f'Unsupported start tag "{tag}" at byte offset {offset}')
        href = _HREF.search(start[2]) if tag == "a" else None
        url = _decoded(href[1] or href[2] or "") if href else None
        self._open.append(_Open(tag, utf16_length(self._text), url))
        self._position = start.end()

    def _close(self, tag: str, offset: int) -> None:
        if not self._open:
            raise HtmlRefused(f"Unexpected end tag at byte offset {offset}")
        opened = self._open.pop()
        if tag not in {"", opened.tag}:
            raise HtmlRefused(
                f'Unmatched end tag at byte offset {offset}, expected "</{opened.tag}>", '
                f'found "</{tag}>"'
            )
        length = utf16_length(self._text) - opened.offset
        if length:
            self._entities.append(Entity(opened.tag, opened.offset, length, opened.url))

    def _entity(self) -> None:
        entity = _ENTITY.match(self._source, self._position)
        self._text += _decoded(entity[0]) if entity else "&"
        self._position = entity.end() if entity else self._position + 1


def _decoded(text: str) -> str:
    return _ENTITY.sub(_character, text)


def _character(entity: re.Match[str]) -> str:
    if entity[1]:
        return _NAMED[entity[1]]
    return chr(int(entity[2]) if entity[2] else int(entity[3], 16))
