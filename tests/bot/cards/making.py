"""Cards as tests need them: a full one, one with the least, one that is hostile all over."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from handlers.requests.model import (
    Card,
    Company,
    Deadline,
    Destination,
    Details,
    Locality,
    Lost,
    Request,
    Surface,
)
from handlers.values import File
from knowledge.loading import load

BASE = load(Path(__file__).resolve().parents[2] / "sample").base
CONSENTED = dt.datetime(2026, 11, 25, 9, 42, tzinfo=dt.UTC)
VITRY = Locality(name="Vitry-sur-Seine", code="94081", inside=True)
PLAN = File(
    channel="telegram",
    id="plan",
    name="plan-atelier.pdf",
    media_type="application/pdf",
    size_bytes=1_240_000,
)
FRONT = File(
    channel="telegram", id="front", name="façade.jpg", media_type="image/jpeg", size_bytes=340_000
)
COMPANY = Company(
    name="Mécanique Exemple SAS",
    siren="123456782",
    siret="12345678200010",
    locality=VITRY,
    activity="25.62B",
    activity_label="Mécanique industrielle",
    section="C",
    headcount_band="10 à 19 salariés",
    verified=True,
)
DETAILS = Details(
    need="premises",
    description=(
        "Bonjour, nous cherchons 500 m² d'atelier à Vitry, avec un quai et du triphasé.\n\n"
        "Notre bail se termine fin mars. Merci !"
    ),
    surface=Surface(least_m2=500, most_m2=1200),
    communes=(VITRY, Locality(name="Créteil", code="94028")),
    headcount=14,
    deadline=Deadline(text="fin mars", day=dt.date(2027, 3, 31)),
    company=COMPANY,
    person="Ada Martin",
    email="ada.martin@example.org",
    phone="+33612345678",
    files=(PLAN, FRONT),
)
GROUP = "-1005"
TEAM = Destination(channel="team", address=GROUP)

FULL = Card(
    destination=TEAM,
    language="fr",
    need="Locaux ou terrain",
    team="Immobilier d'entreprise",
    request=Request(
        reference="D-7K2M4",
        channel="telegram",
        language="fr",
        team="premises",
        rule="premises-inside",
        eligibility="**Vitry-sur-Seine** fait partie du territoire.",
        details=DETAILS,
        consented_at=CONSENTED,
    ),
)
MINIMAL = Card(
    destination=TEAM,
    language="en",
    need="Other",
    team="Welcome desk",
    request=Request(
        reference="D-9QX3C",
        channel="web",
        language="en",
        details=Details(description="Who can I talk to?", phone="+33123456789"),
        consented_at=CONSENTED,
    ),
)
ADDED = FULL.model_copy(update={"news": "added", "addition": "Encore un mot.", "files": (PLAN,)})
WITHDRAWN = FULL.model_copy(update={"news": "withdrawn"})
UNDELIVERED = FULL.model_copy(
    update={
        "news": "undelivered",
        "lost": Lost(news="filed", to="https://crm.example.org/demandes"),
    }
)


def hostile(text: str, news: str = "filed") -> Card:
    """A card that says ``text`` wherever a company, a directory or a file could put words."""
    place = Locality(name=text, code=text)
    file = File(channel=text, id=text, name=text, media_type=text, size_bytes=1)
    return Card.model_validate(
        {
            "news": news,
            "destination": TEAM,
            "language": "fr",
            "need": text,
            "team": text,
            "addition": text,
            "files": (file,),
            "request": Request(
                reference="D-7K2M4",
                channel=text,
                language="fr",
                team=text,
                rule=text,
                eligibility=text,
                consented_at=CONSENTED,
                details=Details(
                    need=text,
                    description=text,
                    communes=(place, place),
                    deadline=Deadline(text=text, day=dt.date(2027, 3, 31)),
                    company=Company(
                        name=text,
                        siren=text,
                        siret=text,
                        locality=place,
                        activity=text,
                        activity_label=text,
                        section=text,
                        headcount_band=text,
                    ),
                    person=text,
                    email=text,
                    phone=text,
                    files=(file,),
                ),
            ),
        }
    )
