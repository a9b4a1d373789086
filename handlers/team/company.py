"""What the company does with a request that its team is to know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.routing import cards
from handlers.team import waiting
from handlers.team.actions import refresh, standing
from handlers.team.model import CompanyRated, CompanyWrote, SendCards
from knowledge.markup import escape_lines

if TYPE_CHECKING:
    from handlers.requests.model import File, News
    from handlers.team.course import Course


def filed(course: Course) -> None:
    """The team's cards went out with the filing; the company waits from now on."""
    waiting.company_waits(course)


def wrote(course: Course, event: CompanyWrote) -> None:
    """What the company adds is shown in the topic, and sent to mailbox and CRM."""
    course.log("added", text=event.text)
    messages = course.base.messages
    texts = messages.team_company_corrected if event.edited else messages.team_company_wrote
    said = escape_lines(event.text) or "📎"
    text = course.wording.text(texts, reference=course.reference, text=said)
    course.post(text, purpose="reply", files=event.files)
    _send_elsewhere(course, "added", event.text, event.files)
    if course.handling.status != "closed":
        waiting.company_waits(course)


def withdrew(course: Course) -> None:
    """The company takes the request back: nobody waits any more."""
    course.change(status="withdrawn", waiting_since=None)
    course.history("withdrawn")
    course.say(course.base.messages.team_withdrawn)
    refresh(course)
    _send_elsewhere(course, "withdrawn")
    waiting.nobody_waits(course, silent=False)


def rated(course: Course, event: CompanyRated) -> None:
    """Whether it helped, once."""
    if course.handling.rated:
        return
    course.change(rated=True)
    course.history("rated", text="helped" if event.helped else "not helped")
    messages = course.base.messages
    course.say(messages.team_helped if event.helped else messages.team_not_helped)


def _send_elsewhere(
    course: Course, news: News, addition: str = "", files: tuple[File, ...] = ()
) -> None:
    """To the destinations that have no topic to post in."""
    made = cards(course.base, course.handling.request, news=news, addition=addition, files=files)
    elsewhere = tuple(standing(course, card) for card in made if card.destination.channel != "team")
    if elsewhere:
        course.effects.append(SendCards(cards=elsewhere))
