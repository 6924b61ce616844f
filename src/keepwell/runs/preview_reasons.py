"""Why accounts would change tier: the measure whose points differ most."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from keepwell.ports import Engine, SnapshotStore

BEFORE, AFTER = "before_contributions", "contributions"
SUFFIX, WEIGHT = "__micro", "__weight"


@dataclass(frozen=True, slots=True)
class Mover:
    """One account that changes tier; scores in micro-points.

    `reason`: the measure that moved it most in the direction it went, by `reason_micro`; a measure
    that one side does not have counts 0 points. None where the score stayed and a line moved.
    """

    account_id: str
    name: str | None
    tier_before: str
    tier_after: str
    micro_before: int | None
    micro_after: int | None
    amount: float | None
    reason: str | None = None
    reason_micro: int | None = None


def with_reasons(
    engine: Engine,
    snapshots: SnapshotStore,
    run_id: str,
    movers: Sequence[Mover],
) -> tuple[Mover, ...]:
    """Return movers with the measure that moved each most; a measure left out counts 0 points.

    Needs: the engine table `contributions`.
    """
    if not movers:
        return ()
    engine.read_parquet(BEFORE, snapshots.path(run_id) / "contributions.parquet")
    accounts = [m.account_id for m in movers]
    before, after = (_points(engine, table, accounts) for table in (BEFORE, AFTER))
    return tuple(
        _explained(m, before.get(m.account_id, {}), after.get(m.account_id, {})) for m in movers
    )


def _points(engine: Engine, table: str, accounts: Sequence[str]) -> Mapping[str, Mapping[str, int]]:
    held = engine.columns(table)
    # Dimensions have points too, and no weight.
    weighed = [c.removesuffix(WEIGHT) for c in held if c.endswith(WEIGHT)]
    names = [m for m in weighed if f"{m}{SUFFIX}" in held]
    columns = "".join(f", {m}{SUFFIX}" for m in names)
    wanted = ", ".join("'" + a.replace("'", "''") + "'" for a in accounts)
    found = engine.rows(
        f"SELECT account_id{columns} FROM {table} WHERE account_id IN ({wanted})"  # noqa: S608
    )
    return {
        str(row[0]): {m: int(v or 0) for m, v in zip(names, row[1:], strict=True)} for row in found
    }


def _explained(mover: Mover, before: Mapping[str, int], after: Mapping[str, int]) -> Mover:
    net = (mover.micro_after or 0) - (mover.micro_before or 0)
    reason, micro = main_reason(before, after, net)
    return replace(mover, reason=reason, reason_micro=micro)


def main_reason(
    before: Mapping[str, int], after: Mapping[str, int], net: int
) -> tuple[str | None, int | None]:
    """Return the measure that moved a score most in the direction of `net`, and by how much."""
    moved = {m: after.get(m, 0) - before.get(m, 0) for m in sorted({*before, *after})}
    if not net or not any(moved.values()):
        return None, None
    reason = max(moved, key=lambda m: moved[m] if net > 0 else -moved[m])
    return reason, moved[reason]
