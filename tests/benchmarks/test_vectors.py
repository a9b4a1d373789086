"""What is measured of word vectors: which messages share no word, and what is gone."""

from __future__ import annotations

import pytest

from benchmarks.vectors.sets import PARTS, Message, Set
from benchmarks.vectors.trial import Share, Words
from tests.knowledge import sample


@pytest.mark.parametrize(
    ("text", "shared"),
    [
        ("Où se trouvent vos bureaux ?", True),
        ("vos buraux", True),
        ("dans la rue", False),
        ("le plan de la place", False),
    ],
)
def test_messages_without_a_content_word_of_the_entry_are_found(text: str, *, shared: bool) -> None:
    """Words that hold sentences together do not count, a misspelt word does."""
    message = Message(text, "fr", frozenset({"adresse"}))
    assert Words(sample.matcher()).shared(message) is shared


def test_what_asks_for_entries_that_are_gone_is_out_of_scope() -> None:
    """Each message is asked once, of a folder without the entry that answers it."""
    base = sample.loaded().base
    messages = tuple(Message(f"{e.id} ?", "fr", frozenset({e.id})) for e in base.entries)
    strange = Message("…", "fr", frozenset())
    parts = [Set("sample", base, (*messages, strange)).without(part) for part in range(PARTS)]
    asked = [message.text for part in parts for message in part.messages]
    assert sorted(asked) == sorted(message.text for message in messages)
    for part in parts:
        assert not any(message.wanted for message in part.messages)
        left = {entry.id for entry in part.base.entries}
        assert all(message.text.removesuffix(" ?") not in left for message in part.messages)


def test_shares_add_up() -> None:
    """Parts and wholes, each by itself; nothing of nothing is no figure."""
    assert Share(1, 2) + Share(2, 3) == Share(3, 5)
    assert (str(Share(1, 2000)), str(Share(0, 0))) == ("1 of 2,000", "–")
