"""A folder of YAML files → a :class:`KnowledgeBase`, or all that is wrong with it at once."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from knowledge.loading import checks, files, nodes
from knowledge.loading.checks import Draft
from knowledge.loading.faults import Fault, KnowledgeError, Report, error
from knowledge.loading.positions import Positions
from knowledge.loading.requests import Entries, check_request_form
from knowledge.loading.routing import Names, check_routing, communes_of
from knowledge.loading.schema import validate
from knowledge.model import (
    Entry,
    KnowledgeBase,
    Language,
    LanguageLexicon,
    Lexicon,
    Messages,
    RequestForm,
    Routing,
    Territory,
)

if TYPE_CHECKING:
    from pathlib import Path

    from knowledge.loading.files import File
    from knowledge.loading.nodes import Node

_ENTRIES_OF_TOPICS = {"elsewhere_topics": "elsewhere_entry", "commune_topics": "commune_entry"}
"""Keys of ``territory.yaml`` for topics, and for what is said instead of their answers."""

_EASTERNMOST = dt.timezone(dt.timedelta(hours=14))


@dataclass(frozen=True, slots=True)
class Loaded:
    """A folder that can be used; ``warnings`` are what is doubtful in it."""

    base: KnowledgeBase
    warnings: tuple[Fault, ...]
    positions: Positions


def load(folder: Path, today: dt.date | None = None) -> Loaded:
    """Read ``folder``, laid over the neutral defaults. ``today`` judges the dates of checks.

    Raises:
        KnowledgeError: with every fault of every file; nothing else is raised whatever the
            files hold.
    """
    return _Loading(folder, today or _today()).run()


def _today() -> dt.date:
    """The date where it is latest, so that nobody's today is taken for the future."""
    return dt.datetime.now(_EASTERNMOST).date()


