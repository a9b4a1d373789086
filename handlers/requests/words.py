"""What people write to a form beside answers: "back", "skip", "why?", "I agree", questions.

Recognised by words alone, whole messages only, in both languages.
"""

from __future__ import annotations

import re
from typing import Literal

from knowledge.text import words

Control = Literal[
    "cancel",
    "back",
    "skip",
    "unsure",
    "restart",
    "resume",
    "correct",
    "agree",
    "list",
    "new",
    "done",
]

_LONGEST = 9
"""Words of a message beyond which it is more than such a word."""

_PLEASE = r"(?: (?:svp|stp|s il (?:vous|te) plait|please|pls|merci|thanks|thank you))?"
_REQUEST = r"(?: (?:ma|la|cette|mes|my|the|this) (?:demandes?|requests?))?"
_CONTROLS: dict[Control, str] = {
    "cancel": rf"(?:j )?(?:annul(?:e[rz]?|ation)|abandonne[rz]?){_REQUEST}|stop|cancel{_REQUEST}"
    r"|abort|quit(?:ter)?|(?:laisse[rz]?|on laisse) tomber|never mind|forget it",
    "back": r"retour(?: en arriere)?|(?:revenir|reviens|revenez)(?: en arriere)?|precedent"
    r"|question precedente|en arriere|(?:go )?back|previous(?: question)?",
    "skip": r"(?:je )?passe[rz]?(?: (?:cette|la) question)?|suivante?|question suivante|sauter"
    r"|ignorer|skip(?: (?:it|this|that))?|next(?: question)?|pass",
    "unsure": r"(?:je |j )?(?:(?:ne |n en )?(?:sais|sait) (?:pas|rien)(?: encore)?|en sais rien)"
    r"|chais pas|nsp|aucune idee|pas encore|(?:i (?:do not|don t|dont) )know(?: yet)?|no idea"
    r"|not (?:yet|sure)|i m not sure|idk",
    "restart": rf"(?:(?:on |je )?recommence[rz]?|repartir){_REQUEST}"
    r"(?: (?:a zero|de zero|depuis le debut))?"
    r"|(?:re)?start (?:over|again)|restart|begin again",
    "resume": rf"(?:je )?(?:reprend(?:re|s|ez|rons)?|reprenons|continue[rz]?|continuons|poursuivre)"
    rf"{_REQUEST}|resume{_REQUEST}|go on|carry on",
    "correct": r"(?:je veux |je voudrais )?(?:corrige[rz]?|modifie[rz]?|change[rz]?|rectifie[rz]?)"
    r"|correct|(?:i want to )?(?:change|edit|modify)(?: (?:it|something))?",
    "agree": r"(?:oui |yes |ok )?(?:j accepte(?: et j envoie)?|je suis d accord"
    rf"|envo(?:ye[rz]?|ie[sz]?){_REQUEST}|je valide|valide[rz]?|je confirme|confirme[rz]?"
    r"|i agree(?: and send)?"
    r"|i accept|i confirm|confirm|send(?: it)?)",
    "list": r"(?:(?:voir|afficher|liste de) )?mes demandes?(?: en cours)?"
    r"|(?:(?:see|show|list) )?my requests?",
    "new": r"(?:(?:je (?:veux|voudrais|souhaite)|j aimerais|i (?:want|would like|d like) to) )?"
    r"(?:(?:faire|deposer|commencer) une (?:nouvelle )?demande"
    r"|(?:make|file|start) a (?:new )?request)|nouvelle demande|new request",
    "done": r"(?:c est )?(?:termine|fini|tout)|done|that s all|that is all|rien|nothing",
}  # fmt: skip
_COMPILED = {name: re.compile(rf"(?:{pattern}){_PLEASE}") for name, pattern in _CONTROLS.items()}


def control(text: str) -> Control | None:
    """Which of these words ``text`` is, if it is nothing else."""
    said = words(text)
    if not said or len(said) > _LONGEST or "?" in text:
        return None
    typed = " ".join(said)
    return next((name for name, pattern in _COMPILED.items() if pattern.fullmatch(typed)), None)


_OPENER = re.compile(
    r"(?:et |and |mais |but |euh |alors |so )*"
    r"(?:quel(?:le)?s? |comment |combien |pour ?quoi |pk |est ce |c est quoi |cest quoi |c quoi "
    r"|qu est ce |qui |ou (?:est|sont|se) |quand |y a t il "
    r"|(?:puis|peut|pouvez|avez|faut|dois|doit) (?:je|on|vous|il) |a quoi |de quoi "
    r"|what |how |when |where |why |which |who "
    r"|is (?:it|there) "
    r"|are there |do (?:you|i|we) |does |can (?:i|you|we) |could )"
)


def asks(text: str) -> bool:
    """Whether ``text`` looks like a question."""
    return bool(_MARK.search(text)) or bool(_OPENER.match(" ".join(words(text)) + " "))


_MARK = re.compile(r"\?(?:\W|$)")
_WHY = re.compile(
    r"(?:et |mais |but |and )*(?:pour ?quoi|pk|pq|why|how come)(?: .{0,60})?"
    r"|.*\b(?:a quoi (?:ca|cela) (?:sert|vous sert)"
    r"|what (?:is|do you need) (?:it|this|that) for)\b.*"
)
_FORM_ITSELF = re.compile(
    r"\b(?:demande[rz]?|question|besoin|savoir|necessaire|obligatoire|obliges?|info(?:rmation)?s?"
    r"|ca|cela|faire|utile|ask(?:ing)?|need|want|know|required|necessary|mandatory|this|that|it)\b"
)
_NUMBERS = re.compile(r"\b(?:siret|siren|sirets|sirens|kbis|k bis)\b")


def asks_why(text: str) -> bool:
    """Whether ``text`` asks why the form asks what it asks."""
    typed = " ".join(words(text))
    if not _WHY.fullmatch(typed):
        return False
    return len(typed.split()) == 1 or bool(_FORM_ITSELF.search(typed))


def asks_about_company_number(text: str) -> bool:
    """Whether ``text`` asks what a SIRET or SIREN is, or where it is found."""
    return asks(text) and bool(_NUMBERS.search(" ".join(words(text))))
