"""``python -m tests.chaos.impatient serve``: an assistant whose leases are short.

What a killed process had begun is then taken over within seconds, so that a short run is short.
"""

from __future__ import annotations

import sys

from bot import inbox
from bot.cli import main
from bot.delivery import dispatcher

LEASE_SECONDS = 3.0
SERVE = (sys.executable, "-m", "tests.chaos.impatient", "serve")

if __name__ == "__main__":
    inbox.LEASE_SECONDS = LEASE_SECONDS
    dispatcher.LEASE_SECONDS = LEASE_SECONDS
    main()
