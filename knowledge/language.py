"""Which language a message is in: the folder's own words first, then lingua's statistics.

A short message ("tel", "adress plz") says little to statistics and a lot to a vocabulary; a
message in a language that the folder does not speak is the other way round.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from math import log
from typing import TYPE_CHECKING, NamedTuple

from lingua import Language as LinguaLanguage
from lingua import LanguageDetector, LanguageDetectorBuilder

from knowledge.text import is_latin, words

if TYPE_CHECKING:
    from knowledge.model import Language

_SPOKEN = {LinguaLanguage.FRENCH: "fr", LinguaLanguage.ENGLISH: "en"}
_CLEAR_EVIDENCE = 2.0
_CLEAR_CONFIDENCE = 0.75
_FOREIGN_CONFIDENCE = 0.8
_FOREIGN_WORDS = 3
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


class LanguageGuesser:
    """Tells the language of messages to a folder whose words, by language, are counted."""

    def __init__(self, counts: Mapping[Language, Counter[str]]) -> None:
        self._languages = tuple(counts)
        self._counts = counts
        self._totals = {language: sum(words.values()) + 1 for language, words in counts.items()}

    def guess(self, text: str) -> Detected:
        """The language of ``text``, as far as it tells one."""
        tokens = words(text)
        if len(self._languages) == 1:
            return Detected(self._languages[0], self._foreign(text, tokens))
        evidence = sum(self._vote(token) for token in tokens)
        if abs(evidence) >= _CLEAR_EVIDENCE:
            return Detected("fr" if evidence > 0 else "en")
        if self._foreign(text, tokens):
            return Detected(None, foreign=True)
        return Detected(self._by_statistics(text, tokens, evidence))

    def _vote(self, token: str) -> float:
        """Log odds of French over English that this word's use in the folder gives."""
        french, english = (
            (self._counts[language][token] + 0.3) / self._totals[language]
            for language in ("fr", "en")
        )
        return max(-_LARGEST_VOTE, min(_LARGEST_VOTE, log(french / english)))

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
        known = sum(any(counts[token] for counts in self._counts.values()) for token in letters)
        if known > len(letters) / 2:
            return False
        best = _detector().compute_language_confidence_values(text)[0]
        return best.language not in _SPOKEN and best.value >= _FOREIGN_CONFIDENCE
