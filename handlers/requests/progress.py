"""How far a filed request has come, as its company may read it: never a note of the team's."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Literal

from handlers.state import Happened, Happening, Writing
from handlers.values import Value

if TYPE_CHECKING:
    from collections.abc import Iterable

    from handlers.state import ConversationState, FiledRequest
    from handlers.talk import Talk
    from handlers.values import File

REMEMBERED_ENDED = 10
"""Ended requests that a person can still look at and rate, or that the team may open again."""
LISTED_FOR = dt.timedelta(days=90)
"""How long an ended request is still listed."""
LONGEST_HISTORY = 20
LONGEST_EXCERPT = 160
"""Characters of what was said that are kept in the history: the conversation has the whole."""

Standing = Literal["received", "taken", "answered", "closed", "withdrawn"]


class Bearing(Value):
    """How the company and its teams are to each other now, for a page to show.

    ``held_by`` is the member whom messages go to; ``writing`` one who has begun to answer;
    ``open_requests`` how many of the person's requests may still be answered here.
    """

    held_by: str = ""
    writing: Writing | None = None
    open_requests: int = 0


def bearing(state: ConversationState, now: dt.datetime) -> Bearing:
    """That of a company's conversation at ``now`` (aware)."""
    held = [filed.held_by for filed in state.requests if filed.held_by]
    writing = [one.writing for one in state.requests if one.writing and one.writing.until > now]
    return Bearing(
        held_by=held[-1] if held else "",
        writing=max(writing, key=lambda one: one.until, default=None),
        open_requests=len(state.requests),
    )


def advanced(
    filed: FiledRequest, what: Happened, now: dt.datetime, by: str = "", text: str = ""
) -> FiledRequest:
    """``filed`` after ``what`` has happened to it at ``now``."""
    line = Happening(at=now, what=what, by=by, text=_excerpt(text))
    held_by = _held_by(filed, what, by)
    changed = {
        "history": (*filed.history, line)[-LONGEST_HISTORY:],
        "held_by": held_by,
        "standing": _standing(filed, what, held_by),
        # What the company itself adds stops nobody from writing.
        "writing": filed.writing if what == "added" else None,
    }
    return filed.model_copy(update=changed)


def _excerpt(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_EXCERPT else f"{line[: LONGEST_EXCERPT - 1].rstrip()}…"


def has_ended(filed: FiledRequest) -> bool:
    """Whether nobody is at work on it any more."""
    return filed.standing in {"closed", "withdrawn"}


def _held_by(filed: FiledRequest, what: Happened, by: str) -> str:
    match what:
        case "answered" if has_ended(filed):
            return ""
        case "taken" | "answered":
            return by
        case "added" | "corrected":
            return filed.held_by
        case _:
            return ""


def _standing(filed: FiledRequest, what: Happened, held_by: str) -> Standing:
    match what:
        case "answered" if has_ended(filed):
            # It was written before its author knew.
            return filed.standing
        case "taken" | "answered" | "closed" | "withdrawn":
            return what
        case "transferred":
            return "received"
        case "released":
            return "received" if filed.standing == "taken" else filed.standing
        case "added" if filed.standing == "answered":
            # What was answered was not this.
            return "taken" if held_by else "received"
        case _:
            return filed.standing


def names(files: Iterable[File]) -> str:
    """Files in a line of the history."""
    return ", ".join(f"📎 {file.name}" for file in files)


def known(talk: Talk, reference: str) -> FiledRequest | None:
    """The person's request of that reference, open or ended."""
    every = (*talk.state.requests, *talk.state.closed)
    return next((one for one in every if one.request.reference == reference), None)


def kept(talk: Talk, filed: FiledRequest) -> Talk:
    """The talk in which ``filed`` stands as it does: in its place, ended, or opened again."""
    opened, ended = talk.state.requests, talk.state.closed
    if has_ended(filed):
        ended = _with(ended, filed)[-REMEMBERED_ENDED:]
        return talk.having(requests=_without(opened, filed), closed=ended)
    if len(_without(opened, filed)) == len(opened):
        # Opened again: the company may say once more whether it helped.
        filed = filed.model_copy(update={"rated": False})
    return talk.having(requests=_with(opened, filed), closed=_without(ended, filed))


def _with(some: tuple[FiledRequest, ...], filed: FiledRequest) -> tuple[FiledRequest, ...]:
    """``some`` with ``filed`` in its place, or as the newest."""
    reference = filed.request.reference
    if all(one.request.reference != reference for one in some):
        return (*some, filed)
    return tuple(filed if one.request.reference == reference else one for one in some)


def _without(some: tuple[FiledRequest, ...], filed: FiledRequest) -> tuple[FiledRequest, ...]:
    reference = filed.request.reference
    return tuple(one for one in some if one.request.reference != reference)


def last(filed: FiledRequest, what: Happened) -> Happening | None:
    """The newest line of that kind."""
    return next((line for line in reversed(filed.history) if line.what == what), None)
