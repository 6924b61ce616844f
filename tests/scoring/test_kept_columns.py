"""What is stored of scores and contributions, and that views give the rest of them alike."""

import pytest

from keepwell.adapters.engines import DuckDbEngine
from keepwell.scoring import (
    kept_columns,
    layout_of,
    pattern_select,
    score_select,
    union_select,
)
from keepwell.vocabulary import Scorecard
from scoring.scored_table import arrow_table, fitted_on

SIZES = {"Large": 0.8, "Small": 0.4}


def card(name: str, unknown: str) -> Scorecard:
    measures = [
        {"measure": "calls", "weight": 61, "scale": {"kind": "minmax"}, "unknown": unknown},
        {"measure": "size", "weight": 39, "scale": {"kind": "map", "values": SIZES}},
    ]
    dimensions = [
        {"dimension": "use", "weight": 70, "measures": measures},
        {
            "dimension": "worth",
            "weight": 30,
            "measures": [{"measure": "sales", "weight": 1, "scale": {"kind": "minmax"}}],
        },
    ]
    tiers = [{"tier": t, "min": m} for t, m in (("high", 60), ("medium", 40), ("low", 0))]
    given = {"scorecard": name, "tiers": tiers, "min_coverage": 0.2, "dimensions": dimensions}
    return Scorecard.model_validate(given)


def row(name: str, calls: float | None, size: str | None, sales: float | None) -> dict[str, object]:
    return {"account_id": name, "calls": calls, "size": size, "sales": sales}


ALIKE = [row("a", 1.0, "Large", 5.0), row("b", 4.0, "Small", 7.0), row("c", 2.0, "Small", 6.0)]
NOTHING = [*ALIKE, row("d", None, None, None)]
SHARED = [*NOTHING, row("e", None, "Large", 6.5), row("f", 3.0, "Large", None)]


@pytest.mark.parametrize("overrides", [False, True], ids=["plain", "overrides"])
@pytest.mark.parametrize("cards", [1, 2])
@pytest.mark.parametrize(("rows", "fixed"), [(ALIKE, 3), (NOTHING, 3), (SHARED, 0)])
def test_views_of_the_stored_columns_give_every_column_of_the_whole_select(
    rows: list[dict[str, object]], fixed: int, cards: int, overrides: bool
) -> None:
    used = [fitted_on(card(f"card_{n}", "share"), rows) for n in range(cards)]
    wheres = ["TRUE"] if cards == 1 else ["account_id = 'a'", "account_id <> 'a'"]
    layout = layout_of(used)
    with DuckDbEngine(threads=1) as engine:
        engine.read_arrow("measures", arrow_table(used[0], rows))
        engine.create_table("given", "SELECT 'b' AS account_id, 'high' AS tier")
        table = "given" if overrides else None
        found = [
            [int(p) for (p,) in engine.rows(pattern_select(c, where=w))]
            for c, w in zip(used, wheres, strict=True)
        ]
        selects = [
            score_select(c, p, where=w, overrides_table=table, layout=layout)
            for c, p, w in zip(used, found, wheres, strict=True)
        ]
        kept = kept_columns(used, layout, found, covers_all=True, has_overrides=overrides)
        parts = layout.contribution_columns
        engine.create_table("whole", union_select(selects, (*layout.score_columns, *parts[1:])))
        engine.create_table("kept", union_select(selects, kept.stored))
        for columns, text in (
            (layout.score_columns, kept.scores("kept")),
            (parts, kept.contributions("kept")),
        ):
            engine.create_view("seen", text)
            whole = f"SELECT {', '.join(columns)} FROM whole ORDER BY account_id"
            seen = engine.arrow("SELECT * FROM seen ORDER BY account_id")
            assert seen.equals(engine.arrow(whole))
    assert len(kept.weights) == (fixed if cards == 1 else 0)
    assert len(kept.stored) < len(layout.score_columns) + len(parts)
