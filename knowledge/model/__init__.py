"""What a knowledge folder holds, in the words of its YAML files.

Every model is frozen and refuses unknown keys, so that a slip in a file is an error with a
line and not a silence. :mod:`knowledge.loading` reads the files and names file, line and mend.
"""

from __future__ import annotations

from knowledge.model.base import KnowledgeBase
from knowledge.model.entry import Entry, Phone, Source, Venue
from knowledge.model.messages import Messages
from knowledge.model.parts import (
    BUTTON_LABEL_LIMIT,
    LANGUAGES,
    TELEGRAM_TEXT_LIMIT,
    Language,
    Model,
    Outcome,
    Texts,
)
from knowledge.model.requests import Need, RequestForm, Slot
from knowledge.model.retention import Retention
from knowledge.model.routing import (
    WEEKDAYS,
    Absence,
    Conditions,
    Hours,
    Routing,
    Rule,
    Team,
    TelegramGroup,
    Webhook,
)
from knowledge.model.territory import Commune, LanguageLexicon, Lexicon, Territory

__all__ = [
    "BUTTON_LABEL_LIMIT",
    "LANGUAGES",
    "TELEGRAM_TEXT_LIMIT",
    "WEEKDAYS",
    "Absence",
    "Commune",
    "Conditions",
    "Entry",
    "Hours",
    "KnowledgeBase",
    "Language",
    "LanguageLexicon",
    "Lexicon",
    "Messages",
    "Model",
    "Need",
    "Outcome",
    "Phone",
    "RequestForm",
    "Retention",
    "Routing",
    "Rule",
    "Slot",
    "Source",
    "Team",
    "TelegramGroup",
    "Territory",
    "Texts",
    "Venue",
    "Webhook",
]
