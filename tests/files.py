"""Small files of each kind that people send, with real content."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"
GIF = b"GIF89a\x01\x00\x01\x00\x00\x00\x00;"
TIFF = b"II*\x00\x08\x00\x00\x00"
WEBP = b"RIFF\x1a\x00\x00\x00WEBPVP8L"
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"
HEIF = b"\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
RTF = rb"{\rtf1\ansi Bonjour}"
PROGRAM = b"MZ\x90\x00\x03\x00\x00\x00" + bytes(56)


def png(side: int = 1) -> bytes:
    """A grey square that any program can open."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        checksum = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)

    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    lines = zlib.compress((b"\0" + b"\x80" * side) * side)
    parts = (chunk(b"IHDR", header), chunk(b"IDAT", lines), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def archive(*members: str, first: bytes = b"") -> bytes:
    """A ZIP archive with ``members``; ``first`` is what OpenDocument says of itself.

    The same bytes at any hour: a member's own ``ZipInfo`` is not dated now, and names of tests
    that are made of the bytes are the same in every process.
    """
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as opened:
        if first:
            opened.writestr(zipfile.ZipInfo("mimetype"), first)
        for member in members:
            opened.writestr(zipfile.ZipInfo(member), "<x/>")
    return made.getvalue()


def office(folder: str, *more: str) -> bytes:
    """A document as Word (``word``), Excel (``xl``) or PowerPoint (``ppt``) makes it."""
    return archive("[Content_Types].xml", "_rels/.rels", f"{folder}/document.xml", *more)


def open_document(kind: str) -> bytes:
    """A ``text``, ``spreadsheet`` or ``presentation`` as LibreOffice makes it."""
    mark = f"application/vnd.oasis.opendocument.{kind}".encode()
    return archive("content.xml", first=mark)
