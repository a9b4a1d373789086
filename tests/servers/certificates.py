"""Certificates for servers of the tests, valid for as long as a test wants."""

from __future__ import annotations

import datetime as dt
import shutil
import ssl
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

_AUTHORITY = """\
[ca]
default_ca = own
[own]
database = {folder}/index.txt
new_certs_dir = {folder}
rand_serial = yes
default_md = sha256
policy = any
copy_extensions = copy
[any]
commonName = supplied
"""


def certificate(folder: Path, begins: dt.timedelta, ends: dt.timedelta) -> Path:
    """A self-signed certificate of 127.0.0.1 with its key, valid between two times from now."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("there is no openssl to make a certificate with")
    folder.mkdir(parents=True)
    (folder / "index.txt").touch()
    (folder / "ca.cnf").write_text(_AUTHORITY.format(folder=folder), encoding="utf-8")
    first, last = (f"{dt.datetime.now(dt.UTC) + delta:%Y%m%d%H%M%SZ}" for delta in (begins, ends))
    ask = (
        "req -new -newkey rsa:2048 -nodes -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 "
        f"-keyout {folder}/key.pem -out {folder}/request.pem"
    )
    sign = (
        f"ca -batch -selfsign -notext -config {folder}/ca.cnf -keyfile {folder}/key.pem "
        f"-in {folder}/request.pem -out {folder}/cert.pem -startdate {first} -enddate {last}"
    )
    for command in (ask, sign):
        subprocess.run([openssl, *command.split()], check=True, capture_output=True)  # noqa: S603 - our own words
    both = folder / "both.pem"
    both.write_bytes((folder / "key.pem").read_bytes() + (folder / "cert.pem").read_bytes())
    return both


def server_context(both: Path) -> ssl.SSLContext:
    """What a server with that certificate speaks TLS with."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(both)
    return context
