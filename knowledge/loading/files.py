"""Which files a knowledge folder has, and their bytes: the only place that touches the disk."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge.loading.faults import Place, Report, error, nearest, shown, warning

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_BYTES = 5_000_000
"""Of one file: larger than any that people write by hand."""

DEFAULTS = Path(__file__).resolve().parent.parent / "defaults"
"""The neutral messages and words that a folder's own are laid over."""

OPTIONAL = ("messages.yaml", "lexicon.yaml", "territory.yaml", "requests.yaml", "routing.yaml")
"""What a folder may have besides its entries; each has a sound default."""

_UNLEARNT = frozenset(
    f"{where}{name}"
    for name in ("messages.yaml", "requests.yaml", "routing.yaml")
    for where in ("", "defaults/")
)
_SUFFIXES = (".yaml", ".yml")

_REASONS = {
    errno.EACCES: ("may not be read", "give the assistant's user the right to read it"),
    errno.ELOOP: ("is a link that leads back to itself", "replace the link by the file"),
    errno.ENOENT: ("is not there", "write it, or mend the link to it"),
}


@dataclass(frozen=True, slots=True)
class File:
    """A file as it was read. ``shown`` is its path as the person who gave the folder writes it."""

    name: str
    shown: str
    raw: bytes


def printable(path: Path) -> str:
    """``path`` as it can be printed, whatever bytes its name is made of."""
    return str(path).encode("utf-8", "backslashreplace").decode()


def find(folder: Path, report: Report) -> list[Path]:
    """The files of ``folder`` to be read: its entries by name, then the optional ones."""
    if not _is_folder(folder, report, "write the path of a folder that holds `entries/`"):
        return []
    _note_unknown(folder, report)
    optional = [folder / name for name in OPTIONAL if os.path.lexists(folder / name)]
    return [*_entry_files(folder / "entries", report), *optional]


def _is_folder(folder: Path, report: Report, mend: str) -> bool:
    try:
        if stat.S_ISDIR(folder.stat().st_mode):
            return True
        what = "is not a folder"
    except (OSError, ValueError) as problem:
        absent = isinstance(problem, FileNotFoundError)
        what = "there is no such folder" if absent else _reason(problem)[0]
    report(error(Place(printable(folder)), what, mend))
    return False


def _names(folder: Path, report: Report) -> list[str] | None:
    """What ``folder`` shows; hidden files are editors' and file systems' own."""
    try:
        return sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))
    except OSError as problem:
        report(error(Place(printable(folder)), *_reason(problem)))
        return None


def _note_unknown(folder: Path, report: Report) -> None:
    for name in _names(folder, report) or ():
        if name.endswith(_SUFFIXES) and name not in OPTIONAL:
            meant = nearest(name, OPTIONAL)
            mend = f"did you mean `{meant}`?" if meant else "entries belong in `entries/`"
            report(warning(Place(printable(folder / name)), "is not read under this name", mend))


def _entry_files(entries: Path, report: Report) -> list[Path]:
    mend = "make a folder `entries` here, with at least one file such as `questions.yaml`"
    if not _is_folder(entries, report, mend):
        return []
    names = _names(entries, report)
    if names is None:
        return []
    for name in names:
        if (entries / name).is_dir() and not name.endswith(_SUFFIXES):
            report(
                warning(
                    Place(printable(entries / name)),
                    "is a folder inside `entries/`, which is not read",
                    "move its files up into `entries/`",
                )
            )
    files = [entries / name for name in names if name.endswith(_SUFFIXES)]
    if not files:
        report(
            error(
                Place(printable(entries)),
                "holds no YAML file",
                "write at least one, such as `entries/questions.yaml`",
            )
        )
    return files


def read(path: Path, name: str, report: Report) -> File | None:
    """The bytes of ``path``; a file that is too large, or none at all, is not even opened."""
    place = Place(printable(path))
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            report(error(place, "is not a file", "remove it, or give it another ending"))
            return None
        if status.st_size <= MAX_BYTES:
            with path.open("rb") as stream:
                raw = stream.read(MAX_BYTES + 1)
            if len(raw) <= MAX_BYTES:
                return File(name, place.file, raw)
    except OSError as problem:
        report(error(place, *_reason(problem)))
        return None
    report(
        error(
            place,
            f"is larger than {MAX_BYTES // 1_000_000} MB",
            "spread its entries over several files",
        )
    )
    return None


def _reason(problem: OSError | ValueError) -> tuple[str, str]:
    number = problem.errno if isinstance(problem, OSError) else None
    said = (problem.strerror if isinstance(problem, OSError) else None) or str(problem)
    return _REASONS.get(number or 0, (f"cannot be read ({said})", "make it a readable file"))


def decode(file: File, report: Report) -> str | None:
    """The text of ``file``, which is UTF-8 with or without a byte order mark."""
    try:
        return file.raw.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        # The mark at the beginning is three bytes, and is not counted in ``start``.
        position = problem.start + 3 * file.raw.startswith(b"\xef\xbb\xbf")
        before = file.raw[:position].rsplit(b"\n", 1)
        line = file.raw.count(b"\n", 0, position) + 1
        column = len(before[-1].decode("utf-8-sig", "replace")) + 1
        report(
            error(
                Place(file.shown, line, column),
                f"is not UTF-8: the byte {shown(f'0x{file.raw[position]:02X}')} stands here",
                "save the file as UTF-8 (in the editor: Save as, encoding UTF-8)",
            )
        )
        return None


def is_learnt(file: File) -> bool:
    """Whether the matcher learns from ``file``; from the others it takes nothing."""
    return file.name not in _UNLEARNT


def digest(files: Iterable[File]) -> str:
    """A hash that changes with the name or the contents of any of ``files``."""
    total = hashlib.sha256()
    for file in files:
        name = os.fsencode(file.name)
        total.update(b"%d %d\n" % (len(name), len(file.raw)))
        total.update(name + file.raw)
    return total.hexdigest()
