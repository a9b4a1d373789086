"""Requests to try a folder's rules on: a message, a file of messages, or a file of requests.

A file holds one JSON object, or a line each: an object or the text of a message. An object is a
request as it is filed (:class:`~handlers.requests.model.Request`), its details alone, or ``text``
with, if somebody said it, the ``team`` that should have it.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from bot.errors import ReportedError
from bot.listing.text import cut, harmless
from handlers.phrases import without_courtesies
from handlers.requests.model import Details, Request
from handlers.requests.understanding import understand

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from knowledge.matching import Matcher
    from knowledge.model import Language

_LONGEST_SHOWN = 60
_SUFFIXES = (".json", ".jsonl", ".txt")


class UnreadableRequestError(ReportedError):
    """What was given is no request; the message says where and what to write."""


@dataclass(frozen=True, slots=True)
class Given:
    """A request to try. ``expected`` is the team that a person named for it, if one did."""

    request: Request
    shown: str
    expected: str | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads what is given on the day ``today``, as received on ``channel``.

    ``matcher`` is asked for only where there is a message to understand; where it is None, there
    is to be none.
    """

    matcher: Callable[[], Matcher] | None
    channel: str
    today: dt.date

    def read(self, text: str) -> list[Given]:
        """``text`` as a message, or, if it is the path of a file, what that holds.

        Raises:
            UnreadableRequestError: it holds no request, or one that is none.
        """
        path = Path(text)
        if _is_file(path):
            return self.read_file(path)
        if path.suffix in _SUFFIXES and len(text.split()) == 1:
            raise UnreadableRequestError(f"{text}: there is no such file")
        if not text.strip():
            raise UnreadableRequestError("there is no text: write what the company would write")
        return [self._message(text, "this")]

    def read_file(self, path: Path) -> list[Given]:
        """Every request of the file ``path``.

        Raises:
            UnreadableRequestError: the file cannot be read, holds no request, or one that is none.
        """
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as problem:
            said = problem.strerror if isinstance(problem, OSError) else "it is not UTF-8"
            raise UnreadableRequestError(f"{path}: cannot be read ({said})") from None
        found = [self._given(value, f"{path}:{line}") for line, value in _values(text, path)]
        if not found:
            raise UnreadableRequestError(f"{path}: holds no request")
        return found

    def _given(self, value: Any, where: str) -> Given:  # noqa: ANN401 - whatever JSON holds
        if isinstance(value, str):
            return self._message(value, where)
        if not isinstance(value, dict):
            raise UnreadableRequestError(f"{where}: is no request; {_MEND}")
        try:
            if isinstance(value.get("text"), str):
                return self._message(value["text"], where, value.get("team"))
            return self._request(value, where)
        except ValidationError as problem:
            first = problem.errors(include_url=False)[0]
            field = ".".join(map(str, first["loc"]))
            raise UnreadableRequestError(f"{where}: `{field}`: {first['msg']}") from None

    def _request(self, value: dict[str, Any], where: str) -> Given:
        if isinstance(value.get("request"), dict):
            value = value["request"]
        if "details" not in value:
            if not value.keys() & Details.model_fields.keys():
                raise UnreadableRequestError(f"{where}: is no request; {_MEND}")
            value = {"details": value}
        about = {"reference": "", "channel": self.channel, "language": "fr", **value}
        about.setdefault("consented_at", dt.datetime.combine(self.today, dt.time(), dt.UTC))
        request = Request.model_validate(about)
        return Given(request, request.reference or _short(request.details.description))

    def _message(self, text: str, where: str, expected: object = None) -> Given:
        if self.matcher is None:
            what = f"{where}: is a message, and no request"
            raise UnreadableRequestError(f"{what}; write requests as they are filed")
        matcher = self.matcher()
        language = language_of(matcher, text)
        details = understand(matcher, text, language, self.today)
        request = Request(
            reference="",
            channel=self.channel,
            language=language,
            details=details.model_copy(update={"description": text}),
            consented_at=dt.datetime.combine(self.today, dt.time(), dt.UTC),
        )
        return Given(request, _short(text), str(expected) if expected else None)


_MEND = 'write `{"text": "…"}`, a request as it is filed, or the text of a message'


def language_of(matcher: Matcher, text: str) -> Language:
    """The language that a first message is in, or else the folder's first."""
    detected = matcher.detect(without_courtesies(text)).language or matcher.detect(text).language
    return detected or matcher.base.languages[0]


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a long message is no path
        return False


def _values(text: str, path: Path) -> Iterator[tuple[int, Any]]:
    """What a file holds, with its lines: JSON as a whole or line by line, or messages."""
    if text.lstrip().startswith(("{", "[")):
        try:
            whole = json.loads(text)
        except (ValueError, RecursionError):
            pass  # several objects, a line each
        else:
            yield from ((1, value) for value in (whole if isinstance(whole, list) else [whole]))
            return
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        if not line.lstrip().startswith("{"):
            yield number, line.strip()
            continue
        try:
            yield number, json.loads(line)
        except (ValueError, RecursionError) as problem:
            raise UnreadableRequestError(f"{path}:{number}: is no JSON ({problem})") from None


def _short(text: str) -> str:
    return cut(harmless(text), _LONGEST_SHOWN)
