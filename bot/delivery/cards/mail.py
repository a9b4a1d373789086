"""A card as a mail: plain text, and HTML that reads on a telephone and in old mail programs.

One column, inline styles only (many programs drop style sheets), no image, nothing loaded from
elsewhere. Each value has ``dir="auto"``, so that a name written from right to left stays in its
place.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING
from urllib.parse import quote as percent

from bot.delivery.cards.content import Row

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.delivery.cards.content import Content, Quote

_FONT = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
_BODY = "margin:0;padding:0;background:#f2f4f6;color:#1b1f24"
_PAGE = (
    "max-width:600px;margin:0 auto;padding:24px 20px;background:#ffffff;"
    f"{_FONT};font-size:16px;line-height:1.5;overflow-wrap:anywhere;word-break:break-word"
)
_TITLE = "margin:0 0 4px;font-size:22px;line-height:1.3;font-weight:700"
_NEED = "margin:0 0 20px;font-size:18px;line-height:1.4"
_NOTE = "margin:0 0 20px;padding:12px 16px;background:#fff4d6;border-left:4px solid #9a6700"
_HEADING = "margin:0 0 8px;font-size:14px;line-height:1.4;font-weight:600;color:#57606a"
_QUOTE = "margin:0 0 24px;padding:12px 16px;background:#f2f4f6;border-left:4px solid #0b5cad"
_GROUP = "margin:0;padding:16px 0 4px;border-top:1px solid #d0d7de"
_ROW = "margin:0 0 12px"
_LABEL = "font-size:14px;color:#57606a"
_LINK = "display:inline-block;padding:6px 0;color:#0b5cad;text-decoration:underline"
_FOOT = "margin:0;padding:16px 0 0;border-top:1px solid #d0d7de;font-size:14px;color:#57606a"


def to_text(content: Content) -> str:
    """The card as plain text; what the company wrote is quoted, so that it cannot pass for ours."""
    blocks = ["\n".join(filter(None, [content.title, content.note]))]
    if content.need.values:
        blocks.append(_line(content.need, content.colon))
    blocks += [f"{quote.label}\n{_quoted(quote.text)}" for quote in content.quotes]
    groups = filter(None, [*content.groups, content.traces])
    blocks += ["\n".join(_line(row, content.colon) for row in group) for group in groups]
    blocks.append("\n".join(["-- ", *content.foot]))
    return "\n\n".join(blocks) + "\n"


def _line(row: Row, colon: str) -> str:
    if len(row.values) == 1:
        return f"{row.label}{colon}{row.values[0]}"
    return "\n".join([f"{row.label}{colon}".rstrip(), *(f"- {value}" for value in row.values)])


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def to_html(content: Content) -> str:
    """The card as a whole HTML document."""
    note = f'<p style="{_NOTE}">{_escaped(content.note)}</p>' if content.note else ""
    need = _escaped(" ".join(content.need.values))
    trace = "<br>".join(
        f"{_escaped(row.label)}{_escaped(content.colon)}{_value(row)}" for row in content.traces
    )
    foot = "<br>".join(map(_escaped, content.foot))
    parts: Iterable[str] = (
        "<!doctype html>",
        f'<html lang="{content.language}">',
        '<head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width,initial-scale=1">',
        f"<title>{_escaped(content.subject)}</title></head>",
        f'<body style="{_BODY}"><div style="{_PAGE}">',
        f'<h1 style="{_TITLE}">{_title(content)}</h1>',
        f'<p style="{_NEED}" dir="auto">{need}</p>' if need else "",
        note,
        *map(_quote, content.quotes),
        *map(_group, content.groups),
        f'<p style="{_FOOT}">{trace}</p>' if trace else "",
        f'<p style="{_FOOT};border-top:0">{foot}</p>',
        "</div></body></html>",
    )
    return "\n".join(filter(None, parts)) + "\n"


def _escaped(text: str) -> str:
    return html.escape(text, quote=True)


def _title(content: Content) -> str:
    """The title with its reference in one piece: a hyphen would be broken at."""
    reference = _escaped(content.reference)
    whole = f'<span style="white-space:nowrap">{reference}</span>'
    return _escaped(content.title).replace(reference, whole)


def _quote(quote: Quote) -> str:
    text = "<br>\n".join(_escaped(line) for line in quote.text.split("\n"))
    return (
        f'<h2 style="{_HEADING}">{_escaped(quote.label)}</h2>\n'
        f'<blockquote style="{_QUOTE}" dir="auto">{text}</blockquote>'
    )


def _group(group: Sequence[Row]) -> str:
    rows = "\n".join(
        f'<p style="{_ROW}"><span style="{_LABEL}">{_escaped(row.label)}</span><br>'
        f"{_value(row)}</p>"
        for row in group
    )
    return f'<div style="{_GROUP}">\n{rows}\n</div>'


def _value(row: Row) -> str:
    if row.kind == "text":
        return "<br>".join(f'<span dir="auto">{_escaped(value)}</span>' for value in row.values)
    (value,) = row.values
    return f'<a href="{_escaped(_address(row))}" style="{_LINK}">{_escaped(value)}</a>'


def _address(row: Row) -> str:
    """``tel:`` (RFC 3966: digits and a leading plus) or ``mailto:`` (RFC 6068)."""
    (value,) = row.values
    if row.kind == "phone":
        return "tel:" + "".join(sign for sign in value if sign in "+0123456789")
    return "mailto:" + percent(value, safe="@+")
