"""``knowledge``: what is wrong with a folder, and how well it answers."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.learning import built, learned
from bot.commands.settings import settings_of
from knowledge.loading import Fault, Loaded, check_folder

if TYPE_CHECKING:
    from collections.abc import Callable

_FOLDER = click.Path(path_type=Path)
_FILE = click.Path(path_type=Path, dir_okay=False)


@click.group()
def knowledge() -> None:
    """Check and evaluate a knowledge folder."""


@knowledge.command()
@click.option("--strict", is_flag=True, help="Warnings are errors.")
@click.option("--deep", is_flag=True, help="Look also for what only learning shows (takes longer).")
@click.argument("folder", type=_FOLDER, required=False)
def check(folder: Path | None, *, strict: bool, deep: bool) -> None:
    """Name every fault of FOLDER with its file, its line and its mend."""
    lines, code = check_folder(
        folder or settings_of().knowledge_dir, strict=strict, further=_deep_faults if deep else None
    )
    click.echo("\n".join(lines))
    sys.exit(code)


def _deep_faults(loaded: Loaded) -> list[Fault]:
    from knowledge import evaluation

    known = evaluation.Known(built(loaded), loaded.positions.questions)
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
    loaded, matcher = learned(folder)
    known = evaluation.Known(matcher, loaded.positions.questions)
    if cases:
        from handlers.asking import ask

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
