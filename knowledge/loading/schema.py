"""Plain data → the models of :mod:`knowledge.model`, or faults in words for who wrote the file."""

from __future__ import annotations

import datetime as dt
import types
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from knowledge.loading.faults import Fault, Report, error, nearest, shown
from knowledge.model import LANGUAGES, WEEKDAYS

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

    from knowledge.loading.nodes import Node

_Step = str | int
_ModelT = TypeVar("_ModelT", bound=BaseModel)

_WHOLE_DATES = {"checked", "first", "last"}
_DATES = {*_WHOLE_DATES, "date"}
_DEGREES = {"latitude", "longitude"}
_HOURS = ("is no interval of hours", "write it from begin to end, as 09:00-12:30")
_PATTERNS: dict[str, tuple[str, str]] = {
    "url": (
        "is not a web address",
        "write it whole, as https://www.example.org/page, without spaces",
    ),
    "number": (
        "is not a telephone number in international form",
        'write it with its country and without spaces, as "+33123456789"',
    ),
    "code": ("is not the INSEE code of a commune", 'write its five characters, as "94054"'),
    "postal_codes": ("is not a postal code", 'write its five digits, as "94310"'),
    "group": ("is not the number of a Telegram group", 'write its digits, as "-1001234567890"'),
    "secret": (
        "cannot be the name of a secret",
        "write lower-case letters, digits and `_`; the key itself stands in the environment",
    ),
    **dict.fromkeys(map(str, WEEKDAYS), _HOURS),
}
_ACTIVITY = (
    "is not an activity",
    'write a section of the NAF rév. 2, as "C", or the beginning of a code, as "25.6"',
)
_PATTERNS |= dict.fromkeys(("productive_activities", "related_activities"), _ACTIVITY)
_BOUNDS = (("ge", "at least"), ("le", "at most"))
_SHAPES = {
    "model_type": ("is not a set of keys", "write `key: value` lines, indented under it"),
    "dict_type": ("is not a set of keys", "write `key: value` lines, indented under it"),
    "too_short": ("is empty", "write it in each language"),
    "tuple_type": ("is not a list", "write each item on a line of its own that begins with `- `"),
}


def validate(
    model: type[_ModelT], node: Node, report: Report, data: object = None
) -> _ModelT | None:
    """``node`` as ``model``, or None after reporting all that is wrong with it.

    ``data`` is what to validate where it is more than the node's own: a file with its defaults.
    """
    try:
        return model.model_validate(node.data if data is None else data)
    except ValidationError as problems:
        for fault in dict.fromkeys(
            _explain(problem, node, model)
            for problem in problems.errors(include_url=False, include_context=True)
        ):
            report(fault)
        return None


def _explain(problem: ErrorDetails, root: Node, model: type[BaseModel]) -> Fault:
    path = [step for step in problem["loc"] if step != "[key]"]
    node, place, rest = root.find(path)
    name = str(path[-1]) if path else ""
    if "[key]" in problem["loc"] or problem["type"] == "extra_forbidden":
        parent, _, _ = root.find(path[:-1])
        if problem["type"] == "value_error":
            what, mend = f"the key {shown(name)} cannot be used", str(problem["ctx"]["error"])
        else:
            what, mend = _unknown_key(name, _known_keys(model, path[:-1]))
        return error(parent.keys.get(name, place), what, mend)
    if problem["type"] == "missing":
        return error(place, f"{shown(name)} is missing", f"add a line `{name}: …` here")
    done = path[: len(path) - len(rest)]
    field = next((step for step in reversed(done) if isinstance(step, str)), "")
    what, mend = _judge(problem, node, field)
    return error(place, f"{_subject(done)} {what}", mend)


def _subject(path: list[_Step]) -> str:
    """``questions``, ``fr``, 0 → "item 1 of `questions.fr`"."""
    names = ".".join(step for step in path if isinstance(step, str))
    if not path or not isinstance(path[-1], int):
        return shown(names) if names else "this"
    return f"item {path[-1] + 1} of {shown(names)}"


