"""How long a server's certificate is still valid."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

SOON_DAYS = 14
"""Renewal is due weeks before; one that is not done by now was forgotten."""
_LAST_THIRD = 3
"""Certificates for some days only are renewed in their last third."""
_DAY_SECONDS = 86400.0


def days_left(certificate: Mapping[str, Any] | None, now: dt.datetime) -> int | None:
    """Whole days that ``certificate`` (as of ``getpeercert``) is still valid, if they are few."""
    if not certificate or "notAfter" not in certificate:
        return None
    ends = ssl.cert_time_to_seconds(certificate["notAfter"])
    begins = ssl.cert_time_to_seconds(certificate["notBefore"])
    left = ends - now.timestamp()
    soon = min(SOON_DAYS * _DAY_SECONDS, (ends - begins) / _LAST_THIRD)
    return int(left // _DAY_SECONDS) if left < soon else None
