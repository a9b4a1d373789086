"""How a company goes about one wish: what it does about what it reads."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from handlers.requests import buttons
from handlers.wording import TEAM, YES
from tests.chaos.requests.acts import Attach, Press, Say, plain_answer
from tests.chaos.requests.content import QUESTION
from tests.chaos.requests.reading import reference_in

if TYPE_CHECKING:
    import random
    from collections.abc import Collection

    from knowledge.model import Language
    from tests.chaos.reading import Shown
    from tests.chaos.requests.acts import Act
    from tests.chaos.requests.reading import Kind, Reader
    from tests.chaos.requests.wishes import Doing, Wish

OFTEN = 0.4
"""How likely something that a company has in mind to do is done at the question at hand."""
_AGREED = {"fr": "j'accepte", "en": "I agree"}
_YES = {"fr": "oui", "en": "yes"}
_BACK = {"fr": "retour", "en": "back"}


@dataclass(frozen=True, slots=True)
class Agreement:
    """That to a recap: the button that sends it carries its ``seal``.

    By the button it is to just that recap. Words say no more than that the request may go: as it
    stands when they arrive, with what the company itself has said meanwhile.
    """

    seal: str
    at: dt.datetime
    in_words: bool


@dataclass
class Errand:
    """One wish under way; ``others`` are references of requests that are not it."""

    wish: Wish
    language: Language
    reader: Reader
    draw: random.Random
    others: Collection[str] = ()
    agreements: list[Agreement] = field(default_factory=list)
    reference: str | None = None
    """What the company was told that its request is called."""
    attached: bool = False
    added: bool = False
    ended: bool = False
    _done: set[Doing] = field(default_factory=set, init=False)

    def begin(self) -> Act:
        """What it comes with."""
        return Say(self.wish.first)

    def react(self, shown: Shown) -> Act | None:
        """What it does about ``shown``; None if nothing is to be done about it."""
        kind = self.reader.kind(shown)
        match kind:
            case "filed" | "already_filed" if reference_in(shown.text) not in self.others:
                return self._filed(shown)
            case "added" if self.added:
                self.ended = True
                return None
            case "cancelled":
                self.ended = self.wish.ending == "cancels"
                return None if self.ended else self.begin()
            case "list":
                return self._on_the_list(shown)
            case "add_ask":
                self.added = True
                return Say(self.wish.addition)
            case None | "filed" | "already_filed" | "added":
                return self._on(shown)
            case _:
                return self._aside(shown) or self._answer(kind, shown)

    def _filed(self, shown: Shown) -> Act | None:
        self.reference = reference_in(shown.text)
        if self.wish.addition and not self.added:
            return self._press(shown, buttons.LIST)
        self.ended = not self.wish.addition
        return None

    def _on_the_list(self, shown: Shown) -> Act | None:
        """To what it has to add: of several requests one is opened first."""
        add = self._press(shown, f"request:add:{self.reference}")
        return add or self._press(shown, f"request:see:{self.reference}")

    def _on(self, shown: Shown) -> Act | None:
        """Out of what leads elsewhere, or nothing to do about it."""
        if self.reference and not self.added:
            return self._press(shown, f"request:add:{self.reference}")
        for value in (TEAM, YES, buttons.RESUME):
            if shown.button(value):
                return Press(value)
        return None

    # -- Beside the point -------------------------------------------------------------------------

    def _aside(self, shown: Shown) -> Act | None:
        """What it had in mind to do somewhere on the way."""
        if self.wish.file and not self.attached and self._feels_like():
            self.attached = True
            return Attach(self.wish.file)
        if self._has_in_mind("question"):
            return Say(QUESTION[self.language])
        back = shown.button("request:back:")
        if back and self._has_in_mind("back"):
            return Say(_BACK[self.language]) if self.wish.in_words else Press(back)
        return None

    def _has_in_mind(self, what: Doing) -> bool:
        """Whether ``what`` is to be done now: at most once."""
        if what not in self.wish.habits or what in self._done or not self._feels_like():
            return False
        self._done.add(what)
        return True

    def _feels_like(self) -> bool:
        return self.draw.random() < OFTEN

    # -- To the point -----------------------------------------------------------------------------

    def _answer(self, kind: Kind, shown: Shown) -> Act | None:
        keep = shown.button("request:keep:")
        if keep and self._feels_like():
            return Press(keep)
        match kind:
            case "recap":
                return self._at_the_recap(shown)
            case "company_one" if self.wish.in_words:
                return Say(_YES[self.language])
            case "company_one":
                return self._press(shown, "request:company:")
            case "company_several":
                wanted = buttons.NO_COMPANY if self._feels_like() else "request:company:"
                return self._press(shown, wanted)
            case "pick_line":
                return self._press(shown, "request:line:")
            case _:
                return plain_answer(kind, self.wish, self.language)

    def _at_the_recap(self, shown: Shown) -> Act | None:
        if self.wish.file and not self.attached:
            self.attached = True
            return Attach(self.wish.file)
        if self.wish.file not in shown.text:
            return None  # not yet: the recap that names it is on its way
        seal = (shown.button("request:send:") or "").rpartition(":")[2]
        if self._has_in_mind("correct"):
            return Press(buttons.CORRECT)
        match self.wish.ending:
            case "leaves":
                self.ended = True
                return None
            case "cancels":
                return Press(buttons.CANCEL)
            case "agrees":
                return self._agree(seal)

    def _agree(self, seal: str) -> Act:
        in_words = self.wish.in_words
        self.agreements.append(Agreement(seal, dt.datetime.now(dt.UTC), in_words))
        if in_words:
            return Say(_AGREED[self.language])
        return Press(f"request:send:{seal}", times=2 if "twice" in self.wish.habits else 1)

    def _press(self, shown: Shown, prefix: str) -> Act | None:
        found = shown.button(prefix)
        return Press(found) if found else None
