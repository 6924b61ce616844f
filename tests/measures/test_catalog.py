"""The catalogue, its SQL families and the plan over them hold together."""

import re
from datetime import date

import pytest
from sqlglot import exp

from keepwell.measures import (
    CATALOG,
    MeasureSettings,
    measure_sources,
    measures_select,
    parse_portable,
    plan_measures,
    render,
    sources_select,
    stored_selects,
    widened_select,
)
from keepwell.measures.binding import family_columns, family_tree
from keepwell.measures.families import families, family_parsed, family_sql
from keepwell.vocabulary import TABLES, Measure, Unit

ALL = frozenset(f"{t.name}.{c.name}" for t in TABLES.values() for c in t.columns)
AS_OF = date(2026, 1, 31)
SETTINGS = MeasureSettings(("Champion",))
HAN = re.compile(r"[\u4e00-\u9fff]")
ASKED_FOR = {
    *("days_since_last_activity", "total_activities_30d", "total_activities_90d"),
    *("activity_trend", "active_channels", "total_contacts", "contacts_with_email"),
    *("contact_email_coverage", "key_role_coverage", "annual_revenue", "total_won_amount"),
    *("won_amount_12m", "won_amount_6m", "current_pipeline_amount", "pipeline_6m_amount"),
    *("win_rate", "average_sales_cycle_days", "account_age_days", "number_of_employees"),
    *("account_size_segment", "active_weeks_90d", "longest_gap_days", "days_since_last_login"),
    *("feature_adoption_depth", "self_service_share", "open_tickets", "reopened_tickets_90d"),
    *("usage_trend", "nps", "csm_pulse", "current_mrr_amount", "seats"),
}
MEASURES = list(CATALOG.values())


def by_name(measure: Measure) -> str:
    return measure.name


def test_every_measure_asked_for_is_there() -> None:
    assert set(CATALOG) >= ASKED_FOR
    assert [m.name for m in MEASURES] == list(CATALOG)


@pytest.mark.parametrize("measure", MEASURES, ids=by_name)
def test_a_measure_is_described_in_both_languages(measure: Measure) -> None:
    for words in (measure.label, measure.description, measure.null_meaning):
        assert not HAN.search(words.en), words.en
        assert HAN.search(words.zh) or words.zh.isascii()
    for words in (measure.description, measure.null_meaning):
        assert words.zh.endswith("。")
        assert words.en.endswith(".")
    assert measure.formula


@pytest.mark.parametrize("measure", MEASURES, ids=by_name)
def test_a_measure_has_sql_for_each_provider(measure: Measure) -> None:
    assert measure.providers
    for provider in measure.providers:
        assert provider.requires
        assert set(provider.requires) <= ALL
        if provider.family:
            assert measure.name in family_columns(provider.family)
        else:
            assert provider.kind == "direct"
        if provider.kind == "proxy":
            assert provider.note is not None


@pytest.mark.parametrize("measure", MEASURES, ids=by_name)
def test_direct_columns_come_before_events_and_events_before_proxies(measure: Measure) -> None:
    order = ["direct", "events", "proxy"]
    kinds = [order.index(p.kind) for p in measure.providers]
    assert kinds == sorted(kinds)


def test_shares_and_units_fit_their_names() -> None:
    for measure in MEASURES:
        if measure.name.endswith("_amount"):
            assert measure.unit is Unit.AMOUNT
        if measure.name.endswith("_days"):
            assert measure.unit is Unit.DAYS
        if measure.name.endswith(("_share", "_coverage", "_rate", "_probability")):
            assert measure.unit is Unit.SHARE


@pytest.mark.parametrize("family", families())
def test_a_family_is_portable_exact_and_reads_only_columns_it_may(family: str) -> None:
    tree = parse_portable(family_tree(family, AS_OF, SETTINGS), tables=TABLES, for_score=True)
    assert tree.args["expressions"][0].alias_or_name == "account_id"
    columns = {f"{t.name}.{c.name}" for t in TABLES.values() for c in t.columns}
    for table in tree.find_all(exp.Table):
        select = table.find_ancestor(exp.Select)
        assert select is not None
        for column in select.find_all(exp.Column):
            if column.find_ancestor(exp.Select) is select and not column.table:
                assert f"{table.name}.{column.name}" in columns


@pytest.mark.parametrize("family", families())
def test_a_family_serves_a_measure_and_every_placeholder_is_bound(family: str) -> None:
    served = {m.name for m in MEASURES for p in m.providers if p.family == family}
    flags = {f"{name}__never" for name in served}
    extra = family_columns(family) - served - flags - {"account_id"}
    assert served
    assert not extra
    assert family_tree(family, AS_OF, SETTINGS).find(exp.Placeholder) is None


