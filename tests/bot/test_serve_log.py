"""What whoever starts the assistant reads first."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


async def test_a_start_that_fails_says_why_and_little_else(tmp_path: Path) -> None:
    """The folder, and the mend; not what the libraries have to say of themselves."""
    missing = tmp_path / "missing"
    options = ("--knowledge", str(missing), "--database", f"sqlite+aiosqlite:///{tmp_path}/a.db")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "serve", "--port", "0", *options),
        stderr=asyncio.subprocess.PIPE,
        env=os.environ | {"TELEGRAM_BOT_TOKEN": ""},
    )
    _, written = await process.communicate()
    *before, why = written.decode().splitlines()
    assert process.returncode == 1
    assert why.startswith(f"{missing}:1:1: there is no such folder; ")
    assert [line for line in before if "TELEGRAM_BOT_TOKEN is not set" not in line] == []
