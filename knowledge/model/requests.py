"""What companies ask a team for, and what a request form asks them (``requests.yaml``)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from knowledge.model.parts import Label, Language, Model, Slug

Slot = Literal["description", "surface", "communes", "headcount", "deadline", "company", "contact"]
"""What a form can ask for. ``contact`` is an e-mail address or a telephone number."""


class Need(Model):
    """A kind of request, as ``premises`` or ``recruitment``.

    A message is taken for this need when it is matched with an entry of ``topics`` or one of
    ``entries``. ``asks`` are the slots that the form asks for, in its order, each ``required``
    or ``optional``; what is not named is not asked (``description`` and ``contact`` always are).
    """

    id: Slug
    label: Annotated[dict[Language, Label], Field(min_length=1)]
    topics: tuple[Slug, ...] = ()
    entries: tuple[Slug, ...] = ()
    asks: dict[Slot, Literal["required", "optional"]] = {}

    def label_in(self, language: Language) -> str:
        """The need's name in ``language`` if there is one."""
        return self.label.get(language) or next(iter(self.label.values()))


class RequestForm(Model):
    """The needs that may be chosen, and how long a request is kept.

    ``other`` is the need of what fits no other. ``privacy_entry`` is the entry that says which
    data are kept and why.
    """

    needs: tuple[Need, ...] = ()
    other: Slug = "other"
    retention_months: Annotated[int, Field(ge=1, le=120)] = 24
    privacy_entry: Slug | None = None

    def need(self, need_id: str | None) -> Need | None:
        """The need of that id, or None."""
        return next((need for need in self.needs if need.id == need_id), None)
