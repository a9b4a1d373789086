"""What a YAML parser complains of, in the words of somebody who writes answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from knowledge.loading.faults import Fault, Place, error, shown

if TYPE_CHECKING:
    import yaml

_QUOTE_OR_BLOCK = "put the whole text in quotes, or write it after `|` on lines of its own"
_TAB = ("a tab is used where spaces are needed", "indent with spaces only")
_APOSTROPHE = (
    "an apostrophe inside '…' ends the text: enclose it in \"…\" instead; else close the quote"
)

# What the parser says → what is wrong, and how to mend it.
_EXPLANATIONS = {
    "mapping values are not allowed": (
        "a colon followed by a space is read as the end of a key",
        f"{_QUOTE_OR_BLOCK}; or mend the indentation",
    ),
    "found a tab character": _TAB,
    "found unexpected end of stream": ("a quoted text is never closed", _APOSTROPHE),
    "found unknown escape character": (
        'a backslash in a text between "…" has a meaning of its own',
        "double it, or enclose the text in '…'",
    ),
    "could not find expected ':'": (
        "this line is neither a key with its value nor part of a text",
        "add the colon after the key, or indent the line under the text it belongs to",
    ),
    "did not find expected '-' indicator": (
        "this line is indented otherwise than the list it belongs to",
        "align it with the lines above, and begin each entry with `- `",
    ),
    "did not find expected <document start>": (
        "this does not belong to what is above it",
        "begin each entry with `- ` at the same distance from the left",
    ),
    "did not find expected ',' or": (
        "a list in `[…]` or a mapping in `{…}` is not closed",
        f"close it; if the text only begins with a bracket, {_QUOTE_OR_BLOCK}",
    ),
    "did not find expected key": (
        "this is not a key where one is expected",
        "align it with the keys above, or quote the text whole (in '…' an apostrophe ends it)",
    ),
}


def explain_syntax(problem: yaml.MarkedYAMLError, text: str, file: str) -> Fault:
    """The parser's ``problem`` with ``text``, where it saw it, with the commonest cause of it."""
    mark = problem.problem_mark or problem.context_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    what, mend = _cause(problem, _character(text, line, column))
    return error(Place(file, line + 1, column + 1), f"{what} (YAML: {_said(problem)})", mend)


def _said(problem: yaml.MarkedYAMLError) -> str:
    return " ".join((problem.problem or problem.context or "cannot be read").split())


def _character(text: str, line: int, column: int) -> str:
    lines = text.splitlines()
    return lines[line][column : column + 1] if line < len(lines) else ""


def _cause(problem: yaml.MarkedYAMLError, character: str) -> tuple[str, str]:
    said = _said(problem)
    context = problem.context or ""
    if "cannot start any token" in said:
        if character == "\t":
            return _TAB
        return f"a text cannot begin with {shown(character)}", _QUOTE_OR_BLOCK
    if "scanning an alias" in context or "scanning an anchor" in context:
        sign = "*" if "alias" in context else "&"
        return f"a text cannot begin with `{sign}`", _QUOTE_OR_BLOCK
    for phrase, explanation in _EXPLANATIONS.items():
        if phrase in said:
            return explanation
    return "is not YAML", "compare the indentation, dashes and quotes here with another entry's"
