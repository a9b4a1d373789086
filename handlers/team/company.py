"""What the company does with a request that its team is to know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.team import waiting

if TYPE_CHECKING:
    from handlers.team.course import Course
    from handlers.team.model import CompanyRated, CompanyWrote
    from handlers.values import File


def filed(course: Course) -> None:
    """The team's cards went out with the filing; the company waits from now on."""
    waiting.company_waits(course)


def wrote(course: Course, event: CompanyWrote) -> None:
    """What the company adds is read wherever its team reads."""
    names = (file.name for file in event.files)
    course.log("added", text=" · ".join(filter(None, (event.text, *names))))
    course.send("corrected" if event.edited else "added", event.text, event.files)
    _keep_files(course, event.files)
    if course.handling.status != "closed":
        waiting.company_waits(course)


def withdrew(course: Course) -> None:
    """The company takes the request back: nobody waits any more."""
    course.change(status="withdrawn", waiting_since=None)
    course.history("withdrawn")
    course.send("withdrawn")
    course.refresh()
    waiting.nobody_waits(course, silent=False)


def rated(course: Course, event: CompanyRated) -> None:
    """Whether it helped, once."""
    if course.handling.rated:
        return
    course.change(rated=True)
    course.history("rated", text="helped" if event.helped else "not helped")
    messages = course.base.messages
    course.say(messages.team_helped if event.helped else messages.team_not_helped)


def _keep_files(course: Course, files: tuple[File, ...]) -> None:
    """The request has them from now on: the team that it is transferred to gets them too."""
    request = course.handling.request
    details = request.details.model_copy(update={"files": (*request.details.files, *files)})
    course.change(request=request.model_copy(update={"details": details}))
