"""What a company reads of its team's work, and where its request stands all the while."""

from __future__ import annotations

import datetime as dt

import pytest

from handlers.effects import AddToRequest, WithdrawRequest
from handlers.events import AttachmentReceived, ButtonPressed, CommandGiven, MessageReceived
from handlers.requests.attachments import LARGEST_MEGABYTES, MOST_FILES
from handlers.requests.progress import LISTED_FOR, LONGEST_EXCERPT, LONGEST_HISTORY, bearing
from handlers.requests.team_words import WRITING_FOR
from handlers.step import Step
from handlers.team.model import RateRequest
from handlers.values import File
from knowledge.markup import to_html, to_plain
from tests.handlers.conversing import NOW, REFERENCE, text
from tests.handlers.requests.forms import NEED, offered
from tests.handlers.requests.sending import sent
from tests.handlers.requests.team_at_work import Company, plan


def test_the_list_says_where_a_request_stands() -> None:
    """Received, looked after, answered, asked more of, closed; each with its day."""
    company = Company()
    assert "envoyée le 24 novembre 2026, reçue" in company.list()
    company.moved("taken")
    assert "prise en charge par Anne" in company.list()
    company.now += dt.timedelta(days=1)
    company.wrote()
    assert "réponse donnée par Anne le 25 novembre 2026" in company.list()
    company.happens("Et pour le parking ?")
    assert "prise en charge par Anne" in company.list()
    company.now += dt.timedelta(days=1)
    company.moved("closed")
    shown = company.list()
    assert "pas de demande ouverte" in shown
    assert "close le 26 novembre 2026" in shown


@pytest.mark.parametrize("answered", [False, True])
def test_a_team_that_falls_silent_leaves_what_it_said(answered: bool) -> None:  # noqa: FBT001
    """The assistant answers again: an answer stays an answer."""
    company = Company()
    company.moved("taken")
    if answered:
        company.wrote()
    company.moved("released", by="")
    assert ("réponse donnée par Anne" in company.list()) is answered
    assert ("reçue" in company.list()) is not answered
    assert company.happens("axe 1").replies


def test_a_member_who_writes_again_has_the_conversation_again() -> None:
    """What the company then says goes to them, not to the assistant."""
    company = Company()
    company.moved("taken")
    company.moved("released", by="")
    company.wrote()
    result = company.happens("axe 1")
    assert result.replies == ()
    assert [type(effect) for effect in result.effects] == [AddToRequest]


def test_its_history_is_what_the_company_saw_and_did() -> None:
    """In order, with the hour of the team's clock, words cut and escaped, files by their names."""
    company = Company()
    company.moved("taken")
    company.wrote("Voici le plan *A* " + "x" * 300, file=plan())
    company.wrote("Voici le plan B", edited=True)
    company.happens("Merci !")
    company.moved("transferred", by="Accueil", team="accueil")
    company.moved("released", by="")
    company.moved("closed", by="Basile")
    shown = company.see()
    history = shown.partition("Ce qui s'est passé")[2].partition("Ce que vous avez demandé")[0]
    whats = [line.partition("23:00 : ")[2] for line in history.splitlines() if line.strip()]
    assert whats[0] == "prise en charge par Anne"
    assert whats[1].startswith("Anne vous répond : « Voici le plan *A* xxx")
    assert len(whats[1]) < LONGEST_EXCERPT + 40
    assert whats[2:] == [
        "Anne corrige : « Voici le plan B »",
        "ajout de votre part : « Merci ! »",
        "confiée à Accueil",
        "l'assistant répond de nouveau, la demande reste ouverte",
        "close par Basile",
    ]


def test_a_file_alone_is_named_in_the_history() -> None:
    """The company's and the team's."""
    company = Company()
    company.moved("taken")
    company.wrote("", file=plan("bail.pdf"))
    company.happens(AttachmentReceived(what="document", file=plan("kbis.pdf")))
    shown = company.see()
    assert "Anne vous répond : « 📎 bail.pdf »" in shown
    assert "ajout de votre part : « 📎 kbis.pdf »" in shown


def test_what_a_member_is_sent_has_the_limits_of_a_request() -> None:
    """Ten files, none too large for a bot to fetch; what does not go is told, its caption goes."""
    company = Company()
    company.moved("taken")
    large = company.happens(sent(size=LARGEST_MEGABYTES * 1024 * 1024 + 1, caption="le toit"))
    assert "« plan-1.pdf » dépasse 20 Mo" in text(large)
    assert additions(large) == [("le toit", ())]
    for number in range(MOST_FILES):
        assert company.happens(sent(number)).replies == ()
    over = company.happens(sent(98, album="a", caption="la cour"))
    assert "10 pièces jointes au plus" in text(over)
    assert additions(over) == [("la cour", ())]
    further = company.happens(sent(99, album="a"))
    assert (further.replies, further.effects) == ((), ())
    assert len(company.filed.request.details.files) == MOST_FILES
    assert "la cour" in company.see()


