"""What the assistant says that is not an entry."""

from __future__ import annotations

from knowledge.model.parts import Label, Language, Model, Slug, Text, Texts


class Messages(Model):
    """Everything the assistant says that is not an entry, as light Markdown.

    A folder overrides any of them; the rest comes from neutral defaults. ``{…}`` are filled in
    when the message is said; the defaults file shows which each may hold.
    """

    welcome: Texts
    help: Texts
    menu: Texts
    unknown: Texts
    clarify: Texts
    clarify_none: Texts
    choose: Texts
    acknowledged: Texts
    thanked: Texts
    puzzled: Texts
    more: Texts
    no_more: Texts
    no_detail: Texts
    handoff: Texts
    handoff_compose: Texts
    handoff_recorded: Texts
    handoff_cancelled: Texts
    language_switched: Texts
    other_language: Texts
    other_languages: dict[str, Text] = {}
    not_text: Texts
    too_long: Texts
    failed: Texts
    commune_inside: Texts
    commune_outside: Texts
    source: Texts
    source_undated: Texts
    button_menu: Texts
    button_team: Texts
    button_yes: Texts
    button_no: Texts
    button_none: Texts
    command_start: Texts
    command_help: Texts
    command_menu: Texts
    command_language: Texts
    command_contact: Texts
    command_request: Texts
    command_requests: Texts
    topics: dict[Slug, dict[Language, Label]] = {}
    menu_entries: tuple[Slug, ...] = ()
    contact_entry: Slug | None = None
