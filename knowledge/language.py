"""Which language a message is in: the folder's own words first, then lingua's statistics.

A short message ("tel", "adress plz") says little to statistics and a lot to a vocabulary; a
message in a language that the folder does not speak is the other way round.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from math import log
from typing import NamedTuple

from lingua import Language as LinguaLanguage
from lingua import LanguageDetector, LanguageDetectorBuilder

from knowledge.frequencies import COMMON, frequencies
from knowledge.model import LANGUAGES, Language
from knowledge.text import is_latin

_SPOKEN = {LinguaLanguage.FRENCH: "fr", LinguaLanguage.ENGLISH: "en"}
_CLEAR_EVIDENCE = 2.0
_CLEAR_CONFIDENCE = 0.75
_FOREIGN_CONFIDENCE = 0.8
_FOREIGN_WORDS = 3
_HOME_SHARE = 0.6
_AT_HOME = 3e-5
_LARGEST_VOTE = 4.0


class Detected(NamedTuple):
    """``language`` is None when the message does not tell; ``foreign`` when it is in neither."""

    language: Language | None
    foreign: bool = False


@cache
def _detector() -> LanguageDetector:
    """Lingua over the languages that people of the region write, loaded once (about 80 MB)."""
    spoken = LinguaLanguage
    return LanguageDetectorBuilder.from_languages(
        spoken.FRENCH, spoken.ENGLISH, spoken.SPANISH, spoken.PORTUGUESE, spoken.ITALIAN,
        spoken.GERMAN, spoken.DUTCH, spoken.POLISH, spoken.TURKISH,
    ).build()  # fmt: skip


def _common_vote(token: str) -> float:
    french, english = (frequencies(language)[token] for language in LANGUAGES)
    return log((french + COMMON) / (english + COMMON))


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
        if len(self._languages) == 1:
            return Detected(self._languages[0], self._foreign(text, tokens))
        if self._foreign(text, tokens):
            return Detected(None, foreign=True)
        evidence = sum(self._vote(token) for token in tokens)
        if abs(evidence) >= _CLEAR_EVIDENCE:
            return Detected("fr" if evidence > 0 else "en")
        return Detected(self._by_statistics(text, tokens, evidence))

    def _vote(self, token: str) -> float:
        """Log odds of French over English, by the folder's words and by the languages' own."""
        return _clamped(self._folder_vote(token)) + _clamped(_common_vote(token))

    def _folder_vote(self, token: str) -> float:
        if not any(counts[token] for counts in self._counts.values()):
            return 0.0
        french, english = (
            (self._counts[language][token] + 0.3) / self._totals[language] for language in LANGUAGES
        )
        return log(french / english)

    def _by_statistics(self, text: str, tokens: Sequence[str], evidence: float) -> Language | None:
        if not any(token.isalpha() for token in tokens):
            return None
        confidence = {
            _SPOKEN[value.language]: value.value
            for value in _detector().compute_language_confidence_values(text)
            if value.language in _SPOKEN
        }
        total = sum(confidence.values())
        french = confidence["fr"] / total if total else 0.5
        if max(french, 1 - french) >= _CLEAR_CONFIDENCE:
            return "fr" if french > 0.5 else "en"  # noqa: PLR2004 - the even chance
        if evidence:
            return "fr" if evidence > 0 else "en"
        return None

    def _foreign(self, text: str, tokens: Sequence[str]) -> bool:
        letters = [token for token in tokens if token.isalpha()]
        if letters and not any(map(is_latin, letters)):
            return True
        if len(letters) < _FOREIGN_WORDS:
            return False
        if max(self._at_home(letters, language) for language in LANGUAGES) > _HOME_SHARE:
            return False
        best = _detector().compute_language_confidence_values(text)[0]
        return best.language not in _SPOKEN and best.value >= _FOREIGN_CONFIDENCE

    def _at_home(self, tokens: Sequence[str], language: Language) -> float:
        """The share of ``tokens`` that the language or the folder's questions in it use."""
        used = self._counts.get(language, Counter())
        return sum(
            token in used or frequencies(language)[token] > _AT_HOME for token in tokens
        ) / len(tokens)
