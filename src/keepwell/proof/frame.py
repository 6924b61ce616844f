"""The evaluation frame: scores as they stood on past days beside what came after."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

import numpy as np
from numpy.typing import NDArray

from keepwell.vocabulary import InternalProblem

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Days = NDArray[np.datetime64]
Texts = NDArray[np.str_]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class EvaluationFrame:
    """One row per account and origin; every array has the same length.

    account:      account_id.
    origin:       the day as of which the score was computed, `datetime64[D]`.
    score:        health, 0-100, 100 = healthy; NaN = unknown.
    tier:         tier that the score gave on that day; `unknown` when coverage was too low.
    outcome:      the declared bad outcome happened within the horizon after the origin.
    event_day:    its first day; NaT where `outcome` is false.
    cluster:      unit of resampling: the account, or its group of near-duplicates.
    value:        money that hangs on the account at the origin, project currency; NaN = unknown.
    horizon_days: days after the origin in which the outcome counts; a row exists only where all
                  of them lie in the past.
    baselines:    rankings by naive rules, higher = healthier, NaN = unknown.
    groups:       categories at the origin (industry, size, csm ...), "" = unknown.
    Errors: InternalProblem where lengths differ.
    """

    account: Texts
    origin: Days
    score: Floats
    tier: Texts
    outcome: Flags
    event_day: Days
    cluster: Ints
    value: Floats
    horizon_days: int
    baselines: Mapping[str, Floats] = field(default_factory=dict)
    groups: Mapping[str, Texts] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse columns of different lengths."""
        for name, column in self._columns().items():
            if len(column) != len(self.account):
                raise InternalProblem(
                    f"Evaluation frame: {name} has {len(column)} rows, account {len(self.account)}."
                )

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.account)

    def rows(self, wanted: Flags | Ints) -> "EvaluationFrame":
        """Return the frame of some rows, by flags or positions."""
        cut = {n: c[wanted] for n, c in self._columns().items() if "." not in n}
        return EvaluationFrame(
            **cut,  # type: ignore[arg-type]
            horizon_days=self.horizon_days,
            baselines={n: c[wanted] for n, c in self.baselines.items()},
            groups={n: c[wanted] for n, c in self.groups.items()},
        )

    def _columns(self) -> dict[str, NDArray[np.generic]]:
        plain = {f.name: getattr(self, f.name) for f in fields(self)}
        kept = {n: c for n, c in plain.items() if isinstance(c, np.ndarray)}
        nested = {f"baselines.{n}": c for n, c in self.baselines.items()}
        return kept | nested | {f"groups.{n}": c for n, c in self.groups.items()}
