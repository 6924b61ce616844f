"""The value model in the early-warning loop: columns of triggers, causes of changed segments."""

from pathlib import Path

import pytest

from keepwell.adapters.engines import DuckDbEngine
from keepwell.adapters.segment_maps import load_segment_map
from keepwell.measures import parse_portable
from keepwell.value import Breakpoints, SegmentMap
from keepwell.warning import (
    Cause,
    ValueCircumstances,
    Valued,
    ValueMove,
    value_transitions,
    value_watch_select,
)

TODAY = """
SELECT * FROM (VALUES
  ('a', 'champion', 'gold', TRUE), ('b', 'unknown', 'unknown', CAST(NULL AS BOOLEAN)),
  ('c', 'lost', 'basic', FALSE)
) AS t(account_id, segment, value_tier, is_struggling)"""
LEADS = """
SELECT * FROM (VALUES ('upgrade', 'c'), ('upsell', 'a'), ('cross_sell', 'a'))
AS t(kind, account_id)"""
CUTS = Breakpoints((-90.0, -60.0, -30.0, -7.0), (1.0, 2.0, 4.0, 8.0), (10.0, 50.0, 100.0, 500.0))


@pytest.mark.parametrize("has_value", [True, False])
@pytest.mark.parametrize("has_candidates", [True, False])
def test_the_columns_of_the_value_model_are_portable(has_value: bool, has_candidates: bool) -> None:
    parse_portable(value_watch_select(has_value=has_value, has_candidates=has_candidates))


def read(folder: Path, *, has_value: bool, has_candidates: bool) -> list[tuple[object, ...]]:
    with DuckDbEngine(
        memory_limit_mb=256, threads=1, temp_directory=folder, allowed_directories=(folder,)
    ) as engine:
        engine.create_table("value", TODAY)
        engine.create_table("candidates", LEADS)
        select = value_watch_select(has_value=has_value, has_candidates=has_candidates)
        return [tuple(r) for r in engine.rows(f"SELECT * FROM ({select}) AS s ORDER BY 1")]


def test_what_the_value_model_does_not_know_is_null(tmp_path: Path) -> None:
    assert read(tmp_path, has_value=True, has_candidates=True) == [
        ("a", "champion", "gold", True, False, True),
        ("b", None, None, None, False, False),
        ("c", "lost", "basic", False, True, False),
    ]
    assert read(tmp_path, has_value=True, has_candidates=False)[0][4:] == (None, None)
    assert read(tmp_path, has_value=False, has_candidates=True) == []


@pytest.fixture(scope="module")
def segments() -> SegmentMap:
    return load_segment_map(Path("nowhere"))


def valued(
    segment: str, recency: float | None, amount: float | None = 100.0, tier: str = "gold"
) -> Valued:
    return Valued(segment, tier, recency, 9.0, 600.0, (5, 5, 5), amount)


@pytest.mark.parametrize(
    ("before", "after", "changes", "cause"),
    [
        # Five days ago it bought; now it is long ago: the customer's own silence.
        (valued("champion", 5), valued("at_risk", 95), {}, Cause.CUSTOMER),
        # Under today's boundaries it would have been there already.
        (valued("champion", 70), valued("cant_lose", 71), {}, Cause.MODEL),
        (valued("champion", 5), valued("at_risk", 95), {"is_config_changed": True}, Cause.CONFIG),
        (valued("champion", 5), valued("at_risk", 95), {"is_faulty": True}, Cause.DATA),
        # The first purchase: nothing was known of it before.
        (Valued("unknown", "gold", None, None, None, (None,) * 3, 100.0), valued("champion", 1), {},
         Cause.CUSTOMER),
    ],
)  # fmt: skip
def test_a_changed_segment_names_its_cause(
    segments: SegmentMap,
    before: Valued,
    after: Valued,
    changes: dict[str, bool],
    cause: Cause,
) -> None:
    known = ValueCircumstances(CUTS, segments, **changes)
    (found,) = value_transitions([ValueMove("a", before, after)], known)
    assert (found.kind, found.before, found.after) == ("segment", before.segment, after.segment)
    assert (found.cause, found.split) == (cause, None)


def test_a_changed_value_tier_is_the_customers_where_its_amount_changed(
    segments: SegmentMap,
) -> None:
    before = valued("champion", 5)
    passed = valued("champion", 5, tier="silver")
    poorer = valued("champion", 5, 40.0, "silver")
    moves = [ValueMove("a", before, passed), ValueMove("b", before, poorer)]
    moves.append(ValueMove("c", before, before))
    found = list(value_transitions(moves, ValueCircumstances(CUTS, segments)))
    assert [(t.account_id, t.kind, t.cause) for t in found] == [
        ("a", "value_tier", Cause.MODEL),
        ("b", "value_tier", Cause.CUSTOMER),
    ]
