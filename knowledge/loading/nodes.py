"""YAML text → plain data that remembers where each part of it stands.

Only what a knowledge folder needs is read: mappings, lists, text, numbers and dates. A plain
``yes``, ``no`` or ``on`` is text, as in YAML 1.2: ``fr: no`` loses nothing. Aliases, tags,
repeated keys and keys that are no text are faults. The tree is built from the parser's events
with bounds on depth and size, so no file can exhaust the machine.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

from knowledge.loading.faults import Fault, Place, Report, error, shown
from knowledge.loading.syntax import explain_syntax

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

MAX_NODES = 200_000
"""Values in one file: some 5,000 entries, and read in a few seconds."""

MAX_DEPTH = 40

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PLAIN: tuple[tuple[re.Pattern[str], Callable[[str], int | float | dt.date]], ...] = (
    (re.compile(r"[-+]?[0-9]{1,4000}"), int),
    (re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"), float),
    (re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"), dt.date.fromisoformat),
)
_NULLS = {"", "~", "null", "Null", "NULL"}
# What YAML allows no file to hold; the parser names neither line nor column for it.
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(slots=True)
class Node:
    """A part of a YAML file. ``data`` is its plain value; ``written`` a scalar as it is typed."""

    place: Place
    data: Any
    written: str = ""
    items: list[Node] = field(default_factory=list)
    keys: dict[str, Place] = field(default_factory=dict)
    values: dict[str, Node] = field(default_factory=dict)

    def find(self, path: Iterable[str | int]) -> tuple[Node, Place, list[str | int]]:
        """The deepest part on ``path``, where a person would look for it, and what is left.

        The place of an empty value is that of its key: nothing stands where it would be.
        """
        node, place = self, self.place
        rest = list(path)
        while rest:
            step = rest[0]
            if isinstance(step, int) and step < len(node.items):
                node, key = node.items[step], None
            elif isinstance(step, str) and step in node.values:
                node, key = node.values[step], node.keys[step]
            else:
                break
            place = key if key and node.data is None else node.place
            rest.pop(0)
        return node, place, rest

    def add(self, key: str, place: Place, value: Node) -> None:
        """Put ``value`` under ``key`` of this mapping."""
        self.keys[key] = place
        self.values[key] = value
        self.data[key] = value.data

    def listed(self, key: str) -> list[Node]:
        """The items of the list under ``key``; none where there is no such list."""
        found = self.values.get(key)
        return found.items if found else []

    def append(self, item: Node) -> None:
        """Put ``item`` at the end of this list."""
        self.items.append(item)
        self.data.append(item.data)


class _RefusedError(Exception):
    """The file is not read any further."""

    def __init__(self, place: Place, what: str, mend: str) -> None:
        super().__init__(what)
        self.fault = error(place, what, mend)


def read(text: str, file: str, report: Report) -> Node | None:
    """The one document of ``text``, or None where the faults reported leave nothing to use."""
    unprintable = _UNPRINTABLE.search(text)
    if unprintable:
        report(_unprintable(text, file, unprintable.start()))
        return None
    builder = _Builder(file, report)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            builder.take(event)
    except _RefusedError as refused:
        report(refused.fault)
        return None
    except yaml.MarkedYAMLError as problem:
        report(explain_syntax(problem, text, file))
        return None
    return builder.result()


def _unprintable(text: str, file: str, position: int) -> Fault:
    before = text[:position].split("\n")
    place = Place(file, len(before), len(before[-1]) + 1)
    return error(
        place,
        f"holds the unprintable character U+{ord(text[position]):04X}",
        "remove it (it may be invisible: retype the words around it)",
    )


@dataclass(slots=True)
class _Open:
    """A collection that is not closed yet; of a mapping, the key whose value comes next."""

    node: Node
    is_mapping: bool
    awaits_value: bool = False
    key: str | None = None
    key_place: Place | None = None


class _Builder:
    """Turns the parser's events into nodes, with a stack of its own instead of recursion."""

    def __init__(self, file: str, report: Report) -> None:
        self._file = file
        self._report = report
        self._stack: list[_Open] = []
        self._root: Node | None = None
        self._aliases: list[tuple[Place, str]] = []
        self._nodes = 0

    def result(self) -> Node | None:
        if not self._aliases:
            return self._root or Node(Place(self._file), None)
        place, name = self._aliases[0]
        others = len(self._aliases) - 1
        also = f" (and {others} more in this file)" if others else ""
        self._report(
            error(
                place,
                f"{shown('*' + name)} stands for another part of the file{also},"
                " which is not supported",
                "write the text out, or put it in quotes if it only begins with `*`",
            )
        )
        return None

    def take(self, event: yaml.Event) -> None:
        match event:
            case yaml.ScalarEvent():
                self._attach(self._scalar(event))
            case yaml.AliasEvent():
                place = self._place(event)
                self._aliases.append((place, str(event.anchor)))
                self._attach(Node(place, None))
            case yaml.SequenceStartEvent() | yaml.MappingStartEvent():
                self._open(event)
            case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                self._attach(self._stack.pop().node)
            case yaml.DocumentStartEvent() if self._root is not None:
                raise _RefusedError(
                    self._place(event),
                    "`---` begins a second document in the same file",
                    "remove this line: one file holds one list",
                )

    def _place(self, event: yaml.Event) -> Place:
        mark = event.start_mark
        assert mark is not None  # noqa: S101 - the parser marks every event that it reads
        return Place(self._file, mark.line + 1, mark.column + 1)

    def _open(self, event: yaml.CollectionStartEvent) -> None:
        place = self._place(event)
        self._count(place)
        self._refuse_tag(event, place)
        if len(self._stack) >= MAX_DEPTH:
            raise _RefusedError(
                place,
                f"is nested more than {MAX_DEPTH} levels deep",
                "write it with the indentation of the other entries",
            )
        is_mapping = isinstance(event, yaml.MappingStartEvent)
        self._stack.append(_Open(Node(place, {} if is_mapping else []), is_mapping))

    def _scalar(self, event: yaml.ScalarEvent) -> Node:
        place = self._place(event)
        self._count(place)
        self._refuse_tag(event, place)
        is_plain = not event.style
        data = _plain_value(event.value) if is_plain else event.value
        return Node(place, data, event.value)

    def _count(self, place: Place) -> None:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise _RefusedError(
                place,
                f"the file holds more than {MAX_NODES} values",
                "spread its entries over several files",
            )

    def _refuse_tag(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent, at: Place) -> None:
        if event.tag is not None:
            name = event.tag.replace("tag:yaml.org,2002:", "!!")
            self._report(
                error(
                    at,
                    f"{shown(name)} is read as a tag, which is not supported",
                    "remove it, or put the text in quotes if it only begins with `!`",
                )
            )

    def _attach(self, node: Node) -> None:
        if not self._stack:
            self._root = node
            return
        parent = self._stack[-1]
        if not parent.is_mapping:
            parent.node.append(node)
        elif parent.awaits_value:
            if parent.key is not None and parent.key_place is not None:
                parent.node.add(parent.key, parent.key_place, node)
            parent.awaits_value = False
        else:
            parent.key, parent.key_place = self._key(node, parent.node), node.place
            parent.awaits_value = True

    def _key(self, node: Node, mapping: Node) -> str | None:
        """``node`` as a new key of ``mapping``, or None after saying why it is none."""
        if not isinstance(node.data, str):
            self._report(_bad_key(node))
            return None
        first = mapping.keys.get(node.data)
        if first:
            self._report(
                error(
                    node.place,
                    f"the key {shown(node.data)} is written twice (first on line {first.line})",
                    "keep one of them",
                )
            )
            return None
        return node.data


def _bad_key(node: Node) -> Fault:
    if isinstance(node.data, dict | list):
        return error(
            node.place,
            "`{` or `[` begins a list or mapping where a key should be",
            "put a text that begins with a bracket in quotes",
        )
    if node.data is None:
        return error(node.place, "the key is empty", "write a key before the colon")
    kind = "date" if isinstance(node.data, dt.date) else "number"
    return error(
        node.place,
        f"the key {shown(node.written)} is read as a {kind}",
        f'put it in quotes: "{node.written}"',
    )


def _plain_value(written: str) -> str | int | float | dt.date | None:
    """What text without quotes stands for. A date that is none stays text, and is judged later."""
    if written in _NULLS:
        return None
    for pattern, convert in _PLAIN:
        if pattern.fullmatch(written):
            with contextlib.suppress(ValueError):
                return convert(written)
    return written