def _unknown_key(name: str, known: list[str]) -> tuple[str, str]:
    meant = nearest(name, known)
    listed = ", ".join(f"`{key}`" for key in known)
    if set(known) == set(LANGUAGES):
        return f"unknown language {shown(name)}", f"the languages are {listed}"
    hint = f"did you mean `{meant}`?" if meant else f"the keys known here are {listed}"
    return f"unknown key {shown(name)}", hint


def _judge(problem: ErrorDetails, node: Node, field: str) -> tuple[str, str]:
    """What is wrong with the value of ``field``, and how to mend it."""
    kind = problem["type"]
    if node.data is None:
        return "is empty", "write its value or remove the key"
    if field in _DATES:
        precision = "2019-03-22" if field in _WHOLE_DATES else "2019-03-22, 2019-03 or 2019"
        return f"is {shown(node.written or node.data)}, which is no date", f"write {precision}"
    if kind == "string_pattern_mismatch" and field in _PATTERNS:
        what, mend = _PATTERNS[field]
        return f"{what}: {shown(node.data)}", mend
    if kind in _SHAPES:
        return _SHAPES[kind]
    if kind == "string_type":
        return _no_text(node)
    return _value(problem, node, field)


def _value(problem: ErrorDetails, node: Node, field: str) -> tuple[str, str]:
    context = problem.get("ctx", {})
    match problem["type"]:
        case "literal_error":
            return f"is {shown(node.data)}", f"write {context['expected']}"
        case "too_long":
            length, limit = context["actual_length"], context["max_length"]
            return f"has {length} characters, {limit} at most", "shorten it"
        case "value_error":
            # A validator of the model says either "what: mend" or the mend alone.
            what, colon, mend = str(context["error"]).partition(": ")
            return (what, mend) if colon else (f"is {shown(node.data)}", what)
        case "bool_parsing" | "bool_type":
            return f"is {shown(node.data)}", "write true or false"
        case kind if kind.startswith(("float", "greater", "less", "int")):
            return f"is {shown(node.data)}", _number(context, field)
    return f"is {shown(node.data)}", problem["msg"][:1].lower() + problem["msg"][1:]


def _number(context: dict[str, Any], field: str) -> str:
    if field in _DEGREES:
        return "write a number of degrees, as 48.7474 or 2.3996"
    bounds = [f"{context[key]} {word}" for key, word in _BOUNDS if key in context]
    return ", ".join(["write a whole number", *bounds])


def _no_text(node: Node) -> tuple[str, str]:
    if isinstance(node.data, dict):
        return (
            "is read as a key and its value instead of a text",
            "a text with `: ` in it goes in quotes, or after `|` on lines of its own",
        )
    if isinstance(node.data, list):
        return "is a list instead of a text", "write one text, in quotes if it begins with `[`"
    kind = "date" if isinstance(node.data, dt.date) else "number"
    return f"is read as a {kind}: {shown(node.written)}", f'put it in quotes: "{node.written}"'


def _known_keys(model: type[BaseModel], path: list[_Step]) -> list[str]:
    """What may be written as a key at ``path`` of ``model``."""
    annotation: object = model
    for step in path:
        annotation = _inside(annotation, step)
    kind = _plain(annotation)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return list(kind.model_fields)
    keys = _plain(get_args(kind)[0]) if get_origin(kind) is dict else None
    return list(get_args(keys)) if get_origin(keys) is Literal else list(LANGUAGES)


def _inside(annotation: object, step: _Step) -> object:
    kind = _plain(annotation)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind.model_fields[str(step)].annotation
    arguments = get_args(kind)
    return arguments[1] if get_origin(kind) is dict else arguments[0]


def _plain(annotation: object) -> object:
    """``annotation`` without what surrounds the type: Annotated, and "or None"."""
    while True:
        origin = get_origin(annotation)
        if origin is Annotated or origin in (Union, types.UnionType):
            annotation = get_args(annotation)[0]
        else:
            return annotation