class _Loading:
    """One reading of a folder: the faults found so far, and the files read."""

    def __init__(self, folder: Path, today: dt.date) -> None:
        self._folder = folder
        self._today = today
        self._faults: list[Fault] = []
        self._report: Report = self._faults.append
        self._read: list[File] = []
        self._all_known = True  # False once a file is unreadable: its ids are not known then

    def run(self) -> Loaded:
        documents = self._documents()
        optional = {name: documents.pop(name, None) for name in files.OPTIONAL}
        drafts = [draft for node in documents.values() for draft in self._drafts(node)]
        languages = checks.languages_of(drafts)
        ids = checks.check_ids(drafts, self._report)
        messages = self._messages(optional["messages.yaml"], languages, ids)
        lexicon = self._lexicon(optional["lexicon.yaml"])
        territory = self._territory(optional["territory.yaml"], languages)
        self._check_territory(optional["territory.yaml"], drafts, ids)
        topics = {draft.id: draft.topic for draft in drafts if draft.id}
        entries = Entries(topics, languages)
        needs, form = self._request_form(optional["requests.yaml"], entries)
        names = Names(needs, communes_of(optional["territory.yaml"]), languages)
        routing = self._routing(optional["routing.yaml"], names)
        self._check_entries(drafts, languages, ids, messages)
        if any(fault.severity == "error" for fault in self._faults):
            raise KnowledgeError(self._faults)
        base = KnowledgeBase(
            entries=tuple(draft.entry for draft in drafts if draft.entry),
            messages=messages,
            lexicon=lexicon,
            territory=territory,
            request_form=form,
            routing=routing,
            content_hash=files.digest(self._read),
            learnt_hash=files.digest(filter(files.is_learnt, self._read)),
        )
        positions = Positions.of(drafts, optional["routing.yaml"])
        return Loaded(base, tuple(sorted(set(self._faults))), positions)

    def _documents(self) -> dict[str, Node]:
        """What the folder's files hold, by their names within it."""
        documents = {}
        for path in files.find(self._folder, self._report):
            name = path.relative_to(self._folder).as_posix()
            node = self._document(path, name)
            if node is None:
                self._all_known = False
            else:
                documents[name] = node
        return documents

    def _document(self, path: Path, name: str) -> Node | None:
        file = files.read(path, name, self._report)
        if file is None:
            return None
        self._read.append(file)
        text = files.decode(file, self._report)
        return None if text is None else nodes.read(text, file.shown, self._report)

    def _drafts(self, document: Node) -> list[Draft]:
        if not isinstance(document.data, list):
            what = "is empty" if document.data is None else "is not a list of entries"
            mend = "begin each entry with `- id: …` at the start of a line"
            self._report(error(document.place, what, mend))
        elif not document.items:
            self._report(error(document.place, "holds no entry", "write one or remove the file"))
        return [Draft(node, validate(Entry, node, self._report)) for node in document.items]

    def _check_entries(
        self,
        drafts: list[Draft],
        languages: tuple[Language, ...],
        ids: frozenset[str],
        messages: Messages,
    ) -> None:
        for draft in drafts:
            checks.check_texts(draft.node.values.get("answer"), languages, self._report)
            checks.check_texts(draft.node.values.get("label"), languages, self._report)
            checks.check_questions(draft, self._report)
            checks.check_self_reference(draft, self._report)
            checks.check_age(draft, self._today, self._report)
            checks.check_answer_lengths(draft, messages, self._report)
            follow_ups = draft.node.values.get("follow_ups")
            if self._all_known and follow_ups:
                for node in follow_ups.items:
                    checks.check_reference(node, ids, self._report)
        checks.check_repeated_questions(drafts, self._report)
        checks.check_keywords(drafts, self._report)

    def _messages(
        self, own: Node | None, languages: tuple[Language, ...], ids: frozenset[str]
    ) -> Messages:
        defaults = self._default("messages.yaml")
        neutral = Messages.model_validate(defaults)
        own = self._mapping(own)
        if own is None:
            return neutral
        allowed = {
            name: frozenset[str]().union(*map(checks.placeholders, texts.values()))
            for name, texts in defaults.items()
            if name not in {"topics", "menu_entries", "contact_entry"}
        }
        checks.check_messages(own, allowed, ids if self._all_known else None, self._report)
        topics = own.values.get("topics")
        for topic in topics.values.values() if topics else ():
            checks.check_texts(topic, languages, self._report)
        return validate(Messages, own, self._report, _merged(defaults, own.data)) or neutral

    def _lexicon(self, own: Node | None) -> Lexicon:
        neutral = Lexicon.model_validate(self._default("lexicon.yaml"))
        own = self._mapping(own)
        words = validate(Lexicon, own, self._report) if own else None
        if words is None:
            return neutral
        return Lexicon(fr=_joined(neutral.fr, words.fr), en=_joined(neutral.en, words.en))

    def _territory(self, own: Node | None, languages: tuple[Language, ...]) -> Territory:
        own = self._mapping(own)
        if own is None:
            return Territory()
        for name in ("name", "contact"):
            checks.check_texts(own.values.get(name), languages, self._report)
        return validate(Territory, own, self._report) or Territory()

    def _check_territory(
        self, territory: Node | None, drafts: list[Draft], ids: frozenset[str]
    ) -> None:
        if territory is None or not self._all_known:
            return
        for key in ("membership_entry", *_ENTRIES_OF_TOPICS.values(), "eligibility_entry"):
            checks.check_reference(territory.values.get(key), ids, self._report)
        topics = frozenset(draft.topic for draft in drafts)
        for key in ("membership_topics", *_ENTRIES_OF_TOPICS):
            named = territory.values.get(key)
            for node in named.items if named else ():
                checks.check_reference(node, topics, self._report, "topic")
        for key, entry in _ENTRIES_OF_TOPICS.items():
            unanswered = territory.values.get(key)
            if unanswered and entry not in territory.values:
                what = (
                    "names topics that are not answered for some places, and nothing is said then"
                )
                self._report(error(unanswered.place, what, f"name an entry in `{entry}`"))

    def _request_form(
        self, own: Node | None, entries: Entries
    ) -> tuple[frozenset[str], RequestForm]:
        """The form, and the ids of its needs, wrong ones included."""
        defaults = self._default("requests.yaml")
        neutral = RequestForm.model_validate(defaults)
        own = self._mapping(own)
        if own is None:
            return frozenset(need.id for need in neutral.needs), neutral
        known = entries if self._all_known else None
        needs = check_request_form(own, neutral, known, self._report)
        form = validate(RequestForm, own, self._report, {**defaults, **own.data})
        return needs, form or neutral

    def _routing(self, own: Node | None, names: Names) -> Routing:
        own = self._mapping(own)
        if own is None:
            return Routing()
        check_routing(own, names if self._all_known else None, self._report)
        return validate(Routing, own, self._report) or Routing()

    def _default(self, name: str) -> dict[str, Any]:
        """What ``name`` says where a folder says nothing; shipped with the code, so correct."""
        node = self._document(files.DEFAULTS / name, f"defaults/{name}")
        return node.data if node else {}

    def _mapping(self, node: Node | None) -> Node | None:
        """``node`` unless it is empty or, which is reported, no mapping."""
        if node is None or node.data is None:
            return None
        if isinstance(node.data, dict):
            return node
        mend = "write `key: value` lines that begin at the start of the line"
        self._report(error(node.place, "is not a set of keys", mend))
        return None


def _joined(common: LanguageLexicon, own: LanguageLexicon) -> LanguageLexicon:
    return LanguageLexicon(
        abbreviations={**common.abbreviations, **own.abbreviations},
        synonyms=(*common.synonyms, *own.synonyms),
    )


def _merged(defaults: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """``own`` over ``defaults``, key by key and, within a key, language by language."""
    merged = dict(defaults)
    for key, value in own.items():
        default = defaults.get(key)
        if isinstance(value, dict) and isinstance(default, dict):
            merged[key] = {**default, **value}
        else:
            merged[key] = value
    return merged
