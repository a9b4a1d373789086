"""The company directory: asked for a public body, as for any company."""

from __future__ import annotations

from bot.company_directory import DirectoryUnavailable
from bot.company_directory.state_search import StateSearch
from bot.doctor.finding import Finding, fault, ok, warning
from bot.settings import Settings
from knowledge.model import Territory

_HARMLESS_QUERY = "120027016"
"""The SIREN of the institute that keeps the register."""
_DEFAULT_URL = Settings.model_fields["company_directory_url"].default


async def examine_directory(settings: Settings) -> list[Finding]:
    """Whether the directory answers. Forms go on without it: only one that was set is missed."""
    url = settings.company_directory_url
    if url == "off":
        return [ok("directory", "switched off (COMPANY_DIRECTORY_URL)")]
    nowhere = Territory()
    try:
        async with StateSearch.open(
            url,
            lambda: nowhere,
            request_seconds=settings.company_directory_timeout_seconds,
            per_second=settings.company_directory_requests_per_second,
            user_agent=f"territoire-assistant ({settings.public_url or 'no public address'})",
        ) as directory:
            await directory.find(_HARMLESS_QUERY)
    except DirectoryUnavailable as error:
        level = warning if url == _DEFAULT_URL else fault
        what = f"cannot be used: {error}; companies type in what it would tell"
        mend = "see that this machine reaches it (firewall, HTTPS_PROXY), mend "
        return [level("directory", what, f"{mend}COMPANY_DIRECTORY_URL, or set it to `off`")]
    return [ok("directory", "answers")]
