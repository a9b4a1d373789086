"""Who writes, in the answer to the question for name and address."""

from __future__ import annotations

import re

from handlers.requests.understanding import read_identity
from handlers.requests.understanding.passage import Passage
from knowledge.text import fold

_NAME = re.compile(r"[^\W\d_][\w'’.-]*(?: [^\W\d_][\w'’.-]*){0,3}")
_NO_NAMES = frozenset(
    "tel tél telephone phone mobile portable fixe mail email e-mail courriel contact oui ok yes "
    "bonjour bonsoir hello merci thanks svp ou et or and par by au at le mon ma my voici here is "
    "numero number adresse address appelez call joindre joignable".split()
)


def person_beside(text: str) -> str:
    """The name that is left of ``text`` without address and number, if nothing else is left."""
    _, rest = read_identity(Passage.of(text))
    left = " ".join(rest.rest().split()).strip(" ,;:.!()/-")
    said = left.split()
    if not _NAME.fullmatch(left) or not any(word[0].isupper() for word in said):
        return ""
    return "" if any(fold(word).strip(".") in _NO_NAMES for word in said) else left
