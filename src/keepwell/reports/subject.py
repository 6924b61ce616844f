"""What a report is about: the snapshot's settings, words and tables, without its rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from keepwell.reports.value.subject import ValueSubject
from keepwell.vocabulary import (
    MICRO_PER_POINT,
    Bilingual,
    Measure,
    MeasureSource,
    Scorecard,
    TableCount,
    truncate_points,
)

Method = Literal["weighted", "run_rate"]


@dataclass(frozen=True, slots=True)
class FindingLine:
    """One finding of a check in both languages."""

    code: str
    severity: str
    action: str
    table: str
    count: int
    message: Bilingual
    cure: Bilingual


@dataclass(frozen=True, slots=True)
class Grades:
    """Shares of low accounts from which each grade of a matrix cell starts."""

    minimum_accounts: int = 10
    critical: float = 0.70
    elevated: float = 0.40
    watch: float = 0.20

    @property
    def cuts(self) -> tuple[float, ...]:
        """Return the shares that no printed number may cross."""
        return (self.watch, self.elevated, self.critical)


@dataclass(frozen=True, slots=True)
class Assumptions:
    """The declared numbers of the contribution forecast (design D15 and config).

    `is_recurring`: the pace is current recurring revenue, since no won amounts are there;
    `has_pipeline`: open pipeline counts.
    """

    won_weight: float = 0.4
    pipeline_weight: float = 0.6
    retention_factor: float = 1.0
    save_rate: float = 1.0
    horizon_months: int = 6
    is_recurring: bool = False
    has_pipeline: bool = True


@dataclass(frozen=True, slots=True)
class Validated:
    """The newest verdict of a back-test on one version of a scorecard.

    `conclusion`, `rule`: as `proof.Judgement` words them; `auc` None where nothing is known.
    """

    scorecard: str
    version: int
    outcome: str
    horizon_days: int
    conclusion: str
    rule: str
    auc: float | None
    interval: tuple[float, float] | None
    accounts: int
    last_origin: date
    backtest_id: str


@dataclass(frozen=True, slots=True)
class Subject:
    """Everything a report needs beside the rows of `portfolio`.

    `columns`:  columns of `portfolio`.
    `cards`:    fitted scorecards in use; tier names are those of the first.
    `measures`: catalogue entries by name, for labels, units and directions.
    `tables`:   other readable snapshot tables and their columns.
    `as_of_before`: date of the earlier comparable snapshot, None without one.
    `left_before`: accounts with a date of leaving up to `as_of`; they are not scored.
    `validated`: verdicts of back-tests on the versions in use; one that is missing has none.
    `is_example`: the data were generated, no real company is meant.
    """

    project: str
    as_of: date
    columns: frozenset[str]
    cards: tuple[Scorecard, ...]
    measures: Mapping[str, Measure]
    sources: Mapping[str, MeasureSource] = field(default_factory=dict)
    tables: Mapping[str, frozenset[str]] = field(default_factory=dict)
    findings: tuple[FindingLine, ...] = ()
    table_counts: tuple[TableCount, ...] = ()
    currency: str | None = None
    method: Method = "weighted"
    assumptions: Assumptions = field(default_factory=Assumptions)
    grades: Grades = field(default_factory=Grades)
    as_of_before: date | None = None
    has_outcome: bool = False
    left_before: int = 0
    has_passed_backtest: bool = False
    is_example: bool = False
    snapshot_id: str = ""
    value: ValueSubject | None = None
    validated: tuple[Validated, ...] = ()

    @property
    def tiers(self) -> tuple[str, ...]:
        """Return the tier names, best first."""
        return tuple(cut.tier for cut in self.cards[0].tiers)

    @property
    def low(self) -> str:
        """Return the name of the lowest tier."""
        return self.tiers[-1]

    @property
    def low_line(self) -> float:
        """Return the score under which the lowest tier lies; 0 when there is one tier only."""
        cuts = self.cards[0].tiers
        return cuts[-2].min if len(cuts) > 1 else 0.0

    @property
    def low_line_micro(self) -> int:
        """Return the low line in micro-points."""
        return round(self.low_line * MICRO_PER_POINT)

    @property
    def has_one_line(self) -> bool:
        """Say whether all scorecards cut tiers at the same scores."""
        return len({tuple((c.tier, c.min) for c in card.tiers) for card in self.cards}) == 1

    def label(self, measure: str) -> Bilingual:
        """Return the label of a measure, else its name."""
        known = self.measures.get(measure)
        return known.label if known else Bilingual(measure, measure)

    def scorecard_text(self) -> str:
        """Return names and versions of the scorecards, such as `classic v1`."""
        return ", ".join(f"{c.scorecard} v{c.version}" for c in self.cards)


def limit_text(value: float) -> str:
    """Return a set limit as written: 50, not 50.0.

    >>> limit_text(50.0), limit_text(79.5)
    ('50', '79.5')
    """
    return f"{value:g}"


def micro_text(micro: int) -> str:
    """Return micro-points as points with two decimals, truncated."""
    return truncate_points(micro)
