"""The agreement without which nothing is filed, and what exactly is agreed to."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from handlers.requests.model import Details
    from handlers.talk import Talk

_SEAL_SIGNS = 16


def consent(talk: Talk) -> str:
    """What the company agrees to: the purpose, how long it is kept, its rights."""
    months = str(talk.base.request_form.retention_months)
    return talk.words(talk.messages.request_consent, months=months)


def seal(details: Details) -> str:
    """Stands for these very details: the button of one recap does not send what another shows."""
    return hashlib.sha256(details.model_dump_json().encode("utf-8", "replace")).hexdigest()[
        :_SEAL_SIGNS
    ]
