"""Whatever happens in whatever order, the form goes on, and nothing is filed without agreement.

The suite tries some hundred sequences. Thousands, anew each time:

    .venv/bin/pytest tests/handlers/requests/test_random_sequences.py --hypothesis-profile=thousands
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import hypothesis
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.dialogue import step
from handlers.effects import AddToRequest, FileRequest, WithdrawRequest
from handlers.events import (
    AttachmentReceived,
    ButtonPressed,
    CommandGiven,
    CompaniesFound,
    Event,
    MessageReceived,
)
from handlers.requests.buttons import CANCEL
from handlers.requests.consent import seal
from handlers.requests.model import Company
from handlers.requests.references import reference
from handlers.requests.steps import COMPANY_CHECK, OPEN_ALREADY, RECAP
from handlers.state import ConversationState
from handlers.step import Step
from handlers.values import File
from knowledge.markup import to_plain
from tests.handlers.conversing import NOW
from tests.handlers.requests.forms import FOUND, NEED, SIRET, TO_RECAP, WORKSHOP, form_matcher

MOST_STEPS_TO_THE_END = 25
AGREEING = {"j'accepte", "oui", "ok", "I agree", "envoyer"}

TEXTS = st.one_of(
    st.sampled_from(
        [
            NEED, "nous cherchons un local", "I am looking for 300 m2 of premises",
            "500 m2", "Rumilly", "peu importe", "12", "dans 6 mois", "hier", "recruter", "Presse",
            SIRET, "732829320 00075", "Ateliers Martin", "SARL *Vitry* [x](http://x.example)",
            "marie@ateliers.fr", "06 12 34 56 78", "Marie Martin, marie@ateliers.fr", "marie@",
            "c'est quoi un siret ?", "pourquoi vous demandez ça ?", "combien ça coûte ?",
            "C'est quoi le programme ?", "zzzz hmpf krrr ?", "votre téléphone",
            "retour", "passer", "annuler", "recommencer", "reprendre", "corriger", "mes demandes",
            "back", "skip", "cancel", "resume", "je ne sais pas", "non", "merci", "Bonjour",
            "terminé", "surface", "in english please", "en français", "1", "2", "?", "",
            *sorted(AGREEING), *sorted(AGREEING),
        ]
    ),
    st.text(max_size=40),
    st.builds(str.__mul__, st.sampled_from(["é", "\\*_[", "😀", "a "]), st.integers(1, 5_000)),
)  # fmt: skip
FILES = st.builds(
    File,
    channel=st.just("telegram"),
    id=st.integers(0, 30).map(str),
    name=st.sampled_from(["plan.pdf", "<b>*plan*</b>.pdf", "é" * 300]),
    size_bytes=st.sampled_from([None, 1_000, 20 * 1024 * 1024, 20 * 1024 * 1024 + 1]),
)
FOUND_ANYTHING = st.builds(
    CompaniesFound,
    query=st.sampled_from([SIRET, SIRET[:9], "Ateliers Martin", "another", ""]),
    companies=st.lists(
        st.sampled_from(
            [
                WORKSHOP,
                WORKSHOP.model_copy(update={"siret": "55210055400013", "active": False}),
                Company(siren="552100554"),
                Company(name="nameless"),
            ]
        ),
        max_size=8,
    ).map(tuple),
    fault=st.sampled_from(["", "unavailable"]),
)
EVENTS: st.SearchStrategy[Event] = st.one_of(
    st.builds(MessageReceived, text=TEXTS),
    st.builds(MessageReceived, text=TEXTS, edited=st.booleans()),
    st.builds(
        CommandGiven,
        name=st.sampled_from(
            ["start", "help", "menu", "language", "contact", "request", "requests"]
        ),
        argument=st.sampled_from(["", "", "en", "fr", "axe-1"]),
    ),
    st.builds(
        AttachmentReceived,
        what=st.just("document"),
        caption=st.sampled_from(["", "", "le plan", NEED]),
        file=st.one_of(st.none(), FILES),
        album=st.sampled_from(["", "a1", "a1", "a2"]),
    ),
    FOUND_ANYTHING,
    st.just(FOUND),
    st.builds(
        ButtonPressed,
        value=st.sampled_from(
            ["yes", "team", "no", "none", "menu", "request:new", "request:send:0", "request:page:x",
             "request:line:files", "request:company:none", "request:withdrawn:K7M-4XR", "need:gone",
             "request:", "need:", "request:commune:", "request:back:", "request:headcount:99"]
        ),
    ),
)  # fmt: skip
PRESSES = st.tuples(st.sampled_from(["last", "any", "again", "send"]), st.integers(0, 40))
"""A button of the last step, one of any step before, the last press repeated, a button to send."""
ON = st.just("on")
"""What a plain person would say next: so that sequences come far."""
AT_THE_RECAP: st.SearchStrategy[Event] = st.one_of(
    st.builds(
        MessageReceived, text=st.sampled_from(["j'accepte", "oui", NEED]), edited=st.booleans()
    ),
    st.builds(
        AttachmentReceived,
        what=st.just("document"),
        file=FILES,
        caption=st.sampled_from(["", "oui"]),
        album=st.sampled_from(["", "a1"]),
    ),
    st.just(FOUND),
    st.builds(MessageReceived, text=st.sampled_from(["plutôt 700 m2", "surface", "corriger"])),
)
"""What matters there; mixed in, it does no harm elsewhere."""
MOVES = st.one_of(EVENTS, AT_THE_RECAP, PRESSES, PRESSES, ON, ON)
BEGINNINGS: st.SearchStrategy[tuple[str, ...]] = st.sampled_from(
    [
        (),
        (NEED,),
        (NEED, SIRET, "12"),
        (NEED, SIRET, "12", "dans 6 mois", "m@x.fr"),
        TO_RECAP,
        (*TO_RECAP, "j'accepte"),
        (*TO_RECAP, "j'accepte", NEED),
        (*TO_RECAP, "corriger", "surface"),
    ]
)


@dataclass
class Conversation:
    """A conversation under test, and what must hold in it."""

    state: ConversationState = field(default_factory=ConversationState)
    shown: list[str] = field(default_factory=list)
    """The values of all the buttons so far."""
    last: list[str] = field(default_factory=list)
    """Those of the last step."""
    pressed: str = ""
    recap: str = ""
    """The seal of the recap that was shown last, as its button has it."""
    filed: list[str] = field(default_factory=list)
    steps: int = 0

    def handle(self, event: Event) -> Step:
        """Step, check what must hold, and go on with the state as a database keeps it."""
        self.steps += 1
        before = self.state
        now = NOW + dt.timedelta(hours=self.steps)
        name = reference(self.steps)
        result = step(form_matcher(), before, event, now, name, "telegram")
        self._says_something(event, result)
        self._files_only_what_was_agreed_to(before, event, result)
        values = [button.value for reply in result.replies for button in reply.buttons]
        self.last = values or self.last
        self.shown += values
        sealed = [value.rpartition(":")[2] for value in values if value.startswith("request:send:")]
        self.recap = sealed[-1] if sealed else self.recap
        self.state = ConversationState.model_validate_json(result.state.model_dump_json())
        assert self.state == result.state
        return result

    def press(self, which: str, number: int) -> None:
        """Press a button that was offered, if there was one."""
        sending = [value for value in self.shown if value.startswith("request:send:")]
        choices = {
            "last": self.last, "any": self.shown, "again": [self.pressed], "send": sending,
        }[which]  # fmt: skip
        if choices and choices[number % len(choices)]:
            self.pressed = choices[number % len(choices)]
            self.handle(ButtonPressed(value=self.pressed))

    def go_on(self) -> None:
        """Do what a plain person would do next, if a form is under way."""
        if self.state.form:
            self.handle(plain_answer(self))

    def _says_something(self, event: Event, result: Step) -> None:
        further = isinstance(event, AttachmentReceived) and event.album == self.state.album != ""
        assert result.replies or further or isinstance(event, CompaniesFound)
        for reply in result.replies:
            read = to_plain(reply.text)
            assert read.strip()
            assert len(read.encode("utf-16-le", "replace")) // 2 <= 4096
            assert "{" not in read or "{" in repr(event) + self.state.model_dump_json()
            assert len(reply.buttons) <= 100
            for button in reply.buttons:
                assert len(button.value.encode()) <= 64
                assert button.label.strip()
        if result.state.form and result.replies:
            assert result.replies[-1].buttons, "a form under way always shows how to go on"

    def _files_only_what_was_agreed_to(
        self, before: ConversationState, event: Event, result: Step
    ) -> None:
        for effect in result.effects:
            if isinstance(effect, AddToRequest | WithdrawRequest):
                assert effect.reference in {one.request.reference for one in before.requests}
            if not isinstance(effect, FileRequest):
                continue
            form = before.form
            assert form is not None
            assert form.step == RECAP
            assert effect.request.details == form.details
            assert seal(form.details) == self.recap, "what was shown is what is filed"
            assert _agrees(event, self.recap)
            assert effect.request.reference not in self.filed
            needs = [one.request.details.need for one in result.state.requests]
            assert len(needs) == len(set(needs)), "one open request a need"
            assert result.state.form is None
            self.filed.append(effect.request.reference)


def _agrees(event: Event, shown: str) -> bool:
    match event:
        case ButtonPressed(value=value):
            return value == f"request:send:{shown}"
        case MessageReceived(text=typed, edited=False):
            return typed in AGREEING
        case _:
            return False


PLAIN_ANSWERS: dict[str, Event] = {
    "description": MessageReceived(text="nous avons un projet de four solaire"),
    "need": ButtonPressed(value="need:press"),
    "communes": MessageReceived(text="Rumilly"),
    "surface": MessageReceived(text="500 m2"),
    "headcount": MessageReceived(text="12"),
    "deadline": MessageReceived(text="dans 6 mois"),
    "company": MessageReceived(text="Ateliers Martin"),
    "contact": MessageReceived(text="marie@ateliers.fr"),
    COMPANY_CHECK: ButtonPressed(value="request:company:none"),
    OPEN_ALREADY: ButtonPressed(value="request:add-here"),
    RECAP: MessageReceived(text="j'accepte"),
}


def plain_answer(conversation: Conversation) -> Event:
    """What a plain person says to the present question."""
    form = conversation.state.form
    assert form is not None
    return MessageReceived(text="reprendre") if form.paused else PLAIN_ANSWERS[form.step]


_THOUSANDS = settings.get_current_profile_name() == "thousands"


@settings(max_examples=settings().max_examples if _THOUSANDS else 300)
@given(BEGINNINGS, st.lists(MOVES, max_size=16))
def test_any_sequence_of_events_leads_on(
    beginning: tuple[str, ...], moves: list[Event | tuple[str, int] | str]
) -> None:
    """Never an exception, a dead end, an unreadable reply, or a request without agreement."""
    conversation = Conversation()
    for said in beginning:
        conversation.handle(MessageReceived(text=said))
    for move in moves:
        match move:
            case tuple():
                conversation.press(*move)
            case str():
                conversation.go_on()
            case _:
                conversation.handle(move)
    hypothesis.event(f"{len(conversation.filed)} requests filed")
    _leads_to_the_end(conversation)


def _leads_to_the_end(conversation: Conversation) -> None:
    """From where it stands, plain answers file the request, and one press gives it up."""
    if conversation.state.form is None:
        conversation.handle(CommandGiven(name="request"))
    kept = conversation.state
    conversation.handle(ButtonPressed(value=CANCEL))
    assert conversation.state.form is None
    conversation.state = kept
    for _ in range(MOST_STEPS_TO_THE_END):
        result = conversation.handle(plain_answer(conversation))
        if conversation.state.form is None:
            assert any(isinstance(one, FileRequest | AddToRequest) for one in result.effects)
            return
    raise AssertionError(f"still at {conversation.state.form}")
