"""The shipped scorecards in every dialect: golden files, readable again, commented, refused whole.

`KEEPWELL_WRITE_GOLDEN=1 pytest tests/definitions` writes the golden files anew.
"""

import os
from datetime import date, time
from functools import cache
from pathlib import Path

import duckdb
import pytest
import sqlglot
from hypothesis import given
from hypothesis import strategies as st
from sqlglot import exp

from keepwell.adapters.configuration_files import SHIPPED, shipped_scorecard
from keepwell.adapters.example_fit import load_example_fit
from keepwell.config import ForecastSettings
from keepwell.definitions import (
    DIALECTS,
    Definition,
    Dialect,
    Subject,
    dbt_files,
    define,
    dialect_named,
    script_files,
    script_text,
    shipped_subject,
)
from keepwell.definitions.calendar import calendar_definition
from keepwell.definitions.script import view_text
from keepwell.definitions.weights import missing_patterns
from keepwell.measures import CATALOG, edge_of
from keepwell.vocabulary import (
    Bilingual,
    Dimension,
    IdentityScale,
    InputProblem,
    Scorecard,
    ScorecardMeasure,
    SqlNotAllowed,
)

GOLDEN = Path(__file__).parent / "golden"
SHARED = "shared"
Files = dict[tuple[str, str], str]


def subject_of(card: str) -> Subject:
    return shipped_subject(shipped_scorecard(card), load_example_fit(), ForecastSettings())


@cache
def files_of(card: str, dialect: str) -> dict[str, str]:
    """The script of a shipped card, file by file; made once. Not to be changed."""
    return dict(script_files(subject_of(card), dialect_named(dialect)))


@cache
def read_back(card: str, dialect: str) -> list[exp.Expr | None]:
    """The whole script of a shipped card as its own dialect reads it. Not to be changed."""
    text = script_text(subject_of(card), dialect_named(dialect))
    return list(sqlglot.parse(text, read=dialect))


def golden_texts() -> dict[str, str]:
    """Every text once: by dialect and card, shared by both cards, and DuckDB's where equal."""
    texts: dict[str, str] = {}
    for dialect in DIALECTS:
        made = {card: files_of(card, dialect.name) for card in SHIPPED}
        for card, files in made.items():
            for name, text in files.items():
                same = all(made[other].get(name) == text for other in SHIPPED)
                place = f"{SHARED if same else card}/{name}"
                if texts.get(f"duckdb/{place}") != text:
                    texts[f"{dialect.name}/{place}"] = text
    return texts


def test_the_scripts_are_the_golden_ones() -> None:
    texts = golden_texts()
    if os.environ.get("KEEPWELL_WRITE_GOLDEN"):
        for old in GOLDEN.rglob("*.sql"):
            old.unlink()
        for name, text in texts.items():
            (GOLDEN / name).parent.mkdir(parents=True, exist_ok=True)
            (GOLDEN / name).write_text(text, encoding="utf-8")
    stored = {str(p.relative_to(GOLDEN)): p.read_text("utf-8") for p in GOLDEN.rglob("*.sql")}
    assert sorted(stored) == sorted(texts)
    assert [name for name in texts if stored[name] != texts[name]] == []


@pytest.mark.parametrize("card", SHIPPED)
@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda d: d.name)
def test_a_script_is_read_back_in_its_own_dialect(dialect: Dialect, card: str) -> None:
    found = read_back(card, dialect.name)
    views = [t for t in found if isinstance(t, exp.Create)]
    names = [v.this.name for v in views]
    assert names == [d.view for d in define(subject_of(card))]
    # Nothing may be left that the parser only carried along.
    assert [t for t in found if t is not None and not isinstance(t, exp.Create)] == []
    assert not [c for v in views for c in v.find_all(exp.Command)]


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda d: d.name)
def test_every_view_reads_only_canonical_tables_and_earlier_views(dialect: Dialect) -> None:
    known = {"accounts", "contacts", "activities", "opportunities"}
    for tree in read_back("robust", dialect.name):
        assert isinstance(tree, exp.Create)
        own = {cte.alias for cte in tree.find_all(exp.CTE)}
        query = tree.expression
        read = {t.name for t in query.find_all(exp.Table)} - own
        assert read <= known
        known.add(tree.this.name)


