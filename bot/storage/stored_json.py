"""Values as the JSON that is stored, and back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticSerializationError

from handlers.effects import PAYLOAD, Payload
from handlers.events import EVENT, Event
from handlers.state import STATE_VERSION, ConversationState

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping


class UnreadableError(Exception):
    """A stored value is not one that this version of the program knows; quotes nothing of it."""


def dump(value: BaseModel) -> str:
    """``value`` as JSON; half a character (a lone surrogate) becomes a question mark."""
    try:
        return value.model_dump_json()
    except PydanticSerializationError:
        return dump_object(value.model_dump(mode="python"))


def dump_object(value: Mapping[str, Any]) -> str:
    """``value``, whose leaves are JSON's and dates, as JSON; half a character as :func:`dump`.

    Without spaces, as pydantic writes it: queries look for how a value begins.
    """
    text = json.dumps(value, ensure_ascii=False, default=_iso, separators=(",", ":"))
    return text.encode("utf-8", "replace").decode("utf-8")


def dump_list(values: Iterable[str]) -> str:
    """``values`` as JSON."""
    return json.dumps(list(values))


def _iso(value: dt.date) -> str:
    return value.isoformat()


def plain(text: str) -> str:
    """``text`` as a column of its own can hold it: PostgreSQL refuses NUL characters."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def load_state(stored: str) -> ConversationState:
    """The state of a conversation; raises UnreadableError."""
    try:
        state = ConversationState.model_validate_json(stored)
    except ValidationError as error:
        raise UnreadableError(faults("state", error)) from None
    if state.version > STATE_VERSION:
        raise UnreadableError(f"state: version {state.version} is newer than {STATE_VERSION}")
    return state


def load_event(stored: str) -> Event:
    """An event of the inbox; raises UnreadableError."""
    try:
        return EVENT.validate_json(stored)
    except ValidationError as error:
        raise UnreadableError(faults("event", error)) from None


def load_payload(kind: str, stored: str) -> Payload:
    """The payload of a row of the outbox; raises UnreadableError."""
    try:
        return PAYLOAD.validate_python({"kind": kind, **json.loads(stored)})
    except ValidationError as error:
        raise UnreadableError(faults(kind, error)) from None
    except (ValueError, TypeError):
        raise UnreadableError(f"{kind}: is no JSON object") from None


def faults(what: str, error: ValidationError) -> str:
    """Which fields of a stored ``what`` are amiss and how, without what they hold."""
    return f"{what}: " + ", ".join(
        f"{'.'.join(str(part) for part in fault['loc'])} {fault['type']}".strip()
        for fault in error.errors(include_url=False, include_context=False, include_input=False)
    )
