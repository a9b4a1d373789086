"""What the company and the person call themselves, where they leave no doubt of it."""

from __future__ import annotations

import re

from handlers.requests.understanding.passage import TAKEN, Passage, Span

LONGEST_NAME = 100
"""Characters of a name."""

_FORM = (
    r"(?:SARL|S\.A\.R\.L\.|SASU|SAS|S\.A\.S\.|EURL|E\.U\.R\.L\.|SA|S\.A\.|SCOP|SCIC|SNC|SCI|SELARL"
    r"|EI|EIRL|GIE|[Ss]arl|[Ss]asu?|[Ee]url|[Ss]cop|Ltd|LTD|Limited|Inc|LLC|PLC|plc|GmbH|GMBH"
    r"|AG|B\.?V\.?|N\.?V\.?|SpA|S\.p\.A\.|Srl|S\.r\.l\.|S\.L\.|Ets|ETS|Éts|Établissements)"
)
_STOP = (
    r"(?:(?i:bonjour|bonsoir|bjr|hello|hi|dear|madame|monsieur|mme|nous|je|j|on|notre|nos|ma|mon|la"
    r"|le|les|une?|des|du|de|d|l|we|our|my|the|an?|i|société|societe|entreprise|company|from|pour"
    r"|recherche|recherchons|cherche|cherchons|souhaite|souhaitons|besoin|siret|siren|basée?|située?"
    r"|tel|tél|mail|email|et|and|in|at|à|a|est|is|are|looking|seeks?|needs?|wants?|ou|où|demande"
    r"|objet|pme|tpe|startup|local|locaux|merci|thanks)(?!\w))"
)
_WORD = rf"(?!{_STOP})(?!{_FORM}(?!\w))[A-ZÀ-ÖØ-Ý0-9][\w'&.+-]*(?<!\.)"
_LINK = r"(?:(?:de|du|des|de la|de l'|d'|l'|la|le|les|et|&|and|of|the|en|à|aux?) ?)"
_NAME = rf"{_WORD}(?: (?:{_LINK}{{0,2}})?{_WORD}){{0,5}}"
_BOUNDARY = r"(?![\w&])"
_INTRODUCED = (
    r"(?i:(?:la |notre |ma |une )?soci[eé]t[eé]|(?:l'|mon |notre )?entreprise|raison sociale"
    r"|(?:my |our )?company(?: name)?|on behalf of|au nom de|je repr[eé]sente|i represent"
    r"|(?:je travaille|salari[eé]e?|employ[eé]e?) chez|i work (?:for|at))"
    r"(?: ?: ?|,? (?:(?i:est|is|called|s'appelle|nommée) )?)"
)
_LABELLED = r"(?i:soci[eé]t[eé]|entreprise|raison sociale|company(?: name)?) ?: ?"
_COMPANIES = tuple(
    map(
        re.compile,
        (
            rf"(?<!\w)(?P<before_its_form>{_NAME},? {_FORM}){_BOUNDARY}",
            rf"(?<!\w)(?P<after_its_form>{_FORM} {_NAME}){_BOUNDARY}",
            rf"(?<!\w){_INTRODUCED}(?P<introduced>{_NAME}){_BOUNDARY}",
            rf"(?<!\w){_LABELLED}(?P<labelled>[^\n,;:.{TAKEN}]{{2,60}})",
        ),
    )
)

_TITLE = r"(?:Mme|Mlle|M\.|Mr\.?|Mrs\.?|Ms\.?|Miss|Dr\.?|Madame|Monsieur|mme|mr|Me)"
_PROPER = rf"(?!{_STOP})[A-ZÀ-ÖØ-Ý][a-zà-öø-ÿ'’]*(?:-?[A-ZÀ-ÖØ-Ý]?[a-zà-öø-ÿ]+|[A-ZÀ-ÖØ-Ý-]+)"
_FULL = rf"{_PROPER}(?: (?:(?:de|du|de la|le|la|van|von|ben|el|al) )?{_PROPER}){{0,3}}"
_TWO = rf"{_PROPER}(?: (?:(?:de|du|de la|le|la|van|von|ben|el|al) )?{_PROPER}){{1,3}}"
_TITLED = r"(?i:je suis|c'est|ici|i am|i'm|this is|contact ?:|signé)"
_CALLED = r"(?i:je m'appelle|je me nomme|mon nom est|my name is|my name's|nom ?:|name ?:)"
_SIGNED = r"(?i:cordialement|bien à vous|regards|sincerely)[,.]?\s{1,3}"
_AND_NO_MORE = r"(?=,|\.|\n|$| (?:de|du|from|et|and)(?!\w))"
_PEOPLE = tuple(
    map(
        re.compile,
        (
            rf"(?<!\w){_TITLED} (?P<titled>{_TITLE} {_FULL})",
            rf"(?<!\w){_CALLED} (?P<called>(?:{_TITLE} )?{_FULL})",
            rf"(?<!\w)(?:[Jj]e suis|I am|I'm) (?P<full>{_TWO}){_AND_NO_MORE}",
            rf"{_SIGNED}(?P<signed>(?:{_TITLE} )?{_TWO}|{_TITLE} {_PROPER})\s*(?=\n|{TAKEN}|$)",
        ),
    )
)


def find_company_name(passage: Passage) -> tuple[str, Passage]:
    """The company's name where it is certain, and the rest."""
    return _first(passage, _COMPANIES)


_ADDRESSED = re.compile(rf"(?<!\w)(?P<addressed>{_TITLE} {_FULL})")


def addressed(passage: Passage) -> str:
    """The person that an answer names by title and name: "Mme Martin, 01 …"."""
    return _first(passage, (_ADDRESSED,))[0]


def find_person(passage: Passage) -> tuple[str, Passage]:
    """The person's name where it is certain, and the rest."""
    return _first(passage, _PEOPLE)


def _first(passage: Passage, patterns: tuple[re.Pattern[str], ...]) -> tuple[str, Passage]:
    for pattern in patterns:
        match = pattern.search(passage.written)
        if match and match.lastgroup:
            span: Span = match.span(match.lastgroup)
            return passage.quote(span, LONGEST_NAME), passage.without(span)
    return "", passage
