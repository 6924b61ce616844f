"""Run the tests that users write of their triggers; nothing is stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

import pyarrow as pa

from keepwell.ports import Engine
from keepwell.vocabulary import ConfigInvalid
from keepwell.warning import (
    Mismatch,
    RuleTest,
    Trigger,
    bound,
    case_columns,
    case_rows,
    column_names,
    mismatches,
    readings_select,
)

_TYPES = {
    "VARCHAR": pa.string(),
    "DOUBLE": pa.float64(),
    "BIGINT": pa.int64(),
    "BOOLEAN": pa.bool_(),
}


@dataclass(frozen=True, slots=True)
class RuleOutcome:
    """One test and where it went otherwise; `is_good` when nowhere.

    `untested`: triggers that read measures which the test does not give.
    """

    test: str
    is_good: bool
    mismatches: tuple[Mismatch, ...]
    untested: tuple[str, ...]


def run_rule_tests(
    engine: Engine, triggers: Sequence[Trigger], tests: Sequence[RuleTest]
) -> tuple[RuleOutcome, ...]:
    """Return what each test came to, in order.

    Errors: ConfigInvalid for a test that names columns or triggers which do not exist, or gives a
            value of another kind.
    """
    return tuple(_run(engine, triggers, test) for test in tests)


def _run(engine: Engine, triggers: Sequence[Trigger], test: RuleTest) -> RuleOutcome:
    columns = case_columns()
    _check(test, triggers, columns)
    looked_at = [t for t in triggers if not test.triggers or t.trigger in test.triggers]
    served = [s for t in looked_at if (s := bound(t, test.named())) is not None]
    names = {t.trigger for t, _ in served}
    untested = tuple(t.trigger for t in looked_at if t.trigger not in names)
    missing = sorted(test.expected() & set(untested))
    if missing:
        trigger = next(t for t in triggers if t.trigger == missing[0])
        wanted = sorted(trigger.needs() - test.named())
        raise ConfigInvalid(
            f"Test `{test.test}` expects `{missing[0]}`, but gives no {', '.join(wanted)}.",
            cure="Write it under `given:` or `values:`.",
        )
    days = case_rows(test)
    engine.read_arrow("watch", _table(test, days, columns))
    read = [t for t, _ in served]
    order = [f"{place}_{n}" for n in range(1, len(read) + 1) for place in ("enters", "leaves")]
    rows: dict[str, dict[str, object]] = {}
    if read:
        select = readings_select(read, columns)
        shown = ", ".join(("account_id", *order))
        for found in engine.rows(f"SELECT {shown} FROM ({select}) AS r"):  # noqa: S608
            rows[str(found[0])] = dict(zip(("account_id", *order), found, strict=True))
    seen = [(day, {**rows.get(str(n), {}), "account_id": "A"}) for n, (day, _) in enumerate(days)]
    wrong = mismatches(test, served, seen)
    return RuleOutcome(test.test, not wrong, wrong, untested)


def _check(test: RuleTest, triggers: Sequence[Trigger], columns: dict[str, str]) -> None:
    known = {t.trigger for t in triggers}
    # A trigger of the project's own may read columns that only its source has.
    read = {n for t in triggers for text in (t.enter, t.leave) for n in column_names(text)}
    for kind, names, there in (
        ("trigger", test.expected(), known),
        ("column", test.named(), set(columns) | read),
    ):
        for name in sorted(names - there):
            near = get_close_matches(name, sorted(there), n=1)
            raise ConfigInvalid(
                f"Test `{test.test}` names the {kind} `{name}`, which does not exist.",
                cure=f"Did you mean `{near[0]}`?"
                if near
                else f"Known: {', '.join(sorted(there)[:20])}.",
            )


def _table(
    test: RuleTest, days: Sequence[tuple[date, Mapping[str, object]]], columns: dict[str, str]
) -> pa.Table:
    arrays = {}
    for name, kind in columns.items():
        values = [row.get(name, False if name.endswith("__never") else None) for _, row in days]
        if name == "account_id":
            values = [str(n) for n in range(len(days))]
        if name == "has_alarm":
            # Every day is looked at, whether a condition holds or not.
            values = [True] * len(days)
        try:
            arrays[name] = pa.array(values, _TYPES[kind])
        except (pa.ArrowInvalid, pa.ArrowTypeError) as problem:
            given = next(v for v in values if v is not None)
            raise ConfigInvalid(
                f"Test `{test.test}` gives `{name}` the value {given!r}; expected {kind}.",
                cure="Numbers stand without quotes, yes or no as true and false.",
            ) from problem
    return pa.table(arrays)
