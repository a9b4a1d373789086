"""Documents as they arrive."""

from __future__ import annotations

from handlers.events import AttachmentReceived
from handlers.values import File


def file(number: int = 1, size: int | None = 1_000, name: str = "") -> File:
    """A document on Telegram."""
    return File(
        channel="telegram", id=f"f{number}", name=name or f"plan-{number}.pdf", size_bytes=size
    )


def sent(
    number: int = 1, album: str = "", caption: str = "", **values: object
) -> AttachmentReceived:
    """A document as it arrives."""
    document = file(number, **values)  # type: ignore[arg-type]
    return AttachmentReceived(what="document", file=document, album=album, caption=caption)
