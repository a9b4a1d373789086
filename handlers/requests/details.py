"""What a person said of their request, and what they say of it now, as one."""

from __future__ import annotations

from handlers.requests.model import Company, Details
from handlers.values import File
from knowledge.text import words


def merge(old: Details, new: Details) -> Details:
    """``old`` with all that ``new`` says: it wins, files add up, communes are replaced.

    What is said of the same company adds up; another company replaces the first.
    """
    said = {name: value for name, value in new if value not in (None, "", ())}
    if old.company and new.company:
        said["company"] = _one_company(old.company, new.company)
    return old.model_copy(update={**said, "files": _all_files(old.files, new.files)})


def _all_files(old: tuple[File, ...], new: tuple[File, ...]) -> tuple[File, ...]:
    return tuple({(file.channel, file.id): file for file in (*old, *new)}.values())


def _one_company(old: Company, new: Company) -> Company:
    if new.verified or not _may_be_the_same(old, new):
        return new
    known, added = (new, old) if old.verified else (old, new)
    said = {name: value for name, value in added if value not in (None, "")}
    return known.model_copy(update={**said, "active": old.active and new.active})


def _may_be_the_same(old: Company, new: Company) -> bool:
    if old.siret and new.siret:
        return old.siret == new.siret
    if old.siren and new.siren:
        return old.siren == new.siren
    before, now = set(words(old.name)), set(words(new.name))
    return not before or not now or before <= now or now <= before
