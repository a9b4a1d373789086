"""Documents and photographs join a request; what cannot is said courteously."""

from __future__ import annotations

import pytest

from handlers.effects import AddToRequest
from handlers.events import AttachmentReceived, CommandGiven
from handlers.requests.attachments import LARGEST_MEGABYTES, MOST_FILES
from handlers.state import ConversationState
from handlers.step import Step
from tests.handlers.conversing import REFERENCE, text
from tests.handlers.requests.forms import (
    NEED,
    TO_RECAP,
    filed,
    fill,
    form_of,
    offered,
    press,
    pressed,
)
from tests.handlers.requests.sending import file, sent


def open_one() -> Step:
    """A conversation with one open request."""
    return fill(*TO_RECAP, "j'accepte")


def open_with(files: int) -> ConversationState:
    """A conversation with one open request that has so many files."""
    return fill(NEED, *(sent(n) for n in range(files)), *TO_RECAP[1:], "j'accepte").state


def added_files(result: Step) -> list[str]:
    """The names of the files that a step adds to a request."""
    [effect] = [one for one in result.effects if isinstance(one, AddToRequest)]
    return [one.name for one in effect.files]


def test_a_file_joins_the_request_under_way() -> None:
    """At any question, which is asked again below the word of thanks."""
    result = fill(NEED, sent())
    assert form_of(result).details.files == (file(),)
    assert "plan-1.pdf" in text(result)
    assert form_of(result).step == "company"
    request = filed(fill(*TO_RECAP[1:], "j'accepte", state=result.state)).request
    assert request.details.files == (file(),)


def test_files_are_shown_in_the_recap_and_agreed_to() -> None:
    """A file that comes at the recap makes a new one: the old button sends nothing."""
    recap = fill(*TO_RECAP)
    result = fill(sent(), state=recap.state)
    assert "Pièces jointes : plan-1.pdf" in text(result)
    assert not fill(pressed(recap, "J'accepte"), state=result.state).effects
    assert filed(fill(pressed(result, "J'accepte"), state=result.state)).request.details.files


def test_agreement_is_to_the_files_that_were_shown() -> None:
    """Of an album sent at the recap, the files that came silently are shown before they go."""
    state = fill(*TO_RECAP, sent(1, album="a"), sent(2, album="a")).state
    result = fill("j'accepte", state=state)
    assert not result.effects
    assert "plan-2.pdf" in text(result)
    assert len(filed(fill("j'accepte", state=result.state)).request.details.files) == 2


@pytest.mark.parametrize("caption", ["oui", "j'accepte"])
def test_a_caption_agrees_to_nothing(caption: str) -> None:
    """The file that it comes with is not in the recap yet."""
    result = fill(*TO_RECAP, sent(caption=caption))
    assert not result.effects
    assert "plan-1.pdf" in text(result)
    assert filed(fill("oui", state=result.state)).request.details.files == (file(),)


def test_an_album_is_spoken_of_once() -> None:
    """All its files join."""
    first = fill(NEED, sent(1, album="a"))
    second = fill(sent(2, album="a"), state=first.state)
    assert "vos fichiers" in text(first)
    assert second.replies == ()
    assert len(form_of(second).details.files) == 2
    assert fill(sent(3, album="b"), state=second.state).replies


def test_a_caption_is_an_answer() -> None:
    """What is written with a file is a message."""
    result = fill(NEED, sent(caption="Ateliers Martin"))
    company = form_of(result).details.company
    assert company is not None
    assert company.name == "Ateliers Martin"
    assert form_of(result).details.files == (file(),)
    assert form_of(result).step == "headcount"


def test_a_need_written_under_a_file_begins_a_request_with_it() -> None:
    """The file need not be sent twice."""
    result = fill(sent(caption=NEED))
    assert form_of(result).details.files == (file(),)
    assert form_of(result).details.need == "premises"
    assert result.state.files == ()


def test_the_same_file_twice_is_one() -> None:
    """Whoever presses twice has not attached it twice."""
    assert len(form_of(fill(NEED, sent(), sent())).details.files) == 1


