"""One row of the priority list, and what stands out about single accounts of the portfolio."""

from dataclasses import dataclass, field
from typing import Any

from keepwell.reports.desk import Desk
from keepwell.vocabulary import LinearScale, MinMaxScale

LEAST_COMPARED = 10
DAYS = "days_since_last_activity"
WANTED = (
    "account_id",
    "name",
    "industry",
    "account_size_segment",
    "score_micro",
    "effective_tier",
    "contribution_amount",
    "contribution_rank",
    "days_since_last_activity",
    "total_activities_30d",
    "contact_email_coverage",
    "total_won_amount",
    "current_pipeline_amount",
    "win_rate",
    "points_to_next_tier",
    "points_above_line",
    "has_contradiction",
    "priority_group",
    "group_rank",
    "reason",
    "first_step",
)


@dataclass(frozen=True, slots=True)
class Listed:
    """One row of the priority list: its values by column name; absent columns are None."""

    place: int
    values: dict[str, Any]

    def number(self, column: str) -> float | None:
        """Return a number, None when it is unknown."""
        value = self.values[column]
        return None if value is None else float(value)

    @property
    def group(self) -> str:
        """Return the group's letter."""
        return str(self.values["priority_group"])

    @property
    def is_odd(self) -> bool:
        """Say whether recency and the 30-day count exclude each other."""
        days, count = self.number(DAYS), self.number("total_activities_30d")
        if days is None or count is None:
            return False
        return (days >= 30 and count > 0) or (days < 30 and count == 0)


@dataclass(frozen=True, slots=True)
class Notable:
    """Accounts that alone hold an extreme, None on ties or with fewer than ten to compare.

    `low_*`: among the low tier. `win_rates`: quartiles of the portfolio's win rates.
    `day_points`: per scorecard the points that one more silent day costs, where the scale is a
    straight line.
    """

    lowest_score: str | None = None
    longest_silence: str | None = None
    low_most_won: str | None = None
    low_most_pipeline: str | None = None
    win_rates: tuple[float, float, float] | None = None
    day_points: dict[str, float] = field(default_factory=dict)


def find_notable(desk: Desk) -> Notable:
    """Return the extremes of the portfolio."""
    scored, low = "score_micro IS NOT NULL", desk.is_low
    return Notable(
        lowest_score=_alone(desk, "score_micro", "min", scored),
        longest_silence=_alone(desk, DAYS, "max", scored),
        low_most_won=_alone(desk, "total_won_amount", "max", low),
        low_most_pipeline=_alone(desk, "current_pipeline_amount", "max", low),
        win_rates=_quartiles(desk),
        day_points=_day_points(desk),
    )


def _alone(desk: Desk, column: str, extreme: str, among: str) -> str | None:
    """Return the one account that holds the extreme of a column among at least ten."""
    if not desk.has(column):
        return None
    where = f"{among} AND {column} IS NOT NULL"
    count = int(desk.book.rows(f"SELECT count(*) FROM portfolio WHERE {where}")[0][0])
    if count < LEAST_COMPARED:
        return None
    best = f"SELECT {extreme}({column}) FROM portfolio WHERE {where}"
    found = desk.book.rows(
        f"SELECT account_id FROM portfolio WHERE {where} AND {column} = ({best}) "
        "ORDER BY account_id LIMIT 2"
    )
    return str(found[0][0]) if len(found) == 1 else None


def _quartiles(desk: Desk) -> tuple[float, float, float] | None:
    if not desk.has("win_rate"):
        return None
    rates = desk.column("SELECT win_rate FROM portfolio WHERE win_rate IS NOT NULL ORDER BY 1")
    if len(rates) < LEAST_COMPARED:
        return None
    return float(rates[len(rates) // 4]), _middle(rates), float(rates[-1 - len(rates) // 4])


def _middle(rates: Any) -> float:
    return float((rates[(len(rates) - 1) // 2] + rates[len(rates) // 2]) / 2)


def _day_points(desk: Desk) -> dict[str, float]:
    """Return what one more silent day costs at least, for cards that count it in a straight line."""
    found = {}
    for card in desk.subject.cards:
        weight = card.micro_weights().get(DAYS)
        scale = next((m.scale for m in card.measures if m.measure == DAYS), None)
        width: float | None = None
        if isinstance(scale, LinearScale):
            width = scale.zero_at - scale.full_at
        elif isinstance(scale, MinMaxScale) and scale.kind == "minmax":
            width = None if scale.min is None or scale.max is None else scale.max - scale.min
        if weight and width and width > 0:
            found[card.scorecard] = weight / 1e6 / width
    return found
