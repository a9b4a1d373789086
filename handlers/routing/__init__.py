"""Who gets which request, as ``routing.yaml`` says.

conditions    what a request must be for a rule to apply, judged one by one
rules         the first rule that applies, and who stands in for a team that is away
cards         what a team is sent at each of its destinations
reach         rules that no request can come to, and rules that make no difference
hours         when a team answers (:mod:`handlers.hours`)
"""

from handlers.routing.cards import cards, undelivered_cards
from handlers.routing.conditions import Judgement
from handlers.routing.rules import Away, Default, Foreign, Reason, Routed, Tried, route

__all__ = [
    "Away",
    "Default",
    "Foreign",
    "Judgement",
    "Reason",
    "Routed",
    "Tried",
    "cards",
    "route",
    "undelivered_cards",
]
