"""Store `profile` and `drivers`: a few measures at a time, so that memory stays bounded."""

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa

from keepwell.outlook import (
    DriverRow,
    Earned,
    Nature,
    Observed,
    ProfileRow,
    dimension_parts,
    driver_row,
    is_by_construction,
    profile_row,
    scored_measures,
)
from keepwell.ports import Engine
from keepwell.runs.outlook_tables import store_rows
from keepwell.vocabulary import Scorecard

_AT_ONCE = 8


def numeric_measures(columns: Mapping[str, str]) -> tuple[str, ...]:
    """Return the measures of the table that are numbers, in the table's order."""
    return tuple(
        name for name, kind in columns.items() if f"{name}__never" in columns and kind == "DOUBLE"
    )


def compare_low_accounts(engine: Engine, cards: Mapping[str, Scorecard], seed: int) -> None:
    """Store `profile`: one row per numeric measure that any account has."""
    names = numeric_measures(engine.columns("measures"))
    scored = scored_measures(tuple(cards.values()))
    sizes: list[str] = []
    if "account_size_segment" in engine.columns("measures"):
        found = engine.rows("SELECT DISTINCT account_size_segment FROM measures")
        sizes = sorted(str(s) for (s,) in found if s is not None)
    rows: list[ProfileRow] = []
    for start in range(0, len(names), _AT_ONCE):
        batch = names[start : start + _AT_ONCE]
        table = engine.arrow(_profile_select(batch, sizes))
        for name in batch:
            observed = _observed(table, name)
            if len(observed.values):
                nature = Nature(name in scored, is_by_construction(name, scored))
                rng = np.random.default_rng([seed, *name.encode()])
                rows.append(profile_row(name, observed, nature, sizes, rng))
    store_rows(engine, "profile", rows, ProfileRow)


def _profile_select(names: Sequence[str], sizes: Sequence[str]) -> str:
    numbers = " ".join(
        f"WHEN account_size_segment = '{s.replace(chr(39), chr(39) * 2)}' THEN {i}"
        for i, s in enumerate(sizes)
    )
    size = f"CASE {numbers} ELSE -1 END" if sizes else "-1"
    return (
        f"SELECT tier = 'low' AS is_low, tier <> 'unknown' AS is_scored, {size} AS size, "
        f"{', '.join(names)} FROM measures JOIN scores USING (account_id)"
    )


def _observed(table: pa.Table, name: str) -> Observed:
    values = table[name]
    known = values.is_valid().to_numpy()
    return Observed(
        values=values.drop_null().to_numpy().astype(np.float64),
        is_low=table["is_low"].to_numpy()[known].astype(np.bool_),
        is_scored=table["is_scored"].to_numpy()[known].astype(np.bool_),
        size=table["size"].to_numpy()[known].astype(np.int64),
    )


def measure_drivers(engine: Engine, cards: Mapping[str, Scorecard]) -> None:
    """Store `drivers`: spread and loss per dimension and per measure of the scorecards."""
    rows = []
    for level, parts in score_parts(cards).items():
        for name, (weight, micro) in parts.items():
            table = engine.arrow(
                f"SELECT {micro} AS micro, {weight} AS weight, score_micro, tier = 'low' AS is_low "
                "FROM contributions JOIN scores USING (account_id) "
                "WHERE score_micro IS NOT NULL AND tier <> 'unknown'"
            )
            earned = Earned(table["micro"].to_numpy(), table["weight"].to_numpy())
            is_low = table["is_low"].to_numpy().astype(np.bool_)
            rows.append(driver_row(level, name, earned, table["score_micro"].to_numpy(), is_low))
    store_rows(engine, "drivers", rows, DriverRow)


def score_parts(cards: Mapping[str, Scorecard]) -> dict[str, dict[str, tuple[str, str]]]:
    """Return, per level, name -> (effective weight, micro-points earned) as SQL."""
    members: dict[str, dict[str, None]] = {}
    for card in cards.values():
        for dim in card.dimensions:
            members.setdefault(dim.dimension, {}).update({m.measure: None for m in dim.measures})
    weights = dimension_parts({d: tuple(ms) for d, ms in members.items()})
    measures = dict.fromkeys(m for ms in members.values() for m in ms)
    return {
        "dimension": {d: (weights[d], f"{d}__micro") for d in members},
        "measure": {m: (f"{m}__weight", f"{m}__micro") for m in measures},
    }
