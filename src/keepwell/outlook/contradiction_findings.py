"""Contradicting fields as findings: how many accounts, and the result if either field is right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from keepwell.outlook.contradictions import Contradiction
from keepwell.outlook.sensitivity import SensitivityRow
from keepwell.vocabulary import Action, Bilingual, Example, Finding, FindingKind, Severity

_SEEN: dict[str, Bilingual] = {
    "silent_yet_counted_30d": Bilingual(
        "{count} 个客户距最近一次活动已有 30 天或更久，近 30 天活动数却大于 0",
        "{count} accounts had no activity for 30 days or more, yet count activities in 30 days",
    ),
    "recent_yet_uncounted_30d": Bilingual(
        "{count} 个客户 30 天内有过活动，近 30 天活动数却为 0",
        "{count} accounts were active within 30 days, yet count no activity in 30 days",
    ),
    "never_yet_counted_30d": Bilingual(
        "{count} 个客户从未有过活动，近 30 天活动数却大于 0",
        "{count} accounts never had an activity, yet count activities in 30 days",
    ),
    "silent_yet_counted_90d": Bilingual(
        "{count} 个客户距最近一次活动已有 90 天或更久，近 90 天活动数却大于 0",
        "{count} accounts had no activity for 90 days or more, yet count activities in 90 days",
    ),
    "recent_yet_uncounted_90d": Bilingual(
        "{count} 个客户 90 天内有过活动，近 90 天活动数却为 0",
        "{count} accounts were active within 90 days, yet count no activity in 90 days",
    ),
    "never_yet_counted_90d": Bilingual(
        "{count} 个客户从未有过活动，近 90 天活动数却大于 0",
        "{count} accounts never had an activity, yet count activities in 90 days",
    ),
    "month_above_quarter": Bilingual(
        "{count} 个客户近 30 天的活动数多于近 90 天",
        "{count} accounts count more activities in 30 days than in 90",
    ),
    "weeks_above_activities": Bilingual(
        "{count} 个客户近 90 天的活跃周数多于活动数",
        "{count} accounts have more active weeks than activities in 90 days",
    ),
    "emails_above_contacts": Bilingual(
        "{count} 个客户有邮箱的联系人多于联系人总数",
        "{count} accounts have more contacts with e-mail than contacts",
    ),
    "silence_above_age": Bilingual(
        "{count} 个客户距最近一次活动的天数超过客户年龄",
        "{count} accounts were last active before they became an account",
    ),
    "recent_won_above_total": Bilingual(
        "{count} 个客户近 12 个月的成交额高于累计成交额",
        "{count} accounts won more in twelve months than in all",
    ),
    "won_without_wins": Bilingual(
        "{count} 个客户有成交额，赢单率却为 0",
        "{count} accounts have won amounts, yet a win rate of 0",
    ),
}
_RESULT = Bilingual(
    "。若以 `{left}` 为准，低健康客户为 {left_low} 个；若以 `{right}` 为准，为 {right_low} 个"
    "（现为 {base_low} 个）。",
    ". If `{left}` is right, {left_low} accounts are low; if `{right}` is right, {right_low} "
    "(now {base_low}).",
)
_UNSCORED = Bilingual(
    "。这两个字段都不进入评分，低健康客户仍为 {base_low} 个。",
    ". Neither field enters the score: {base_low} accounts stay low.",
)
_CURE = Bilingual(
    "请数据负责人核对 `{left}` 与 `{right}` 的口径和同步；修正之前，不要凭这两个字段自动触发提醒。",
    "Have the data owner check how `{left}` and `{right}` are defined and synchronised; open no "
    "automatic alert on them before.",
)


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule that fires: in how many accounts, and the first of them with both values."""

    rule: Contradiction
    count: int
    examples: tuple[tuple[str, float | None, float | None], ...]


def contradiction_kind(code: str, *, is_scored: bool) -> FindingKind:
    """Return the finding kind of a rule; it says either repair's result when it is scored."""
    result = _RESULT if is_scored else _UNSCORED
    seen = _SEEN[code]
    return FindingKind(
        code=f"contradiction_{code}",
        severity=Severity.WARNING if is_scored else Severity.INFO,
        action=Action.WARNED,
        message=Bilingual(seen.zh + result.zh, seen.en + result.en),
        cure=_CURE,
    )


def contradiction_findings(
    fired: Sequence[Fired], base_low: int, repairs: Mapping[str, SensitivityRow]
) -> tuple[Finding, ...]:
    """Return one finding per rule that fires; `repairs` are the sensitivity rows by scenario.

    The repair's result is that of the whole pair: every rule of the pair mended the same way.
    """
    found = []
    for each in fired:
        rule = each.rule
        left = repairs.get(f"{rule.pair}_left")
        right = repairs.get(f"{rule.pair}_right")
        params = {"left": rule.left, "right": rule.right, "base_low": str(base_low)}
        if left and right:
            params |= {"left_low": str(left.low_count), "right_low": str(right.low_count)}
        found.append(
            Finding(
                kind=contradiction_kind(rule.code, is_scored=bool(left and right)),
                table="measures",
                column=rule.left,
                count=each.count,
                examples=tuple(_example(rule, *e) for e in each.examples),
                params=params,
            )
        )
    return tuple(found)


def _example(
    rule: Contradiction, account_id: str, left: float | None, right: float | None
) -> Example:
    return Example(
        file=account_id, value=f"{rule.left}: {_shown(left)}, {rule.right}: {_shown(right)}"
    )


def _shown(value: float | None) -> str:
    if value is None:
        return "never"
    return str(int(value)) if value == int(value) else f"{value:.4g}"
