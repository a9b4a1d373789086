"""A message that shares no word with its entry's questions is found by what its words mean."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge.evaluation import Known, hold_out
from knowledge.learned import Learned
from knowledge.loading import load
from knowledge.matching import Matcher
from knowledge.meaning import Likeness, Space
from knowledge.model import KnowledgeBase
from knowledge.text import fold
from knowledge.vectors import WordVectors
from tests.knowledge.folders import entry, write
from tests.knowledge.made_vectors import SUBJECTS, write_package

ASKED = {
    "recrutement": "Comment recruter un salarié ?\nAvez-vous un candidat pour moi ?",
    "locaux": "Avez-vous un local à louer ?\nOù trouver un entrepôt ?",
    "financement": "Comment obtenir une subvention ?\nOù est le budget ?",
    "formation": "Comment suivre une formation ?\nQuel diplôme faut-il ?",
    "horaires": "Quels sont vos horaires ?\nÊtes-vous là le samedi ?",
    "transport": "Où est la gare ?\nY a-t-il un parking ?",
}
UNSHARED = {
    "embaucher du personnel": "recrutement",
    "un atelier de cent mètres carrés": "locaux",
    "un prêt d'argent": "financement",
    "apprendre pendant un stage": "formation",
    "heures d'ouverture": "horaires",
    "tramway ou métro": "transport",
}


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> WordVectors:
    """Vectors of some French words."""
    folder = tmp_path_factory.mktemp("packages")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(folder))
        return WordVectors.read(write_package(folder))


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    """A folder of six entries of two questions each."""
    text = "".join(entry(name, questions) for name, questions in ASKED.items())
    return load(write(tmp_path_factory.mktemp("folder"), {"entries/all.yaml": text})).base


@pytest.fixture(scope="module")
def matcher(base: KnowledgeBase, words: WordVectors) -> Matcher:
    """Its matcher, with vectors."""
    return Matcher(base, vectors={"fr": words})


def test_the_subjects_are_those_of_the_vectors() -> None:
    """What the test is made of: each entry is of a subject that has words of its own."""
    assert ASKED.keys() == SUBJECTS.keys() == set(UNSHARED.values())


@pytest.mark.parametrize(("message", "name"), UNSHARED.items())
def test_a_message_without_a_word_of_the_folder_is_found(
    matcher: Matcher, message: str, name: str
) -> None:
    """Words that mean what the questions' words mean lead to their entry."""
    assert matcher.match(message, "fr")[0].entry.id == name


def test_single_unknown_words_are_found_by_vectors_alone(
    base: KnowledgeBase, matcher: Matcher
) -> None:
    """Without vectors nothing is known of such a word."""
    assert matcher.match("tramway", "fr")[0].entry.id == "transport"
    assert Matcher(base).match("tramway", "fr") == []


def test_words_without_a_vector_match_as_before(base: KnowledgeBase, matcher: Matcher) -> None:
    """What no vector tells is told by the words."""
    assert matcher.match("zorglub", "fr") == Matcher(base).match("zorglub", "fr") == []
    for text in ("louer", "obtenir", "suivre"):
        best = Matcher(base).match(text, "fr")[0].entry
        assert matcher.match(text, "fr")[0].entry == best


def test_a_word_that_was_mended_is_understood_as_typed(matcher: Matcher) -> None:
    """What the folder does not know may be bent to what it knows, and means what it means."""
    meaning = matcher.learned.meaning
    assert meaning.heard("fr", ["cours", "lcal"], [("cour",), ("local",)]) == ("cours", "local")
    assert meaning.heard("en", ["cours"], [("cour",)]) == ("cour",)


def test_probabilities_stay_probabilities(matcher: Matcher) -> None:
    """Scores lie between 0 and 1, best first."""
    for message in UNSHARED:
        scores = [match.score for match in matcher.match(message, "fr")]
        assert scores == sorted(scores, reverse=True)
        assert all(0 <= score <= 1 for score in scores)


def test_what_was_kept_means_the_same(
    base: KnowledgeBase, matcher: Matcher, words: WordVectors
) -> None:
    """A matcher started from what another learnt gives the same scores to the last bit."""
    kept = {name: np.array(array) for name, array in matcher.learned.arrays().items()}
    restored = Matcher(base, Learned.restore(kept, {"fr": words.matrix}))
    for message in UNSHARED:
        assert restored.match(message, "fr") == matcher.match(message, "fr")


def test_the_vectors_of_words_are_not_kept(matcher: Matcher, words: WordVectors) -> None:
    """They are the package's; what is kept says where each stands."""
    arrays = matcher.learned.arrays().values()
    assert not any(array.shape == words.matrix.shape for array in arrays)


def test_a_language_of_few_questions_does_without(base: KnowledgeBase, words: WordVectors) -> None:
    """Where nothing can be told of what questions have in common, words alone count."""
    few = base.model_copy(update={"entries": base.entries[:2]})
    assert Matcher(few, vectors={"fr": words}).learned.meaning.spaces == {}


def test_texts_are_judged_by_the_others(words: WordVectors) -> None:
    """What a text means is told by the texts that are kept, not by itself."""
    texts = [(word,) for said in SUBJECTS.values() for word in fold(said).split()[:6]]
    labels = np.repeat(np.arange(len(SUBJECTS)), 6)
    space = Space.learn("fr", words, texts)
    alike = Likeness.of({"fr": space}, [("fr", text) for text in texts], labels, len(SUBJECTS))
    rivals = np.tile(np.arange(len(SUBJECTS), dtype=np.int32), (len(texts), 1))
    nothing = np.zeros(rivals.shape, np.float32)
    kept = np.arange(len(texts)) % 6 > 0
    by_all = alike.joined(nothing, rivals, labels >= 0)
    by_others = alike.joined(nothing, rivals, kept)
    held = np.flatnonzero(~kept)
    assert (by_others[held].argmax(axis=1) == labels[held]).all()
    assert (by_others[held, labels[held]] < by_all[held, labels[held]]).all()


def test_the_folder_is_judged_with_vectors(matcher: Matcher) -> None:
    """Each question is decided by the others' words and meaning together."""
    held_out = hold_out(Known(matcher))
    assert len(held_out.decisions) == sum(len(asked.splitlines()) for asked in ASKED.values())
    assert all(0 <= decision.score <= 1 for decision in held_out.decisions)
