"""Answers to what is asked of the request: surface, communes, headcount, deadline."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from rapidfuzz import process
from rapidfuzz.distance import OSA

from handlers.requests.model import Details, Locality
from handlers.requests.reading.misread import Misread
from handlers.requests.understanding.dates import dated, find_times, find_undated, is_ahead
from handlers.requests.understanding.headcounts import MOST_PEOPLE, find_headcount
from handlers.requests.understanding.numbers import NUMBER, value
from handlers.requests.understanding.passage import Passage
from handlers.requests.understanding.places import find_communes
from handlers.requests.understanding.surfaces import ANY_UNIT, any_surface, is_sound
from knowledge.text import fold, words

if TYPE_CHECKING:
    from knowledge.matching import Matcher
    from knowledge.model import Territory

Read = tuple[Details, Passage] | Misread
"""What an answer says, and the rest of it."""


_BARE_SURFACE = re.compile(
    rf"({NUMBER})(?: ?(?:m|metres?|meters?)(?!\w))?(?! ?{ANY_UNIT})(?![\w^])"
)
_MOST_WORDS = 12


def read_surface(matcher: Matcher, passage: Passage) -> Read:
    """A surface, in square metres where no unit is given."""
    stated, rest = any_surface(passage)
    if stated is None and len(words(passage.written)) <= _MOST_WORDS:
        _, unplaced = find_communes(matcher, passage)
        stated, _ = any_surface(Passage.of(_BARE_SURFACE.sub(r"\1 m2", unplaced.folded)))
        rest = passage.without(*(found.span(1) for found in unplaced.find(_BARE_SURFACE)))
    if stated is None:
        return Misread(problem="surface_unreadable")
    if not is_sound(stated):
        return Misread(problem="surface_absurd")
    return Details(surface=stated), rest


_ANYWHERE = re.compile(
    r"\b(?:n'importe (?:ou|laquelle|quelle)|(?:peu )?m?'?importe|partout|any ?where|everywhere"
    r"|(?:no|pas de|sans|aucune) preference|indifferente?|any(?: (?:commune|town|city|place))?"
    r"|all(?: of (?:them|it))?|toutes?|tout (?:le|votre) \w+|egal|ou vous voulez|no matter"
    r"|doesn't matter|don't mind|whatever|flexible)\b"
)
_PARTS = re.compile(r"[,;/+\n]|\b(?:et|ou|and|or)\b")
_BEFORE_A_PLACE = re.compile(r"^(?:(?:a|au|aux|en|sur|vers|pres|de|du|dans|in|at|near|around) )+")
_CLOSE_ENOUGH = 0.75
_SHORTEST_PLACE = 4


def read_communes(matcher: Matcher, passage: Passage) -> Read:
    """Communes, none for "anywhere"."""
    found, rest = find_communes(matcher, passage)
    if not found:
        found, rest = _misspelt(matcher.base.territory, passage), Passage.of("")
    if found:
        return Details(communes=found), rest
    if _ANYWHERE.search(passage.folded) or _whole_territory(matcher.base.territory, passage):
        return Details(), Passage.of("")
    return Misread(problem="commune_unknown")


def _misspelt(territory: Territory, passage: Passage) -> tuple[Locality, ...]:
    """Communes of the folder that an answer is close to: nothing else was asked for."""
    names = {
        fold(name): Locality(name=commune.name, code=commune.code, inside=inside)
        for communes, inside in ((territory.outside, False), (territory.communes, True))
        for commune in communes
        for name in (commune.name, *commune.aliases)
        if len(name) >= _SHORTEST_PLACE
    }
    typed = (_BEFORE_A_PLACE.sub("", part.strip()) for part in _PARTS.split(passage.folded))
    near = (
        process.extractOne(
            part, names.keys(), scorer=OSA.normalized_similarity, score_cutoff=_CLOSE_ENOUGH
        )
        for part in typed
        if len(part) >= _SHORTEST_PLACE
    )
    return tuple({names[found[0]].code: names[found[0]] for found in near if found}.values())


def _whole_territory(territory: Territory, passage: Passage) -> bool:
    said = f" {' '.join(words(passage.written))} "
    return any(
        f" {' '.join(words(name))} " in said
        for name in (*territory.names, *territory.name.values())
    )


_ALONE = re.compile(
    r"^(?:non,? )?(?:je suis |i'm |i am |it's )?(?:tout(?:e)? )?"
    r"(?:seule?|just me|only me|moi|moi meme|alone|on my own|solo|sole trader|myself"
    r"|(?:aucune?|pas de|zero|no|none) ?(?:salaries?|employes?|employees?|personne|staff)?)\W*$"
)
_NEGATIVE = re.compile(r"(?:^|[^\w])[-−] ?\d")
_DIGIT = re.compile(r"\d")
_ANY_NUMBER = re.compile(NUMBER)
_ARTICLES = frozenset({"un", "une", "one"})


def read_headcount(matcher: Matcher, passage: Passage) -> Read:
    """A number of people; who is alone is one."""
    found, rest = find_headcount(passage)
    if found is not None:
        return Details(headcount=found), rest
    if _ALONE.match(passage.folded.strip()):
        return Details(headcount=1), Passage.of("")
    if _NEGATIVE.search(passage.folded):
        return Misread(problem="headcount_absurd")
    _, unplaced = find_communes(matcher, passage)
    numbers = [m for m in unplaced.find(_ANY_NUMBER) if m[0] not in _ARTICLES]
    digits = [m for m in numbers if _DIGIT.match(m[0])]
    said = digits or numbers or list(unplaced.find(_ANY_NUMBER))
    number = value(said[0][0]) if len(said) == 1 else None
    if number is None or number != round(number):
        return Misread(problem="headcount_unreadable")
    if not 1 <= number <= MOST_PEOPLE:
        return Misread(problem="headcount_absurd")
    return Details(headcount=round(number)), passage.without(said[0].span())


_NO_HURRY = re.compile(
    r"\b(?:pas (?:presse\w*|urgent|de date|de delai)|(?:aucune|pas d'?) ?urgence|sans urgence"
    r"|no (?:rush|hurry|deadline)|not urgent|flexible|whenever|quand (?:vous|c'est|ce sera)\b.*"
    r"|rapidement|vite|bientot|quickly|soon|des que (?:vous|c'est)\b.*)"
)


def read_deadline(passage: Passage, today: dt.date) -> Read:
    """A day to come, or words that name none: "pas pressé"."""
    times = find_times(passage, today)
    ahead = [time for time in times if is_ahead(time.day, today)]
    rest = passage.without(*(time.span for time in times))
    if ahead:
        first = ahead[0]
        return Details(deadline=dated(passage, first)), rest
    if times:
        past = any(time.day < today for time in times)
        return Misread(problem="deadline_past" if past else "deadline_absurd")
    undated = find_undated(passage, _NO_HURRY)
    if undated is None:
        return Misread(problem="deadline_unreadable")
    return Details(deadline=undated), Passage.of("")
