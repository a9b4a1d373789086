"""The words of what a person may see of their data, and have erased."""

from __future__ import annotations

from knowledge.model.parts import Model, Texts


class PrivacyMessages(Model):
    """What is said of personal data; the defaults file shows what each may hold."""

    privacy_gathering: Texts
    privacy_data: Texts
    privacy_data_messages: Texts
    privacy_data_form: Texts
    privacy_data_request: Texts
    privacy_data_delivery: Texts
    privacy_data_waiting: Texts
    privacy_data_notes: Texts
    privacy_data_files: Texts
    privacy_data_questions: Texts
    privacy_data_look_ups: Texts
    privacy_data_more: Texts
    privacy_data_file: Texts
    privacy_file_name: Texts
    privacy_kept: Texts
    privacy_channel_team: Texts
    privacy_channel_email: Texts
    privacy_channel_webhook: Texts
    privacy_status_open: Texts
    privacy_status_taken: Texts
    privacy_status_closed: Texts
    privacy_status_withdrawn: Texts
    privacy_erase_ask: Texts
    privacy_erase_requests: Texts
    privacy_erase_late: Texts
    privacy_kept_all: Texts
    privacy_erasing: Texts
    privacy_erased: Texts
    privacy_erased_groups: Texts
    privacy_erased_sent: Texts
    button_privacy_data: Texts
    button_privacy_erase: Texts
    button_privacy_erase_yes: Texts
    button_privacy_keep: Texts
    card_erased: Texts
    card_erased_person: Texts
    card_erased_staff: Texts
    card_erased_retention: Texts
    card_erased_here: Texts
    card_erased_left: Texts
    card_erased_elsewhere: Texts
