"""A whole folder."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from knowledge.model.entry import Entry
from knowledge.model.messages import Messages
from knowledge.model.parts import LANGUAGES, Language, Model
from knowledge.model.requests import RequestForm
from knowledge.model.retention import Retention
from knowledge.model.routing import Routing
from knowledge.model.territory import Lexicon, Territory


class KnowledgeBase(Model):
    """A whole folder, checked.

    ``content_hash`` changes when any of its files does, ``learnt_hash`` when any of those does
    that matching learns from: an edit of teams and rules teaches nothing new. ``retention`` is
    the deployment's, which no file of the folder sets.
    """

    entries: tuple[Entry, ...]
    messages: Messages
    lexicon: Lexicon = Lexicon()
    territory: Territory = Territory()
    request_form: RequestForm = RequestForm()
    routing: Routing = Routing()
    retention: Retention = Retention()
    content_hash: str = ""
    learnt_hash: str = ""

    @model_validator(mode="after")
    def _entries_exist(self) -> Self:
        if not self.entries:
            raise ValueError("holds no entry: write at least one in entries/*.yaml")
        return self

    @property
    def languages(self) -> tuple[Language, ...]:
        """The languages of the entries' answers, French first."""
        used = {language for entry in self.entries for language in entry.answer}
        return tuple(language for language in LANGUAGES if language in used)

    def entry(self, entry_id: str) -> Entry | None:
        """The entry of that id, or None (a button from before an edit may name one that left)."""
        return next((entry for entry in self.entries if entry.id == entry_id), None)
