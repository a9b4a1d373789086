"""Settings that cannot work together, or that nothing reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.doctor.settings import examine_settings
from bot.settings import Settings

KNOWN_TO_TELEGRAM = {"telegram_bot_token": "1:x", "telegram_mode": "webhook"}


@pytest.fixture(autouse=True)
def nothing_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder without ``.env``."""
    monkeypatch.chdir(tmp_path)


def troubles(**settings: object) -> list[str]:
    """What is wrong with such settings."""
    found = examine_settings(Settings.model_validate({"_env_file": None, **settings}))
    return [one.what for one in found if one.level != "ok"]


def test_a_webhook_needs_an_address_that_telegram_calls() -> None:
    """Https, on one of four ports; a Bot API server of one's own calls any."""
    for good in ("https://a.example.org", "https://a.example.org:8443"):
        assert troubles(**KNOWN_TO_TELEGRAM, public_url=good) == []
    for bad in ("http://a.example.org", "https://a.example.org:8080"):
        (what,) = troubles(**KNOWN_TO_TELEGRAM, public_url=bad)
        assert what.startswith("PUBLIC_URL is not where Telegram calls")
        own = {"telegram_api_url": "http://127.0.0.1:8081"}
        assert troubles(**KNOWN_TO_TELEGRAM, **own, public_url=bad) == []


@pytest.mark.parametrize("secret", ["with space", "é", "x" * 257])
def test_a_secret_that_telegram_refuses_is_named(secret: str) -> None:
    """Without telling it."""
    (what,) = troubles(telegram_webhook_secret=secret)
    assert what == "TELEGRAM_WEBHOOK_SECRET is refused by Telegram"
    assert troubles(telegram_webhook_secret="A-z_9") == []  # noqa: S106 - opens nothing


def test_half_of_a_pair_is_named() -> None:
    """Either alone sends no mail."""
    assert troubles(email_from="a@example.org") == ["EMAIL_FROM is set, SMTP_URL is not"]
    assert troubles(smtp_url="smtp://localhost") == ["SMTP_URL is set, EMAIL_FROM is not"]


def test_only_what_looks_like_a_setting_is_taken_for_a_slip(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Other programs have their lines in the same file."""
    monkeypatch.setenv("MAIL_FROM", "set for another program, and seen there")
    Path(".env").write_text(
        "PORT=8080\nWEBHOOK_SECRET_CRM=\nPOSTGRES_PASSWORD=x\nTZ=Europe/Paris\n"
        "HTTPS_PROXY=http://proxy\nMAIL_FROM=x\nDATABASE_ULR=x\n",
        encoding="utf-8",
    )
    assert troubles() == [".env sets DATABASE_ULR, which is no setting of the assistant"]
