"""The chat page: its files, filled with the territory's name, and the headers that guard it."""

from __future__ import annotations

import hashlib
import itertools
import json
from html import escape
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from aiohttp import web

from bot.media_types import ACCEPTED, FILE_LIMIT_BYTES
from knowledge.markup import to_html

if TYPE_CHECKING:
    from collections.abc import Callable

    from knowledge.model import KnowledgeBase

STATIC = Path(__file__).resolve().parent / "static"

_CONTENT_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}

_CONTENT_SECURITY_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' blob:",  # pictures that the team sent, fetched with the token
    "connect-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
SECURITY_HEADERS = {
    "Content-Security-Policy": "; ".join(map(" ".join, _CONTENT_SECURITY_POLICY.items())),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


class Page:
    """``index.html`` and what it loads, read once.

    The files' address holds a hash of them all, so that browsers may keep them for good and
    still never mix two versions.
    """

    def __init__(self, knowledge: Callable[[], KnowledgeBase], folder: Path = STATIC) -> None:
        """``knowledge`` gives the one in use now: the page follows an edit."""
        self._knowledge = knowledge
        self._template = Template((folder / "index.html").read_text(encoding="utf-8"))
        self._files = {
            path.name: path.read_bytes()
            for path in sorted(folder.iterdir())
            if path.suffix in _CONTENT_TYPES
        }
        digest = hashlib.sha256()
        for name, content in self._files.items():
            digest.update(f"{name}\0{len(content)}\0".encode() + content)
        self.version = digest.hexdigest()[:16]

    def html(self) -> str:
        """The page for the knowledge in use now."""
        knowledge = self._knowledge()
        territory = knowledge.territory
        name = next(iter(territory.name.values()), "")
        return self._template.substitute(
            version=self.version,
            title=escape(f"Assistant · {name}" if name else "Assistant"),
            names=escape(json.dumps(territory.name, ensure_ascii=False)),
            file_limit=FILE_LIMIT_BYTES,
            # Pictures of any kind, or telephones would not offer their camera.
            accept=",".join(["image/*", *itertools.chain.from_iterable(ACCEPTED.values())]),
            languages=escape(" ".join(knowledge.languages)),
            contact="".join(
                f'<div lang="{language}">{to_html(text)}</div>'
                for language, text in territory.contact.items()
            ),
        )

    async def index(self, _request: web.Request) -> web.Response:
        """``GET /``."""
        response = web.Response(text=self.html(), content_type="text/html")
        response.headers["Cache-Control"] = "no-cache"
        response.enable_compression()
        return response

    async def static(self, http_request: web.Request) -> web.Response:
        """``GET /static/{version}/{name}``; another version than ours gets ours, unkept."""
        name = http_request.match_info["name"]
        content = self._files.get(name)
        if content is None:
            raise web.HTTPNotFound
        response = web.Response(
            body=content, content_type=_CONTENT_TYPES[Path(name).suffix], charset="utf-8"
        )
        kept = http_request.match_info["version"] == self.version
        response.headers["Cache-Control"] = (
            "public, max-age=31536000, immutable" if kept else "no-cache"
        )
        response.enable_compression()
        return response


async def add_security_headers(_request: web.BaseRequest, response: web.StreamResponse) -> None:
    """Signal handler: every response carries them, errors included."""
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
