"""Where a message may be parted: its sentences, and the joints within one.

Only words and signs are looked at here; whether the pieces are questions of their own is judged in
:mod:`knowledge.segments`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from knowledge.speech_acts import (
    asks,
    asks_for_help,
    asks_or_wishes,
    asks_whom,
    begins_to_ask,
    tells,
)
from knowledge.text import fold, number_alone, without_addresses, words

_MOST_SENTENCES = 5
_MOST_JOINTS = 12
_SIGNATURE_WORDS = 6
_NUMBER_WORDS = 3
"""A number of so few words ("et le 3") is of what was numbered before it."""

Inseparable = Callable[[str, str], bool]
"""Whether what stands before a joint and what stands after it belong together."""

_LEAD_IN = re.compile(
    r"(?:(?:et|and|puis|then|ma|my|mon|une|an|la|the)\s+){0,3}"
    r"(?:(?:premi[eè]re|1[eè]re|deuxi[eè]me|2(?:e|nde?|[eè]me)|seconde?|troisi[eè]me|3[eè](?:me)?"
    r"|derni[eè]re|autre|first|1st|third|3rd|last|other|another|next)\s+question|question\s+\d)"
    r"(?:\s+(?:est|is))?\s*[:,.)–-]?\s+"
    r"|\b(?:j['’]?(?:ai|aurais)|i(?:['’]ve got|\s+have)?)\s+(?:\w+\s+){1,3}questions?\s*[:,.]\s*",
    re.IGNORECASE,
)
"""What only announces a question: "ma deuxième question :", "I have two questions:"."""

_OPENING = re.compile(
    r"(?:(?:et|and)\s+)?(?:aussi|also|puis(?![- ]je\b)|ensuite|then|sinon|otherwise|au fait"
    r"|by the way|btw|d['’]ailleurs|par ailleurs|besides|en plus|enfin|finally)\b\s*[,:]?\s+(?=\w)",
    re.IGNORECASE,
)
_LIST_NUMBER = re.compile(r"(?:^|(?<=[\n?!.;:,]))\s*\(?\d{1,2}\s?[.)-]\s+|(?<=\s)\(?\d{1,2}\)\s+")
_BLANKS = re.compile(r"\s{2,}")
_BULLET = re.compile(r"^[ \t]*[•*–-]\s+", re.MULTILINE)
_SENTENCE_END = re.compile(r"(?<=[?!;\n])\s*|(?<=[^\W\d]{2}[.])\s+|\s+[-–—/]\s+")
_CONJUNCTION = (
    r"(?:et|and|ainsi que|as well as|puis(?![- ]je\b)|ensuite|then|also|aussi|sinon|otherwise"
    r"|au fait|by the way|btw|d['’]ailleurs|par ailleurs|besides|en plus)"
)
_JOINT = re.compile(
    rf"\s*(?:[,;:+&]\s*)?\b{_CONJUNCTION}\b(?:\s*,?\s*\b{_CONJUNCTION}\b)*\s*,?\s*"
    r"|\s*(?:[,;+&]|:(?=\s))\s*",
    re.IGNORECASE,
)
_RUN_ON = 25
"""A sentence of so many words has lost its full stops."""

_REQUEST_WORDS = 6
"""What asks for something takes more words than that, from where it begins."""

_REQUEST_WITHIN = re.compile(
    r"(?<=[\w,:])\s+(?=(?:(?:est|es)[- ](?:ce )?qu\w*|c['’ ]?est quoi|c quoi|je contacte"
    r"|(?:je|on|nous) (?:voudr|souhait|aimer|cherch|demand)\w*"
    r"|(?:j['’]?|on |nous )(?:aurais?|ai|avons|a|aurions|aurait) besoin|il (?:me|nous) fau\w*"
    r"|pou(?:vez|rriez)[- ]vous|qui (?:peut|pourrait)|quel(?:le)?s? (?:est|sont)|combien|comment"
    r"|(?:what|how|when|where|who) (?:is|are|was|were|do|does|did|can|many|much)|(?:could|can) you"
    r"|(?:i|we) (?:need|want|would|am looking|are looking)|i['’]?d like)\b)",
    re.IGNORECASE,
)
"""Where something may begin to be asked for that nothing joins to what stands before it."""

_DISLOCATED = re.compile(
    r"(?:c['’ ]?est|c|ce sont|it['’ ]?s) (?:qui|quoi|o[uù]|quand|combien|comment|pour qui|who|what)"
    r"(?: exactement| au juste)?\s*(?:$|[?!.,;]|(?:et|and)\b)",
    re.IGNORECASE,
)
"""What asks after that which stands before it: "le label, c'est quoi ?"."""

_RESUMING = re.compile(
    r"(?:ils?(?!\s+(?:y\s+a|faut)\b)|elles?|[çc]a|cela|it|they"
    r"|(?:is|are|was|were|does|do|did|has|have|will|can|when|where|who|why|what|how)\b[^,;]*"
    r"\b(?:it|its|they|their|them)"
    r"|[^,;]*[- ](?:ils?(?!\s+(?:y\s+a|faut)\b)|elles?))\b",
    re.IGNORECASE,
)
"""What goes on about a thing that was but named: "le manifeste, il fait combien de pages ?"."""

_NAME_WORDS = 5
"""So few words before a comma may be a name, put first to be asked about."""

_TAG = re.compile(
    r"(?:vous (?:l['’])?(?:avez|savez|connaissez)|tu (?:l['’])?(?:as|sais|connais)"
    r"|(?:do )?you (?:have|know)(?: (?:it|that))?)\W*",
    re.IGNORECASE,
)
"""What only asks for what was said before it: "le nombre d'emplois, vous avez ?"."""

_SETTING = re.compile(
    r"(?:(?:et|and|mais|but)\s+)?"
    r"(?:si|s['’]ils?|lorsqu\w*|pour|comme|puisqu\w*|dans|avec|sans|en cas|chez|apr[eè]s|avant"
    r"|if|for|as|since|because|given|while|with|without|in case|before|after)\b"
    r"(?!\s+(?:quel|qui\b|quoi|combien|which|what|who|how))[^?!]*",
    re.IGNORECASE,
)
"""What only says for whom or on which condition: "pour une PME, quelles aides ?"."""

_PHONE = re.compile(r"\+?\d(?:[ .-]?\d){8,}")
_DIGITS = re.compile(r"\b\d+\b")
_OWNED = re.compile(r"(\w{3,}) (?:d[eu]\b|des\b|of\b|d['’])", re.IGNORECASE)
_THAT_OF = re.compile(
    r"\b(?:(?:celui|celle|ceux|celles)(?= (?:d[eu]\b|des\b|d['’]))|(?:that|those)(?= of\b))",
    re.IGNORECASE,
)
_JOINING = re.compile(r" (?:et|and|&) ", re.IGNORECASE)
_SET_PHRASE = re.compile(r"(?<![^\W_])([^\W\d_]{3,}) (?:et|and|&) (?=([^\W\d_]{3,}))")
_INFINITIVE = re.compile(r"[a-z]{3,}(?:er|ir|oir|dre|tre|ire)")


class Joint(NamedTuple):
    """What may part two questions.

    ``asks``: a word joins them, and the second begins as a question. ``adds``: only a sign does,
    and the second does not begin so.
    """

    start: int
    end: int
    asks: bool
    adds: bool = False


def parted(text: str) -> tuple[str, list[str]]:
    """``text`` in order, and its sentences: told by punctuation, list numbers and lead-ins.

    What only says who writes, and how to reach them, is in neither.
    """
    text = _BLANKS.sub(lambda run: "\n" if "\n" in run[0] else " ", text.strip())
    found = _sentences(text)
    kept = [sentence for sentence in found if not _is_signature(sentence)]
    if not kept or len(kept) == len(found):
        return text, found
    return " ".join(kept), kept


def _sentences(text: str) -> list[str]:
    marked = _LEAD_IN.sub("\n", _BULLET.sub("\n", _LIST_NUMBER.sub("\n", text)))
    pieces = (_without_opening(part.strip()) for part in _SENTENCE_END.split(marked))
    found = [piece for part in pieces if _has_word(part) for piece in _of_run_on(part)]
    found = [part for part in found if not asks_for_help(part)] or found
    if len(found) <= _MOST_SENTENCES:
        return found
    asking = [part for part in found if asks_or_wishes(part)]
    kept = {*asking[:_MOST_SENTENCES]}
    kept.update([part for part in found if part not in kept][: _MOST_SENTENCES - len(kept)])
    return [part for part in dict.fromkeys(found) if part in kept]


def _of_run_on(sentence: str) -> Iterator[str]:
    """A long ``sentence`` without full stops, parted where it begins to ask for something."""
    start = 0
    if len(words(sentence)) >= _RUN_ON:
        for cut in _REQUEST_WITHIN.finditer(sentence):
            if len(words(sentence[start : cut.start()])) > _REQUEST_WORDS:
                yield sentence[start : cut.start()]
                start = cut.end()
    yield sentence[start:]


def _without_opening(sentence: str) -> str:
    opening = _OPENING.match(sentence)
    return sentence[opening.end() :] if opening else sentence


def _has_word(text: str) -> bool:
    return bool(re.search(r"\w", text))


def _is_signature(sentence: str) -> bool:
    """Whether it says who writes and how to reach them, and nothing else."""
    left = _PHONE.sub(" ", without_addresses(sentence))
    if left == sentence or asks(sentence) or tells(sentence):
        return False
    return len(words(left)) <= _SIGNATURE_WORDS


def joints(text: str, inseparable: Inseparable) -> Iterator[Joint]:
    """The joints that may part questions, in order; none that ``inseparable`` forbids."""
    start = 0
    for joint in islice(_JOINT.finditer(text), _MOST_JOINTS):
        before, after = text[: joint.start()], text[joint.end() :]
        worded = _has_word(before) and _has_word(after)
        belongs = any((_DISLOCATED.match(after), _TAG.fullmatch(after), asks_for_help(after)))
        belongs |= _is_named(text[start : joint.start()]) and bool(_RESUMING.match(after))
        sets = not _has_word(joint[0]) and bool(_SETTING.fullmatch(before, start))
        if worded and not belongs and not sets and not inseparable(before, after):
            after_whom = asks_whom(before[start:])
            is_worded = _has_word(joint[0])
            asking = begins_to_ask(after, after_whom=after_whom)
            yield Joint(
                joint.start(),
                joint.end(),
                asks=is_worded and asking,
                adds=not is_worded and not asking,
            )
            start = joint.end()


def _is_named(text: str) -> bool:
    """Whether ``text`` may be the name of a thing and nothing more."""
    return len(words(text)) <= _NAME_WORDS and not asks(text) and not tells(text)


def unjoined(text: str) -> list[Joint]:
    """Where a question may begin in ``text`` that nothing joins to the one before."""
    found = islice(_REQUEST_WITHIN.finditer(text), _MOST_JOINTS)
    return [Joint(match.start(), match.end(), asks=False) for match in found]


def renumbered(before: str, text: str) -> str:
    """A number alone after "l'axe 1" as "l'axe 3"; any other ``text`` as it is."""
    number = number_alone(words(text))
    if number is None or len(words(text)) > _NUMBER_WORDS or len(_DIGITS.findall(before)) != 1:
        return text
    return _DIGITS.sub(number, before)


def renamed(before: str, text: str) -> str:
    """``text`` with "celui de l'appel" as "montant de l'appel" after "le montant du VTE"."""
    nouns = _OWNED.findall(before)
    return _THAT_OF.sub(nouns[-1], text) if nouns else text


def set_phrases(texts: Iterable[str]) -> frozenset[tuple[str, str]]:
    """Words that ``texts`` join, as "recherche et développement": a joint that parts nothing."""
    joining = (text for text in texts if _JOINING.search(text))
    pairs = (_SET_PHRASE.findall(fold(text)) for text in joining)
    return frozenset(pair for found in pairs for pair in found)


def is_set(before: str, after: str, phrases: Container[tuple[str, str]]) -> bool:
    """Whether the words on both sides of a joint belong together.

    They do in a phrase of :func:`set_phrases`, and as two verbs of one question, as in "recruter
    et former".
    """
    pair = (words(before)[-1:] or [""])[0], (words(after)[:1] or [""])[0]
    return pair in phrases or all(_INFINITIVE.fullmatch(word) for word in pair)
