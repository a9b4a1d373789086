"""Which language a message is in: told by how common its words are in each.

A folder's own words weigh as much as the language's, so that a single word ("tel", "hours") tells
as far as it can. A word that its questions use in both languages is a name or a loan word and
tells little. Letters tell only where words do not.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from math import log
from typing import NamedTuple

from knowledge.frequencies import COMMON, frequencies
from knowledge.model import LANGUAGES, Language
from knowledge.text import is_latin

_CLEAR_EVIDENCE = 2.0
_SOME_EVIDENCE = 0.7
_LARGEST_VOTE = 4.0
_UNSEEN = 0.3
_MUTE_E_LEFT_OUT = 0.5
_FOLDER_MUTE_E = -1.0
"""The least vote of a word that may be French without its mute e ("protocol")."""

_FOREIGN = ("es", "pt", "it", "de", "nl", "pl", "ro", "tr")
"""The languages that people of a French region write most, of those in Latin letters."""

_FOREIGN_LEAST = 3e-5
_HOME_SHARE = 0.75
_AT_HOME = 3e-5
_OF_THE_FOLDER = 1e-4
_FOREIGN_EVIDENCE = 5.0
_STRONG_VOTE = 1.0
_STRONG_WORDS = 2
_UNKNOWN = log(COMMON)
_TELLING_VOTE = 3.0

_LETTERS = {
    **dict.fromkeys("ñ¿¡", "es"), **dict.fromkeys("ãõ", "pt"), **dict.fromkeys("ßäö", "de"),
    **dict.fromkeys("ąęłśźżćń", "pl"), **dict.fromkeys("ășțşţ", "ro"),
    **dict.fromkeys("ığş", "tr"),
}  # fmt: skip
"""Letters that neither French nor English has, by a language that has them."""

_SCRIPTS = {
    "HIRAGANA": "ja", "KATAKANA": "ja", "ARABIC": "ar", "CJK": "zh", "HANGUL": "ko",
    "CYRILLIC": "ru", "GREEK": "el", "HEBREW": "he", "DEVANAGARI": "hi",
}  # fmt: skip
"""By the first word of a letter's name; kana comes before the Chinese characters beside it."""

_FRENCH_LETTER = re.compile(r"\b[àâçéèêù]\b", re.IGNORECASE)
"""One that stands alone is a word ("à") or written for one that sounds alike ("é": "est")."""

_FRENCH_VOTE = 2.0

_UKRAINIAN = frozenset("іїєґ")

_TELLING = {
    "hola": "es", "gracias": "es", "espanol": "es", "ola": "pt", "obrigado": "pt",
    "obrigada": "pt", "portugues": "pt", "hallo": "de", "danke": "de", "deutsch": "de",
    "buongiorno": "it", "grazie": "it", "italiano": "it", "bedankt": "nl", "nederlands": "nl",
    "czesc": "pl", "dziekuje": "pl", "polski": "pl", "polsku": "pl", "multumesc": "ro",
    "romaneste": "ro", "merhaba": "tr", "selam": "tr", "turkce": "tr",
}  # fmt: skip
"""Greetings, thanks and a language's own name: one word of these may be the whole message."""


class Detected(NamedTuple):
    """What a message tells of its language.

    ``language`` is None when it does not tell; it is ``sure`` or else yields to that of the
    conversation. ``foreign`` is the code of the language, when it is neither French nor English.
    """

    language: Language | None
    foreign: str | None = None
    sure: bool = False


@lru_cache(maxsize=20_000)
def _common_vote(token: str) -> float:
    """Log odds of French over English; who writes French is apt to leave out a mute e."""
    french, english = (frequencies(language).get(token, 0.0) for language in LANGUAGES)
    vote = _clamped(log((french + COMMON) / (english + COMMON)))
    mute = frequencies("fr").get(token + "e", 0.0)
    if mute <= french:
        return vote
    return max(vote, min(_MUTE_E_LEFT_OUT, log((mute + COMMON) / (english + COMMON))))


def _home_share(token: str) -> float:
    return max(frequencies("fr").get(token, 0.0), frequencies("en").get(token, 0.0))


def _clamped(vote: float) -> float:
    return max(-_LARGEST_VOTE, min(_LARGEST_VOTE, vote))


