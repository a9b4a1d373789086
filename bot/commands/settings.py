"""The settings that a command works by."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.settings import Settings


def settings_of(**options: object) -> Settings:
    """Settings, with what was given on the command line before the environment."""
    from bot.settings import Settings

    return Settings(**{name: value for name, value in options.items() if value is not None})  # type: ignore[arg-type]
