"""The value report says what its tables hold: planted, plain, small, empty and odd companies."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Literal

import numpy as np
import pytest

from keepwell.adapters.engines import DuckDbEngine
from keepwell.adapters.playbook_library import load_library
from keepwell.adapters.segment_maps import shipped_segment_map
from keepwell.adapters.value_strategies import load_value_strategies
from keepwell.measures import CATALOG
from keepwell.playbooks import ValueStrategies
from keepwell.reports import (
    Document,
    Subject,
    ValueSubject,
    markdown,
    resolve,
    write_value_document,
)
from keepwell.reports.page import Picture, Table
from keepwell.value import ValueSettings
from keepwell.vocabulary import LANGS, SNAPSHOT_TABLES, Lang, MeasureSource, TableCount
from reports.checks import (
    check_claims_are_licensed,
    check_facts_can_be_recomputed,
    check_languages_agree,
    check_numbers_come_from_facts,
    check_text_is_whole,
    check_values_are_facts,
)
from reports.portfolio import CARD
from value.world import AS_OF, compute, mapped_of, open_world

Rows = list[dict[str, Any]]
SIZES = ("Enterprise", "Large", "Mid-Market", "Small Business")
OWN_NUMBERS = {
    "2026",
    "06",
    "31",
    "20",
    "120",
    "1.2",
    "125",
    "60",
    "500",
    "14",
    "7",
    "12",
    "0.05",
    "0.9",
}


def company(
    count: int,
    seed: int,
    *,
    ratio: float = 1.0,
    has_amounts: bool = True,
) -> tuple[dict[str, Rows], Rows]:
    """Return tables and portfolio; valuable accounts are `ratio` times as active as the others."""
    rng = np.random.default_rng(seed)
    accounts: Rows = []
    activities: Rows = []
    for i in range(count):
        amount = float(rng.lognormal(9, 1.2))
        rich = amount > np.exp(9 + 1.2 * 0.84)
        rate = 0.55 * (ratio if rich else 1.0)
        accounts.append(
            {
                "account_id": f"A{i:04d}",
                "name": f"Firm {i}",
                "account_size_segment": SIZES[int(rng.integers(4))],
                "industry": "Retail",
                "score": float(rng.uniform(20, 95)),
                "base_amount": amount if has_amounts else None,
                "account_age_days": float(rng.integers(200, 2000)),
                "days_since_last_activity": float(rng.integers(0, 60)),
                "usage_trend": float(rng.uniform(0.5, 1.6)),
                "activity_trend": float(rng.uniform(0.5, 1.6)),
                "feature_adoption_depth": float(rng.integers(0, 7)),
                "reopened_tickets_90d": float(rng.integers(0, 2)),
                "nps": float(rng.integers(0, 11)),
                "total_activities_90d": float(rng.integers(0, 40)),
                "lifecycle_stage": "Growth",
                "effective_tier": "medium",
            }
        )
        for stage in ("marketing", "sales", "support"):
            for period in range(6):
                if rng.random() < rate:
                    day = AS_OF - timedelta(days=period * 30 + int(rng.integers(30)))
                    activities.append(
                        {"activity_id": f"{i}-{stage}-{period}", "account_id": f"A{i:04d}"}
                        | {"channel": stage, "occurred_at": day}
                    )
    return {"activities": activities}, accounts


class Reported:
    """A world with its value report."""

    def __init__(
        self,
        tables: Mapping[str, Sequence[Mapping[str, Any]]],
        portfolio: Rows,
        settings: ValueSettings | None = None,
        mapped: frozenset[str] | None = None,
        counts: tuple[TableCount, ...] = (),
        sources: Mapping[str, MeasureSource] | None = None,
    ) -> None:
        self.engine: DuckDbEngine = open_world(tables, portfolio)
        self.done = compute(self.engine, tables, settings, mapped=mapped)
        used = settings or ValueSettings()
        held = set(self.engine.columns("portfolio"))
        fresh = ", ".join(f"v.{c}" for c in self.engine.columns("value") if c not in held)
        extra = "CAST('medium' AS VARCHAR) AS tier, CAST(50000000 AS BIGINT) AS score_micro"
        self.engine.create_table(
            "joined",
            f"SELECT p.*, {extra}, {fresh} FROM portfolio AS p "
            "JOIN value AS v ON v.account_id = p.account_id",
        )
        self.engine.create_table("portfolio", "SELECT * FROM joined")
        self.subject = Subject(
            project="acme",
            as_of=AS_OF,
            columns=frozenset(self.engine.columns("portfolio")),
            cards=(CARD,),
            measures=CATALOG,
            tables={t: frozenset(c) for t in SNAPSHOT_TABLES if (c := self.engine.columns(t))},
            table_counts=counts,
            sources=sources or {},
            currency="CNY",
            value=ValueSubject(
                {s.segment: s.label for s in shipped_segment_map().segments},
                used.coverage.model_dump(),
            ),
        )
        self.document: Document = self.written()

    def written(self) -> Document:
        return write_value_document(
            self.subject, self.engine.rows, load_library(), load_value_strategies()
        )

    def text(self, lang: Lang) -> str:
        page = resolve(self.document, lang)
        text = markdown(page, {p.key: p.key for p in page.pictures})
        return text.split("## 附录" if lang == "zh" else "## Appendix")[0]

    def check(self) -> None:
        """Hold the document to everything that holds of every report."""
        check_text_is_whole(self.document)
        check_facts_can_be_recomputed(self.document, self.engine.rows)
        check_values_are_facts(self.document)
        check_claims_are_licensed(self.document)
        check_languages_agree(self.document)
        check_numbers_come_from_facts(self.document, OWN_NUMBERS)


def table(document: Document, key: str) -> Table:
    return next(b for b in document.blocks if isinstance(b, Table) and b.key == key)


@pytest.mark.parametrize(
    ("ratio", "count", "zh", "en"),
    [
        (0.6, 400, "**已确认**", "**Confirmed**"),
        (1.0, 400, "**未确认**", "**Not confirmed**"),
        (1.6, 400, "方向相反", "the other way round"),
        (0.6, 20, "**数据不足**", "**Not enough data**"),
    ],
)
def test_verdict_reads_as_the_table_says(ratio: float, count: int, zh: str, en: str) -> None:
    made = Reported(*company(count, 5, ratio=ratio))
    made.check()
    assert zh in made.text("zh")
    assert en in made.text("en")
    answer = made.engine.rows("SELECT answer FROM value_verdict")[0][0]
    shown = {"confirmed": "**Confirmed**", "not_confirmed": "**Not confirmed**"}
    assert shown.get(answer, "**Not enough data**") in made.text("en")
    for other in {"**Confirmed**", "**Not confirmed**", "**Not enough data**"} - {
        shown.get(answer, "**Not enough data**")
    }:
        assert other not in made.text("en")


def test_every_segment_and_group_is_in_the_picture_and_the_empty_ones_say_so() -> None:
    made = Reported(*company(60, 1))
    picture = next(b for b in made.document.blocks if isinstance(b, Picture))
    empties: dict[Lang, str] = {"zh": "没有客户", "en": "no account"}
    for lang, empty in empties.items():
        spec = str(picture.specs[lang]["light"])
        for segment in shipped_segment_map().segments:
            assert segment.label.text(lang) in spec
        assert empty in spec
        assert "(n = 0)" in spec
        assert "'log'" in spec
    counts = made.engine.rows("SELECT sum(accounts) FROM value_cells")
    assert counts == [(60,)]


def test_rows_below_ten_are_marked_too_small() -> None:
    made = Reported(*company(60, 1))
    cells = table(made.document, "value_cells")
    for row in cells.rows:
        n = float(str(row[2].value))
        note = row[-1].text.plain("en")
        assert (n < 10) == (note == "n below 10, no conclusion"), (n, note)


def test_two_of_three_tables_empty_still_give_a_true_report() -> None:
    tables, portfolio = company(80, 2)
    bare = [
        {k: r[k] for k in ("account_id", "name", "base_amount", "days_since_last_activity")}
        for r in portfolio
    ]
    mapped = mapped_of({"transactions": [{"occurred_at": 1, "amount": 1}], **tables})
    counts = (
        TableCount("accounts", 80, 80, 0, 0, 0),
        TableCount("activities", 0, 0, 0, 0, 0),
        TableCount("transactions", 0, 0, 0, 0, 0),
    )
    made = Reported({}, bare, mapped=mapped, counts=counts)
    made.check()
    text = made.text("en")
    assert "**Empty tables**: activities, transactions" in text
    assert "1 / (1 + variance of R, F, M)" in text
    assert "stand-in" in text
    assert "no usable row" in text
    assert "The data cannot give: tickets reopened" in text
    assert "no field: recording it is the first step" in text


def test_what_rests_on_a_stand_in_says_so_in_every_table_and_kpi() -> None:
    """Activities without channels tell no stages: consistency is the declared stand-in."""
    tables, portfolio = company(200, 6)
    plain = {**tables, "activities": [{**r, "channel": None} for r in tables["activities"]]}
    mapped = mapped_of(tables)
    staged = Reported(tables, portfolio, mapped=mapped)
    proxied = Reported(plain, portfolio, mapped=mapped - {"activities.channel"})
    for made, mark in ((staged, ""), (proxied, " (stand-in)")):
        consistency = f"mean engagement consistency{mark}"
        assert consistency in [r[0].text.plain("en") for r in kpi_rows(made)]
        cells = [c.en for c in table(made.document, "value_cells").columns]
        assert f"engagement{mark}" in cells
        for key in ("value_ratios", "value_correlations"):
            names = [r[0].text.plain("en") for r in table(made.document, key).rows]
            assert f"engagement (holds no amount){mark}" in names, key
    proxied.check()
    assert "参与一致性均值（代理）" in [r[0].text.plain("zh") for r in kpi_rows(proxied)]


def test_high_value_accounts_gone_quiet_are_listed_by_value() -> None:
    made = Reported(*company(200, 8))
    quiet = made.engine.rows(
        "SELECT account_id, value_amount FROM portfolio "
        "WHERE value_group = 'high_value' AND r_score <= 2 ORDER BY value_amount DESC"
    )
    group = made.engine.rows("SELECT count(*) FROM portfolio WHERE value_group = 'high_value'")
    shown = table(made.document, "quiet").rows
    assert len(quiet) > len(shown) == 10
    assert [r[0].value for r in shown] == [str(q[0]) for q in quiet[:10]]
    assert f"**Valuable and quiet**: {len(quiet)}/{group[0][0]} (" in made.text("en")
    assert "**高价值而沉寂**" in made.text("zh")
    assert "the difference between the groups is by construction" not in made.text("en")
    # Where the value was fitted to the purchases that R counts, the shares are no evidence.
    made.engine.create_table(
        "value_ratios", "SELECT * REPLACE (TRUE AS is_by_construction) FROM value_ratios"
    )
    made.document = made.written()
    assert "the difference between the groups is by construction" in made.text("en")
    assert f"{len(quiet)}/{group[0][0]} (" in made.text("en")
    shares = [f for f in made.document.facts if f.key.startswith("value:quiet:")]
    assert all(f.is_by_construction for f in shares if f.key != "value:quiet:amount")


@pytest.mark.parametrize(
    ("kind", "zh", "en"),
    [
        ("direct", "来源称可能离开", "likely to leave, says the source"),
        ("model", "模型称可能离开", "likely to leave, says the model"),
    ],
)
def test_a_probability_of_leaving_says_who_gives_it(
    kind: Literal["direct", "model"], zh: str, en: str
) -> None:
    tables, portfolio = company(60, 9)
    given = [{**r, "churn_probability": 0.9, "days_since_last_activity": 3.0} for r in portfolio]
    source = MeasureSource(
        measure="churn_probability", kind=kind, columns=(), known=60, never=0, unknown=0
    )
    made = Reported(tables, given, sources={"churn_probability": source})
    made.check()
    assert en in made.text("en")
    assert zh in made.text("zh")
    assert ("not validated" in made.text("en")) == (kind == "direct")


def kpi_rows(made: Reported) -> list[Any]:
    return list(table(made.document, "kpis_diagnostic_high_touch").rows)


def test_without_amounts_nothing_is_compared_and_it_says_so() -> None:
    made = Reported(*company(80, 3, has_amounts=False))
    made.check()
    said: dict[Lang, str] = {"zh": "没有金额", "en": "There are no amounts"}
    for lang, words in said.items():
        assert words in made.text(lang)
    assert "at least one group's rule selects nobody" in made.text("en")
    assert not [b for b in made.document.blocks if isinstance(b, Picture)]


def test_a_rule_that_selects_nobody_says_so() -> None:
    settings = ValueSettings.model_validate({"groups": {"high_value": {"share_over": 0.9}}})
    made = Reported(*company(80, 4), settings)
    made.check()
    assert "至少一组没有选中任何客户" in made.text("zh")
    assert "share of value over 0.9" in made.text("en") or "0.9" in made.text("en")


def test_kpi_lights_follow_their_thresholds_and_hours_add_up() -> None:
    made = Reported(*company(200, 6))
    for strategy in load_value_strategies().strategies:
        n = made.engine.rows(f"SELECT count(*) FROM portfolio WHERE {strategy.condition}")[0][0]
        plan = table(made.document, "value_plan")
        row = next(r for r in plan.rows if strategy.title.en == r[0].text.plain("en"))
        assert row[2].value == n
        minutes = sum(k.minutes_per_account_month for k in strategy.kpis)
        reviews = n * strategy.qbr_share * strategy.qbr_per_year / 12 * 6
        hours = [c.en for c in plan.columns].index("hours a month")
        assert row[hours].value == pytest.approx(n * minutes / 60 + reviews)
        assert n > 0
    kpis = [k for s in load_value_strategies().strategies for k in s.kpis]
    for kpi in kpis:
        worse = kpi.red - 1 if kpi.better == "higher" else kpi.red + 1
        assert [kpi.light(v) for v in (kpi.target, worse, None)] == ["green", "red", "unknown"]
        assert kpi.light(kpi.amber) == "watch"


def test_strategies_cover_every_model_and_name_known_owners() -> None:
    given = load_value_strategies()
    assert {s.model for s in given.strategies} == {"high_touch", "value_deepening", "automated"}
    assert given.unknown_roles(load_library().roles) == ()
    bad = given.model_dump(mode="json")
    bad["strategies"][0]["kpis"][0]["amber"] = 0.01
    with pytest.raises(ValueError, match="get worse in this order"):
        ValueStrategies.model_validate(bad)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12))
def test_random_companies_read_true_and_whole(seed: int) -> None:
    rng = np.random.default_rng(seed)
    count = int(rng.choice([1, 3, 12, 40, 150]))
    tables, portfolio = company(count, seed, ratio=float(rng.choice([0.5, 1, 1.5])))
    gone = [k for k in portfolio[0] if k not in ("account_id", "name") and rng.random() < 0.35]
    kept = [{k: v for k, v in r.items() if k not in gone} for r in portfolio]
    if rng.random() < 0.4:
        tables = {}
    made = Reported(tables, kept)
    made.check()
    for lang in LANGS:
        assert made.text(lang)
