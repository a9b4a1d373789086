"""An e-mail address with the name that is shown beside it."""

from __future__ import annotations

from dataclasses import dataclass
from email.headerregistry import Address

from email_validator import EmailNotValidError, validate_email


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An address as headers and envelope hold it, with the name shown beside it."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        """What follows the ``@``."""
        return self.address.rpartition("@")[2]

    @property
    def header(self) -> Address | str:
        """For a message's header; the library's own class knows ASCII names of mailboxes only."""
        if not self.address.isascii():
            return self.address
        return Address(display_name=self.name, addr_spec=self.address)


def parse_mailbox(written: str) -> Mailbox:
    """``Assistant <assistant@example.org>``, or only the address.

    A domain in other letters is turned into its ASCII form.

    Raises:
        ValueError: it is no address.
    """
    try:
        checked = validate_email(
            written,
            allow_display_name=True,
            check_deliverability=False,
            globally_deliverable=False,
        )
    except EmailNotValidError as error:
        raise ValueError(f"is no e-mail address: {error}") from None
    return Mailbox(
        " ".join((checked.display_name or "").split()), checked.ascii_email or checked.normalized
    )
