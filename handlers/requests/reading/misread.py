"""Why an answer could not be read."""

from __future__ import annotations

from typing import Literal

from handlers.values import Value

Problem = Literal[
    "description_empty",
    "surface_unreadable",
    "surface_absurd",
    "commune_unknown",
    "headcount_unreadable",
    "headcount_absurd",
    "deadline_unreadable",
    "deadline_past",
    "deadline_absurd",
    "siret_length",
    "siret_checksum",
    "siren_checksum",
    "company_unreadable",
    "email_malformed",
    "phone_malformed",
    "contact_unreadable",
]
"""Why an answer cannot be read; each names a message that says so with an example.

``siret_length``: digits that are neither a SIREN's nine nor a SIRET's fourteen.
``…_absurd``: a number or a year that no company can mean; ``headcount_absurd`` may say that who is
alone counts as one. ``headcount_unreadable``: also several numbers, where one will do.
"""


class Misread(Value):
    """An answer that cannot be taken, and why."""

    problem: Problem
