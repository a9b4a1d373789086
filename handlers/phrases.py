"""What people say around and after a question: greetings, thanks, "tell me more", "why?".

Recognised by words alone, in both languages, whatever the punctuation; everything else is a matter
for the matcher.
"""

from __future__ import annotations

import re
from typing import Literal

from knowledge.model import Language
from knowledge.text import number_alone, refers_back, words

Phrase = Literal["yes", "okay", "no", "thanks", "greeting", "more", "puzzled", "bare"]

FOLLOW_UP_WORDS = 8
"""A message longer than this says what it is about."""

_MOST_COURTESIES = 4

# -- Around a question ----------------------------------------------------------------------------

_TO_WHOM = (
    r"(?:(?:[àa] |to )?(?:madame|monsieur|messieurs|mesdames|mme|mr|sir|madam|chef|patron"
    r"|(?:mon |mes |les |l['’ ] ?)amie?s?|(?:toute )?(?:l['’ ] ?|votre )?[ée]quipe|tout le monde"
    r"|vous tou(?:te)?s|(?:the |your )?(?:whole )?team|(?:you )?(?:all|both|guys|folks)"
    r"|everyone|everybody|mate|there)|[àa] (?:vous|toi|tou(?:te)?s))"
)
"""Whom a greeting or thanks may go to: it asks for nobody."""

_POLITE = (
    r"s['’ ]il (?:vous|te|vs) pla[iî]t|svp|stp|please|pls|plz|cordialement|cdlt|bien [àa] vous"
    r"|bonne (?:journ[ée]e|soir[ée]e)|(?:kind |best )regards|have a (?:nice|good) day"
)
_THANKS = (
    r"(?:merci(?: (?:beaucoup|bcp|bien|infiniment|d['’]avance|par avance"
    r"|pour (?:votre|ton) (?:aide|r[ée]ponse|retour)))*"
    r"|(?:many )?thank(?:s| you| u)(?: (?:a lot|so much|very much|in advance|for your help))*"
    rf"|thx|mci|cheers)(?:,? {_TO_WHOM}\b)*"
)
_GREETING = (
    r"(?:(?:re)?bonjour|bonsoir|bjr|bsr|salut|slt|coucou|hello|hi|hey"
    r"|good (?:morning|afternoon|evening))"
    rf"(?:,? {_TO_WHOM}\b)*"
)
_BEFORE = re.compile(
    rf"\s*(?>{_GREETING}|ok(?:ay)?|d['’ ]accord|super|parfait|great|{_THANKS})"
    r"(?:\s*[,.!;:]+\s*|\s+)(?!(?:de|d|du|des|pour|for|of|to)\b)",
    re.IGNORECASE,
)
_AFTER = re.compile(rf"[\s,.!;:–-]+(?:{_POLITE}|{_THANKS})[\s,.!;:]*(\??)\s*$", re.IGNORECASE)


def without_courtesies(text: str) -> str:
    """``text`` without the greeting before it and the thanks after it; all of it if that is all."""
    core = text.strip()
    for _ in range(_MOST_COURTESIES):
        shorter = _AFTER.sub(r"\1", _BEFORE.sub("", core, count=1) if _BEFORE.match(core) else core)
        if shorter == core or not re.search(r"\w", shorter):
            break
        core = shorter
    return core.strip()


# -- After an answer ------------------------------------------------------------------------------