def test_what_cannot_be_passed_on_to_a_member_is_in_the_history_too() -> None:
    """The words beside a programme, and that there was a voice message."""
    company = Company()
    company.moved("taken")
    refused = company.happens(
        AttachmentReceived(what="document", refused="jeu.exe", caption="essayez")
    )
    assert "« jeu.exe » n'a pas été ajouté" in text(refused)
    assert additions(refused) == [("essayez", ())]
    assert company.happens(AttachmentReceived(what="document", refused="jeu.exe")).effects == ()
    [(told, _)] = additions(company.happens(AttachmentReceived(what="voice", caption="ouf")))
    assert "voice" in told
    shown = company.see()
    assert "ajout de votre part : « essayez »" in shown
    assert "voice) ouf »" in shown


def additions(result: Step) -> list[tuple[str, tuple[File, ...]]]:
    """What a step adds to a request: words and files."""
    return [(one.text, one.files) for one in result.effects if isinstance(one, AddToRequest)]


def test_the_history_stays_short() -> None:
    """A conversation of years does not swell every step."""
    company = Company()
    company.moved("taken")
    for number in range(LONGEST_HISTORY + 5):
        company.wrote(f"message {number}")
    assert len(company.filed.history) == LONGEST_HISTORY
    assert company.filed.history[-1].text == f"message {LONGEST_HISTORY + 4}"


def test_what_has_ended_is_listed_for_some_time() -> None:
    """Then no more; an open request always is."""
    company = Company()
    company.moved("closed")
    company.now += LISTED_FOR
    assert REFERENCE in company.list()
    company.now += dt.timedelta(days=1)
    assert REFERENCE not in company.list()
    other = Company()
    other.now += 3 * LISTED_FOR
    assert REFERENCE in other.list()


def test_a_request_taken_back_is_listed_and_over() -> None:
    """Nothing is offered but to look at it, and what the team does too late changes nothing."""
    company = Company()
    company.list()
    company.press("Retirer")
    assert isinstance(company.press("Oui").effects[0], WithdrawRequest)
    assert company.moved("taken").replies == ()
    assert company.moved("closed").replies == ()
    assert company.moved("writing").replies == ()
    assert "Bonjour." in text(company.wrote()), "a word that was on its way is not lost"
    assert "retirée le 24 novembre 2026" in company.list()
    assert [one.label for one in offered(company.last)] == [
        f"Voir {REFERENCE}", "Faire une demande",
    ]  # fmt: skip
    assert "retirée par vous" in company.see()
    assert [one.label for one in offered(company.last)] == ["Mes demandes"]
    assert company.happens("axe 1").replies, "nobody has the conversation"


def test_the_welcome_keeps_what_has_ended() -> None:
    """/start begins the conversation anew, not the requests."""
    company = Company()
    company.moved("closed")
    company.happens(CommandGiven(name="start"))
    assert REFERENCE in company.list()


def test_taking_a_closed_request_opens_it_again() -> None:
    """It is among the open ones, its history goes on, and it may be rated anew."""
    company = Company()
    company.moved("closed")
    company.press("Oui")
    company.moved("taken", by="Basile")
    assert company.state.closed == ()
    assert "prise en charge par Basile" in company.list()
    company.moved("closed", by="Basile")
    assert any(isinstance(effect, RateRequest) for effect in company.press("Non").effects)


def test_one_press_says_whether_it_helped() -> None:
    """Thanks after; a second press, of whichever button, counts no more and says so."""
    company = Company()
    closing = company.moved("closed")
    assert [one.label for one in offered(closing)] == ["👍 Oui", "👎 Non"]
    first = company.press("Oui")
    assert first.effects == (RateRequest(reference=REFERENCE, helped=True),)
    assert "Merci" in text(first)
    company.last = closing.model_copy(update={"state": company.state})
    second = company.press("Non")
    assert second.effects == ()
    assert "déjà donné votre avis" in text(second)


def test_a_rating_can_be_given_later_from_the_list() -> None:
    """Who closed the page at once is asked again where the request is shown; once rated, no."""
    company = Company()
    company.moved("closed")
    company.see()
    assert company.press("👎").effects == (RateRequest(reference=REFERENCE, helped=False),)
    company.see()
    assert [one.label for one in offered(company.last)] == ["Mes demandes"]


@pytest.mark.parametrize("state", ["open", "withdrawn", "unknown"])
def test_only_a_closed_request_is_rated(state: str) -> None:
    """An old or made-up button is no opinion."""
    company = Company()
    closing = Company().moved("closed")
    reference = "K7M-4XR" if state != "unknown" else "999-999"
    if state == "withdrawn":
        company.list()
        company.press("Retirer")
        company.press("Oui")
    value = offered(closing)[0].value.replace(REFERENCE, reference)
    result = company.happens(ButtonPressed(value=value))
    assert result.effects == ()
    assert "n'est plus ouverte" in text(result)


