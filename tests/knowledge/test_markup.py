"""What people typed stays what they typed, whatever it looks like."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from knowledge.markup import escape_lines, to_html, to_plain

_LINES = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=20)


@given(st.lists(st.lists(_LINES, max_size=3), max_size=3))
def test_escaped_lines_read_as_they_were_typed(paragraphs: list[list[str]]) -> None:
    """Lines and paragraphs stay; only spaces at their ends, doubled ones and empty lines go."""
    typed = "\n\n".join("\n".join(lines) for lines in paragraphs)
    read = to_plain(escape_lines(typed))
    assert _words(read) == _words(typed)
    assert not re.search(r"<(?!/?p>|br>)", to_html(escape_lines(typed)))


def _words(text: str) -> list[list[list[str]]]:
    """By paragraph, line and word."""
    lines = [line.split() for line in text.splitlines()]
    paragraphs: list[list[list[str]]] = [[]]
    for line in lines:
        if line:
            paragraphs[-1].append(line)
        elif paragraphs[-1]:
            paragraphs.append([])
    return [one for one in paragraphs if one]