_LEADING = r"(?:(?:et|mais|and|but|so|alors|ok|donc|oui|yes|euh|ah|ben|bah) )*"
_PLEASE = r"(?: (?:svp|stp|s il (?:vous|te) plait|please|pls|plz|merci|thanks|thank you))*"
_PHRASES: dict[Phrase, str] = {
    "yes": r"(?:ok|okay|oki|d accord|daccord|dac|oui|ouais|ui|yes|yep|yeah|yup|sure"
    r"|volontiers|avec plaisir|bien sur|please do|go ahead|of course|absolument|tout a fait"
    r"|je veux bien|oui oui|yes yes)"
    r"(?: (?:oui|bien sur|volontiers))?",
    "okay": r"(?:entendu|compris|c est note|got it|i see|je vois"
    r"|super|parfait|top|tres bien|great|perfect|fine|all right|alright|tb|nickel|cool)",
    "no": r"(?:non|nan|nn|no|nope|pas la peine|inutile|non ca ira|ca ira|no need|annuler|cancel"
    r"|laisse(?:z)? tomber|rien|nothing|aucune?(?: (?:de ces reponses|des (?:deux|trois|quatre)))?"
    r"|none(?: of (?:these|them|those))?|neither|ni l un ni l autre|c est tout"
    r"|that s all|that is all|thats all)",
    "thanks": r"(?:(?:(?:ok|super|parfait|great|oui|yes|tres bien) )?(?:mille |grand |many )?"
    r"(?:mercis?|mci|thanks?|thx|ty|thank you|thank u|cheers)"
    r"(?: (?:beaucoup|bcp|bien|infiniment|d avance|a lot|so much|very much|bonne journee"
    rf"|pour (?:votre|ton|l) (?:aide|reponse)|for your help|au revoir|bye|{_TO_WHOM}))*)",
    "greeting": r"(?:re)?(?:bonjour|bonsoir|bjr|bsr|salut|slt|coucou|hello|hi|hey|hi there"
    rf"|good morning|good afternoon|good evening)(?: {_TO_WHOM})*",
    "more": r"(?:(?:pouvez vous |peux tu |vous pouvez |can you |could you )?"
    r"(?:(?:m en |me |m )?(?:dis|dites|dire)(?: m| moi)?(?: en)? (?:plus|davantage)"
    r"|en (?:dire|savoir) (?:plus|davantage)|(?:je veux |je voudrais |j aimerais )en savoir plus"
    r"|(?:plus|davantage) (?:d |de )?(?:infos?|informations?|details?|precisions?)"
    r"|(?:des |more |any )?(?:details?|precisions?|infos?)|tell me (?:some )?more|more|know more"
    r"|i (?:want|would like|d like) to know more|more (?:info|information)|go on|continue[zr]?"
    r"|developpe[zr]?|precise[zr]?|encore|la suite|et ensuite|next|quoi d autre|autre chose"
    r"|what else|anything else|explique[zr]?(?: moi)?|explain)"
    r"(?: (?:la dessus|a ce sujet|sur ca|about (?:it|that|this)|on (?:it|that|this)|stp))?)",
    "puzzled": r"(?:je |j )?(?:(?:n ai |ne |n y |ai |ny )?(?:rien |pas |toujours pas )"
    r"(?:bien |tout )?(?:compri[ts]?|pige|saisi)|(?:ne |n y )?(?:comprends?|comprend|pige|saisis?) "
    r"(?:pas|rien|plus|pas bien|pas trop)|(?:c est|cest) pas (?:tres |bien )?clair|pas clair"
    r"|c est a dire|cad|comment ca|hein|gne"
    r"|i (?:do not|don t|dont|didn t|didnt|did not) (?:understand|get it|get that|follow)"
    r"(?: (?:it|that|this|you))?|(?:it s |that s |its )?not clear|unclear|huh"
    r"|what do you mean|meaning|pardon|sorry)(?: (?:votre|ta|la|your) (?:reponse|answer))?",
    "bare": r"(?:(?:pour ?quoi|pk|pq|why|how come|depuis quand|since when|jusqu a quand"
    r"|until when|quand|when|ou|where|combien|how much|how many|comment faire|comment|how"
    r"|qui|who|lequel|laquelle|lesquels|lesquelles|which|which ones?|quoi|what"
    r"|(?:par|avec|pour|a|chez) (?:qui|quoi)|(?:by|with|for|to) (?:whom|who|what))"
    r"(?: (?:ca|cela|ca coute|ca marche|exactement|exactly|is (?:it|that|he|she)|are they"
    r"|was (?:it|that)|was that|does it (?:cost|work)|donc))?"
    r"|(?:c est|cest|c|ce sera|c etait|ca (?:coute|fait|se passe|marche)) "
    r"(?:quand|ou|combien|qui|ki|quoi|comment|pour qui|pour quand)(?: (?:exactement|ca|donc))?)",
}  # fmt: skip
_COMPILED = {
    name: re.compile(rf"{_LEADING}(?:{pattern}){_PLEASE}") for name, pattern in _PHRASES.items()
}


