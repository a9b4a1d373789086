"""Which files are accepted, told from what is in them: what a sender says of them is not believed.

First bytes are those of https://www.iana.org/assignments/media-types and of each format's own
specification. Formats that look alike (a spreadsheet and a text are both ZIP archives) are told
apart by what the archive holds, or by the ending of the name where the content leaves it open.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePath

FILE_LIMIT_BYTES = 10_000_000
"""Of a file that is kept here: a long document with pictures, which a mail server takes whole."""

_OOXML = "application/vnd.openxmlformats-officedocument"
_ODF = "application/vnd.oasis.opendocument"

ACCEPTED = {
    "application/pdf": (".pdf",),
    f"{_OOXML}.wordprocessingml.document": (".docx",),
    f"{_OOXML}.spreadsheetml.sheet": (".xlsx",),
    f"{_OOXML}.presentationml.presentation": (".pptx",),
    f"{_ODF}.text": (".odt",),
    f"{_ODF}.spreadsheet": (".ods",),
    f"{_ODF}.presentation": (".odp",),
    "application/msword": (".doc",),
    "application/vnd.ms-excel": (".xls",),
    "application/vnd.ms-powerpoint": (".ppt",),
    "application/rtf": (".rtf",),
    "text/plain": (".txt",),
    "text/csv": (".csv",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
    "image/webp": (".webp",),
    "image/gif": (".gif",),
    "image/tiff": (".tif", ".tiff"),
    "image/heic": (".heic",),
    "image/heif": (".heif",),
}
"""Media types and the endings of their names, the usual one first."""

_PDF_WITHIN_BYTES = 1024  # where readers look for its first line
_TEXT_READ_BYTES = 64 * 1024
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_SIGNATURES = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (rb"{\rtf", "application/rtf"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_ENDINGS = {
    ".doc": "application/msword",
    ".xls": "application/vnd.ms-excel",
    ".ppt": "application/vnd.ms-powerpoint",
}
_HEIF_BRANDS = {
    b"heic": "image/heic", b"heix": "image/heic", b"heim": "image/heic", b"heis": "image/heic",
    b"mif1": "image/heif",
}  # fmt: skip
_ZIP = b"PK\x03\x04"
_ODF_MARK = "mimetype"
_ODF_MARK_BYTES = 100
_BROKEN_ARCHIVE = (zipfile.BadZipFile, EOFError, zlib.error, OSError, RuntimeError, ValueError)
_OOXML_FOLDERS = {
    "word/": f"{_OOXML}.wordprocessingml.document",
    "xl/": f"{_OOXML}.spreadsheetml.sheet",
    "ppt/": f"{_OOXML}.presentationml.presentation",
}
_MACROS = "vbaproject.bin"
_TEXT_ENDINGS = {".txt": "text/plain", ".csv": "text/csv"}


_ENDINGS = frozenset(ending for endings in ACCEPTED.values() for ending in endings)


def may_be_accepted(name: str, media_type: str) -> bool:
    """Whether a file may be one that is accepted, as far as its sender's words tell.

    For channels that pass files on without reading them: a programme is refused by the ending of
    its name, which is what a computer would open it by; without one, the type that is told counts.
    """
    ending = PurePath(name).suffix.lower()
    return ending in _ENDINGS if ending else media_type in ACCEPTED


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a file is, under a name whose ending says the same."""

    name: str
    media_type: str


def recognise(content: bytes, name: str) -> Recognised | None:
    """What ``content`` is, or None if it is nothing that is accepted.

    A picture called ``plan.png`` that is a JPEG becomes ``plan.jpg``: it is harmless, and
    messengers make such. A programme called ``plan.pdf`` is not accepted.
    """
    ending = PurePath(name).suffix.lower()
    media_type = _media_type(content, ending)
    if media_type is None:
        return None
    endings = ACCEPTED[media_type]
    if ending not in endings:
        known = any(ending in others for others in ACCEPTED.values())
        name = (name[: -len(ending)] if known else name) + endings[0]
    return Recognised(name, media_type)


def _media_type(content: bytes, ending: str) -> str | None:
    for signature, media_type in _SIGNATURES:
        if content.startswith(signature):
            return media_type
    if content.startswith(_ZIP):
        return _in_archive(content)
    if content.startswith(_OLE):
        return _OLE_ENDINGS.get(ending)
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content[4:8] == b"ftyp":
        return _HEIF_BRANDS.get(content[8:12])
    if b"%PDF-" in content[:_PDF_WITHIN_BYTES]:
        return "application/pdf"
    return _TEXT_ENDINGS.get(ending) if _is_text(content) else None


def _in_archive(content: bytes) -> str | None:
    """The office format of a ZIP archive; None for another archive, and for one with macros."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.namelist()
            if members[:1] == [_ODF_MARK]:
                return _open_document(archive)
    except _BROKEN_ARCHIVE:
        return None
    if "[Content_Types].xml" not in members:
        return None
    if any(member.lower().endswith(_MACROS) for member in members):
        return None
    for folder, media_type in _OOXML_FOLDERS.items():
        if any(member.startswith(folder) for member in members):
            return media_type
    return None


def _open_document(archive: zipfile.ZipFile) -> str | None:
    with archive.open(_ODF_MARK) as mark:
        media_type = mark.read(_ODF_MARK_BYTES).decode("ascii", "replace")
    return media_type if media_type in ACCEPTED else None


def _is_text(content: bytes) -> bool:
    if not content.strip():
        return False
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        beginning = content[:_TEXT_READ_BYTES].decode("utf-16", "replace")
    else:
        # Every byte is a character of Windows-1252 or Latin-1, so only control codes tell.
        beginning = content[:_TEXT_READ_BYTES].decode("latin-1")
    return _CONTROL.search(beginning) is None