def test_a_script_says_what_it_is_and_whether_it_was_run() -> None:
    duckdb = script_text(subject_of("classic"), dialect_named("duckdb"))
    snowflake = script_text(subject_of("classic"), dialect_named("snowflake"))
    for text in (duckdb, snowflake):
        head = text.split("\n\n")[0]
        assert "account_health" in head
        assert "keepwell_calendar" in head
        assert "opportunities: account_id VARCHAR" in head
    assert "Compiled, not executed on Snowflake" in snowflake
    assert "仅编译，未在 Snowflake 上执行" in snowflake
    assert "Compiled, not executed" not in duckdb


@pytest.mark.parametrize("name", [m.measure for m in shipped_scorecard("robust").measures])
def test_each_measure_carries_label_unit_and_the_meaning_of_null(name: str) -> None:
    text = files_of("robust", "trino")["07_measures.sql"]
    at = text.index(f" AS {name},\n")
    words = text[:at].rsplit(",\n", 1)[1]
    measure = CATALOG[name]
    assert measure.label.zh in words
    assert measure.label.en in words
    joined = " ".join(words.replace("--", " ").split())
    assert measure.null_meaning.en in joined
    assert measure.null_meaning.zh in joined.replace(" ", "") or " " in measure.null_meaning.zh


def test_the_as_of_date_stands_in_one_place_only() -> None:
    subject = shipped_subject(
        shipped_scorecard("robust"), load_example_fit(), ForecastSettings(), date(2024, 2, 29)
    )
    files = script_files(subject, dialect_named("postgres"))
    holding = [name for name, text in files.items() if "2024-02-29" in text]
    assert holding == ["00_read_me.sql", "01_calendar.sql"]
    assert "'20" not in files["03_activity.sql"]


def test_what_a_dialect_cannot_say_is_refused_not_dropped() -> None:
    tree = sqlglot.parse_one("SELECT arg_max(a, b, 3) AS best FROM t", read="duckdb")
    assert isinstance(tree, exp.Select)
    one = Definition("best", Bilingual("三个最大者", "the three largest"), tree)
    assert "best" in view_text(one, dialect_named("duckdb"))
    with pytest.raises(SqlNotAllowed, match="Not expressible in `bigquery`"):
        view_text(one, dialect_named("bigquery"))


def test_words_of_a_user_stay_comments_and_are_no_template() -> None:
    card = shipped_scorecard("classic").model_copy(update={"note": "a\nDROP TABLE x; {{ run() }}"})
    subject = shipped_subject(card, load_example_fit(), ForecastSettings())
    text = script_text(subject, dialect_named("duckdb"))
    assert [n for n in text.splitlines() if "DROP TABLE" in n and not n.startswith("--")] == []
    for name, file in dbt_files(subject, dialect_named("duckdb")).items():
        assert "{{ run() }}" not in file or name == "README.md"


@given(st.dates(date(2016, 1, 1), date(2032, 12, 31)))
def test_the_calendar_computes_the_edges_that_the_product_puts_in(as_of: date) -> None:
    names = (
        "next_day",
        "since_30d",
        "since_90d",
        "since_6m",
        "since_12m",
        "since_365d",
        "after_6m",
    )
    one = calendar_definition(as_of, names)
    with duckdb.connect() as database:
        database.execute(view_text(one, dialect_named("duckdb")))
        row = database.sql("SELECT * FROM keepwell_calendar").fetchall()[0]
    found = dict(zip(one.columns, row, strict=True))
    assert found.pop("as_of") == as_of
    edges = {n: e for n in names if (e := edge_of(n))}
    assert {n: v.date() for n, v in found.items()} == {n: e.on(as_of) for n, e in edges.items()}
    assert {v.time() for v in found.values()} == {time()}


def test_measures_without_a_source_count_as_missing_in_every_listed_pattern() -> None:
    card = shipped_scorecard("robust")
    available = {m.measure for m in card.measures} - {"contact_email_coverage"}
    patterns = missing_patterns(card, available)
    bit = 2 ** [m.measure for m in card.measures].index("contact_email_coverage")
    assert len(patterns) == 64
    assert all(p & bit for p in patterns)


def test_a_card_with_many_measures_lists_the_patterns_that_a_run_met() -> None:
    measures = tuple(ScorecardMeasure(measure=f"m{n}", scale=IdentityScale()) for n in range(20))
    card = Scorecard(
        scorecard="wide", dimensions=(Dimension(dimension="d", weight=1, measures=measures),)
    )
    every = {m.measure for m in measures}
    assert missing_patterns(card, every, seen=(5, -1, 1 << 19)) == (0, 5, 1 << 19)


def test_an_unknown_dialect_names_the_known_ones() -> None:
    with pytest.raises(InputProblem) as refused:
        dialect_named("oracle")
    assert "snowflake" in refused.value.cure
