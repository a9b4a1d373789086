"""What is covered, and the folder's own words."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from knowledge.model.parts import Model, Slug, Text, Texts

ActivityBeginning = Annotated[str, Field(pattern=r"^([A-U]|\d{2}(\.\d{1,2}[A-Z]?)?)$")]
"""A section of the NAF rév. 2 (``C``), or a code or its beginning (``25``, ``25.6``)."""


class Commune(Model):
    """A municipality by its name, INSEE code and postal codes."""

    name: Text
    code: Annotated[str, Field(pattern=r"^\d[\dAB]\d{3}$")]
    postal_codes: tuple[Annotated[str, Field(pattern=r"^\d{5}$")], ...] = ()
    aliases: tuple[Text, ...] = ()


class Territory(Model):
    """What is covered, and whom to reach. Every field has a neutral default.

    ``names`` are ways people name the territory: they are not taken for a commune's name.
    ``outside`` are neighbours often asked about, told apart with certainty. A message that
    names a commune and asks for ``membership_entry`` reads whether that commune is covered; one
    that asks for an entry of ``membership_topics`` reads it before that entry's answer.
    A message that names a place outside and asks for an entry of ``elsewhere_topics``, which hold
    of the territory alone, is answered with ``elsewhere_entry``; one that names a commune of the
    territory and asks for an entry of ``commune_topics``, which hold of it as a whole, with
    ``commune_entry``.
    Whether a company is concerned is told by its commune and its activity: one of
    ``productive_activities`` is, one of ``related_activities`` may be; the sources of
    ``eligibility_entry`` stand under what it is told.
    """

    name: Texts = {}
    names: tuple[Text, ...] = ()
    communes: tuple[Commune, ...] = ()
    outside: tuple[Commune, ...] = ()
    contact: Texts = {}
    membership_entry: Slug | None = None
    membership_topics: tuple[Slug, ...] = ()
    elsewhere_entry: Slug | None = None
    elsewhere_topics: tuple[Slug, ...] = ()
    commune_entry: Slug | None = None
    commune_topics: tuple[Slug, ...] = ()
    productive_activities: tuple[ActivityBeginning, ...] = ("C",)
    related_activities: tuple[ActivityBeginning, ...] = ()
    eligibility_entry: Slug | None = None


class LanguageLexicon(Model):
    """Words of one language: ``abbreviations`` are written out, ``synonyms`` count as one word."""

    abbreviations: dict[str, Text] = {}
    synonyms: tuple[tuple[Text, ...], ...] = ()


class Lexicon(Model):
    """What the folder knows of its own words."""

    fr: LanguageLexicon = LanguageLexicon()
    en: LanguageLexicon = LanguageLexicon()
