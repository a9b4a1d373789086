"""What is known: entries, where they come from, and what a channel may show beside them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from knowledge.model.parts import Label, Language, Model, PartialDate, Slug, Text, Texts, WholeDate


class Source(Model):
    """Where an answer comes from. Without ``date`` the page shows none, and the reply says so."""

    title: Text
    url: Annotated[str, Field(pattern=r"^https?://\S+$")] | None = None
    date: PartialDate | None = None


class Venue(Model):
    """A place, shown as a pin on a map by the channels that can. Degrees, WGS 84."""

    title: Text
    address: Text
    latitude: Annotated[float, Field(ge=-90, le=90)]
    longitude: Annotated[float, Field(ge=-180, le=180)]


class Phone(Model):
    """A telephone number in international form, shown as a contact card where one exists."""

    name: Text
    number: Annotated[str, Field(pattern=r"^\+[1-9]\d{6,14}$")]


class Entry(Model):
    """One thing the assistant knows.

    ``questions`` may hold ``{commune}``: it stands for any commune's name or postal code.
    ``outcome`` is what giving this entry's answer amounts to: ``answer``; ``handoff`` for a need
    that the team takes over; ``unknown`` for what is knowingly not answered (the text says who
    does). ``label`` is the text of the button that leads here; else the first question is.
    ``keywords`` lead here whoever types one of them and nothing else; no wording is learnt of them.
    ``courtesy`` marks greetings and thanks: left unanswered beside a question in one message.
    ``commands`` have a button each under the answer: to see one's data, to have them erased.
    """

    id: Slug
    topic: Slug = "general"
    label: dict[Language, Label] = {}
    questions: dict[Language, tuple[Text, ...]]
    keywords: dict[Language, tuple[Text, ...]] = {}
    answer: Annotated[Texts, Field(min_length=1)]
    outcome: Literal["answer", "handoff", "unknown"] = "answer"
    courtesy: bool = False
    sources: tuple[Source, ...] = ()
    checked: WholeDate | None = None
    follow_ups: tuple[Slug, ...] = ()
    commands: tuple[Literal["mydata", "erase"], ...] = ()
    venue: Venue | None = None
    phone: Phone | None = None

    def label_in(self, language: Language) -> str:
        """The text of a button that leads to this entry, in ``language`` if there is one."""
        if self.label:
            return self.label.get(language) or next(iter(self.label.values()))
        questions = self.questions.get(language) or next(
            (texts for texts in self.questions.values() if texts), (self.id,)
        )
        return questions[0]