def phrase(text: str) -> Phrase | None:
    """Which of the phrases ``text`` is, if it is nothing but one."""
    said = words(text)
    if len(said) > FOLLOW_UP_WORDS:
        return None
    typed = " ".join(said)
    return next((name for name, pattern in _COMPILED.items() if pattern.fullmatch(typed)), None)


_CHOICES = (
    "1 un une premier premiere 1er 1ere first one 1st",
    "2 deux deuxieme second seconde 2e 2eme two 2nd",
    "3 trois troisieme 3e 3eme three 3rd",
    "4 quatre quatrieme 4e 4eme four fourth 4th",
)
_LAST_CHOICE = frozenset({"dernier", "derniere", "last"})
_CHOICE = {word: number for number, line in enumerate(_CHOICES) for word in line.split()}
_AROUND_CHOICE = frozenset(
    "le la l les the option choix choice numero number no n n° reponse question please svp stp pls"
    " plz merci c est it s is je veux voudrais prends prefere oui yes ok".split()
)


def choice(text: str, options: int) -> int | None:
    """Which of the ``options``, from 0, ``text`` chooses: "2", "la deuxième", "the last one"."""
    said = [word for word in words(text) if word not in _AROUND_CHOICE]
    if len(said) > 1 and said[-1] == "one":
        said.pop()
    if len(said) != 1:
        return None
    chosen = options - 1 if said[0] in _LAST_CHOICE else _CHOICE.get(said[0])
    return chosen if chosen is not None and chosen < options else None


_OPENINGS = (("et",), ("and",), ("mais",), ("but",), ("what", "about"), ("how", "about"),
    ("whats", "about"), ("sinon",), ("pareil",), ("same",))  # fmt: skip


def leans_on_what_came_before(text: str) -> bool:
    """Whether ``text`` says by its words that it goes on from the last question: "et le 2 ?"."""
    said = words(text)
    if not said or len(said) > FOLLOW_UP_WORDS:
        return False
    opened = any(tuple(said[: len(opening)]) == opening for opening in _OPENINGS)
    return opened or refers_back(text) or number_alone(said) is not None


# -- Languages ------------------------------------------------------------------------------------

_LANGUAGE_NAMES: dict[str, Language] = {
    "english": "en", "anglais": "en", "anglai": "en", "french": "fr", "francais": "fr",
    "francai": "fr",
}  # fmt: skip
_OTHER_LANGUAGE_NAMES = {
    "espagnol": "es", "spanish": "es", "espanol": "es", "portugais": "pt", "portuguese": "pt",
    "portugues": "pt", "allemand": "de", "german": "de", "deutsch": "de", "italien": "it",
    "italian": "it", "italiano": "it", "arabe": "ar", "arabic": "ar", "chinois": "zh",
    "chinese": "zh", "mandarin": "zh", "turc": "tr", "turkish": "tr", "polonais": "pl",
    "polish": "pl", "roumain": "ro", "romanian": "ro", "neerlandais": "nl", "dutch": "nl",
    "russe": "ru", "russian": "ru", "ukrainien": "uk", "ukrainian": "uk",
}  # fmt: skip
_AROUND_A_LANGUAGE = frozenset(
    "et and en in the same la meme chose reponse reponses answer answers svp stp please pls plz "
    "s il vous te plait can could you peux tu pouvez repeat repeter repete repetez repondre "
    "reponds repondez parler parlez parle traduire traduis traduisez translate that it this to me "
    "moi le l ca cela now maintenant again encore sorry desole ok mais but plutot instead "
    "rather version only merci thanks speak write switch passe passer passez".split()
)


def language_asked_for(text: str) -> str | None:
    """The code of the language that ``text`` asks for, if it asks for nothing else."""
    said = words(text)
    names = [word for word in said if word not in _AROUND_A_LANGUAGE]
    if len(said) > FOLLOW_UP_WORDS or len(names) != 1:
        return None
    return _LANGUAGE_NAMES.get(names[0]) or _OTHER_LANGUAGE_NAMES.get(names[0])
