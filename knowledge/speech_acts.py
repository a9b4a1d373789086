"""What a sentence does, told by its words and signs alone: ask, wish, tell, or point back.

Whether it is a question that a folder answers is judged in :mod:`knowledge.segments`.
"""

from __future__ import annotations

import re

_ASKING = re.compile(
    r"(?:quel(?:le)?s?|comment|combien|pourquoi|quand|est[- ]ce|c['’ ]?est quoi|c quoi|y a[- ]t"
    r"|qu['’]est[- ]ce|(?:puis|peut|pouvez|avez|faites|dois|doit|suis)[- ](?:je|on|vous)"
    r"|what|how|when|where|why|is there|are there|do you|can (?:i|we|you)|am i)\b",
    re.IGNORECASE,
)
_WHO = re.compile(r"(?:qui|who)\b", re.IGNORECASE)
"""Asks after what begins so, too; else it may but describe ("une PME et qui exporte")."""

_GENERAL = re.compile(
    r"(?:(?:est[- ]ce que )?(?:vous|tu) (?:pouvez|peux)|pouvez[- ]vous|peux[- ]tu|can you"
    r"|could you)"
    r" (?:m['’ ]?aider|me (?:renseigner|conseiller)|help(?: me)?)\W*"
    r"|(?:est[- ]ce |c['’ ]?est |is (?:it|that) )possible\W*|(?:une|any) id[ée]e\W*"
    r"|(?:comment|que) (?:dois[- ]je |puis[- ]je |peut[- ]on )?faire\W*"
    r"|what (?:can|should) i do\W*"
    r"|.{0,30}\b(?:(?:m['’ ]?|nous )(?:accompagner|aider|appuyer|conseiller)|help (?:me|us)"
    r"|assist us) (?:sur|dans|pour|[àa]|with|in|on)"
    r" (?:ces?|cette|tout|l[ae]s?|this|these|that|it|both|all)\b[^,;]{0,25}\W*"
    r"|.{0,60}\b(?:[ée]tudier|examiner|transmettre|relayer|traiter) (?:notre|ma|cette) demande\b"
    r".{0,25}"
    r"|.{0,60}\b(?:enquiry|request|message) (?:could|can|may) be (?:forwarded|passed on)\b.{0,30}"
    r"|.{0,30}\bforward (?:my|our|this) (?:enquiry|request|message)\b.{0,30}",
    re.IGNORECASE,
)
"""A question that only asks for an answer to what was said beside it."""

_TELLING = re.compile(r"(?:je|j['’]|nous|on|mon|ma|mes|notre|nos|i|we|my|our)\b", re.IGNORECASE)
"""How a sentence begins that tells about the person, if it does not ask."""

_FIRM = (
    r"(?:entreprise|soci[ée]t[ée]|bo[iî]te|pme|tpe|start-?up|association|groupe|atelier|usine"
    r"|client|company|firm|business|group|factory|plant|workshop)"
)
_INTRODUCING = re.compile(
    r"(?:je (?:suis|dirige|travaille|repr[ée]sente|pr[ée]pare|g[èe]re|tiens"
    r"|m['’]appelle|me (?:permets|pr[ée]sente)|vous (?:contacte|[ée]cris))"
    r"|nous (?:sommes|repr[ée]sentons|fabriquons|produisons|vous (?:contactons|[ée]crivons))|on est"
    rf"|(?:mon|ma|notre) {_FIRM} (?:fait|fabrique|produit|compte|emploie"
    r"|est (?:une?|[àa]|dans|bas[ée]e?|situ[ée]e?|implant[ée]e?|install[ée]e?|sp[ée]cialis[ée]e?))"
    r"|(?:[àa] la )?suite (?:[àa]|au)|dans le cadre d"
    r"|(?:i am|i['’]m|we are|we['’]re)|i (?:run|work|represent|write|prepare)"
    rf"|we (?:make|manufacture|produce|represent)|(?:my|our) {_FIRM} (?:makes|produces|employs"
    r"|is (?:an?|in|at|based|located))"
    r"|my name is|further to|following (?:up|our|my|your))\b"
    r"(?! (?:[àa] la recherche|en (?:recherche|difficult|faillite|redressement|retard)|au bord"
    r"|int[ée]ress|looking|searching|seeking|interested|after|trying|wondering|in (?:trouble|need"
    r"|difficult)|about|going|struggling|short|unable))",
    re.IGNORECASE,
)
"""How what says who asks, or whence they come, begins: no wish is told by it."""

_WISHING = re.compile(
    r"\b(?:voudr|souhait|aimer(?:ai|i)|d[ée]sir|envisag|recherch(?:e|ons)\b|cherch(?:e|ons)\b"
    r"|(?:j['’]?|nous |on )(?:ai|aurais|avons|aurions|a|aurait) besoin"
    r"|il (?:me|nous) (?:faut|faudrait)"
    r"|merci de\b(?! votre| vos)|(?:pourri|pouv)(?:ez|ons)\b|serions|serais"
    r"|(?:je|on) veu[tx]\b|voulons"
    r"|dites[- ]|rappel(?:ez|er)[- ]|transmet|svp\b|s['’]il vous pla[iî]t|vous (?:prie|saurais?)\b"
    r"|(?:would|['’]d) (?:like|love|be)|want\b|need\b|looking (?:for|to)|searching|seeking"
    r"|(?:could|can) you|please|wonder|considering|planning|let me know|tell me|interested in)",
    re.IGNORECASE,
)
"""What says that something is wanted, wherever in a sentence it stands."""

_POINTING = re.compile(
    r"\b(?:cet(?:te)?|ces|celui|celle|chacune?|th(?:is|at|ese|ose)) (?!year|week|ann[ée]e|semaine)",
    re.IGNORECASE,
)
"""Before what another sentence names: "cette ville"."""

_PART_OF = re.compile(r"\b(?:[mt]['’]|nous |vous )en\b|\bof (?:it|them)\b", re.IGNORECASE)
"""What is asked of what another sentence names: "pouvez-vous m'en donner la liste ?"."""


def asks(sentence: str) -> bool:
    """Whether it is written as a question."""
    return "?" in sentence or begins_to_ask(sentence)


def begins_to_ask(text: str, *, after_whom: bool = False) -> bool:
    """Whether ``text`` begins with a question's words; "qui" and "who" count if ``after_whom``."""
    return bool(_ASKING.match(text) or (after_whom and _WHO.match(text)))


def asks_whom(text: str) -> bool:
    """Whether it begins by asking who."""
    return bool(_WHO.match(text))


def asks_for_help(text: str) -> bool:
    """Whether it only asks for an answer to, or help with, what is said beside it."""
    return bool(_GENERAL.fullmatch(text))


def asks_a_part(sentence: str) -> bool:
    """Whether it asks something "of it", and so cannot be understood by itself."""
    return bool(_PART_OF.search(sentence))


def asks_or_wishes(sentence: str) -> bool:
    """Whether it asks or wishes for something."""
    return asks(sentence) or bool(_WISHING.search(sentence))


def tells(sentence: str) -> bool:
    """Whether it tells about the person, and does not ask."""
    return bool(_TELLING.match(sentence)) and not asks(sentence)


def introduces(sentence: str) -> bool:
    """Whether it says who asks, or whence they come, and neither asks nor wishes for anything."""
    return bool(_INTRODUCING.match(sentence)) and not asks(sentence)


def points_back(sentence: str) -> bool:
    """Whether it says "this" or "that" of what a sentence before it may name."""
    return bool(_POINTING.search(sentence))
