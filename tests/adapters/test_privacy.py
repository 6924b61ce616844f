"""One person found, exported and erased, in whatever table; an older backup brings nobody back."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from keeping_world import build
from keepwell.adapters.state import SqlAccessStore, SqlKeepingStore, SqlPeopleStore, SqlStateStore
from keepwell.adapters.state.audit_rows import faults
from keepwell.adapters.state.privacy_store import SqlPrivacyStore
from keepwell.cli.door import enter
from keepwell.ports import Override
from keepwell.ports.people import Invitation, Looked
from keepwell.vocabulary import SNAPSHOT_TABLES, InputProblem, NotFound
from keepwell.wiring import Project, back_up, restore
from keepwell.wiring.privacy_desk import erase_person, find_person
from state_databases import StateDatabase

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
LU, OTHER = "lu@acme.test", "blu@acme.test"


def told(state: SqlStateStore) -> str:
    """Return the whole state as text."""
    return "\n".join(line for _, lines in SqlKeepingStore(state).tables() for line in lines)


def peopled(state: SqlStateStore) -> None:
    """Let somebody sign in, override a tier in words that name her, and be told of."""
    people, access = SqlPeopleStore(state), SqlAccessStore(state)
    for login, secret in ((LU, "a" * 64), (OTHER, "b" * 64)):
        people.invite(
            Invitation(login, "", "admin", (), AT + timedelta(days=1), "cli"), secret, at=AT
        )
        person = people.accept(secret, "Lu", "$argon2id$x", at=AT)
        access.open_session(person, f"s{login}", at=AT, expires_at=AT + timedelta(days=14))
    access.note_views([Looked(AT, LU, "account", "A1")])
    day = date(2026, 12, 1)
    state.set_override(Override("A1", "low", f"asked by Lu@Acme.test, not {OTHER}", LU, AT, day))


def test_nobody_is_left_in_any_table_and_the_log_holds_together(
    state_database: StateDatabase,
) -> None:
    with state_database.open() as state:
        peopled(state)
        store = SqlPrivacyStore(state)
        tables = {m.table for m in store.find([LU])}
        assert {"people", "invitations", "overrides", "audit_log"} <= tables
        again = Invitation(LU, "", "viewer", (), AT + timedelta(days=1), "cli")
        SqlPeopleStore(state).invite(again, "c" * 64, at=AT)
        assert store.erase([LU], "erased-1", by="ada", at=AT) >= 5
        with pytest.raises(NotFound):
            SqlPeopleStore(state).invitation("c" * 64, AT)
        assert store.find([LU]) == ()
        text = told(state)
        assert LU not in text.casefold().replace(OTHER, "")
        # Somebody whose address ends alike stays as she was.
        assert SqlPeopleStore(state).password_hash(OTHER)
        assert SqlAccessStore(state).session_of(f"s{OTHER}", AT)
        assert SqlPeopleStore(state).password_hash("erased-1") is None
        assert SqlAccessStore(state).session_of(f"s{LU}", AT) is None
        with state.session() as session:
            assert list(faults(session)) == []


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Give a project with a contact, a row set aside and a message in a file that name her."""
    made = Project(build(tmp_path / "p", runs=1).folder)
    folder = made.layout.imports / "i1"
    folder.mkdir(parents=True)
    contacts = {"contact_id": ["C-77", "C-78"], "email": [LU, OTHER], "name": ["Lu", "Blu"]}
    pq.write_table(pa.table({**contacts, "account_id": ["1", "1"]}), folder / "contacts.parquet")
    aside = {"row": [1, 2], "cells": [f"x;{LU};y", f"x;{OTHER};y"]}
    pq.write_table(pa.table(aside), folder / "quarantine.parquet")
    made.layout.sent.mkdir()
    (made.layout.sent / "1.txt").write_text(f"To: {LU}")
    (made.layout.uploads / "u1").mkdir(parents=True)
    (made.layout.uploads / "u1" / "people.csv").write_text(f"Email\n{LU}\n")
    (made.layout.root / "exports" / "contacts.csv").write_text(f"Id,Email\nC-77,{LU}\n")
    peopled(made.state)
    return made


def test_a_contact_is_erased_by_its_id_from_every_place_and_by_an_older_backup_too(
    project: Project, tmp_path: Path
) -> None:
    back_up(project, tmp_path / "old.tar", force=False)
    found = find_person(project, "c-77")
    assert set(found.terms) == {"C-77", "c-77", LU}
    assert [len(found.contacts), len(found.set_aside), len(found.sent)] == [1, 1, 1]
    assert [f.name for f in found.outside] == ["people.csv", "contacts.csv"]
    erase_person(project, "C-77", by="ada")
    left = find_person(project, LU)
    assert (left.mentions, left.set_aside, left.sent, left.contacts) == ((), (), (), ())
    kept = pq.read_table(project.layout.imports / "i1" / "contacts.parquet").to_pylist()
    assert [(r["contact_id"], r["email"], r["name"]) for r in kept] == [
        ("C-77", None, None), ("C-78", OTHER, "Blu")
    ]  # fmt: skip
    memory = (project.layout.hidden / "erased.jsonl").read_text()
    assert LU not in memory
    assert "C-77" not in memory
    root = project.layout.root
    project.state.close()
    restore(tmp_path / "old.tar", root, force=True)
    again = Project(root)
    assert find_person(again, LU).mentions == ()
    assert OTHER in told(again.state)
    again.state.close()


def test_an_export_overwrites_no_file_and_says_so(
    project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = str(project.layout.root)
    project.state.close()
    words = ["privacy", "export", LU, str(tmp_path / "lu.json"), "--project", root]
    assert [enter(words), enter(words)] == [0, 2]
    assert "lu.json: File exists." in capsys.readouterr().err
    assert json.loads((tmp_path / "lu.json").read_text("utf-8"))["subject"] == LU


def test_an_erasure_needs_a_name_and_a_subject_that_names_one_person(project: Project) -> None:
    with pytest.raises(InputProblem, match="needs a name"):
        erase_person(project, LU, by=" ")
    with pytest.raises(InputProblem, match="is too short"):
        find_person(project, "x")
    project.state.close()


def test_no_table_of_a_snapshot_is_one_of_contacts() -> None:
    assert not [t for t in SNAPSHOT_TABLES if "contact" in t and "quality" not in t]
    assert json.dumps(sorted(SNAPSHOT_TABLES)).count("email") == 0
