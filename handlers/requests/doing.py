"""A message while something is being done with an open request: added, taken back, attached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.phrases import phrase
from handlers.requests import attachments, open_requests
from handlers.requests.additions import LONGEST
from handlers.requests.form import begun_or_resumed
from handlers.requests.words import control

if TYPE_CHECKING:
    from handlers.step import Step
    from handlers.talk import Talk


_ELSEWHERE = frozenset({"resume", "list", "new"})
"""Words that lead from what is being done to something else."""


def to_what_is_being_done(talk: Talk, text: str, *, is_edit: bool) -> Step | None:
    """A message while something is done with an open request; None if it is about neither."""
    now = talk.state.doing
    if now is None:
        return None
    said, word = phrase(text), control(text)
    refuses = said == "no" or word in {"cancel", "back", "done"}
    if now.what == "add":
        return _addition(talk, now.reference, text, leaves=refuses, is_edit=is_edit)
    if refuses:
        dropping = now.what == "attach"
        return attachments.dropped(talk) if dropping else open_requests.left(talk, now.reference)
    if said != "yes" or is_edit:
        return None
    if now.what == "withdraw":
        return open_requests.withdrawn(talk, now.reference)
    return attachments.attached(talk, now.reference) if now.reference else begun_or_resumed(talk)


def _addition(talk: Talk, reference: str, text: str, *, leaves: bool, is_edit: bool) -> Step | None:
    found = open_requests.find(talk, reference)
    if found is None or control(text) in _ELSEWHERE:
        return None
    if leaves:
        return open_requests.left(talk, reference)
    if is_edit or control(text) or not text.strip() or len(text) > LONGEST:
        return open_requests.ask_what_to_add(talk, reference)
    return open_requests.added(talk, found, text.strip())
