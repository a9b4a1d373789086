"""How questions are put: what in them only asks, and what they ask for."""

from __future__ import annotations

import re
from collections.abc import Sequence

_OPENING = re.compile(
    r"(?:"
    r"(?:je|j|nous|on) (?:(?:voudr|aimer|souhaiter|desirer)(?:ais?|ait|ions)"
    r"|souhaite|souhaitons|desire|desirons)(?: (?:bien|juste))?"
    r"(?: (?:savoir|connaitre|comprendre))?"
    r"|(?:(?:est ce que )?vous (?:pouvez|pourriez)|(?:pouvez|pourriez) vous|(?:peux|pourrais) tu"
    r"|tu peux) (?:me |m )?(?:dire|indiquer|preciser|expliquer|presenter)"
    r"|(?:dites|dis|expliquez|indiquez|precisez) moi"
    r"|(?:i|we) (?:(?:would|d) (?:(?:just|really) )?(?:like|love)|(?:was|am|m) wondering|wonder"
    r"|(?:want|need) to (?=know\b))(?: ?to (?:know|understand|learn)| ?know)?"
    r"|(?:(?:can|could|would) you )?(?:please )?(?:tell me|let me know)"
    r")(?: (?:si|if|whether|about))?(?= |$)"
)
"""How a question is opened in courtesy: it says nothing of what is asked."""


def without_opening(tokens: Sequence[str]) -> list[str]:
    """``tokens`` without a courteous opening, unless that is all there is."""
    opening = _OPENING.match(" ".join(tokens))
    rest = " ".join(tokens)[opening.end() :].split() if opening else []
    return rest or list(tokens)


_ARTICLES = (
    "le la les l un une des du de d ce cet cette ces votre vos notre nos "
    "the a an your our this these"
).split()


def without_article(tokens: Sequence[str]) -> list[str]:
    """The noun alone, where ``tokens`` are no more than that: "un label" asks what "label" does."""
    return list(tokens[-1:] if set(tokens[:-1]) <= set(_ARTICLES) else tokens)


_NAMING = re.compile(
    r"(?:(?:"
    r"(?:mais |et |alors )?(?:(?:c(?: est)?|ces|ses) quoi(?: au juste| exactement)?"
    r"|qu est ce que(?: c est(?: que)?)?|quel(?:le)?s? (?:est|et|sont|son)|que signifie"
    r"|ca veut dire quoi"
    r"|qui (?:est|sont)|c est qui|comment s appelle(?:nt)?|who(?: is| are| s)|whos"
    r"|parle(?:z|r)?(?: moi)?|presente[zr]?(?: moi)?|explique[zr]?(?: moi)?"
    r"|(?:vous (?:pouvez|pourriez) )?m en dire (?:un peu )?plus|dites m en plus|en savoir plus"
    r"|(?:des |les |une |vos |plus d )?(?:infos?|informations?|renseignements?)|a propos"
    r"|what(?: is| are| s)|whats|(?:can you |please )?(?:explain|describe)(?: to me)?"
    r"|(?:some |more |any )?(?:infos?|informations?|details)|tell me(?: more)?|more|about"
    r") )?(?:(?:sur|concernant|about|on|regarding) )?"
    rf"(?:(?:{'|'.join(_ARTICLES)}) )*"
    r"(?:(?:contenu|objet|intitule|definition|principe|contents?|purpose|meaning|gist) "
    r"(?:de l|de la|des|du|de|d|of the|of your|of) (?:votre |vos )?)?)"
)
_NAMED = re.compile(
    r" (?:(?:ca |c |ces |ses )?(?:est )?quoi(?: au juste| exactement)?|what is (?:it|that))$"
)
"""What stands around a subject that is but named, before it and after it."""


def subject(tokens: Sequence[str]) -> slice:
    """Where ``tokens`` say what is asked about: but for "c'est quoi le" and the like."""
    said = " ".join(tokens)
    naming, named = _NAMING.match(f"{said} "), _NAMED.search(said)
    before, after = (len(found[0].split()) if found else 0 for found in (naming, named))
    return slice(before, len(tokens) - after) if before + after < len(tokens) else slice(None)


_NO_NOUN = (
    r"(?!(?:est|sont|etai(?:t|ent)|etes|sera|seront|serai(?:t|ent)|a|ont|peu(?:t|vent)|doi(?:t|vent)"
    r"|que|is|are|was|were|will|would|do|does|did|has|have|had|can|could|should|must|may|about|to|of"
    r"|i|you|we|they|it|he|she|the|an|my|your|our|this|that|these|those|there|many|much|s|re|if)\b)"
)
_ASKED = re.compile(
    rf"\b(?:quel(?:le)?s?|(?:combien|nombre) (?:de|d)) (?:autres? )?{_NO_NOUN}(?P<noun>\S+)"
    rf"|\b(?:which|what|number of|how(?: (?:many|much))?) (?:other )?"
    rf"{_NO_NOUN}(?P<kind>\S+(?: {_NO_NOUN}\S+)?)"
)
"""What a determiner that asks stands before: "à quelle heure", "how many runways", "how often".

In English an adjective may come first ("which political party"): what is no noun is seldom refused.
"""

_WHICH_ONE = re.compile(r"(?:19|20)\d\d|prochaine?s?|derni(?:er|ere)s?|next|last|latest")
"""Of what comes again: who tells of it need not know of that one."""

_OF = frozenset({"de", "du", "des", "d", "of"})
_COUNTS = frozenset({"combien", "nombre", "which", "number"})
"""Before them these ask for what comes after."""


def asked_for(tokens: Sequence[str]) -> list[int]:
    """Where ``tokens`` name what is to be told: "fax" in "le fax de la CCI".

    It stands after a determiner that asks, or begins what is but named and is "of" something, or
    says which one is meant.
    """
    said = " ".join(tokens)
    found: set[int] = set()
    for asked in _ASKED.finditer(said):
        group = asked.lastgroup or 0
        first = said.count(" ", 0, asked.start(group))
        found.update(range(first, first + len(asked[group].split())))
    found |= {place for place, token in enumerate(tokens) if _WHICH_ONE.fullmatch(token)}
    named = subject(tokens).start or 0
    if named + 1 < len(tokens) and tokens[named + 1] in _OF and tokens[named] not in _COUNTS:
        found.add(named)
    return sorted(found)
