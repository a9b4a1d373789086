"""Examinations side by side, what is told of them, and rounds."""

from __future__ import annotations

import asyncio
import logging
import re
from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner

from bot.cli import main
from bot.doctor.examining import Examination, examine_all
from bot.doctor.finding import Finding, fault, ok, warning, worst
from bot.doctor.report import as_text
from bot.doctor.rounds import Rounds
from tests.polling import running, until
from tests.servers.raw import raw_server

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.bot.doctor.deployment import Deployment

WELL = ok("mail", "answers")


async def _well() -> Sequence[Finding]:
    return [WELL]


async def _silent() -> Sequence[Finding]:
    await asyncio.Event().wait()
    return []


async def _broken() -> Sequence[Finding]:
    raise RuntimeError("s3cr3t")


async def test_a_silent_host_holds_up_none_of_the_rest() -> None:
    """Each has its own time; what failed by itself is a finding without its words."""
    found = await examine_all(
        [
            Examination("mail", "the mail server", _silent),
            Examination("webhooks", "a receiver", _broken),
            Examination("mail", "another", _well),
        ],
        within_seconds=0.05,
    )
    assert [(one.level, one.what) for one in found] == [
        ("fault", "the mail server has not answered within 0.05 s"),
        ("fault", "a receiver could not be examined (RuntimeError)"),
        ("ok", "answers"),
    ]
    assert all(one.mend for one in found if one.level != "ok")


async def test_every_server_may_be_silent(deployment: Deployment) -> None:
    """They take the connection and say nothing: each is named, and the command comes to its end."""
    async with raw_server(_mute) as port:
        for server in ("telegram", "smtp", "directory"):
            await deployment.stop(server)
        deployment.set(
            TELEGRAM_API_URL=f"http://127.0.0.1:{port}",
            SMTP_URL=f"smtp://127.0.0.1:{port}",
            COMPANY_DIRECTORY_URL=f"http://127.0.0.1:{port}",
        )
        told = await deployment.doctor("--timeout", "1")
    assert {"telegram", "mail", "directory"} <= told.troubled().keys()
    assert [one["what"] for one in told.findings if one["matter"] == "telegram"] == [
        f"Telegram at 127.0.0.1:{port} has not answered within 1 s"
    ]
    assert "database" not in told.troubled()


async def _mute(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


def test_a_terminal_gets_colours_and_no_orders() -> None:
    """Words of files and servers steer nothing; colours only where they are seen."""
    lines = as_text([fault("mail", "bad \x1b[2J news", "mend \u202e it"), WELL])
    plain = [click.unstyle(line) for line in lines]
    assert plain[0].split() == ["fault", "mail", "bad", "[2J", "news"]
    assert plain[1].split() == ["→", "mend", "it"]
    assert plain[-1] == "1 fault"
    assert re.findall(r"\x1b\[\d+m", lines[0])
    assert as_text([WELL])[-1] == "all is well"
    assert as_text([warning("mail", "a", "b"), warning("mail", "a", "b")])[-1] == "2 warnings"


def test_colours_can_be_switched_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """NO_COLOR is heeded, as https://no-color.org has it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PORT", "0")
    coloured = CliRunner().invoke(main, ["doctor"], color=True)
    monkeypatch.setenv("NO_COLOR", "1")
    plain = CliRunner().invoke(main, ["doctor"], color=True)
    assert "\x1b[" in coloured.stdout
    assert "\x1b[" not in plain.stdout


async def test_rounds_keep_the_last_and_tell_what_is_new(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A fault is one line in the log however long it lasts, and its end another."""
    caplog.set_level(logging.INFO, "bot.doctor.rounds")
    trouble = fault("mail", "does not answer", "start it")
    results = iter([(WELL,), (trouble,), (trouble,), (WELL,)])
    gone = asyncio.Event()

    async def examine() -> tuple[Finding, ...]:
        found = next(results, None)
        if found is None:
            gone.set()
            await asyncio.Event().wait()
            raise AssertionError
        return found

    rounds = Rounds(examine, every_seconds=0.001, first_after_seconds=0.0)
    assert (rounds.findings, rounds.examined_at) == ((), None)
    async with running(rounds.run()):
        await until(gone.is_set)
    assert rounds.findings == (WELL,)
    assert rounds.examined_at is not None
    assert [record.getMessage() for record in caplog.records] == [
        "mail: does not answer; start it",
        "mail: well again",
    ]


def test_the_worst_level_is_that_of_the_whole() -> None:
    """For programs that look at nothing else."""
    assert worst([]) == "ok"
    assert worst([WELL, warning("mail", "a", "b")]) == "warning"
    assert worst([fault("mail", "a", "b"), warning("mail", "a", "b")]) == "fault"
