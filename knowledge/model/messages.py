"""What the assistant says that is not an entry."""

from __future__ import annotations

from knowledge.model.parts import Label, Language, Model, Slug, Text, Texts
from knowledge.model.privacy_messages import PrivacyMessages
from knowledge.model.request_messages import RequestMessages
from knowledge.model.team_messages import TeamMessages


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


class CardMessages(Model):
    """The words of the card that a team reads of a request; what the company wrote is not here."""

    card_filed: Texts
    card_added: Texts
    card_withdrawn: Texts
    card_undelivered: Texts
    card_again: Texts
    card_corrected: Texts
    card_transferred: Texts
    card_waiting: Texts
    card_withdrawn_note: Texts
    card_undelivered_note: Texts
    card_waiting_note: Texts
    card_need: Texts
    card_message: Texts
    card_addition: Texts
    card_course: Texts
    card_surface: Texts
    card_communes: Texts
    card_outside: Texts
    card_headcount: Texts
    card_deadline: Texts
    card_company: Texts
    card_verification: Texts
    card_verified: Texts
    card_unverified: Texts
    card_ceased: Texts
    card_siret: Texts
    card_siren: Texts
    card_commune: Texts
    card_activity: Texts
    card_headcount_band: Texts
    card_person: Texts
    card_phone: Texts
    card_email: Texts
    card_eligibility: Texts
    card_files: Texts
    card_files_left: Texts
    card_channel: Texts
    card_channel_telegram: Texts
    card_channel_web: Texts
    card_channel_terminal: Texts
    card_language: Texts
    card_language_fr: Texts
    card_language_en: Texts
    card_consent: Texts
    card_team: Texts
    card_rule: Texts
    card_no_rule: Texts
    card_reply: Texts
    card_no_reply: Texts
    card_automatic: Texts
    card_topic_closed: Texts
    card_answer_here: Texts
    card_standing_taken: Texts
    card_standing_closed: Texts
    card_standing_withdrawn: Texts
    card_standing_moved: Texts
    card_button_take: Texts
    card_button_reply: Texts
    card_button_transfer: Texts
    card_button_note: Texts
    card_button_close: Texts
    card_button_reopen: Texts


class Messages(EligibilityMessages, CardMessages, RequestMessages, TeamMessages, PrivacyMessages):
    """Everything the assistant says that is not an entry, as light Markdown.

    A folder overrides any of them; the rest comes from neutral defaults. ``{…}`` are filled in
    when the message is said; the defaults file shows which each may hold.
    """

    welcome: Texts
    help: Texts
    menu: Texts
    unknown: Texts
    either: Texts
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
    command_mydata: Texts
    command_erase: Texts
    topics: dict[Slug, dict[Language, Label]] = {}
    menu_entries: tuple[Slug, ...] = ()
    contact_entry: Slug | None = None
