"""Several questions in one message: where one ends and the next begins.

Sentences are told by their punctuation, list numbers and lead-ins ("second question:"). Within a
sentence a joint ("et", "and", a comma) only parts two questions when each side is understood by
itself, and as two different things; or when a whole question follows it.

Every piece is judged at most once, and at most :data:`MOST_JUDGED` pieces are, however long the
message is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from knowledge.decision import Decision
from knowledge.text import fold, number_alone, refers_back, without_addresses, words

MOST_JUDGED = 10
"""So many pieces of a message are matched at most: what it costs is bounded."""

_MOST_SENTENCES = 5
_MOST_ATOMS = 5
_MOST_JOINTS = 12
_MOST_PARTS = 4
_FEWEST = 2
_PART_SCORE = 0.55
_PART_OF_DOUBTFUL_SCORE = 0.3
"""A message that is not understood whole may be in parts, even less surely."""
_VERBATIM_SCORE = 0.995
_QUESTION_WORDS = 3
"""A question that is no more than these words long may only complete the one before it."""

_LEANING_WORDS = 8
"""A longer question says what it is about, whatever its pronouns stand for."""

_NUMBER_WORDS = 3
"""A number of so few words ("et le 3") is of what was numbered before it."""

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
_ASKING = re.compile(
    r"(?:quel(?:le)?s?|comment|combien|pourquoi|quand|est[- ]ce|c['’ ]?est quoi|c quoi|y a[- ]t"
    r"|qu['’]est[- ]ce|(?:puis|peut|pouvez|avez|faites|dois|doit|suis)[- ](?:je|on|vous)"
    r"|what|how|when|where|why|is there|are there|do you|can (?:i|we|you)|am i)\b",
    re.IGNORECASE,
)
_ASKING_WITHIN = re.compile(
    r"(?<=\w)\s+(?=(?:c['’ ]?est quoi|c quoi|comment|combien|quel(?:le)?s? (?:est|sont)"
    r"|je contacte|what (?:is|are)|how (?:do|many|much)|who (?:is|do)|where (?:is|are))\b)",
    re.IGNORECASE,
)
"""Where a question may begin that nothing joins to the one before."""


_DISLOCATED = re.compile(
    r"(?:c['’ ]?est|c|ce sont|it['’ ]?s) (?:qui|quoi|o[uù]|quand|combien|comment|pour qui|who|what)"
    r"(?: exactement| au juste)?\s*(?:$|[?!.,;]|(?:et|and)\b)",
    re.IGNORECASE,
)
"""What asks after that which stands before it: "le label, c'est quoi ?"."""

_TAG = re.compile(
    r"(?:vous (?:l['’])?(?:avez|savez|connaissez)|tu (?:l['’])?(?:as|sais|connais)"
    r"|(?:do )?you (?:have|know)(?: (?:it|that))?)\W*",
    re.IGNORECASE,
)
"""What only asks for what was said before it: "le nombre d'emplois, vous avez ?"."""

_WHO = re.compile(r"(?:qui|who)\b", re.IGNORECASE)
"""Asks after what begins so, too; else it may but describe ("une PME et qui exporte")."""

_SETTING = re.compile(
    r"(?:(?:et|and|mais|but)\s+)?"
    r"(?:si|s['’]ils?|lorsqu\w*|pour|comme|puisqu\w*|dans|avec|sans|en cas|chez|apr[eè]s|avant"
    r"|if|for|as|since|because|given|while|with|without|in case|before|after)\b"
    r"(?!\s+(?:quel|qui\b|quoi|combien|which|what|who|how))[^?!]*",
    re.IGNORECASE,
)
"""What only says for whom or on which condition: "pour une PME, quelles aides ?"."""

_GENERAL = re.compile(
    r"(?:(?:est[- ]ce que )?(?:vous|tu) (?:pouvez|peux)|pouvez[- ]vous|peux[- ]tu|can you"
    r"|could you)"
    r" (?:m['’ ]?aider|me (?:renseigner|conseiller)|help(?: me)?)\W*"
    r"|(?:est[- ]ce |c['’ ]?est |is (?:it|that) )possible\W*|(?:une|any) id[ée]e\W*"
    r"|(?:comment|que) (?:dois[- ]je |puis[- ]je |peut[- ]on )?faire\W*"
    r"|what (?:can|should) i do\W*",
    re.IGNORECASE,
)
"""A question that only asks for an answer to what was said beside it."""

_TELLING = re.compile(r"(?:je|j['’]|nous|on|mon|ma|mes|notre|nos|i|we|my|our)\b", re.IGNORECASE)
"""How a sentence begins that tells about the person, if it does not ask."""


class Part(NamedTuple):
    """A question of a message and what it was decided to be."""

    text: str
    decision: Decision

    @property
    def entry(self) -> str | None:
        """The id of the one entry that is meant, if one is."""
        chosen = self.decision.chosen
        return chosen[0].entry.id if len(chosen) == 1 else None

    @property
    def courtesy(self) -> bool:
        """Whether it is a greeting or thanks, which needs no answer beside a question."""
        return bool(self.decision.chosen and self.decision.chosen[0].entry.courtesy)

    def is_sure(self, least: float = _PART_SCORE) -> bool:
        """Whether one entry is meant, with at least this probability."""
        return self.entry is not None and self.decision.score >= least

    def beside_another(self) -> Part:
        """The part as it is answered with others: a guess that might do alone is not made."""
        if self.is_sure() or self.decision.outcome == "clarify":
            return self
        return Part(self.text, Decision("unknown", (), self.decision.matches))


Judge = Callable[[str, "Part | None"], Decision]
"""Decides what a piece of a message is; the part before it helps with a piece that needs one."""

Inseparable = Callable[[str, str], bool]
"""Whether what stands before a joint and what stands after it belong together."""


class _Joint(NamedTuple):
    start: int
    end: int
    asks: bool


class _Judging:
    """Judges pieces, each once, and no more than :data:`MOST_JUDGED`."""

    def __init__(self, judge: Judge, inseparable: Inseparable) -> None:
        self._judge = judge
        self._left = MOST_JUDGED
        self._known: dict[tuple[str, str], Part] = {}
        self.inseparable = inseparable

    def __call__(self, text: str, before: Part | None = None) -> Part:
        key = (text, before.text if before else "")
        if key not in self._known:
            if not self._left:
                return Part(text, Decision("unknown", (), ()))
            self._left -= 1
            self._known[key] = Part(text, self._judge(text, before))
        return self._known[key]

    def after(self, before: Part | None, text: str, least: float) -> Part:
        """``text`` by itself if that is enough, else in the light of the part before it."""
        alone = self(_renamed(before.text, _renumbered(before.text, text)) if before else text)
        if before is None or before.entry is None:
            return alone
        leans = alone.is_sure(least) and refers_back(text) and len(words(text)) <= _LEANING_WORDS
        if alone.is_sure(least) and not leans:
            return alone
        completed = self(text, before)
        if not completed.is_sure(least) or (leans and completed.entry == before.entry):
            return alone
        return completed

    @property
    def exhausted(self) -> bool:
        """Whether nothing more is judged."""
        return not self._left


def understand(
    text: str, judge: Judge, inseparable: Inseparable = lambda _before, _after: False
) -> list[Part]:
    """The parts of ``text`` that are questions of their own, each with its decision.

    A message that is one question comes back whole.
    """
    judging = _Judging(judge, inseparable)
    text = _BLANKS.sub(lambda run: "\n" if "\n" in run[0] else " ", text.strip())
    sentences = _sentences(text)
    asking = [one for one in sentences if not _is_signature(one)]
    if asking and len(asking) < len(sentences):
        sentences, text = asking, " ".join(asking)
    if len(sentences) > 1:
        parts = _of_sentences(text, sentences, judging)
    else:
        [sentence] = sentences or [text]
        parts = _joined(judging(sentence), judging)
    return _without_courtesies(_distinct(parts))[:_MOST_PARTS]


def _is_signature(sentence: str) -> bool:
    """Whether it says who writes and how to reach them, and nothing else."""
    left = _PHONE.sub(" ", without_addresses(sentence))
    if left == sentence or "?" in sentence or _TELLING.match(sentence) or _ASKING.match(sentence):
        return False
    return len(words(left)) <= _SIGNATURE_WORDS


_PHONE = re.compile(r"\+?\d(?:[ .-]?\d){8,}")
_SIGNATURE_WORDS = 6


def _renumbered(before: str, text: str) -> str:
    """A number alone after "l'axe 1" as "l'axe 3"; any other ``text`` as it is."""
    number = number_alone(words(text))
    if number is None or len(words(text)) > _NUMBER_WORDS or len(_DIGITS.findall(before)) != 1:
        return text
    return _DIGITS.sub(number, before)


_DIGITS = re.compile(r"\b\d+\b")


def _renamed(before: str, text: str) -> str:
    """``text`` with "celui de l'appel" as "montant de l'appel" after "le montant du VTE"."""
    nouns = _OWNED.findall(before)
    return _THAT_OF.sub(nouns[-1], text) if nouns else text


_OWNED = re.compile(r"(\w{3,}) (?:d[eu]\b|des\b|of\b|d['’])", re.IGNORECASE)
_THAT_OF = re.compile(
    r"\b(?:(?:celui|celle|ceux|celles)(?= (?:d[eu]\b|des\b|d['’]))|(?:that|those)(?= of\b))",
    re.IGNORECASE,
)


def set_phrases(texts: Iterable[str]) -> frozenset[tuple[str, str]]:
    """Words that ``texts`` join, as "recherche et développement": a joint that parts nothing."""
    joining = (text for text in texts if _JOINING.search(text))
    pairs = (_SET_PHRASE.findall(fold(text)) for text in joining)
    return frozenset(pair for found in pairs for pair in found)


_JOINING = re.compile(r" (?:et|and|&) ", re.IGNORECASE)
_SET_PHRASE = re.compile(r"(?<![^\W_])([^\W\d_]{3,}) (?:et|and|&) (?=([^\W\d_]{3,}))")


def is_set(before: str, after: str, phrases: Container[tuple[str, str]]) -> bool:
    """Whether the words on both sides of a joint belong together.

    They do in a phrase of :func:`set_phrases`, and as two verbs of one question, as in "recruter
    et former".
    """
    pair = (words(before)[-1:] or [""])[0], (words(after)[:1] or [""])[0]
    return pair in phrases or all(_INFINITIVE.fullmatch(word) for word in pair)


_INFINITIVE = re.compile(r"[a-z]{3,}(?:er|ir|oir|dre|tre|ire)")


def _sentences(text: str) -> list[str]:
    marked = _LEAD_IN.sub("\n", _BULLET.sub("\n", _LIST_NUMBER.sub("\n", text)))
    pieces = (_without_opening(part.strip()) for part in _SENTENCE_END.split(marked))
    found = [part for part in pieces if _has_word(part)]
    found = [part for part in found if not _GENERAL.fullmatch(part)] or found
    if len(found) <= _MOST_SENTENCES:
        return found
    asking = [part for part in found if _asks(part)]
    kept = {*asking[:_MOST_SENTENCES]}
    kept.update([part for part in found if part not in kept][: _MOST_SENTENCES - len(kept)])
    return [part for part in dict.fromkeys(found) if part in kept]


def _asks(sentence: str) -> bool:
    return "?" in sentence or bool(_ASKING.match(sentence))


def _without_opening(sentence: str) -> str:
    opening = _OPENING.match(sentence)
    return sentence[opening.end() :] if opening else sentence


def _has_word(text: str) -> bool:
    return bool(re.search(r"\w", text))


def _of_sentences(text: str, sentences: Sequence[str], judging: _Judging) -> list[Part]:
    whole = judging(text)
    ask = any(map(_asks, sentences))
    judged: list[Part] = []
    for sentence in sentences:
        before = next((part for part in reversed(judged) if part.is_sure()), None)
        part = judging.after(before, sentence, _PART_SCORE)
        tells = ask and _TELLING.match(sentence) and not _asks(sentence)
        judged += [part] if tells else _joined(part, judging)
    asked = [part for part in judged if part.is_sure() and not part.courtesy]
    open_questions = [part for part in judged if "?" in part.text and not part.is_sure()]
    if len({part.entry for part in asked}) > 1 or (asked and open_questions):
        told = [part for part in judged if part in asked or part in open_questions]
        return [part if part in asked else part.beside_another() for part in told]
    if whole.is_sure() and not whole.courtesy:
        return [whole]
    return asked or [part for part in judged if part.is_sure()] or [whole]


def _joined(whole: Part, judging: _Judging) -> list[Part]:
    """``whole``, or the questions that its joints part."""
    if whole.decision.score >= _VERBATIM_SCORE:
        return [whole]
    sure = whole.is_sure()
    joints = list(_joints(whole.text, judging.inseparable))
    if not joints and not sure and _ASKING.match(whole.text):
        found = islice(_ASKING_WITHIN.finditer(whole.text), _MOST_JOINTS)
        joints = [_Joint(match.start(), match.end(), asks=False) for match in found]
    if not joints or judging.exhausted:
        return [whole]
    least = _PART_SCORE if sure else _PART_OF_DOUBTFUL_SCORE
    groups = _grouped(whole.text, joints[: _MOST_ATOMS - 1], judging, least)
    known = {part.entry for part in groups if part.is_sure(least)}
    surer = all(part.decision.score > whole.decision.score for part in groups)
    covered = not sure or whole.entry in known or surer
    if len(groups) < _FEWEST or not known or not covered or _refused(whole, groups):
        return [whole]
    return [part if part.is_sure(least) else part.beside_another() for part in groups]


def _refused(whole: Part, groups: Sequence[Part]) -> bool:
    """Whether a part is refused like the whole, and none is as sure: "mal au dos, que faire ?"."""
    refusing = whole.is_sure() and whole.decision.outcome == "unknown"
    others = [part for part in groups if part.entry != whole.entry]
    surest = max((part.decision.score for part in others), default=0.0)
    return refusing and len(others) < len(groups) and surest < whole.decision.score


def _joints(text: str, inseparable: Inseparable) -> Iterator[_Joint]:
    start = 0
    for joint in islice(_JOINT.finditer(text), _MOST_JOINTS):
        before, after = text[: joint.start()], text[joint.end() :]
        parted = _has_word(before) and _has_word(after)
        parted = parted and not (_DISLOCATED.match(after) or _TAG.fullmatch(after))
        sets = not _has_word(joint[0]) and bool(_SETTING.fullmatch(before, start))
        if parted and not sets and not inseparable(before, after):
            asks = _has_word(joint[0]) and bool(
                _ASKING.match(after) or (_WHO.match(after) and _WHO.match(before, start))
            )
            yield _Joint(joint.start(), joint.end(), asks)
            start = joint.end()


def _grouped(text: str, joints: Sequence[_Joint], judging: _Judging, least: float) -> list[Part]:
    """The pieces between ``joints``, each with those after it that are no question themselves."""
    groups: list[Part] = []
    start = 0
    group = judging(text[: joints[0].start].strip())
    ends = [joint.start for joint in joints[1:]] + [len(text)]
    for joint, end in zip(joints, ends, strict=True):
        atom = judging.after(group, text[joint.end : end].strip(), least)
        if _parts(group, atom, joint, least):
            groups.append(group)
            group, start = atom, joint.end
        elif atom.is_sure(least) and atom.entry == group.entry:
            group = Part(text[start:end].strip(), group.decision)
        else:
            longer = judging(text[start:end].strip())
            kept = group.is_sure(least) and not longer.is_sure(least)
            group = Part(longer.text, group.decision) if kept else longer
    return [*groups, group] if all(_may_stand(part, least) for part in [*groups, group]) else []


def _parts(group: Part, atom: Part, joint: _Joint, least: float) -> bool:
    if group.is_sure(least) and atom.is_sure(least):
        return group.entry != atom.entry
    long_enough = all(len(words(part.text)) >= _QUESTION_WORDS for part in (group, atom))
    return joint.asks and long_enough and (group.is_sure() or atom.is_sure())


def _may_stand(part: Part, least: float) -> bool:
    return part.is_sure(least) or bool(_ASKING.match(part.text) or _WHO.match(part.text))


def _distinct(parts: Sequence[Part]) -> list[Part]:
    """Parts that ask for the same entry as one, in the place of the first."""
    distinct: dict[object, Part] = {}
    for number, part in enumerate(parts):
        ids = tuple(match.entry.id for match in part.decision.chosen) or number
        known = distinct.get(ids)
        same = known is None or part.text in known.text
        if known is None:
            distinct[ids] = part
        elif not same:
            distinct[ids] = Part(f"{known.text} {part.text}", known.decision)
    return list(distinct.values())


def _without_courtesies(parts: list[Part]) -> list[Part]:
    return [part for part in parts if not part.courtesy] or parts[:1]
