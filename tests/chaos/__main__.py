"""``python -m tests.chaos``: a run, its figures, and exit code 1 if a promise was broken."""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
import tempfile
from pathlib import Path

from tests.chaos.messages.run import Settings, run


def main() -> int:
    """The exit code."""
    settings = _settings()
    folder = Path(tempfile.mkdtemp(prefix="chaos-"))
    verdict = asyncio.run(run(settings, folder))
    sys.stdout.write(f"{verdict.table()}\n")
    if verdict.violations:
        sys.stdout.write(f"BROKEN: {verdict.violations}; everything is kept in {folder}\n")
        return 1
    shutil.rmtree(folder)
    sys.stdout.write("Each message answered, in order, none left behind, each handled once.\n")
    return 0


def _settings() -> Settings:
    default = Settings()
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--updates", type=int, default=default.updates)
    parser.add_argument("--conversations", type=int, default=default.conversations)
    parser.add_argument("--kills", type=int, default=default.kills)
    parser.add_argument("--failing", type=float, default=default.failing, help="share of calls")
    parser.add_argument("--seed", type=int, default=default.seed)
    return Settings(**vars(parser.parse_args()))


if __name__ == "__main__":
    sys.exit(main())
