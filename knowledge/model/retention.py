"""How long what people write is kept; texts may name these figures."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from knowledge.model.parts import Model

Days = Annotated[int, Field(ge=1, le=3650)]


class Retention(Model):
    """After so many days each kind of thing is erased.

    A conversation without a message for so long goes as a whole, unless it has a request. Messages
    and replies of one that goes on are erased one by one, as are questions that could not be
    answered, and uploaded files that never joined a request. How long requests are kept is the
    folder's own (:attr:`knowledge.model.RequestForm.retention_months`): companies agree to it.
    """

    conversation_days: Days = 365
    message_days: Days = 365
    question_days: Days = 365
    file_days: Days = 30
