"""Files of questions with what a right reply is.

A case is a JSON line: ``question``, ``context`` (earlier messages, optional) and what is expected,
either as ``entry`` (an id, a list of ids any of which is right, or null for what should be refused)
or as ``expect`` (``answer``, ``clarify_or_answer``, ``handoff``, ``unknown``) with the regular
expressions ``all`` (each must be found in the reply), ``any`` (one must) and ``none`` (none may).
The reply is read on one line, without case, accents and source lines.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError


class CaseError(Exception):
    """A file of cases that cannot be read: names the file and the line."""


class Case(BaseModel):
    """A question and what a right reply is."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str | int = ""
    kind: str = ""
    lang: str = ""
    question: str
    context: tuple[str, ...] = ()
    entry: str | tuple[str, ...] | None = None
    expect: Literal["answer", "clarify_or_answer", "handoff", "unknown"] | None = None
    all: tuple[str, ...] = ()
    any: tuple[str, ...] = ()
    none: tuple[str, ...] = ()


def read_cases(path: Path) -> list[Case]:
    """The cases of a JSON lines file.

    Raises:
        CaseError: a line is not a case; the message says which and why.
    """
    cases = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            cases.append(Case.model_validate(json.loads(line)))
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(map(str, first["loc"]))
            raise CaseError(f"{path}:{number}: {where}: {first['msg']}") from None
        except ValueError as error:
            raise CaseError(
                f"{path}:{number}: not JSON ({error}); write one object a line"
            ) from None
    if not cases:
        raise CaseError(f"{path}: holds no case")
    return cases
