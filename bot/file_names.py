"""Names of files that people send: made safe to show, to attach and to save under."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

LONGEST = 120
"""Characters of a name: enough to tell files apart, and every mail program shows them."""
_LONGEST_ENDING = 12

# Characters that end a path, break a header or a command line, or turn the reading direction
# round ("gpj.exe" that reads "exe.jpg").
_UNSAFE = re.compile(r'[\x00-\x1f\x7f-\x9f"<>|:*?\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]')


def safe_name(given: str, otherwise: str) -> str:
    """The last part of the path ``given`` without what could harm, or ``otherwise``.

    The ending is kept, also of a name that is cut because it is too long.
    """
    composed = unicodedata.normalize("NFC", given.encode("utf-8", "replace").decode("utf-8"))
    last = re.split(r"[/\\]", composed)[-1]
    name = re.sub(r"\s+", " ", _UNSAFE.sub("", last)).strip(" .")
    ending = PurePosixPath(name).suffix
    if len(name) > LONGEST:
        kept = ending if len(ending) <= _LONGEST_ENDING else ""
        name = name[: LONGEST - len(kept)].rstrip(" .") + kept
    return name or otherwise
