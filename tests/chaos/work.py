"""Whether all work was done, and each event once."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from tests.chaos.findings import Findings
    from tests.chaos.kept import Kept


def judge(findings: Findings, kept: Kept, update_ids: Collection[int]) -> None:
    """Each update is in the inbox and was handled once; nothing is left over or given up."""
    known = {event.external_id for event in kept.events}
    findings.check(
        "updates that are not in the inbox", (one for one in update_ids if str(one) not in known)
    )
    findings.check(
        "events not handled",
        (f"{event.external_id} {event.status}" for event in kept.events if event.status != "done"),
    )
    handled = Counter(event.place for event in kept.events if event.status == "done")
    findings.check(
        "conversations moved on more or less often than once an event",
        (
            f"{':'.join(place)}: {version} times for {handled[place]} events"
            for place, version in kept.versions.items()
            if version != handled[place]
        ),
    )
    findings.check(
        "deliveries not sent",
        (
            f"{count} {status}"
            for status, count in kept.deliveries.items()
            # What a member of a team took over is not sent, and says so.
            if status not in {"sent", "withheld"}
        ),
    )
    findings.figures["events handled"] = sum(handled.values())
    findings.figures["deliveries"] = sum(kept.deliveries.values())
