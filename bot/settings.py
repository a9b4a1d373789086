"""Settings, from the environment and ``.env``: read once, frozen, secrets never printed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.mailbox import parse_mailbox
from bot.smtp_url import parse_smtp_url
from knowledge.decision import USUAL_COSTS, Costs
from knowledge.model import Retention
from knowledge.model.retention import Days

CONTENT = Path(__file__).resolve().parent.parent / "knowledge" / "content"


class Settings(BaseSettings):
    """Each field is the environment variable of the same name in capitals."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    host: str = Field("127.0.0.1", description="Address the web server listens on")
    port: Annotated[int, Field(ge=0, le=65535)] = Field(8080, description="Its port")
    public_url: str | None = Field(
        None, description="The assistant's address as people reach it, https; needed for a webhook"
    )
    knowledge_dir: Path = Field(CONTENT, description="The knowledge folder")
    database_url: str = Field(
        "sqlite+aiosqlite:///data/assistant.db", description="SQLAlchemy URL of the database"
    )
    cache_dir: Path = Field(
        Path("data/cache"), description="Where what was learnt from a knowledge folder is kept"
    )
    telegram_bot_token: SecretStr | None = Field(
        None, description="Token from @BotFather; without it there is no Telegram channel"
    )
    telegram_api_url: str = Field(
        "https://api.telegram.org", description="Bot API server, if not the public one"
    )
    telegram_mode: Literal["polling", "webhook"] = Field(
        "polling", description="How updates come in; `webhook` needs PUBLIC_URL"
    )
    telegram_webhook_secret: SecretStr | None = Field(
        None, description="Secret token that Telegram sends with each webhook call"
    )
    telegram_messages_per_second: Annotated[float, Field(gt=0)] = Field(
        30.0, description="Overall sending limit"
    )
    telegram_chat_messages_per_second: Annotated[float, Field(gt=0)] = Field(
        1.0, description="Sending limit in one private chat"
    )
    telegram_group_messages_per_minute: Annotated[float, Field(gt=0)] = Field(
        20.0, description="Sending limit in one group"
    )
    web_messages_per_minute: Annotated[int, Field(gt=0)] = Field(
        30, description="Messages one web conversation may send before it is asked to wait"
    )
    web_files_per_minute: Annotated[int, Field(gt=0)] = Field(
        20, description="Files one address may send by the web before it is asked to wait"
    )
    web_conversations_per_minute: Annotated[int, Field(gt=0)] = Field(
        20, description="Web conversations one address may open before it is asked to wait"
    )
    web_trusted_proxies: Annotated[int, Field(ge=0)] = Field(
        0, description="Reverse proxies in front whose X-Forwarded-For is believed"
    )
    company_directory_url: Annotated[str, Field(pattern=r"^(off|https?://\S+)$")] = Field(
        "https://recherche-entreprises.api.gouv.fr",
        description="The State's company search, or one that answers as it does; `off`: none",
    )
    company_directory_timeout_seconds: Annotated[float, Field(gt=0, le=30)] = Field(
        4.0, description="How long a company may wait for its look-up before the form goes on"
    )
    company_directory_requests_per_second: Annotated[float, Field(gt=0)] = Field(
        5.0, description="Look-ups of this process: the service grants 7 to one address"
    )
    smtp_url: SecretStr | None = Field(
        None, description="Mail server for requests, as `smtp://user:password@mail.example.org`"
    )
    email_from: str | None = Field(
        None, description="Whom mails are from, as `Assistant <assistant@example.org>`"
    )
    cost_false_answer: Annotated[float, Field(gt=0, allow_inf_nan=False)] = Field(
        USUAL_COSTS.false_answer, description="What answering another question than was asked costs"
    )
    cost_question_back: Annotated[float, Field(ge=0, allow_inf_nan=False)] = Field(
        USUAL_COSTS.question_back, description="What a question back costs"
    )
    cost_missed_options: Annotated[float, Field(ge=0, allow_inf_nan=False)] = Field(
        USUAL_COSTS.missed_options,
        description="What it costs on top where none of its options is meant",
    )
    cost_missed_answer: Annotated[float, Field(gt=0, allow_inf_nan=False)] = Field(
        USUAL_COSTS.missed_answer, description="What not answering what the folder answers costs"
    )
    cost_second_answer: Annotated[float, Field(ge=0, allow_inf_nan=False)] = Field(
        USUAL_COSTS.second_answer, description="What reading two answers costs, where one is meant"
    )
    cost_other_need: Annotated[float, Field(ge=0, allow_inf_nan=False)] = Field(
        USUAL_COSTS.other_need,
        description="What being handed over with another need than one has costs",
    )
    doctor_minutes: Annotated[float, Field(ge=0)] = Field(
        10.0,
        description="How often `serve` examines what it depends on, as `doctor` does; 0: never",
    )
    disk_free_megabytes: Annotated[float, Field(gt=0)] = Field(
        500.0, description="Free disk space below which the doctor warns; a tenth of it is a fault"
    )
    retention_conversation_days: Days = Field(
        365, description="A conversation without a new message or a request is erased after so long"
    )
    retention_message_days: Days = Field(
        365,
        description="Messages and replies are erased after so long where the conversation goes on",
    )
    retention_question_days: Days = Field(
        365, description="Questions that could not be answered are erased after so long"
    )
    retention_file_days: Days = Field(
        30, description="Uploaded files that joined no request are erased after so long"
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="How much is logged"
    )

    @property
    def costs(self) -> Costs:
        """What mistakes cost, as decisions weigh them."""
        return Costs(
            false_answer=self.cost_false_answer,
            question_back=self.cost_question_back,
            missed_options=self.cost_missed_options,
            missed_answer=self.cost_missed_answer,
            second_answer=self.cost_second_answer,
            other_need=self.cost_other_need,
        )

    @property
    def retention(self) -> Retention:
        """How long things are kept, as texts name it."""
        return Retention(
            conversation_days=self.retention_conversation_days,
            message_days=self.retention_message_days,
            question_days=self.retention_question_days,
            file_days=self.retention_file_days,
        )

    @field_validator("smtp_url")
    @classmethod
    def _smtp_url_can_be_used(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            parse_smtp_url(value.get_secret_value())
        return value

    @field_validator("email_from")
    @classmethod
    def _email_from_can_be_used(cls, value: str | None) -> str | None:
        if value is not None and not parse_mailbox(value).address.isascii():
            raise ValueError("has other letters than ASCII before the @, which few servers take")
        return value
