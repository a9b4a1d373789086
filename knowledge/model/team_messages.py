"""The words of a request's way through a team."""

from __future__ import annotations

from knowledge.model.parts import Model, Texts


class TeamMessages(Model):
    """What a team reads in its group beside the cards, and what a company reads of its team."""

    team_taken: Texts
    team_taken_already: Texts
    team_taken_by_other: Texts
    team_closed: Texts
    team_closed_already: Texts
    team_withdrawn_already: Texts
    team_ask_reply: Texts
    team_ask_note: Texts
    team_noted: Texts
    team_ask_transfer: Texts
    team_no_other: Texts
    team_transferred: Texts
    team_elsewhere: Texts
    team_take_first: Texts
    team_not_delivered: Texts
    team_canned: Texts
    team_canned_none: Texts
    team_canned_sent: Texts
    team_button_send: Texts
    team_button_over: Texts
    team_talk: Texts
    team_unread: Texts
    team_too_large: Texts
    team_stranger: Texts
    team_helped: Texts
    team_not_helped: Texts
    team_released: Texts
    team_reminder: Texts
    team_line_added: Texts
    team_line_replied: Texts
    team_line_noted: Texts
    team_line_taken: Texts
    team_line_transferred: Texts
    team_line_closed: Texts
    team_told_taken: Texts
    team_told_transferred: Texts
    team_told_released: Texts
    team_told_closed: Texts
    team_told_wrote: Texts
    team_told_corrected: Texts
    team_told_unread: Texts
    team_told_passed_on: Texts
    team_told_thanks: Texts
    team_told_rated_already: Texts
    team_button_helped: Texts
    team_button_not_helped: Texts
