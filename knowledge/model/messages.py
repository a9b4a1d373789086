"""What the assistant says that is not an entry."""

from __future__ import annotations

from knowledge.model.parts import Label, Language, Model, Slug, Text, Texts
from knowledge.model.request_messages import RequestMessages


class EligibilityMessages(Model):
    """What a company is told of whether it is concerned, paragraph by paragraph.

    Those of ``eligibility_summary`` are for the team's card: plain text on one line.
    """

    eligibility_closed: Texts
    eligibility_inside: Texts
    eligibility_outside: Texts
    eligibility_settling: Texts
    eligibility_place_unknown: Texts
    eligibility_productive: Texts
    eligibility_related: Texts
    eligibility_other_activity: Texts
    eligibility_activity_unknown: Texts
    eligibility_opens: Texts
    eligibility_team: Texts
    eligibility_summary_closed: Texts
    eligibility_summary_inside: Texts
    eligibility_summary_outside: Texts
    eligibility_summary_settling: Texts
    eligibility_summary_place_unknown: Texts
    eligibility_summary_productive: Texts
    eligibility_summary_related: Texts
    eligibility_summary_other_activity: Texts
    eligibility_summary_activity_unknown: Texts


class Messages(EligibilityMessages, RequestMessages):
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
