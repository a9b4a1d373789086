"""Why a message is taken to be in its language."""

from __future__ import annotations

from collections import Counter

from knowledge.frequencies import COMMON, frequencies
from knowledge.language import Detected
from knowledge.matching import Matcher
from knowledge.model import LANGUAGES, Language
from knowledge.text import words

_NAMES: dict[Language, str] = {"fr": "French", "en": "English"}
_TELLING = 3.0
"""A word tells a language that uses it so many times more than the other."""


def language_reason(matcher: Matcher, text: str, detected: Detected) -> str:
    """What made the choice, in a sentence that follows the language's name."""
    if detected.foreign:
        return f"neither French nor English (`{detected.foreign}`): it is replied that these are"
    languages = matcher.base.languages
    if len(languages) == 1:
        return "the only language of the folder"
    if detected.language is None:
        return f"the message does not tell: {_NAMES[languages[0]]} is the folder's first language"
    telling = _telling(matcher, text, detected.language)
    if not telling:
        return "by its letters, since no word of it tells"
    weakly = "" if detected.sure else "weakly, "
    return f"{weakly}by the words {', '.join(telling)}"


def _telling(matcher: Matcher, text: str, language: Language) -> list[str]:
    """The words of ``text`` that are chiefly of ``language``, in the folder and in general."""
    asked = (
        written
        for entry in matcher.base.entries
        for written, questions in entry.questions.items()
        for _ in questions
    )
    counts: dict[Language, Counter[str]] = {each: Counter() for each in LANGUAGES}
    for written, read in zip(asked, matcher.learned.tokens, strict=True):
        counts[written].update(read)

    def use(word: str, spoken: Language) -> float:
        share = counts[spoken][word] / max(1, counts[spoken].total())
        return share + frequencies(spoken)[word] + COMMON

    [other] = set(LANGUAGES) - {language}
    typed = dict.fromkeys(word for word in words(text) if word.isalpha())
    return [word for word in typed if use(word, language) > _TELLING * use(word, other)]
