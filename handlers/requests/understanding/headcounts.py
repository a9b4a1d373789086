"""How many people the company has: "nous sommes 12", "PME de 40 salariés", "a team of 12".

Those that it wants to hire, train or house are not counted, nor is "plus de 50".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from handlers.requests.understanding.numbers import NUMBER, value
from handlers.requests.understanding.passage import Passage, Span

MOST_PEOPLE = 500_000
"""As many as the largest companies of France have."""

_NUMBER = rf"(?P<number>{NUMBER})"
_EMPLOYEES = (
    r"(?:salarie|employe|collaborat(?:eur|rice)|etp|employee|fte|staff)(?:e?s)?(?!\w)"
    r"|members of staff(?!\w)"
)
_PEOPLE = rf"(?:{_EMPLOYEES}|(?:pers|personne|gens|people|person)s?(?!\w)\.?)"
_ABOUT = (
    r"(?:(?:environ|actuellement|deja|seulement|aujourd'hui|maintenant|que|pres de|a peu pres"
    r"|about|around|approximately|roughly|currently|now|only|some|just|une petite|une|d'une) ){0,2}"
)
_FIRM = (
    r"(?:pme|pmi|tpe|eti|entreprise|societe|boite|equipe|atelier|usine|structure|association"
    r"|start-?up|groupe|cabinet|garage|imprimerie|menuiserie|sarl|sas|company|firm|team|business"
    r"|sme|factory|workshop|shop|manufacturer|workforce)(?!\w)"
)
_ENDS = r"(?= ?(?:[.,;:!?)\n]|$)| (?:et|and|a|in|at|dans|sur|mais|but|chez|en) (?!\d))"
_NO_ADDRESS = (
    r"(?!,? ?(?:bis|ter)?,? ?(?:rue|r\.|avenue|av|bd|boulevard|place|chemin|allee|quai|impasse"
    r"|route|street|road)(?!\w))"
)
_WE_ARE = (
    rf"(?<!\w)(?:nous (?:ne )?sommes|on est|we are|we're) {_ABOUT}{_NUMBER}{_NO_ADDRESS}"
    rf"(?: (?:d[e'] ?)?{_PEOPLE}|{_ENDS})"
)
_FIRM_OF_PEOPLE = (
    rf"(?<!\w)(?<!les )(?<!des )(?<!aux ){_FIRM}(?: [a-z'-]+){{0,3}}?,? ?\(?"
    rf"(?:(?:de|d'|of|with|avec|a|compte|employs) ?)?{_ABOUT}{_NUMBER} ?(?:d[e'] ?)?{_PEOPLE}"
)
_FIRM_OF = rf"(?<!\w)(?<!les )(?<!des ){_FIRM} (?:de|of) {_ABOUT}{_NUMBER}{_ENDS}"
_LABELLED = (
    r"(?<!\w)(?:effectifs?|headcount|(?:nombre de|nb) salaries|number of employees)"
    rf"(?: (?:total|actuel|est))? ?(?:de |is |[:=] ?)?{_ABOUT}{_NUMBER}(?!\w)"
)
_EMPLOYING = (
    r"(?<!\w)(?:emplo(?:ie|yons|y|ys|ying)|comptons) "
    rf"{_ABOUT}{_NUMBER} ?(?:d[e'] ?)?{_PEOPLE}"
)
_FIRM_BY_SIZE = rf"{_NUMBER}[ -](?:person|people|employee|man|strong)[ -](?:[a-z]+ ){{0,2}}{_FIRM}"
_OF_EMPLOYEES = rf"{_NUMBER} ?(?:d[e'] ?)?(?:{_EMPLOYEES})"
_PATTERNS = tuple(
    map(
        re.compile,
        (
            _WE_ARE,
            _FIRM_OF_PEOPLE,
            _FIRM_OF,
            _LABELLED,
            _EMPLOYING,
            _FIRM_BY_SIZE,
            _OF_EMPLOYEES,
        ),
    )
)
_MEANT = re.compile(
    rf"(?P<own>{_FIRM}|sommes|effectif|employ|emploie|compt(?:e|ons)\b|\bavec\b|\bwith\b|\bhave\b"
    r"|\bavons\b|\bj'ai\b|\bon a\b|\bwe are\b|\bwe're\b)"
    r"|(?P<other>recrut|embauch|\bform(?:er|e|ons|ation|ez)\b|\btrain|\bhir|cherch|besoin|\bneed|\bwant"
    r"|\blog(?:er|ement)|\bpour\b|\bfor\b|passer|d'ici|\baur(?:ons|a)\b|\bser(?:ons|a)\b|\bwill\b"
    r"|objectif|atteindre|licenci|vous avez|\bvotre|\byour\b|(?:les|des|aux) (?:pme|tpe)"
    r"|entreprises|societes|companies|firms)"
)
_INEXACT_BEFORE = re.compile(
    rf"(?:plus d[e']|moins d[e']|au moins|jusqu'a|more than|less than|over|under|at least|entre"
    rf"|between|(?:{NUMBER}) ?(?:a|-|to|ou|et|or|and)) ?{_ABOUT}$"
)
_INEXACT_AFTER = re.compile(
    r" ?(?:de plus|en plus|supplementaires?|a (?:former|recruter|embaucher)|more|extra)(?!\w)"
)
_YEARS = range(1900, 2101)


def find_headcount(passage: Passage) -> tuple[int | None, Passage]:
    """The company's own size, and the rest without any number of people."""
    rest, found = passage, None
    for number, span, certain in _mentions(passage):
        rest = rest.without(span)
        if found is None and certain and is_sound(number):
            found = round(number)
    return found, rest


def is_sound(number: float) -> bool:
    """Whether any company has so many people."""
    return number == round(number) and 1 <= number <= MOST_PEOPLE


def _mentions(passage: Passage) -> Iterator[tuple[float, Span, bool]]:
    for pattern in _PATTERNS:
        for match in passage.find(pattern):
            start, end = match.span("number")
            number = value(match["number"])
            before = passage.clause_before(start)
            cues = [cue.lastgroup for cue in _MEANT.finditer(before)]
            said_of_people = match.end() > end
            certain = (
                cues[-1:] != ["other"]
                and not _INEXACT_BEFORE.search(before)
                and not _INEXACT_AFTER.match(passage.folded, match.end())
                and (said_of_people or number not in _YEARS)
            )
            yield number, (start, end), certain
