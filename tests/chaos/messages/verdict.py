"""What a run shows: from what the chats read and from what the database holds."""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.chaos.messages.plan import answer_in

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.chaos.messages.plan import Asked
    from tests.servers.telegram import BotApiServer


@dataclass
class Verdict:
    """A run's figures. The first group must be zero; the rest tells what it went through."""

    unanswered: int = 0
    out_of_order: int = 0
    strange: int = 0
    """Messages that answer nothing that was asked."""
    unconfirmed: int = 0
    """Updates that Telegram would still deliver."""
    not_kept: int = 0
    """Updates that were acknowledged and are not in the inbox."""
    not_handled: int = 0
    not_handled_once: int = 0
    """Events with another number of replies than one."""
    not_sent: int = 0
    exit_code: int = 0

    updates: int = 0
    conversations: int = 0
    kills: int = 0
    calls: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    delivered: int = 0
    duplicates: int = 0
    seconds: float = 0.0

    @property
    def violations(self) -> dict[str, int]:
        """What must not be, and is."""
        names = (
            "unanswered", "out_of_order", "strange", "unconfirmed", "not_kept", "not_handled",
            "not_handled_once", "not_sent", "exit_code",
        )  # fmt: skip
        return {name: getattr(self, name) for name in names if getattr(self, name)}

    def table(self) -> str:
        """The figures as lines to read."""
        rows: list[tuple[str, object]] = [
            ("updates", self.updates),
            ("conversations", self.conversations),
            ("kills (SIGKILL)", self.kills),
            ("calls to Telegram", self.calls),
            *((f"  made to fail: {kind}", count) for kind, count in sorted(self.faults.items())),
            ("messages delivered", self.delivered),
            ("  of them twice or more (at-least-once)", self.duplicates),
            ("unanswered", self.unanswered),
            ("conversations out of order", self.out_of_order),
            ("answers to nothing that was asked", self.strange),
            ("not acknowledged", self.unconfirmed),
            ("acknowledged and not kept", self.not_kept),
            ("not handled", self.not_handled),
            ("not handled exactly once", self.not_handled_once),
            ("replies not sent", self.not_sent),
            ("exit code of the last stop", self.exit_code),
            ("seconds", f"{self.seconds:.1f}"),
        ]
        return "\n".join(f"{name:<42}{value:>10}" for name, value in rows)


def judge_chats(verdict: Verdict, asked: Sequence[Asked], server: BotApiServer) -> None:
    """Every update answered in its chat, answers first read in the order of the questions."""
    expected: defaultdict[int, list[str]] = defaultdict(list)
    for one in asked:
        expected[one.chat_id].append(one.answer)
    got = server.by_chat()
    verdict.delivered = len(server.sent)
    verdict.unconfirmed = server.unconfirmed()
    for chat_id, answers in expected.items():
        read = [answer_in(sent.text) for sent in got.pop(chat_id, [])]
        first = list(dict.fromkeys(read))
        verdict.duplicates += len(read) - len(first)
        verdict.unanswered += len(set(answers) - set(first))
        verdict.strange += len(set(first) - set(answers))
        verdict.out_of_order += first != [answer for answer in answers if answer in first]
    verdict.strange += sum(map(len, got.values()))


def judge_database(verdict: Verdict, update_ids: Sequence[int], database: Path) -> None:
    """Every update in the inbox once, handled once, each reply sent, nothing left over."""
    with closing(sqlite3.connect(database)) as connection:
        kept = connection.execute("SELECT external_id, status FROM inbox").fetchall()
        replies = connection.execute(
            "SELECT count(outbox.id) FROM inbox LEFT JOIN outbox ON outbox.inbox_id = inbox.id "
            "GROUP BY inbox.id"
        ).fetchall()
        (verdict.not_sent,) = connection.execute(
            "SELECT count(*) FROM outbox WHERE status <> 'sent'"
        ).fetchone()
    verdict.not_kept = len({str(number) for number in update_ids} - {row[0] for row in kept})
    verdict.not_handled = sum(status != "done" for _, status in kept)
    verdict.not_handled_once = sum(count != 1 for (count,) in replies)


def is_settled(database: Path) -> bool:
    """Whether nothing waits in the inbox or the outbox."""
    with closing(sqlite3.connect(database)) as connection:
        (pending,) = connection.execute(
            "SELECT (SELECT count(*) FROM inbox WHERE status = 'pending')"
            " + (SELECT count(*) FROM outbox WHERE status = 'pending')"
        ).fetchone()
    return bool(pending == 0)
