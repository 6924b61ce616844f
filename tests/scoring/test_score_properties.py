"""What must hold for every scorecard and every table."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keepwell.adapters.engines import DuckDbEngine
from keepwell.adapters.state import SqlStateStore
from keepwell.runs.score_portfolio import score_portfolio
from keepwell.scoring import CardUse, fit, score_row
from keepwell.scoring.row import RowScorer, Trials
from keepwell.vocabulary import MAX_MICRO, Scorecard
from scoring.random_portfolios import generator, random_card, random_table
from scoring.scored_table import AS_OF, AT, arrow_table, catalog_of, fitted_on, score_rows

seeds = st.integers(0, 10**9)
Row = dict[str, Any]


def portfolio(seed: int) -> tuple[dict[str, Any], list[Row]]:
    rng = generator(seed)
    definition = random_card(rng)
    return definition, random_table(rng, definition)


def never_of(row: Row) -> frozenset[str]:
    return frozenset(k.removesuffix("__never") for k, v in row.items() if v is True)


def fitted(definition: dict[str, Any], rows: list[Row]) -> Scorecard:
    return fitted_on(Scorecard.model_validate(definition), rows)


@given(seeds)
def test_parts_sum_exactly_to_a_score_between_0_and_100(seed: int) -> None:
    definition, rows = portfolio(seed)
    card = fitted(definition, rows)
    for row in rows:
        scored = score_row(card, row, never_of(row))
        parts = scored.measures.values()
        assert sum(p.micro for p in parts) == (scored.score_micro or 0)
        assert all(0 <= p.micro <= p.weight for p in parts)
        if scored.score_micro is not None:
            assert 0 <= scored.score_micro <= MAX_MICRO
            assert sum(p.weight for p in parts) in (0, MAX_MICRO)


@given(seeds)
def test_a_trial_gives_what_the_account_scores_with_the_other_values(seed: int) -> None:
    definition, rows = portfolio(seed)
    card = fitted(definition, rows)
    names = [m.measure for m in card.measures]
    for row, other in pairwise(rows[:8]):
        start = score_row(card, row, never_of(row))
        if start.score_micro is None:
            continue
        parts = {n: (m.state, m.scaled) for n, m in start.measures.items()}
        trials = Trials(RowScorer(card), parts, never_of(row))
        for count in (1, 2, len(names), 1, 2):
            changed = {n: other.get(n) for n in names[:count]}
            whole = score_row(card, {**row, **changed}, never_of(row)).score_micro
            assert trials.total(changed) == (whole or 0)


@given(seeds, st.sampled_from([2, 0.5]))
def test_multiplying_all_weights_changes_nothing(seed: int, factor: float) -> None:
    definition, rows = portfolio(seed)
    card = fitted(definition, rows)
    dimensions = tuple(d.model_copy(update={"weight": d.weight * factor}) for d in card.dimensions)
    scaled = card.model_copy(update={"dimensions": dimensions})
    for row in rows:
        assert score_row(scaled, row, never_of(row)) == score_row(card, row, never_of(row))


@given(seeds)
def test_a_better_value_never_lowers_the_score(seed: int) -> None:
    definition, rows = portfolio(seed)
    card = fitted(definition, rows)
    row = rows[0]
    for m in card.measures:
        if m.scale.kind in ("map", "steps"):
            continue
        is_falling = m.scale.direction == "lower_is_better" or (
            m.scale.kind == "linear" and m.scale.full_at < m.scale.zero_at
        )
        values = [-1e6, -3.0, 0.0, 0.2, 0.9, 1.0, 7.0, 7.5, 30.0, 59.0, 1e9]
        scores = [score_row(card, {**row, m.measure: v}, frozenset()).score_micro for v in values]
        known = [s for s in scores if s is not None]
        ordered = sorted(known, reverse=is_falling)
        # A step of one micro-point is the rounding of a double at a breakpoint.
        assert all(abs(a - b) <= 1 for a, b in zip(known, ordered, strict=True))


@given(seeds)
def test_an_unknown_value_never_raises_coverage(seed: int) -> None:
    definition, rows = portfolio(seed)
    card = fitted(definition, rows)
    for row in rows[:5]:
        whole = score_row(card, row, never_of(row)).coverage_micro
        for m in card.measures:
            less = {**row, m.measure: None, f"{m.measure}__never": False}
            assert score_row(card, less, never_of(less)).coverage_micro <= whole


@pytest.mark.parametrize("seed", [3, 14, 159])
def test_row_order_changes_nothing(seed: int) -> None:
    definition, rows = portfolio(seed)
    shuffled = list(rows)
    generator(seed).shuffle(shuffled)
    card = Scorecard.model_validate(definition)
    assert score_rows(card, shuffled)[1] == score_rows(card, rows)[1]


@pytest.mark.slow
def test_ten_runs_on_two_threads_give_identical_scores() -> None:
    definition, rows = portfolio(26)
    card = Scorecard.model_validate(definition)
    seen = []
    with DuckDbEngine(threads=2) as engine, SqlStateStore("sqlite://") as state:
        engine.read_arrow("few", arrow_table(card, rows))
        # Enough rows that the engine splits the work between its threads.
        columns = ", ".join(c for c in engine.columns("few") if c != "account_id")
        many = (
            f"SELECT account_id || '-' || i AS account_id, {columns} FROM few, range(150000) t(i)"
        )
        engine.create_table("measures", f"{many} LIMIT 150000")
        for _ in range(10):
            score_portfolio(
                engine, [CardUse(card)], state, as_of=AS_OF, at=AT, measures=catalog_of(card)
            )
            joined = "SELECT * FROM scores JOIN contributions USING (account_id)"
            seen.append(engine.arrow(f"{joined} ORDER BY account_id"))
    assert seen[0].num_rows == 150_000
    assert all(table.equals(seen[0]) for table in seen[1:])


def test_a_later_giant_moves_nobody_else_while_the_fit_stays() -> None:
    definition, rows = portfolio(5)
    card = fitted(definition, rows)
    giant = {m.measure: 1e12 for m in card.measures if m.scale.kind != "map"}
    before = [score_row(card, r, never_of(r)) for r in rows]
    refitted = fitted(definition, [*rows, {**rows[0], **giant}])
    assert [score_row(card, r, never_of(r)) for r in rows] == before
    assert [score_row(refitted, r, never_of(r)) for r in rows] != before


def test_fit_leaves_given_bounds_alone() -> None:
    definition, rows = portfolio(8)
    card = fitted(definition, rows)
    assert fit(card, (), "again").dimensions == card.dimensions