def test_no_more_than_ten_files_join() -> None:
    """The next is declined, and of an album all further ones with one word."""
    full = fill(NEED, *(sent(number, album="a") for number in range(MOST_FILES)))
    over = fill(sent(98, album="a"), state=full.state)
    assert "10 pièces jointes au plus" in text(over)
    further = fill(sent(99, album="a"), state=over.state)
    assert further.replies == ()
    assert len(form_of(further).details.files) == MOST_FILES
    assert "10 pièces jointes" in text(fill(sent(97), state=further.state))


def test_a_file_that_is_too_large_is_declined() -> None:
    """By its name, with what would do; one of exactly the limit is taken."""
    limit = LARGEST_MEGABYTES * 1024 * 1024
    result = fill(NEED, sent(size=limit + 1, name="<plan> *A0*.pdf"))
    assert "« <plan> *A0*.pdf » dépasse 20 Mo" in text(result)
    assert form_of(result).details.files == ()
    assert form_of(fill(NEED, sent(size=limit))).details.files
    assert form_of(fill(NEED, sent(size=None))).details.files


@pytest.mark.parametrize("before", [(), (NEED,), TO_RECAP, (*TO_RECAP, "j'accepte")])
def test_a_file_that_is_refused_is_told_by_its_name(before: tuple[str, ...]) -> None:
    """Courteously, with what can be sent; what was under way goes on, and nobody has it."""
    refused = AttachmentReceived(what="document", refused="jeu.exe", caption="voici")
    result = fill(*before, refused)
    assert "« jeu.exe » n'a pas été ajouté" in text(result)
    assert "PDF" in text(result)
    assert not result.state.files
    assert not [effect for effect in result.effects if isinstance(effect, AddToRequest)]
    if result.state.form:
        assert not form_of(result).details.files
        assert offered(result)


def test_what_is_no_file_cannot_join() -> None:
    """A voice message, a place: it is said, and the question stands."""
    before = fill(NEED)
    result = fill(AttachmentReceived(what="voice"), state=before.state)
    assert "que des documents et des photos" in text(result)
    assert form_of(result) == form_of(before)
    assert offered(result)


def test_files_can_be_taken_out_at_the_recap() -> None:
    """The line of the attachments empties it."""
    recap = fill(NEED, sent(), *TO_RECAP[1:])
    result = press(press(recap, "Corriger"), "Pièces jointes")
    assert form_of(result).details.files == ()
    assert form_of(result).step == "recap"
    assert "Les pièces jointes sont retirées" in text(result)


@pytest.mark.parametrize("answer", ["oui", "Ajouter"])
def test_with_one_open_request_a_file_is_offered_to_it(answer: str) -> None:
    """It is not sent unasked; yes sends all that came, to the request's team."""
    asked = fill(sent(1, album="a"), sent(2, album="a"), state=open_one().state)
    assert not asked.effects
    first = fill(sent(1), state=open_one().state)
    assert f"Ajouter à ma demande {REFERENCE}" in [button.label for button in offered(first)]
    both = fill(sent(2), state=first.state)
    added = fill("oui", state=both.state) if answer == "oui" else press(both, answer)
    [effect] = added.effects
    assert isinstance(effect, AddToRequest)
    assert [one.id for one in effect.files] == ["f1", "f2"]
    assert added.state.files == ()


def test_a_file_that_is_not_to_be_kept_is_dropped() -> None:
    """By no, in words or by the button."""
    asked = fill(sent(), state=open_one().state)
    for dropped in (fill("non", state=asked.state), press(asked, "Non, merci")):
        assert dropped.state.files == ()
        assert not dropped.effects


def test_without_any_request_a_file_can_begin_one() -> None:
    """It waits for the request that it belongs to."""
    asked = fill(sent())
    assert "Souhaitez-vous en faire une" in text(asked)
    for begun in (press(asked, "Faire une demande"), fill("oui", state=asked.state)):
        assert form_of(begun).details.files == (file(),)
    later = fill("nous cherchons un local", "oui", state=asked.state)
    assert form_of(later).details.files == (file(),)


