"""What the commands that answer from a knowledge folder share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bot.commands.settings import settings_of
from bot.matcher_cache import build_matcher
from knowledge.loading import Loaded, load

if TYPE_CHECKING:
    from knowledge.matching import Matcher


def learned(knowledge: Path | None) -> tuple[Loaded, Matcher]:
    """The folder given, or else that of the settings, and what is learnt from it."""
    loaded = load(settings_of(knowledge_dir=knowledge).knowledge_dir)
    return loaded, built(loaded)


def built(loaded: Loaded) -> Matcher:
    """What is learnt from a folder."""
    settings = settings_of()
    base = loaded.base.model_copy(update={"retention": settings.retention})
    return build_matcher(base, settings.cache_dir, settings.costs)
