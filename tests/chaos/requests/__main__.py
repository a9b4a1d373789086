"""``python -m tests.chaos.requests``: a run, its figures, and exit code 1 if a promise was broken.

On SQLite with one process, or with ``--postgresql`` on a PostgreSQL of its own with two.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.chaos.kept import Database
from tests.chaos.requests.run import Settings, judge, run
from tests.servers.postgresql import empty_database, postgresql_server

if TYPE_CHECKING:
    from tests.chaos.findings import Findings


def main() -> int:
    """The exit code."""
    settings, postgresql = _settings()
    folder = Path(tempfile.mkdtemp(prefix="chaos-"))
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(postgresql_server()) if postgresql else None
        findings = asyncio.run(_run(settings, folder, server))
    sys.stdout.write(f"{findings.table()}\n")
    if findings.violations:
        sys.stdout.write(f"BROKEN promises; everything is kept in {folder}\n")
        return 1
    shutil.rmtree(folder)
    sys.stdout.write("Each request filed once, as agreed, and at every destination of its team.\n")
    return 0


async def _run(settings: Settings, folder: Path, server: Path | None) -> Findings:
    url = f"sqlite+aiosqlite:///{folder / 'assistant.db'}"
    if server is not None:
        url = await empty_database(server)
    findings = judge(await run(settings, folder, url))
    if findings.violations:
        async with Database.open(url) as database:
            await database.write_out(folder)
    return findings


def _settings() -> tuple[Settings, bool]:
    default = Settings()
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.requests", description=__doc__)
    parser.add_argument("--requests", type=int, default=default.requests)
    parser.add_argument("--failing", type=float, default=default.failing, help="share of calls")
    parser.add_argument("--kills", type=int, default=default.kills)
    parser.add_argument("--seed", type=int, default=default.seed)
    parser.add_argument("--postgresql", action="store_true", help="two processes on PostgreSQL")
    given = vars(parser.parse_args())
    postgresql = given.pop("postgresql")
    return Settings(**given, processes=2 if postgresql else 1), postgresql


if __name__ == "__main__":
    sys.exit(main())