def test_files_join_a_request_that_is_added_to() -> None:
    """Each at once, with what is written beside it, until something else is said."""
    asking = press(fill("mes demandes", state=open_one().state), "Ajouter")
    first = fill(sent(1, caption="la façade"), state=asking.state)
    second = fill(sent(2), state=first.state)
    effects = [*first.effects, *second.effects]
    assert [(e.text, [f.id for f in e.files]) for e in effects if isinstance(e, AddToRequest)] == [
        ("la façade", ["f1"]),
        ("", ["f2"]),
    ]
    done = press(second, "Terminé")
    assert done.state.doing is None
    assert len(done.state.requests[0].request.details.files) == 2


def test_an_open_request_has_ten_files_at_most() -> None:
    """Those it was filed with count."""
    asking = press(fill("mes demandes", state=open_with(MOST_FILES)), "Ajouter")
    result = fill(sent(99), state=asking.state)
    assert not result.effects
    assert "10 pièces jointes" in text(result)


def test_words_beside_a_file_that_cannot_be_added_are() -> None:
    """One too many, too large or refused; the next file still joins what is added to."""
    large = sent(97, size=LARGEST_MEGABYTES * 1024 * 1024 + 1, caption="la cour, non ?")
    refused = AttachmentReceived(what="document", refused="jeu.exe", caption="la cour, non ?")
    over = sent(98, caption="la cour, non ?")
    for event, had, why in (
        (large, 1, "dépasse 20 Mo"),
        (refused, 1, "« jeu.exe » n'a pas été ajouté"),
        (over, MOST_FILES, "10 pièces jointes au plus"),
    ):
        asking = press(fill("mes demandes", state=open_with(had)), "Ajouter")
        result = fill(event, state=asking.state)
        [effect] = result.effects
        assert isinstance(effect, AddToRequest)
        assert (effect.text, effect.files) == ("la cour, non ?", ())
        assert why in text(result)
        assert "C'est ajouté" in text(result)
        assert result.state.doing == asking.state.doing
        assert result.state.requests[0].history[-1].text == "la cour, non ?"


def test_words_in_an_album_that_has_no_room_are_added() -> None:
    """That its files do not go was said with the first of them."""
    asking = press(fill("mes demandes", state=open_with(MOST_FILES)), "Ajouter")
    first = fill(sent(98, album="a"), state=asking.state)
    second = fill(sent(99, album="a", caption="la cour"), state=first.state)
    [effect] = second.effects
    assert isinstance(effect, AddToRequest)
    assert effect.text == "la cour"
    assert "pièces jointes au plus" not in text(second)


def test_kept_files_that_do_not_fit_are_told() -> None:
    """Two have room: they go, and nobody believes that the third went too."""
    two_more = fill(sent(21), sent(22), state=open_with(MOST_FILES - 2))
    assert "pièces jointes au plus" not in text(press(two_more, "Ajouter"))
    added = press(fill(sent(23), state=two_more.state), "Ajouter")
    assert added_files(added) == ["plan-21.pdf", "plan-22.pdf"]
    assert "C'est ajouté" in text(added)
    assert "10 pièces jointes au plus. Les suivantes n'ont pas été ajoutées" in text(added)


def test_files_of_a_second_request_that_do_not_fit_the_first_are_told() -> None:
    """What was begun anew joins the open request of its need, as far as there is room."""
    asked = fill(sent(21), sent(22), state=open_with(MOST_FILES - 1))
    joined = press(fill(pressed(asked, "Faire une demande"), NEED, state=asked.state), "Ajouter")
    assert added_files(joined) == ["plan-21.pdf"]
    assert "Les suivantes n'ont pas été ajoutées" in text(joined)


def test_a_file_while_the_form_is_paused_joins_it() -> None:
    """And leads back to it."""
    result = fill(NEED, "mes demandes", sent())
    assert form_of(result).details.files == (file(),)
    assert "request:resume" in [button.value for button in offered(result)]


def test_the_welcome_forgets_files_that_were_sent_for_nothing() -> None:
    """They do not turn up in a request months later."""
    assert fill(sent(), CommandGiven(name="start")).state.files == ()
    assert ConversationState().files == ()
