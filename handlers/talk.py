"""One event of a conversation, and the words to answer it with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from handlers.effects import Effect
from handlers.requests.understanding import understand
from handlers.state import ConversationState
from handlers.step import Step
from handlers.values import Button, Reply
from handlers.wording import Wording

if TYPE_CHECKING:
    from handlers.requests.model import Details
    from knowledge.matching import Matcher
    from knowledge.model import KnowledgeBase, Language, Messages, Outcome, Texts


@dataclass(frozen=True, slots=True)
class Talk:
    """All that answering one event takes.

    ``now`` is aware; ``reference`` is that of a request filed by this event; ``channel`` is where
    the conversation takes place.
    """

    matcher: Matcher
    state: ConversationState
    wording: Wording
    now: dt.datetime
    reference: str
    channel: str

    @property
    def base(self) -> KnowledgeBase:
        """The folder."""
        return self.matcher.base

    @property
    def messages(self) -> Messages:
        """The folder's messages."""
        return self.matcher.base.messages

    @property
    def language(self) -> Language:
        """The language to answer in."""
        return self.wording.language

    @property
    def today(self) -> dt.date:
        """The day by universal time."""
        return self.now.date()

    def having(self, **changes: object) -> Talk:
        """The same talk with fields of its state changed."""
        return replace(self, state=self.state.model_copy(update=changes))

    def speaking(self, language: Language) -> Talk:
        """The same talk in ``language`` from now on."""
        return replace(self, wording=Wording(self.base, language)).having(language=language)

    def understood(self, text: str) -> Details:
        """What ``text`` says of a request."""
        return understand(self.matcher, text, self.language, self.today)

    def words(self, texts: Texts, **values: str) -> str:
        """One of the folder's messages; ``values`` are light Markdown, so escape what was typed."""
        return self.wording.text(texts, **values)

    def button(self, texts: Texts, value: str, **values: str) -> Button:
        """A button labelled with one of the folder's messages."""
        return Button(label=self.wording.text(texts, **values), value=value)

    def reply(self, *paragraphs: str, buttons: Sequence[Button] = ()) -> Reply:
        """``paragraphs``, those that are empty left out, and ``buttons`` below."""
        return self.wording.reply("\n\n".join(filter(None, paragraphs)), *buttons)

    def step(
        self, *replies: Reply, effects: Sequence[Effect] = (), outcome: Outcome = "handoff"
    ) -> Step:
        """The state as it now is, with what is said and what is to be done."""
        return Step(state=self.state, replies=replies, effects=tuple(effects), outcome=outcome)
