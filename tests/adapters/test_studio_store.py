"""Versions of definitions are never changed, and a file is written with its version or not."""

from datetime import UTC, datetime

import pytest

from keepwell.adapters.state import SqlStudioStore, SqlWarningStore
from keepwell.ports import NewFit
from keepwell.ports.studio import Draft, NewEdition, Subject
from keepwell.vocabulary import NotFound, Scorecard, SourceUnavailable
from state_databases import StateDatabase

AT = datetime(2026, 11, 1, 8, tzinfo=UTC)
CARD = Subject("scorecard", "c")
RULES = Subject("triggers", "own")


def new(text: str, found: str = "", subject: Subject = RULES, author: str = "ada") -> NewEdition:
    return NewEdition(subject, text, "published", "title", "reason", author, found)


def test_equal_content_has_one_number_and_what_was_found_is_kept(
    state_database: StateDatabase,
) -> None:
    with state_database.open() as state:
        store, written = SqlStudioStore(state), []
        first = store.publish(new("a", "by hand"), AT, lambda: written.append("a"))
        second = store.publish(new("b", "a"), AT, lambda: written.append("b"))
        back = store.publish(new("a", "b"), AT, lambda: written.append("a"))
        assert [first.version, second.version, back.version] == [2, 3, 2]
        assert [(e.version, e.origin) for e in store.editions(RULES)] == [
            (2, "published"), (3, "published"), (2, "published"), (1, "found"),
        ]  # fmt: skip
        assert written == ["a", "b", "a"]
        assert store.editions(CARD) == ()
        assert len([e for e in store.editions(RULES) if e.origin != "found"]) == 3
        with pytest.raises(NotFound, match="no published version 99"):
            store.edition(99)


def test_a_version_without_its_file_is_not_kept(state_database: StateDatabase) -> None:
    def full() -> None:
        raise SourceUnavailable("No space.")

    with state_database.open() as state:
        store = SqlStudioStore(state)
        with pytest.raises(SourceUnavailable):
            store.publish(new("a"), AT, full)
        assert store.editions(RULES) == ()
        assert SqlWarningStore(state).audit(5) == ()


def test_a_scorecard_is_numbered_as_its_fit_which_is_stored_once(
    state_database: StateDatabase,
) -> None:
    measure = {"measure": "m", "scale": {"kind": "identity"}}
    values = {
        "scorecard": "c",
        "dimensions": [{"dimension": "d", "weight": 1, "measures": [measure]}],
    }
    card = Scorecard.model_validate(values)
    with state_database.open() as state:
        store = SqlStudioStore(state)
        state.add_scorecard(card, "h1", AT)
        fit = NewFit(card.model_copy(update={"version": 2}), "h2")
        for text, found in (("b", "a"), ("a", "b"), ("b", "a")):
            version = fit if text == "b" else NewFit(card, "h1")
            made = NewEdition(CARD, text, "published", "t", "r", "ada", found, version, 1)
            store.publish(made, AT, lambda: None)
        assert [e.version for e in store.editions(CARD)] == [2, 1, 2, 1]
        newest = state.fitted_scorecard("c")
        assert newest is not None
        assert newest.version == 2


def test_everybody_has_one_draft_which_goes_when_it_is_published(
    state_database: StateDatabase,
) -> None:
    with state_database.open() as state:
        store = SqlStudioStore(state)
        for author, text in (("ada", "x"), ("ada", "y"), ("lu", "z")):
            store.save_draft(Draft(RULES, author, text, "h", AT))
        assert {(d.author, d.text) for d in store.drafts(RULES)} == {("ada", "y"), ("lu", "z")}
        store.publish(new("y"), AT, lambda: None)
        assert [d.author for d in store.drafts(RULES)] == ["lu"]
        assert store.drop_draft(RULES, "lu", AT)
        assert not store.drop_draft(RULES, "lu", AT)
        told = [a.action for a in SqlWarningStore(state).audit(20)]
        assert told == ["draft_dropped", "definition_published", *["draft_saved"] * 3]
