"""Which bad outcome a back-test looks for: the declared one, or the first that the data offer."""

from collections.abc import Mapping
from dataclasses import dataclass

from keepwell.vocabulary import (
    Bilingual,
    EventTable,
    InputProblem,
    Lang,
    OutcomeKind,
    ProofSettings,
)

_TABLES: tuple[EventTable, ...] = ("transactions", "activities", "usage")


@dataclass(frozen=True, slots=True)
class Offered:
    """What the data hold of outcomes: counts, 0 where a column is not mapped.

    `departures`: accounts with a day of leaving. `ends`: terms with a last day.
    `amounts`, `seats`: terms with one. `rows`: dated rows of each event table.
    """

    departures: int
    ends: int
    amounts: int
    seats: int
    rows: Mapping[str, int]
    has_labels: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What counts as bad, whether it was declared or chosen, and on which rows it rests."""

    kind: OutcomeKind
    is_declared: bool
    on: str
    horizon_days: int
    count: int
    grace_days: int = 0
    silent_days: int = 0
    fall_share: float = 0.0

    def text(self, lang: Lang) -> str:
        """Return one sentence: what counts as bad, and on what that rests."""
        is_whole = self.kind == "inactivity" and not self.silent_days
        words = _WHOLE_HORIZON if is_whole else _MEANS[self.kind]
        said = words.text(lang).format(
            horizon=self.horizon_days,
            grace=self.grace_days,
            days=self.silent_days,
            on=self.on,
            fall=f"{100 * self.fall_share:g}",
        )
        if self.is_declared:
            return said
        return said + _CHOSEN.text(lang).format(count=f"{self.count:,}", on=self.on)


_CHOSEN = Bilingual(
    "（未声明结果，按数据自动选定：{on} 共 {count} 条；可用 proof.outcome 声明。）",
    " (Chosen because no outcome is declared and {on} holds {count} rows; `proof.outcome` "
    "declares one.)",
)
_WHOLE_HORIZON = Bilingual(
    "沉默：{horizon} 天内没有任何记录（{on}）。",
    "Inactivity: no row of {on} within {horizon} days.",
)
_MEANS: dict[OutcomeKind, Bilingual] = {
    "churn": Bilingual(
        "流失：{horizon} 天内离开（{on}）。", "Churn: left within {horizon} days ({on})."
    ),
    "non_renewal": Bilingual(
        "未续约：{horizon} 天内订阅结束，且 {grace} 天宽限期内没有新订阅（{on}）。",
        "Non-renewal: the last term ended within {horizon} days and none followed within "
        "{grace} days ({on}).",
    ),
    "contraction": Bilingual(
        "缩减：{horizon} 天内在用订阅金额下降至少 {fall}%（含全部失去），且持续 {grace} 天以上"
        "（{on}）。",
        "Contraction: what is paid fell by {fall} % or more within {horizon} days, whole loss "
        "included, for longer than {grace} days ({on}).",
    ),
    "downgrade": Bilingual(
        "降级：{horizon} 天内在用席位减少（含全部失去），且持续 {grace} 天以上（{on}）。",
        "Downgrade: fewer seats within {horizon} days, whole loss included, for longer than "
        "{grace} days ({on}).",
    ),
    "inactivity": Bilingual(
        "沉默：{horizon} 天内出现连续 {days} 天没有记录（{on}）。",
        "Inactivity: {days} days without a row of {on}, reached within {horizon} days.",
    ),
    "label": Bilingual(
        "标签：{on} 所示已离开的客户（没有日期，不区分先后）。",
        "Label: accounts that left by {on}; it carries no date.",
    ),
}


def choose_outcome(settings: ProofSettings, horizon_days: int, offered: Offered) -> Outcome:
    """Return the outcome to look for. Errors: InputProblem when the data do not hold it."""
    is_declared = settings.outcome != "auto"
    kind = _first(settings, offered) if settings.outcome == "auto" else settings.outcome
    on, count = _rests_on(kind, settings, offered)
    if not count:
        raise InputProblem(
            f"Outcome `{kind}` rests on {on}, and the data hold no row of it.",
            cure=f"Map {on} in keepwell.yml, or declare another: `proof.outcome` (one of churn, "
            "non_renewal, contraction, downgrade, inactivity, label).",
        )
    return Outcome(
        kind,
        is_declared,
        on,
        horizon_days,
        count,
        grace_days=settings.grace_days,
        silent_days=(settings.inactive_days or 0) if kind == "inactivity" else 0,
        fall_share=settings.fall_share if kind == "contraction" else 0.0,
    )


def _first(settings: ProofSettings, offered: Offered) -> OutcomeKind:
    if settings.labels is not None and offered.has_labels:
        return "label"
    if offered.departures:
        return "churn"
    if offered.ends:
        return "non_renewal"
    if any(offered.rows.values()):
        return "inactivity"
    raise InputProblem(
        "The data tell no outcome: no accounts.churned_at, no subscriptions.period_end, no dated "
        "rows of transactions, activities or usage.",
        cure="Map one of them, or a column that says who left: `proof.labels: {column: "
        "accounts.status, means_left: [churned]}`.",
    )


def _rests_on(kind: OutcomeKind, settings: ProofSettings, offered: Offered) -> tuple[str, int]:
    match kind:
        case "churn":
            return "accounts.churned_at", offered.departures
        case "non_renewal":
            return "subscriptions.period_end", offered.ends
        case "contraction":
            return "subscriptions.amount", min(offered.amounts, offered.ends)
        case "downgrade":
            return "subscriptions.seats", min(offered.seats, offered.ends)
        case "label":
            column = settings.labels.column if settings.labels else "proof.labels"
            return column, int(offered.has_labels)
    if settings.inactive_on != "auto":
        return settings.inactive_on, offered.rows.get(settings.inactive_on, 0)
    table = next((t for t in _TABLES if offered.rows.get(t)), "transactions")
    return table, offered.rows.get(table, 0)
