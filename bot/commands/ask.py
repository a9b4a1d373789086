"""``ask``: one question, or lines of them.

What answers is imported once there is something to answer by: it takes memory, of which learning
needs the most.
"""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click
from pydantic import BaseModel, ConfigDict

from bot.commands.learning import learned

if TYPE_CHECKING:
    from knowledge.matching import Matcher

_FOLDER = click.Path(path_type=Path)


@click.command("ask")
@click.option("--json", "as_json", is_flag=True, help="Print the whole result as JSON.")
@click.option("--explain", is_flag=True, help="Say why, word by word.")
@click.option("--batch", is_flag=True, help="Read JSON lines, write a JSON line for each.")
@click.option("--knowledge", type=_FOLDER, help="The knowledge folder.")
@click.argument("question", required=False)
def ask_command(
    *, as_json: bool, explain: bool, batch: bool, knowledge: Path | None, question: str | None
) -> None:
    """Answer one QUESTION, or with --batch a line of JSON each."""
    if batch == (question is not None):
        raise click.UsageError("give a question in quotes, or --batch and JSON lines to read")
    if batch and explain:
        raise click.UsageError("--explain takes one question at a time")
    _, matcher = learned(knowledge)
    if batch:
        _answer_lines(matcher, sys.stdin, sys.stdout)
    elif question is not None:
        click.echo(_answered(matcher, question, as_json=as_json, explain=explain))


def _answered(matcher: Matcher, question: str, *, as_json: bool, explain: bool) -> str:
    from handlers.asking import ask, explain_asked

    if not explain:
        asked = ask(matcher, question)
        return asked.model_dump_json() if as_json else asked.text

    from knowledge.explanation import text_of

    asked, explained = ask(matcher, question), explain_asked(matcher, question)
    if not as_json:
        about = ", ".join(f"{entry.id} {entry.score:.2f}" for entry in asked.entries)
        return f"Reply     {asked.outcome} [{about}]\n{text_of(explained)}"
    return json.dumps(
        {**asked.model_dump(), "explanation": dataclasses.asdict(explained)}, ensure_ascii=False
    )


class _Line(BaseModel):
    """A line of a batch."""

    model_config = ConfigDict(extra="ignore")

    id: str | int
    text: str
    context: list[str] = []


def _answer_lines(matcher: Matcher, lines: TextIO, out: TextIO) -> None:
    from handlers.asking import ask

    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            given = _Line.model_validate(_with_text(json.loads(line)))
        except (ValueError, TypeError) as error:
            reason = str(error).splitlines()[0]
            raise click.ClickException(
                f'line {number}: {reason}; write {{"id": "…", "text": "…"}}'
            ) from None
        asked = ask(matcher, given.text, given.context)
        out.write(json.dumps({"id": given.id, **asked.model_dump()}, ensure_ascii=False) + "\n")
        out.flush()


def _with_text(line: dict[str, Any]) -> dict[str, Any]:
    """Files of cases call the text ``question``; they can be asked as they are."""
    return {"text": line["question"], **line} if "question" in line else line