def test_a_stand_in_has_the_text_and_the_measures_of_what_it_stands_in_for() -> None:
    assert family_sql("usage_as_activity") == family_sql("activity")
    assert family_sql("nps") == family_sql("surveys")
    for stand_in, original in (("usage_as_activity", "activity"), ("nps", "surveys")):
        theirs = {e.alias: e.sql() for e in family_parsed(original, is_folded=True).expressions}
        for column in family_parsed(stand_in, is_folded=True).expressions:
            assert column.sql() == theirs[column.alias]
        tables = {t.name for t in family_parsed(stand_in).find_all(exp.Table)}
        assert tables == ({"usage"} if stand_in == "usage_as_activity" else {"surveys"})


@pytest.mark.parametrize("dialect", ["postgres", "spark", "snowflake", "bigquery", "trino"])
def test_the_wide_select_renders_in_other_dialects(dialect: str) -> None:
    sql = measures_select(plan_measures(ALL, SETTINGS), AS_OF, SETTINGS)
    assert "longest_gap_days" in render(sql, dialect)


def test_the_wide_select_has_a_value_and_a_flag_for_each_measure_in_order() -> None:
    tree = parse_portable(measures_select(plan_measures(frozenset()), AS_OF))
    names = [e.alias_or_name for e in tree.args["expressions"]]
    assert names == ["account_id", *(c for m in MEASURES for c in (m.name, m.never_column))]
    assert tree.args["order"] is not None


def test_the_same_plan_gives_the_same_text() -> None:
    texts = {measures_select(plan_measures(ALL, SETTINGS), AS_OF, SETTINGS) for _ in range(3)}
    assert len(texts) == 1
    assert "2026-01-31" in texts.pop()


@pytest.mark.parametrize(
    ("mapped", "kind", "columns"),
    [
        (
            {"account_view.days_since_last_activity", "activities.occurred_at"},
            "direct",
            ("account_view.days_since_last_activity",),
        ),
        (
            {"account_view.last_activity_at", "usage.occurred_at"},
            "direct",
            ("account_view.last_activity_at",),
        ),
        (
            {"activities.occurred_at", "usage.occurred_at"},
            "events",
            ("activities.occurred_at",),
        ),
        ({"usage.occurred_at"}, "proxy", ("usage.occurred_at",)),
        ({"accounts.name"}, "missing", ()),
    ],
)
def test_the_first_provider_with_data_is_taken(
    mapped: set[str], kind: str, columns: tuple[str, ...]
) -> None:
    plan = plan_measures(frozenset(mapped))
    counts = (10, *(n for _ in CATALOG for n in (4, 5)))
    source = measure_sources(plan, counts)[0]
    assert (source.measure, source.kind, source.columns) == (
        "days_since_last_activity",
        kind,
        columns,
    )
    assert (source.known, source.never, source.unknown) == (4, 5, 1)
    assert ("days_since_last_activity" in plan.missing) == (kind == "missing")
    assert ("days_since_last_activity" in plan.available) == (kind != "missing")


def test_key_roles_need_the_setting_and_sizes_follow_it() -> None:
    mapped = frozenset({"contacts.role", "accounts.annual_revenue", "accounts.number_of_employees"})
    plain = plan_measures(mapped)
    by_revenue = plan_measures(mapped, MeasureSettings(("Champion",), size_by="revenue"))
    assert "key_role_coverage" in plain.missing
    assert "key_role_coverage" in by_revenue.available
    for plan, family in ((plain, "size_by_employees"), (by_revenue, "size_by_revenue")):
        provider = plan.provider("account_size_segment")
        assert provider is not None
        assert provider.family == family


def test_sources_are_counted_in_one_portable_select() -> None:
    tree = parse_portable(sources_select(plan_measures(ALL)))
    assert len(tree.args["expressions"]) == 1 + 2 * len(CATALOG)


def test_an_unknown_family_says_which_there_are() -> None:
    with pytest.raises(KeyError, match="activity"):
        family_sql("nonsense")


def test_the_stored_tables_give_the_columns_of_the_one_statement() -> None:
    for plan in (plan_measures(ALL, SETTINGS), plan_measures(frozenset({"accounts.name"}))):
        whole = parse_portable(measures_select(plan, AS_OF, SETTINGS))
        *families, (name, served) = stored_selects(plan, AS_OF, SETTINGS)
        names = {family for family, _ in families}
        assert name == "measures_served"
        wide = parse_portable(widened_select(plan))
        assert isinstance(whole, exp.Select)
        assert isinstance(wide, exp.Select)
        assert wide.named_selects == whole.named_selects
        assert {t.name for t in parse_portable(served).find_all(exp.Table)} >= names
