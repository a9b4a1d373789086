"""Which files are accepted, whatever they are called."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.media_types import ACCEPTED, Recognised, recognise
from tests import files

OOXML = "application/vnd.openxmlformats-officedocument"
ODF = "application/vnd.oasis.opendocument"
SAMPLES = {
    "plan.pdf": (files.PDF, "application/pdf"),
    "lettre.docx": (files.office("word"), f"{OOXML}.wordprocessingml.document"),
    "calcul.xlsx": (files.office("xl"), f"{OOXML}.spreadsheetml.sheet"),
    "projet.pptx": (files.office("ppt"), f"{OOXML}.presentationml.presentation"),
    "lettre.odt": (files.open_document("text"), f"{ODF}.text"),
    "calcul.ods": (files.open_document("spreadsheet"), f"{ODF}.spreadsheet"),
    "projet.odp": (files.open_document("presentation"), f"{ODF}.presentation"),
    "ancien.doc": (files.OLE, "application/msword"),
    "ancien.xls": (files.OLE, "application/vnd.ms-excel"),
    "ancien.ppt": (files.OLE, "application/vnd.ms-powerpoint"),
    "note.rtf": (files.RTF, "application/rtf"),
    "note.txt": ("Atelier à Vitry".encode(), "text/plain"),
    "liste.csv": ("commune;m²\nOrly;500\n".encode("cp1252"), "text/csv"),
    "unicode.csv": ("commune\tm²\r\n".encode("utf-16"), "text/csv"),
    "photo.jpg": (files.JPEG, "image/jpeg"),
    "photo.JPEG": (files.JPEG, "image/jpeg"),
    "plan.png": (files.png(), "image/png"),
    "plan.webp": (files.WEBP, "image/webp"),
    "plan.gif": (files.GIF, "image/gif"),
    "scan.tiff": (files.TIFF, "image/tiff"),
    "IMG_0001.HEIC": (files.HEIC, "image/heic"),
    "photo.heif": (files.HEIF, "image/heif"),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_what_is_accepted_keeps_its_name(name: str) -> None:
    """Documents, spreadsheets, presentations and pictures, as each program makes them."""
    content, media_type = SAMPLES[name]
    assert recognise(content, name) == Recognised(name, media_type)


def test_every_accepted_type_was_tried() -> None:
    """No type is on the list that nothing is recognised as."""
    assert {media_type for _, media_type in SAMPLES.values()} == set(ACCEPTED)


@pytest.mark.parametrize(
    ("content", "name", "kept"),
    [
        (files.JPEG, "plan.png", "plan.jpg"),
        (files.JPEG, "photo", "photo.jpg"),
        (files.office("word"), "lettre.pdf", "lettre.docx"),
        (files.PDF, "plan.v2", "plan.v2.pdf"),
        (files.PDF, "plan.exe", "plan.exe.pdf"),
        (b"\n\n" + files.PDF, "plan.pdf", "plan.pdf"),
    ],
)
def test_a_name_is_made_to_say_what_is_in_it(content: bytes, name: str, kept: str) -> None:
    """Who opens it gets what the ending promises."""
    found = recognise(content, name)
    assert found is not None
    assert found.name == kept


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (files.PROGRAM, "plan.pdf"),
        (files.PROGRAM, "plan.txt"),
        (b"\x7fELF\x02\x01\x01", "plan.png"),
        (b"#!/bin/sh\nrm -r /\n", "plan.sh"),
        (b"<html><script>x()</script></html>", "page.html"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", "plan.svg"),
        (b"just text", "plan.pdf"),
        (files.archive("plan.pdf"), "plan.docx"),
        (files.archive("word/document.xml"), "lettre.docx"),
        (files.office("word", "word/vbaProject.bin"), "lettre.docx"),
        (files.open_document("text")[:60], "lettre.docx"),
        (files.open_document("graphics"), "dessin.odg"),
        (b"PK\x03\x04" + b"\xff" * 100, "calcul.xlsx"),
        (files.OLE, "setup.msi"),
        (b"\x00\x00\x00\x18ftypisom", "film.mp4"),
        (b"RIFF\x1a\x00\x00\x00WAVE", "son.wav"),
        (b"", "vide.txt"),
        (b"\n \n", "vide.txt"),
        ("\x00".encode("utf-16"), "plan.txt"),
    ],
)
def test_what_is_something_else_is_not_accepted(content: bytes, name: str) -> None:
    """Programs, scripts, web pages, archives, macros, films: whatever they are called."""
    assert recognise(content, name) is None


@given(st.binary(max_size=400), st.sampled_from([*SAMPLES, "a", "", ".pdf", "a."]))
def test_any_content_is_judged(content: bytes, name: str) -> None:
    """Nothing that people send makes it fail, and what is accepted is named as what it is."""
    for beginning in (b"", b"PK\x03\x04", b"\xff\xfe", b"\x00\x00\x00\x18ftyp"):
        found = recognise(beginning + content, name)
        if found:
            assert found.name.lower().endswith(ACCEPTED[found.media_type])
