"""What only shows when ``requests.yaml`` is seen beside the folder's entries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from knowledge.loading.checks import check_reference, check_texts, check_unique
from knowledge.loading.faults import Place, Report, error, shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from knowledge.loading.nodes import Node
    from knowledge.model import Language, RequestForm


@dataclass(frozen=True, slots=True)
class Entries:
    """What a need may name of the folder: its entries' ids, with their topics; its languages."""

    topics: Mapping[str, str]
    languages: tuple[Language, ...]


def check_request_form(
    node: Node, neutral: RequestForm, entries: Entries | None, report: Report
) -> frozenset[str]:
    """Report what is wrong with a folder's own needs; return the ids of all needs.

    ``entries`` is None when not all of them are known. ``neutral`` has the needs of a folder that
    writes none.
    """
    own = node.listed("needs")
    needs = check_unique(own, report, "need")
    if "needs" not in node.values:
        needs = frozenset(need.id for need in neutral.needs)
    _check_other(node, neutral, needs, report)
    for key in ("topics", "entries"):
        _check_claims(own, key, report)
    if entries is not None:
        check_reference(node.values.get("privacy_entry"), frozenset(entries.topics), report)
        _check_entries(own, entries, report)
    return needs


def _check_entries(own: list[Node], entries: Entries, report: Report) -> None:
    ids, topics = frozenset(entries.topics), frozenset(entries.topics.values())
    by_topic = {name: place for need in own for name, place in _texts(need, "topics")}
    for need in own:
        check_texts(need.values.get("label"), entries.languages, report)
        here = {place for _, place in _texts(need, "topics")}
        for topic in need.listed("topics"):
            check_reference(topic, topics, report, "topic")
        for entry in need.listed("entries"):
            check_reference(entry, ids, report)
        for name, at in _texts(need, "entries"):
            place = by_topic.get(entries.topics.get(name, ""))
            if place is not None and place not in here:
                what = f"{shown(name)} leads to another need by its topic, at {place}"
                mend = "write there the entries that belong there instead of the topic"
                report(error(at, what, mend))


def _texts(need: Node, key: str) -> list[tuple[str, Place]]:
    return [(item.data, item.place) for item in need.listed(key) if isinstance(item.data, str)]


def _check_other(node: Node, neutral: RequestForm, needs: frozenset[str], report: Report) -> None:
    written = node.values.get("other")
    if written is not None:
        check_reference(written, needs, report, owner="need")
    elif neutral.other not in needs and isinstance(node.data.get("needs"), list):
        what = f"no need is there for what fits no other: none has the id `{neutral.other}`"
        mend = f"write a need `{neutral.other}`, or name another one in `other:`"
        report(error(node.keys["needs"], what, mend))


def _check_claims(needs: list[Node], key: str, report: Report) -> None:
    """Report a topic or entry under two needs: a message would be taken for either."""
    first: dict[str, Place] = {}
    for need in needs:
        for name, at in _texts(need, key):
            place = first.setdefault(name, at)
            if place is not at:
                what = f"{shown(name)} leads to a need already, at {place}"
                report(error(at, what, "remove it from one of the two places"))
