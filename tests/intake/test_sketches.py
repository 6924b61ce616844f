"""A layout that nothing knows leaves a skeleton that works once its comment marks are removed."""

import re

from ruamel.yaml import YAML

from keepwell.intake import ProjectHead, SampledTable, config_text, recognise

HEAD = ProjectHead("p", "en", "folder", "data", ("classic",))


def table(name: str, header: str, *lines: str) -> SampledTable:
    return SampledTable(
        name, tuple(header.split()), tuple(tuple(line.split()) for line in lines), len(lines)
    )


UNKNOWN = [
    table("ap", "ap_id mdt nn post", *(f"{i} M{i % 5} N{i} n{i}@x.de" for i in range(12))),
    table("touch", "lfd mdt wann", *(f"{i} M{i % 5} {i + 1:02d}.12.2025" for i in range(20))),
    table("mandanten", "mdt_nr bez", *(f"M{i} Firma{i}" for i in range(9))),
]


def tables_of(text: str) -> dict[str, list[dict[str, object]]]:
    loaded: dict[str, dict[str, list[dict[str, object]]]] = YAML(typ="safe").load(text)
    return loaded["tables"]


def filled_in(text: str) -> dict[str, list[dict[str, object]]]:
    """Return what is mapped once `tables: {}` and the marks of the skeleton are gone."""
    head, _, rest = text.partition("tables: {}\n")
    block = rest[rest.index("  # accounts:") :]
    plain = re.sub(r"^( *)# ", r"\1", block, flags=re.MULTILINE)
    return tables_of(f"{head}tables:\n{plain}")


def test_values_tell_which_table_is_which_and_how_they_are_linked() -> None:
    written = config_text(HEAD, recognise(UNKNOWN))
    assert tables_of(written.text) == {}
    assert filled_in(written.text) == {
        "accounts": [{"source": "mandanten", "columns": {"account_id": "mdt_nr"}}],
        "contacts": [{"source": "ap", "columns": {"account_id": "mdt", "email": "post"}}],
        "activities": [
            {"source": "touch", "columns": {"account_id": "mdt", "occurred_at": "wann"}}
        ],
    }
    assert "its columns: ap_id, mdt, nn, post" in written.text


def test_each_line_to_fill_is_named_by_its_number() -> None:
    written = config_text(HEAD, recognise(UNKNOWN))
    lines = written.text.splitlines()
    needed = {fill.key: lines[at - 1] for at, fill in written.fills if fill.is_required}
    assert needed["tables"] == "tables: {}"
    assert "account_id: mdt_nr" in needed["tables.accounts(mandanten).columns.account_id"]
    assert "occurred_at: wann" in needed["tables.activities(touch).columns.occurred_at"]


def test_a_required_column_that_nothing_tells_stays_blank() -> None:
    written = config_text(HEAD, recognise([table("t", "x y", "a 1", "a 2")]))
    lines = written.text.splitlines()
    ((at, _),) = [(n, f) for n, f in written.fills if f.key.endswith("(t).columns.account_id")]
    assert lines[at - 1].startswith("    #     account_id:  # required")


def test_a_table_beside_known_ones_is_sketched_with_their_ids() -> None:
    known = table("customers", "customer_id name industry", *(f"M{i} F{i} x" for i in range(9)))
    proposal = recognise([known, UNKNOWN[1]])
    (skipped,) = proposal.skipped
    assert skipped.sketch is not None
    assert skipped.sketch.table == "activities"
    assert dict(skipped.sketch.guesses) == {"account_id": "mdt", "occurred_at": "wann"}
    text = config_text(HEAD, proposal).text
    assert list(tables_of(text)) == ["accounts"]
    assert "# - source: touch" in text