class LanguageGuesser:
    """Tells the language of messages to a folder whose words, by language, are counted."""

    def __init__(self, counts: Mapping[Language, Counter[str]]) -> None:
        self._languages = tuple(counts)
        self._counts = counts
        self._totals = {language: sum(words.values()) + 1 for language, words in counts.items()}

    def guess(self, text: str, tokens: Sequence[str]) -> Detected:
        """The language of ``text``, as far as it tells one; ``tokens`` are its words but names."""
        letters = [token for token in tokens if token.isalpha()]
        foreign = self._foreign(text, letters)
        if foreign:
            return Detected(None, foreign)
        if len(self._languages) == 1:
            return Detected(self._languages[0], sure=True)
        evidence = sum(map(self._vote, tokens))
        sure = abs(evidence) >= _CLEAR_EVIDENCE
        if abs(evidence) < _SOME_EVIDENCE:
            evidence += sum(_spelling_vote(word) for word in letters if not self._knows(word))
            alone = _FRENCH_LETTER.findall(unicodedata.normalize("NFC", text))
            evidence += _FRENCH_VOTE * len(alone)
        if abs(evidence) < _SOME_EVIDENCE:
            return Detected(None)
        return Detected("fr" if evidence > 0 else "en", sure=sure)

    def _knows(self, token: str) -> bool:
        return any(token in words for words in self._counts.values())

    def _vote(self, token: str) -> float:
        """Log odds of French over English, by the folder's words and by the languages' own."""
        seen = [self._counts[language].get(token, 0) for language in LANGUAGES]
        if not any(seen):
            return _common_vote(token)
        french, english = (
            (count + _UNSEEN) / self._totals[language]
            for count, language in zip(seen, LANGUAGES, strict=True)
        )
        vote = _clamped(log(french / english))
        if "fr" in self._counts and self._counts["fr"].get(token + "e", 0) > seen[0]:
            vote = max(vote, _FOLDER_MUTE_E)
        return vote if all(seen) else vote + _common_vote(token)

    def _foreign(self, text: str, tokens: Sequence[str]) -> str | None:
        if tokens and not any(map(is_latin, tokens)):
            return _of_script("".join(tokens))
        if len(tokens) == 1:
            return _TELLING.get(tokens[0])
        at_home = [self._at_home(token) for token in tokens]
        if sum(share > _AT_HOME for share in at_home) >= _HOME_SHARE * len(tokens):
            return None
        known = [log(share + COMMON) for share in at_home]
        telling = Counter(_LETTERS[letter] for letter in text.casefold() if letter in _LETTERS)
        telling.update(_TELLING[token] for token in tokens if token in _TELLING)
        evidence, language = max(
            (_foreign_evidence(tokens, known, language, telling[language]), language)
            for language in _FOREIGN
        )
        return language if evidence >= _FOREIGN_EVIDENCE else None

    def _at_home(self, token: str) -> float:
        """How common ``token`` is in French or English; a word of the folder is common enough."""
        share = _home_share(token)
        return max(share, _OF_THE_FOLDER) if self._knows(token) else share


def _foreign_evidence(
    tokens: Sequence[str], at_home: Sequence[float], language: str, telling: int
) -> float:
    """Log odds of ``language`` over home, if two words or letters at least speak for it."""
    shares = frequencies(language, _FOREIGN_LEAST)
    evidence = 0.0
    strong = telling
    for token, home in zip(tokens, at_home, strict=True):
        share = shares.get(token)
        vote = (log(share + COMMON) if share else _UNKNOWN) - home
        evidence += vote
        strong += vote > _STRONG_VOTE
    return evidence + _TELLING_VOTE * telling if strong >= _STRONG_WORDS else 0.0


def _of_script(letters: str) -> str | None:
    if _UKRAINIAN & set(letters):
        return "uk"
    scripts = {unicodedata.name(letter, "").partition(" ")[0] for letter in letters}
    return next((code for script, code in _SCRIPTS.items() if script in scripts), "und")


@cache
def _trigrams(language: Language) -> Counter[str]:
    """How often three letters follow one another in the language's common words."""
    return Counter(
        gram for word in frequencies(language) if word.isalpha() for gram in _grams(word)
    )


def _grams(word: str) -> list[str]:
    bounded = f"<{word}>"
    return [bounded[start : start + 3] for start in range(len(bounded) - 2)]


def _spelling_vote(token: str) -> float:
    """Log odds of French over English, by the letters of a word that neither commonly uses."""
    if _home_share(token):
        return 0.0
    french, english = (_trigrams(language) for language in LANGUAGES)
    votes = [log((french[gram] + 1) / (english[gram] + 1)) for gram in _grams(token)]
    return _clamped(sum(votes)) / 2
