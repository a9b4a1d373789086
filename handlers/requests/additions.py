"""What a message says beside the answer that it is: part of the request, in the person's words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from handlers.phrases import without_courtesies
from handlers.requests.showing import shortened
from handlers.requests.understanding import read_identity, read_slots
from handlers.requests.understanding.passage import Passage
from knowledge.frequencies import is_function_word
from knowledge.model import LANGUAGES
from knowledge.text import words

if TYPE_CHECKING:
    from handlers.requests.model import Details
    from handlers.talk import Talk

LONGEST = 4096
"""Characters that a request has in the company's words: as many as a message of Telegram's."""

BESIDE = 2
"""Telling words from which an answer says more than it was asked for."""

STATEMENT = 4
"""Telling words from which a text that answers nothing is no slip, but something to be known."""

_ADDS = re.compile(
    r"(?:et |and |aussi |also |en plus |mais |but )*"
    r"(?:il (?:(?:nous|me|m|y) )?(?:faut|faudra|faudrait|en faut)"
    r"|(?:on|nous|j|je) (?:a |ai |aurai\w* |avons |aurions |aurons )(?:aussi )?besoin"
    r"|besoin d(?:e|es|u)?|avec|sans|(?:r?ajoute[rz]?|precis(?:ez|ons|ion))"
    r"|je (?:precise|r?ajoute)"
    r"|(?:i|we) (?:also |would also )?(?:need|want|require)|need|with|without|please add|add)\b"
)
_SHORTEST = 3
_GAPS = re.compile(r" ?([,;])(?: ?[,;])+")
_AROUND_AN_ANSWER = frozenset(
    """
    personnes personne salaries salarie employes effectif collaborateurs people employees staff
    environ autour vers pres about around approximately roughly minimum maximum moins plus
    metres metre carres carre square meters meter metres surface commune communes ville villes town
    entreprise societe company business notre mon name nom appelle siret siren numero number
    appeler appelez joindre contacter contact mail email courriel telephone tel phone portable
    mobile call reach adresse address rappeler rappelez delai echeance deadline avant before
    plutot rather ideally idealement possible sommes avons serait sera etre faut faudrait besoin
    cherche cherchons recherchons voudrais voudrait voudrions veux voulons would need want
    looking have pouvez peux merci bonjour cordialement thanks hello compte comptons aussi also
    ajoutez ajouter add precise
    """.split()
)
"""Words that answers are put in, which say nothing more."""


class Added(NamedTuple):
    """The details with what was said beside, and the word of it to the person, or nothing."""

    details: Details
    noted: str = ""
    too_long: bool = False


def adds(text: str) -> bool:
    """Whether ``text`` says in so many words that something is needed too."""
    return bool(_ADDS.match(" ".join(words(text))))


def telling_beside(talk: Talk, details: Details, text: str) -> int:
    """How many words of ``text`` say what no line of ``details`` has."""
    _, rest = read_identity(Passage.of(without_courtesies(text)))
    _, rest = read_slots(talk.matcher, rest, talk.today)
    known = set(_AROUND_AN_ANSWER)
    for line in (details.person, details.company.name if details.company else ""):
        known.update(words(line))
    for commune in details.communes:
        known.update(words(commune.name))
    need = talk.base.request_form.need(details.need)
    known.update(word for language in LANGUAGES if need for word in words(need.label_in(language)))
    return sum(
        word not in known and not any(is_function_word(word, language) for language in LANGUAGES)
        for word in words(rest.rest())
        if word.isalpha() and len(word) >= _SHORTEST
    )


def with_text(talk: Talk, details: Details, text: str, *, least: int = BESIDE) -> Added:
    """``details``, described by ``text`` too if it says more than an answer.

    Who writes, and how they are reached, has its own line and is left out.
    """
    least = 1 if adds(without_courtesies(text)) else least
    if telling_beside(talk, details, text) < least:
        return Added(details)
    _, rest = read_identity(Passage.of(text))
    said = _GAPS.sub(r"\1", " ".join(rest.rest().split())).strip(" ,;:-")
    if said.casefold() in details.description.casefold():
        return Added(details)
    described = "\n".join(filter(None, [details.description, said]))
    if len(described) > LONGEST:
        return Added(details, talk.words(talk.messages.request_too_long), too_long=True)
    noted = talk.words(talk.messages.request_text_added, text=shortened(said))
    return Added(details.model_copy(update={"description": described}), noted)
