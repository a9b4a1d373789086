"""The command names what is wrong, one planted fault at a time, on real servers and databases."""

from __future__ import annotations

import datetime as dt
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.ext.asyncio import create_async_engine

from bot.storage.database import MIGRATIONS, Schema
from bot.storage.store import Store
from tests.bot.doctor.deployment import KEY, PASSWORD, deployed
from tests.bot.shell import run
from tests.bot.storage.making import NOW, execute
from tests.bot.storage.requesting import CRM, GROUP, MAILBOX, due, filing, request, take
from tests.servers.telegram import TOKEN
from tests.servers.telegram_updates import BOT_USERNAME

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.bot.doctor.deployment import Deployment

MATTERS = {
    "settings", "knowledge", "routing", "database", "inbox", "outbox", "requests", "deliveries",
    "disk", "cache", "port", "telegram", "updates", "groups", "mail", "webhooks", "directory",
    "clock",
}  # fmt: skip


class Plant(Protocol):
    """Harms a deployment."""

    __name__: str

    async def __call__(self, to: Deployment) -> None:
        """Do so."""


@dataclass(frozen=True)
class Fault:
    """What is done, and what the doctor is to say of it."""

    plant: Plant
    expected: dict[str, str]
    """The level of each matter that is not well afterwards, the planted one first."""
    what: str
    mend: str


FAULTS: list[Fault] = []


def planted(expected: dict[str, str], what: str, mend: str) -> Callable[[Plant], Plant]:
    """Have the decorated fault tried."""

    def add(plant: Plant) -> Plant:
        FAULTS.append(Fault(plant, expected, what, mend))
        return plant

    return add


async def test_where_all_is_well_it_says_so(deployment: Deployment) -> None:
    """Each matter is examined and well, nothing is sent or posted, and the code is 0."""
    told = await deployment.doctor()

    assert told.troubled() == {}
    assert {finding["matter"] for finding in told.findings} == MATTERS
    assert (told.code, told.status) == (0, "ok")
    assert deployment.smtp.mails == []
    assert deployment.smtp.sessions == 1
    assert (deployment.receiver.taken, deployment.receiver.refused) == ([], 0)
    assert deployment.telegram.sent == []
    assert {method for method, _ in deployment.telegram.calls} == {
        "getMe", "getWebhookInfo", "getChatMember", "getChat",
    }  # fmt: skip


