"""The command line: ``python -m bot COMMAND``.

What serves is imported by the commands that serve: a question asked takes neither the time nor the
memory of web server, database and Telegram.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from pathlib import Path
from typing import Any

import click
from pydantic import ValidationError

from bot.commands.ask import ask_command
from bot.commands.deliveries import deliveries
from bot.commands.doctor import doctor
from bot.commands.knowledge import knowledge
from bot.commands.privacy import privacy
from bot.commands.questions import questions
from bot.commands.requests import requests
from bot.commands.routing import routing
from bot.commands.settings import settings_of
from bot.errors import ReportedError
from knowledge.evaluation.cases import CaseError
from knowledge.loading import KnowledgeError

_FOLDER = click.Path(path_type=Path)


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
    settings = settings_of(host=host, port=port, knowledge_dir=knowledge, database_url=database)
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

    asyncio.run(app.chat(settings_of(knowledge_dir=knowledge, database_url=database)))


main.add_command(ask_command)
main.add_command(deliveries)
main.add_command(doctor)
main.add_command(knowledge)
main.add_command(privacy)
main.add_command(questions)
main.add_command(requests)
main.add_command(routing)


if __name__ == "__main__":
    main()
