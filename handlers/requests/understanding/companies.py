"""The company: its SIREN or SIRET, checked by python-stdnum, and its name where it is certain."""

from __future__ import annotations

import re

from stdnum.fr import siren as sirens
from stdnum.fr import siret as sirets

from handlers.requests.model import Company
from handlers.requests.understanding.passage import Passage

NUMBER_LABEL = (
    r"(?<!\w)(?:(?:mon|notre|le|my|our|the|numero|numéro|n°|de|c'est) )*(?:siren|siret|rcs)"
    r"(?: (?:number|no))?(?: (?:de|a|d'|[a-z]{4,20}))? ?(?:est|is|[:=]|n°)?(?: le| the)? ?:?"
)
_LABELLED = re.compile(rf"{NUMBER_LABEL} ?(\d(?:[ .-]?\d){{3,19}})(?!\d)")
_VAT = re.compile(r"(?<!\w)fr ?\d\d ?(\d{3}[ .]?\d{3}[ .]?\d{3})(?!\d)")
"""A French VAT number ends with the SIREN."""

_ALONE = r"(?<![\d+])(?<!\d[ .-])"
_FOURTEEN = re.compile(rf"{_ALONE}([1-9](?:[ .-]?\d){{13}})(?![ .-]?\d)")
_WRITTEN_AS_SIRET = re.compile(rf"{_ALONE}(\d{{3}}([ .-]?)\d{{3}}\2\d{{3}}[ .-]?\d{{5}})(?!\d)")
_SIREN = re.compile(rf"{_ALONE}([1-9]\d\d([ .-]?)\d{{3}}\2\d{{3}})(?![ .-]?\d)")


def identified(digits: str) -> Company | None:
    """The company of a SIREN (9 digits) or SIRET (14), if its check digit holds."""
    if sirets.is_valid(digits):
        return Company(siren=digits[:9], siret=digits)
    return Company(siren=digits) if sirens.is_valid(digits) else None


def find_number(passage: Passage) -> tuple[Company | None, Passage]:
    """The company by its number, and the rest without any such number, right or wrong."""
    company: Company | None = None
    for pattern in (_LABELLED, _VAT, _FOURTEEN, _WRITTEN_AS_SIRET, _SIREN):
        for match in passage.find(pattern):
            found = identified(re.sub(r"\D", "", match[1]))
            if found or pattern in {_LABELLED, _WRITTEN_AS_SIRET}:
                passage = passage.without(match.span())
            if found and (company is None or (found.siret and found.siren == company.siren)):
                company = found
    return company, passage