async def test_on_postgresql_too(
    tmp_path: Path, postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same deployment on the other database."""
    async with deployed(tmp_path, postgresql_url, monkeypatch) as made:
        told = await made.doctor()
    assert told.troubled() == {}
    assert [one["what"] for one in told.findings if one["matter"] == "database"] == [
        f"PostgreSQL; schema {Schema.at(None).needed}, can be written"
    ]


async def test_where_nothing_is_set_up_nothing_is_missed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No account, no token, no server, no database yet: as after `make run` for the first time."""
    async with deployed(tmp_path, f"sqlite+aiosqlite:///{tmp_path}/new/a.db", monkeypatch) as made:
        made.routing.unlink()
        for name in ("TELEGRAM_BOT_TOKEN", "SMTP_URL", "EMAIL_FROM", "WEBHOOK_SECRET_CRM"):
            made.set(**{name: None})
        made.set(COMPANY_DIRECTORY_URL="off")
        (tmp_path / "new" / "a.db").unlink()
        told = await made.doctor()
    said = {finding["matter"]: finding["what"] for finding in told.findings}
    assert (told.code, told.troubled()) == (0, {})
    assert said["telegram"] == "not configured (no TELEGRAM_BOT_TOKEN)"
    assert said["database"] == "does not exist yet: the first start makes it"


@planted({"telegram": "fault"}, "does not know this token", "@BotFather")
async def _wrong_token(to: Deployment) -> None:
    to.set(TELEGRAM_BOT_TOKEN=f"{TOKEN[:-3]}xyz")


@planted({"telegram": "fault"}, "does not answer: NetworkError", "TELEGRAM_API_URL")
async def _telegram_down(to: Deployment) -> None:
    await to.stop("telegram")


@planted(
    {"groups": "fault"},
    "group -1001234 (team sites): the assistant is not in it",
    f"add @{BOT_USERNAME}",
)
async def _put_out_of_the_group(to: Deployment) -> None:
    to.group.status = "kicked"


@planted(
    {"groups": "fault"}, "group -1001234 (team sites): Telegram knows no such group", "mend `group`"
)
async def _no_such_group(to: Deployment) -> None:
    to.telegram.chats.by_id.clear()


@planted(
    {"groups": "fault"},
    "is no administrator",
    f"make @{BOT_USERNAME} an administrator who may manage topics",
)
async def _no_administrator(to: Deployment) -> None:
    to.group.status = "member"


@planted({"groups": "fault"}, "may not manage topics", "the right to manage topics")
async def _may_not_manage_topics(to: Deployment) -> None:
    to.group.rights.remove("can_manage_topics")


@planted({"groups": "warning"}, "may not delete messages", "may delete messages")
async def _may_not_delete(to: Deployment) -> None:
    to.group.rights.remove("can_delete_messages")


@planted({"groups": "fault"}, "topics are off", "`topics: no`")
async def _topics_off(to: Deployment) -> None:
    to.group.forum = False


@planted(
    {"groups": "warning"},
    "was upgraded to a supergroup; cards follow it to -1009",
    '`group: "-1009"`',
)
async def _upgraded(to: Deployment) -> None:
    chats = to.telegram.chats.by_id
    chats[-1009] = chats[-1001234]
    chats[-1001234] = type(to.group)(type="group", forum=False, moved_to=-1009)


@planted(
    {"updates": "fault"}, "TELEGRAM_MODE is polling, but Telegram calls old.example.org", "restart"
)
async def _webhook_while_polling(to: Deployment) -> None:
    to.telegram.webhook = {"url": "https://old.example.org/bot/s3cr3t"}


@planted({"mail": "fault"}, "does not answer (ConnectionRefusedError)", "SMTP_URL")
async def _mail_server_down(to: Deployment) -> None:
    await to.stop("smtp")


@planted({"mail": "fault"}, "refuses user and password (535)", "SMTP_URL")
async def _wrong_mail_password(to: Deployment) -> None:
    to.smtp.credentials = ("assistant", "another")


@planted({"routing": "fault"}, "e-mail to the team desk, but no SMTP_URL is set", "set it")
async def _no_mail_server_for_a_mailbox(to: Deployment) -> None:
    to.set(SMTP_URL=None, EMAIL_FROM=None)


@planted(
    {"settings": "fault", "routing": "fault"}, "SMTP_URL is set, EMAIL_FROM is not", "set both"
)
async def _no_sender(to: Deployment) -> None:
    to.set(EMAIL_FROM=None)


@planted(
    {"routing": "fault"}, "webhooks to the team sites, but WEBHOOK_SECRET_CRM is not set", "set it"
)
async def _no_key_for_a_webhook(to: Deployment) -> None:
    to.set(WEBHOOK_SECRET_CRM=None, WEBHOOK_SECRET_ERP=KEY)


@planted({"settings": "fault"}, "WEBHOOK_SECRET_CRM holds a key of fewer than 24", "openssl rand")
async def _unusable_key(to: Deployment) -> None:
    to.set(WEBHOOK_SECRET_CRM="s3cr3t")  # noqa: S106 - opens nothing


@planted({"webhooks": "fault"}, "(team sites): no connection", "see that it runs")
async def _receiver_down(to: Deployment) -> None:
    await to.stop("receiver")


@planted(
    {"webhooks": "fault"},
    "https://crm.example.invalid:443 (team sites): the name is not known",
    "`url`",
)
async def _unknown_receiver(to: Deployment) -> None:
    to.rewrite(to.receiver.url, "https://crm.example.invalid/in")


@planted({"database": "fault"}, "its schema is 0001, ", "start the assistant")
async def _database_behind(to: Deployment) -> None:
    """Made by the first version of the program, and not started since."""
    for table in ("", "-wal", "-shm", ".lock"):
        (to.folder / f"assistant.db{table}").unlink(missing_ok=True)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")

    def upgrade(connection: sa.Connection) -> None:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")

    engine = create_async_engine(to.database_url)
    async with engine.begin() as connection:
        await connection.run_sync(upgrade)
    await engine.dispose()
    await execute(to.database_url, "PRAGMA journal_mode = WAL")


@planted({"database": "fault"}, "its schema is 9999, of a newer program", "newer program")
async def _database_of_a_newer_program(to: Deployment) -> None:
    await execute(to.database_url, "UPDATE alembic_version SET version_num = '9999'")


@planted({"database": "fault"}, "SQLite finds damage", "restore a backup")
async def _damaged_database(to: Deployment) -> None:
    """One page of the disk came back as noise."""
    path = to.folder / "assistant.db"
    content = bytearray(path.read_bytes())
    [[size]] = await execute(to.database_url, "PRAGMA page_size")
    [[page]] = await execute(
        to.database_url, "SELECT rootpage FROM sqlite_master WHERE name = 'outbox'"
    )
    content[(page - 1) * size : page * size] = b"\xff" * size
    path.write_bytes(content)


@planted({"database": "fault"}, "file is not a database", "DATABASE_URL")
async def _no_database(to: Deployment) -> None:
    (to.folder / "assistant.db").write_text("Madame, Monsieur, " * 100, encoding="utf-8")


@planted({"database": "fault"}, "DATABASE_URL is not a URL", "mend DATABASE_URL")
async def _no_database_url(to: Deployment) -> None:
    to.database_url = "assistant.db"


@planted(
    {"knowledge": "fault", "routing": "warning"},
    "routing.yaml:8: no team has the id `site`",
    "did you mean `sites`?",
)
async def _broken_knowledge(to: Deployment) -> None:
    to.rewrite("team: sites}", "team: site}")


@planted({"routing": "warning"}, "routing.yaml:9: the rule `last` changes nothing", "remove it")
async def _idle_rule(to: Deployment) -> None:
    to.rewrite("default:", "  - {id: last, when: {words: [salon]}, team: desk}\ndefault:")


@planted({"clock": "fault"}, "s behind 127.0.0.1:", "time synchronisation")
async def _clock_off(to: Deployment) -> None:
    """By ten minutes, as the directory tells: there is no Telegram to ask."""
    to.rewrite('    telegram: {group: "-1001234"}\n', "")
    to.set(TELEGRAM_BOT_TOKEN=None)
    to.directory.ahead_seconds = 600


@planted({"clock": "warning"}, "s ahead of 127.0.0.1:", "time synchronisation")
async def _clock_a_little_off(to: Deployment) -> None:
    await _clock_off(to)
    to.directory.ahead_seconds = -30


@planted({"disk": "fault"}, "free where ", "make room")
async def _full_disk(to: Deployment) -> None:
    """No test fills a disk: as much room is asked for as none has."""
    to.set(DISK_FREE_MEGABYTES=1e12)


@planted({"outbox": "fault"}, "the oldest delivery has waited ", "`deliveries list --all`")
async def _old_outbox(to: Deployment) -> None:
    store = await Store.open(to.database_url)
    await take(store, 1, filing(request(), GROUP))
    await store.close()


@planted(
    {"requests": "fault"},
    "cards given up: 1, so a team may not know of a request",
    "`deliveries retry --all`",
)
async def _dead_card(to: Deployment) -> None:
    store = await Store.open(to.database_url)
    await take(store, 1, filing(request(), MAILBOX, CRM))
    mailbox, crm = await due(store)
    await store.mark_dead(mailbox, "550 no such user", NOW)
    await store.mark_sent([crm.id], NOW)
    replies = await store.claim_outbox(NOW, 10, 60, {"telegram"})
    await store.mark_sent([one.id for one in replies], NOW)
    await store.close()


@planted({"directory": "fault"}, "cannot be used: ClientConnectorError", "`off`")
async def _directory_down(to: Deployment) -> None:
    await to.stop("directory")


@planted({"directory": "fault"}, "cannot be used: it answers 404", "COMPANY_DIRECTORY_URL")
async def _no_directory_there(to: Deployment) -> None:
    to.set(COMPANY_DIRECTORY_URL=f"{to.directory.url}/elsewhere")


@planted({"cache": "warning"}, "cache cannot be written (Not a directory)", "name another")
async def _cache_not_writable(to: Deployment) -> None:
    (to.folder / "cache").write_text("", encoding="utf-8")


@planted({"port": "fault"}, "no assistant serves there: Address already in use", "PORT")
async def _port_taken(to: Deployment) -> None:
    taken = to.telegram.url.rpartition(":")[2]
    to.set(PORT=taken)


@planted({"settings": "warning"}, ".env sets TELEGRAM_TOKEN", "did you mean TELEGRAM_BOT_TOKEN?")
async def _misspelt_setting(to: Deployment) -> None:
    (to.folder / ".env").write_text("TELEGRAM_TOKEN=s3cr3t\n", encoding="utf-8")


@planted({"settings": "fault"}, "PUBLIC_URL is not set: it polls instead", "set PUBLIC_URL")
async def _webhook_without_an_address(to: Deployment) -> None:
    to.set(TELEGRAM_MODE="webhook")


@pytest.mark.parametrize("fault", FAULTS, ids=[fault.plant.__name__ for fault in FAULTS])
async def test_each_planted_fault_is_named(deployment: Deployment, fault: Fault) -> None:
    """What is wrong and the mend, nothing else beside it, no secret; 1 for a fault, else 0."""
    await fault.plant(deployment)
    told = await deployment.doctor()

    assert told.troubled() == fault.expected, told.findings
    matter, level = next(iter(fault.expected.items()))
    named = [one for one in told.at(level) if one["matter"] == matter and fault.what in one["what"]]
    assert len(named) == 1, told.at(level)
    assert fault.mend in named[0]["mend"]
    assert told.code == (1 if "fault" in fault.expected.values() else 0)
    for secret in (TOKEN, TOKEN.partition(":")[2], PASSWORD, KEY, "s3cr3t"):
        assert secret not in told.printed


async def test_a_delivery_for_a_channel_that_is_not_set_up_is_named(
    deployment: Deployment,
) -> None:
    """What waits, for whom, and the setting that would let it go."""
    await _old_outbox(deployment)
    deployment.rewrite('    telegram: {group: "-1001234"}\n', "")
    deployment.set(TELEGRAM_BOT_TOKEN=None)
    told = await deployment.doctor()

    assert told.troubled() == {"outbox": "fault", "deliveries": "fault"}
    (waiting,) = [one for one in told.at("fault") if one["matter"] == "deliveries"][:1]
    assert waiting["what"].endswith("1 wait, no TELEGRAM_BOT_TOKEN is set")


async def test_a_setting_that_cannot_be_used_is_a_finding_too(deployment: Deployment) -> None:
    """Each is named without its value, also for programs that read the output."""
    deployment.set(PORT="s3cr3t", SMTP_URL="mail.example.org/s3cr3t")
    told = await deployment.doctor()

    assert (told.code, told.troubled()) == (1, {"settings": "fault"})
    assert sorted(one["what"].partition(":")[0] for one in told.findings) == ["PORT", "SMTP_URL"]
    assert "s3cr3t" not in told.printed


async def test_the_default_directory_is_no_fault_of_the_deployment(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody set it, and forms go on without it: away, it is a warning."""
    monkeypatch.setattr("bot.doctor.directory._DEFAULT_URL", deployment.directory.url)
    await deployment.stop("directory")
    told = await deployment.doctor()
    assert (told.code, told.troubled()) == (0, {"directory": "warning"})


async def test_a_person_reads_each_trouble_with_its_mend_below_it(deployment: Deployment) -> None:
    """Lines for a terminal; without one, no colours."""
    deployment.group.forum = False
    result = await run(deployment.database_url, "doctor")
    lines = result.stdout.splitlines()

    (number,) = [number for number, line in enumerate(lines) if line.startswith("fault")]
    assert lines[number].split(maxsplit=2)[1:] == [
        "groups",
        "group -1001234 (team sites): topics are off, so all requests stand in one chat",
    ]
    assert lines[number + 1].strip().startswith("→ switch topics on")
    assert lines[-1] == "1 fault"
    assert "\x1b" not in result.stdout
    assert dt.datetime.now(dt.UTC).year > NOW.year  # what is old in these tests is old


async def test_an_assistant_that_serves_is_told_from_another_program(
    deployment: Deployment,
) -> None:
    """A free port is no trouble either: one may ask before the first start."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    deployment.set(PORT=port)
    told = await deployment.doctor()
    (line,) = [one["what"] for one in told.findings if one["matter"] == "port"]
    assert line == f"127.0.0.1:{port} is free: the assistant does not run here"