def test_that_somebody_is_writing_is_known_but_not_said() -> None:
    """For ten minutes, or until the word comes, the request is closed, or goes elsewhere."""
    company = Company()
    company.moved("taken")
    result = company.moved("writing")
    assert (result.replies, result.effects) == ((), ())
    shown = bearing(company.state, company.now)
    assert shown.writing is not None
    assert (shown.writing.by, shown.writing.until) == ("Anne", NOW + WRITING_FOR)
    assert bearing(company.state, NOW + WRITING_FOR).writing is None
    company.happens("Je précise : un quai.")
    assert bearing(company.state, company.now).writing is not None
    company.wrote()
    assert bearing(company.state, company.now).writing is None
    for end in ("closed", "transferred", "released"):
        company.moved("taken")
        company.moved("writing")
        company.moved(end)
        assert bearing(company.state, company.now).writing is None


def test_a_page_knows_to_whom_one_writes() -> None:
    """The member who has the request, and whether one is open at all."""
    company = Company()
    assert (bearing(company.state, NOW).held_by, bearing(company.state, NOW).open_requests) == (
        "", 1,
    )  # fmt: skip
    company.moved("taken")
    assert bearing(company.state, NOW).held_by == "Anne"
    company.moved("closed")
    assert bearing(company.state, NOW).open_requests == 0


def test_a_members_words_come_with_their_author_and_alone() -> None:
    """As they are, escaped, for whoever shows the author in its own way; a correction as one."""
    company = Company()
    company.moved("taken", by="Anne <b>")
    [reply] = company.wrote("Un *plan* <b>", by="Anne <b>", file=plan()).replies
    assert reply.author == "Anne <b>"
    assert reply.words == r"Un \*plan\* \<b\>"
    assert (reply.reference, reply.corrects) == (REFERENCE, False)
    assert reply.files == (plan(),)
    [reply] = company.wrote("Bonjour,\n1. un plan\n\nAnne\n").replies
    assert to_html(reply.words) == "<p>Bonjour,<br>\n1. un plan</p>\n<p>Anne</p>"
    assert to_plain(reply.text).endswith("Bonjour,\n1. un plan\n\nAnne")
    [correction] = company.wrote("Deux plans", edited=True).replies
    assert correction.corrects
    assert correction.receipt == reply.receipt


def test_a_transfer_outside_hours_says_when_the_new_team_is_back() -> None:
    """The team of the sample opens on Wednesdays; it is late on a Tuesday."""
    company = Company()
    moved = company.moved("transferred", by="Immobilier", team="immobilier")
    assert "de retour le 25 novembre 2026 à 09:00" in text(moved)
    assert company.filed.request.team == "immobilier"
    moved = company.moved("transferred", by="Accueil", team="accueil")
    assert "retour" not in text(moved), "nothing is promised of a team without hours"


def test_an_addition_outside_hours_says_when_it_is_read() -> None:
    """And nothing of it while the team is there."""
    company = Company()
    for now, told in ((NOW, True), (dt.datetime(2026, 11, 25, 10, 0, tzinfo=dt.UTC), False)):
        company.now = now
        company.list()
        company.press("Ajouter")
        assert ("de retour le 25 novembre" in text(company.happens("un quai"))) is told
        assert ("de retour le" in company.see()) is told


def test_an_edited_message_to_a_person_is_told_as_one() -> None:
    """The team reads the correction."""
    company = Company()
    company.moved("taken")
    [effect] = company.happens(MessageReceived(text="700 m2", edited=True)).effects
    assert isinstance(effect, AddToRequest)
    assert effect.edited


def test_several_requests_are_listed_with_a_button_each() -> None:
    """What can be done with one is offered where it is shown."""
    company = Company()
    company.happens("il me faut aussi un entrepôt de 200 m2")
    company.press("autre sujet")
    company.press("Presse")
    for typed in ("passer", "dans 3 mois", "p@journal.fr", "j'accepte"):
        company.happens(typed)
    shown = company.list()
    assert shown.count("reçue") == 2
    assert [one.label for one in offered(company.last)] == [
        f"Voir {REFERENCE}", "Voir 222-222", "Faire une demande",
    ]  # fmt: skip
    assert "Presse" in text(company.press("Voir 222-222"))
    assert [one.label for one in offered(company.last)] == [
        "Ajouter à ma demande 222-222", "Retirer 222-222",
    ]  # fmt: skip


def test_a_request_of_before_has_no_history() -> None:
    """A state that an earlier version wrote is shown as far as it goes."""
    company = Company()
    older = company.filed.model_dump(include={"request", "seal"})
    state = company.state.model_dump() | {"requests": [older]}
    company.last = company.last.model_copy(update={"state": company.state.model_validate(state)})
    shown = company.see()
    assert "Où elle en est : reçue." in shown
    assert "Ce qui s'est passé" not in shown
    assert NEED in shown


def test_an_answer_gives_way_while_a_request_is_open() -> None:
    """A member may take the request before the answer is sent; a command was for nobody else."""
    company = Company()
    assert [reply.automatic for reply in company.happens("axe 1").replies] == [True]
    assert not any(
        reply.automatic for reply in company.happens(CommandGiven(name="requests")).replies
    )
