"""The company in its directory: asked for beside the form, which never waits for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.effects import LookUpCompany

if TYPE_CHECKING:
    from handlers.effects import Effect
    from handlers.requests.model import Company
    from handlers.state import Form


def query(company: Company | None) -> str:
    """What the directory is asked for: a SIRET, a SIREN or a name; nothing if all is known."""
    if company is None or company.verified:
        return ""
    return company.siret or company.siren or company.name


def look_up(before: Form, now: Form) -> tuple[Form, list[Effect]]:
    """``now`` and the question to the directory, if another company is named than ``before``."""
    asked = query(now.details.company)
    if asked == query(before.details.company):
        return now, []
    form = now.model_copy(update={"looked_up": asked, "found": ()})
    return form, [LookUpCompany(query=asked)] if asked else []
