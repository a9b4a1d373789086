"""The command line: ``python -m bot COMMAND``.

What serves is imported by the commands that serve: a question asked takes neither the time nor the
memory of web server, database and Telegram.
"""

from __future__ import annotations

import asyncio
import dataclasses
import json
import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click
from pydantic import BaseModel, ConfigDict, ValidationError

from bot.commands.deliveries import deliveries
from bot.commands.doctor import doctor
from bot.commands.privacy import privacy
from bot.commands.questions import questions
from bot.commands.requests import requests
from bot.commands.routing import routing
from bot.errors import ReportedError
from bot.matcher_cache import build_matcher
from bot.settings import Settings
from handlers.asking import Asked, ask, explain_asked
from knowledge.evaluation.cases import CaseError
from knowledge.loading import Fault, KnowledgeError, Loaded, check_folder, load

if TYPE_CHECKING:
    from collections.abc import Callable

    from knowledge.matching import Matcher

_FOLDER = click.Path(path_type=Path)
_FILE = click.Path(path_type=Path, dir_okay=False)


class _Group(click.Group):
    """Turns what a user can mend into one clear line and exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's own signature
        try:
            return super().invoke(ctx)
        except ValidationError as error:
            raise click.ClickException(_settings_faults(error)) from None
        except (ReportedError, CaseError) as error:
            raise click.ClickException(str(error)) from None
        except KnowledgeError as error:
            click.echo("\n".join(map(str, error.faults)), err=True)
            ctx.exit(1)


def _settings_faults(error: ValidationError) -> str:
    lines = [f"{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors(include_url=False)]
    return "settings that cannot be used (environment or .env):\n  " + "\n  ".join(lines)


def _settings(**options: object) -> Settings:
    """Settings, with what was given on the command line before the environment."""
    return Settings(**{name: value for name, value in options.items() if value is not None})  # type: ignore[arg-type]


def _matcher(knowledge: Path | None) -> Matcher:
    return _learned(knowledge)[1]


def _learned(knowledge: Path | None) -> tuple[Loaded, Matcher]:
    loaded = load(_settings(knowledge_dir=knowledge).knowledge_dir)
    return loaded, _built(loaded)


def _built(loaded: Loaded) -> Matcher:
    settings = _settings()
    base = loaded.base.model_copy(update={"retention": settings.retention})
    return build_matcher(base, settings.cache_dir, settings.costs)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """The assistant of a territory's businesses."""
    logging.basicConfig(
        level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr
    )


@main.command()
@click.option("--host", help="Address to listen on [default: 127.0.0.1].")
@click.option("--port", type=int, help="Port to listen on [default: 8080].")
@click.option("--knowledge", type=_FOLDER, help="The knowledge folder.")
@click.option("--database", help="SQLAlchemy URL of the database.")
def serve(host: str | None, port: int | None, knowledge: Path | None, database: str | None) -> None:
    """Serve the web page and its API, and Telegram when a token is set."""
    settings = _settings(host=host, port=port, knowledge_dir=knowledge, database_url=database)
    logging.basicConfig(
        level=settings.log_level,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        force=True,
    )
    # It names each of its own parts as it is imported, before anything that a newcomer looks for.
    logging.getLogger("alembic.runtime.plugins").setLevel(logging.WARNING)
    from bot import serving

    asyncio.run(serving.serve(settings))


@main.command()
@click.option("--knowledge", type=_FOLDER, help="The knowledge folder.")
@click.option("--database", help="SQLAlchemy URL of the database.")
def chat(knowledge: Path | None, database: str | None) -> None:
    """Talk to the assistant in the terminal."""
    from bot import app

    asyncio.run(app.chat(_settings(knowledge_dir=knowledge, database_url=database)))


@main.command("ask")
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
    matcher = _matcher(knowledge)
    if batch:
        _answer_lines(matcher, sys.stdin, sys.stdout)
    elif question is not None:
        click.echo(_answered(matcher, question, as_json=as_json, explain=explain))


def _answered(matcher: Matcher, question: str, *, as_json: bool, explain: bool) -> str:
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
        asked: Asked = ask(matcher, given.text, given.context)
        out.write(json.dumps({"id": given.id, **asked.model_dump()}, ensure_ascii=False) + "\n")
        out.flush()


def _with_text(line: dict[str, Any]) -> dict[str, Any]:
    """Files of cases call the text ``question``; they can be asked as they are."""
    return {"text": line["question"], **line} if "question" in line else line


@main.group()
def knowledge() -> None:
    """Check and evaluate a knowledge folder."""


@knowledge.command()
@click.option("--strict", is_flag=True, help="Warnings are errors.")
@click.option("--deep", is_flag=True, help="Look also for what only learning shows (takes longer).")
@click.argument("folder", type=_FOLDER, required=False)
def check(folder: Path | None, *, strict: bool, deep: bool) -> None:
    """Name every fault of FOLDER with its file, its line and its mend."""
    lines, code = check_folder(
        folder or _settings().knowledge_dir, strict=strict, further=_deep_faults if deep else None
    )
    click.echo("\n".join(lines))
    sys.exit(code)


def _deep_faults(loaded: Loaded) -> list[Fault]:
    from knowledge import evaluation

    known = evaluation.Known(_built(loaded), loaded.positions.questions)
    held_out = evaluation.hold_out(known, _progress("Judging"))
    return evaluation.doubts(held_out, loaded.positions)


@knowledge.command("evaluate")
@click.option("--knowledge", "folder", type=_FOLDER, help="The knowledge folder.")
@click.option("--all", "show_all", is_flag=True, help="Show every case, not only the wrong ones.")
@click.option("--html", "page", type=_FILE, help="Write the report as a page of HTML too.")
@click.argument(
    "cases", type=click.Path(path_type=Path, exists=True, dir_okay=False), required=False
)
def evaluate_command(
    folder: Path | None, cases: Path | None, page: Path | None, *, show_all: bool
) -> None:
    """How well the folder answers the questions of CASES (JSON lines), or else its own.

    Without CASES each question of the folder is judged by what is learnt from the others.
    """
    from knowledge import evaluation

    asked = evaluation.read_cases(cases) if cases else []
    loaded, matcher = _learned(folder)
    known = evaluation.Known(matcher, loaded.positions.questions)
    if cases:
        results = evaluation.evaluate(asked, lambda text, context: ask(matcher, text, context))
        figures = evaluation.figures_of_cases(results, known)
    else:
        figures = evaluation.figures_of_folder(evaluation.hold_out(known, _progress("Judging")))
    if page:
        _write_page(page, evaluation.page_of(figures, show_all=show_all))
    click.echo(evaluation.text_of(figures, show_all=show_all))


def _write_page(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"{path}: cannot be written ({error.strerror})") from None


def _progress(what: str) -> Callable[[int, int], None]:
    """Tells whoever waits before a terminal how far it is."""

    def tell(done: int, steps: int) -> None:
        if sys.stderr.isatty():
            click.echo(f"\r{what} … {done}/{steps}", err=True, nl=done == steps)

    return tell


main.add_command(deliveries)
main.add_command(doctor)
main.add_command(privacy)
main.add_command(questions)
main.add_command(requests)
main.add_command(routing)


if __name__ == "__main__":
    main()
