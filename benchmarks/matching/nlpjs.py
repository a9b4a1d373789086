"""NLP.js beside us: a ``node`` process that lives as long as the measuring, spoken to by lines."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import IO, Any

from benchmarks.matching.measures import Ranking
from benchmarks.matching.resources import Memory
from benchmarks.matching.sets import Sample
from benchmarks.matching.systems import Running

FOLDER = Path(__file__).parent / "nlpjs"
_NO_INTENT = "None"


class UnavailableError(Exception):
    """NLP.js cannot be run here."""


def version() -> str:
    """The version that is installed, else the one that is pinned."""
    installed = FOLDER / "node_modules" / "@nlpjs" / "basic" / "package.json"
    if installed.exists():
        return str(_json(installed)["version"])
    return str(_json(FOLDER / "package.json")["dependencies"]["@nlpjs/basic"])


def nlpjs(sample: Sample) -> Running:
    """NLP.js with the settings of its guide; its own clock counts, so that pipes do not."""
    node = shutil.which("node")
    if node is None:
        raise UnavailableError("node is not installed")
    if not (FOLDER / "node_modules").exists():
        raise UnavailableError("its packages are not installed: run make bench where npm is")
    process = subprocess.Popen(  # noqa: S603 - our own script
        [node, str(FOLDER / "peer.js")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, "NODE_NO_WARNINGS": "1"},
    )
    assert process.stdin is not None  # noqa: S101 - asked for above
    assert process.stdout is not None  # noqa: S101
    lines = _Lines(process.stdin, process.stdout)
    lines.receive()  # it has loaded its packages
    memory = Memory(process.pid)
    phrasings = list(zip(sample.phrasings, sample.owners, strict=True))
    trained = lines.ask({"language": sample.language, "phrasings": phrasings})

    def ask(text: str) -> tuple[Ranking, float]:
        answer = lines.ask({"text": text})
        named = [(entry, score) for entry, score in answer["ranking"] if entry != _NO_INTENT]
        return named, answer["seconds"]

    return Running(ask, trained["seconds"], memory)


class _Lines:
    """A conversation in lines of JSON."""

    def __init__(self, to: IO[str], back: IO[str]) -> None:
        self._to = to
        self._back = back

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        self._to.write(json.dumps(question) + "\n")
        self._to.flush()
        return self.receive()

    def receive(self) -> dict[str, Any]:
        line = self._back.readline()
        if not line:
            raise UnavailableError("its process ended; what it said is above")
        answer: dict[str, Any] = json.loads(line)
        return answer


def _json(path: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return read
