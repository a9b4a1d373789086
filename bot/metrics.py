"""Figures for Prometheus, in a registry of their own."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)

from bot.doctor.finding import LEVELS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.doctor.finding import Finding
    from bot.storage.records import Figures
    from knowledge.model import Outcome


_STORED = {
    "inbox_pending": ("assistant_inbox_pending", "Events not answered yet"),
    "inbox_oldest_seconds": (
        "assistant_inbox_oldest_age_seconds",
        "Age of the oldest event not answered yet",
    ),
    "inbox_dead": ("assistant_inbox_dead", "Events given up"),
    "outbox_pending": ("assistant_outbox_pending", "Replies, cards and look-ups not sent yet"),
    "outbox_oldest_seconds": ("assistant_outbox_oldest_age_seconds", "Age of the oldest of them"),
    "outbox_dead": ("assistant_outbox_dead", "Deliveries given up"),
    "conversations": ("assistant_conversations", "Conversations kept"),
    "open_questions": ("assistant_open_questions", "Questions that wait for somebody of the team"),
    "requests_open": ("assistant_requests_open", "Requests that no team has taken yet"),
    "cards_dead": ("assistant_cards_dead", "Cards of requests that were given up"),
}
"""Gauges of the store's figures, by the field of :class:`~bot.storage.records.Figures`."""


class Metrics:
    """What is counted as it happens, and what is read from the store when somebody looks."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._received = self._counter(
            "assistant_messages_received", "Events taken into the inbox", "channel"
        )
        self._handled = self._counter(
            "assistant_messages_handled", "Events answered", "channel", "outcome"
        )
        self._replies = self._counter("assistant_replies", "Replies written", "channel")
        self._step_seconds = Histogram(
            "assistant_step_duration_seconds",
            "How long the dialogue took to answer one event",
            registry=self.registry,
            buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0),
        )
        self._database_up = self._gauge("assistant_database_up", "1 when the database answers")
        self._knowledge_entries = self._gauge(
            "assistant_knowledge_entries", "Entries of the knowledge in use"
        )
        self._knowledge_fault = self._gauge(
            "assistant_knowledge_fault", "1 when the knowledge folder cannot be used as it is now"
        )
        self._stored = {
            field: self._gauge(name, help_text) for field, (name, help_text) in _STORED.items()
        }
        self._pending_by_channel = Gauge(
            "assistant_outbox_channel_pending",
            "Deliveries not sent yet, by channel",
            ["channel"],
            registry=self.registry,
        )
        self._findings = Gauge(
            "assistant_doctor_finding",
            "Findings of the doctor, by matter and level (ok, warning, fault)",
            ["matter", "level"],
            registry=self.registry,
        )

    def received(self, channel: str, count: int = 1) -> None:
        """``count`` events of ``channel`` are new in the inbox."""
        self._received.labels(channel).inc(count)

    def handled(
        self, channel: str, outcome: Outcome | None, replies: int, step_seconds: float
    ) -> None:
        """An event of ``channel`` was answered; commands and buttons may have no outcome."""
        self._handled.labels(channel, outcome or "none").inc()
        self._replies.labels(channel).inc(replies)
        self._step_seconds.observe(step_seconds)

    def render(
        self,
        *,
        figures: Figures | None,
        knowledge_entries: int,
        knowledge_fault: bool,
        findings: Sequence[Finding] = (),
    ) -> bytes:
        """All figures in Prometheus' text format; ``figures`` is None when the store is away."""
        self._database_up.set(figures is not None)
        self._knowledge_entries.set(knowledge_entries)
        self._knowledge_fault.set(knowledge_fault)
        for name, gauge in self._stored.items():
            gauge.set(math.nan if figures is None else getattr(figures, name))
        self._pending_by_channel.clear()
        for channel, pending in (figures.outbox_pending_by_channel if figures else {}).items():
            self._pending_by_channel.labels(channel).set(pending)
        self._findings.clear()
        for matter in {finding.matter for finding in findings}:
            for level in LEVELS:
                alike = [one for one in findings if (one.matter, one.level) == (matter, level)]
                self._findings.labels(matter, level).set(len(alike))
        return generate_latest(self.registry)

    def _counter(self, name: str, help_text: str, *labels: str) -> Counter:
        return Counter(name, help_text, labels, registry=self.registry)

    def _gauge(self, name: str, help_text: str) -> Gauge:
        return Gauge(name, help_text, registry=self.registry)
