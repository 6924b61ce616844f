"""Why one account stands in the priority list: its own numbers, what is singular about it first."""

from math import floor

from keepwell.reports.desk import Desk
from keepwell.reports.numbers import amount_text, count_text, points_text, points_up, share_text
from keepwell.reports.rules import may_join
from keepwell.reports.sections.priority_rows import DAYS, Listed, Notable
from keepwell.reports.sections.priority_words import GROUPS, REASON_WORDS, STEP_WORDS
from keepwell.reports.text import EMPTY, Join, Line, by_count, line, same, words
from keepwell.vocabulary import Bilingual

MOST_PIECES = 6
PIPELINE_MULTIPLE = 3
COMPLETE_SHARE, POOR_SHARE = 0.9, 0.8
ABOUT_CONTACTS = ("complete_contacts", "invite_contacts")
LEAST_GAP = 0.05


def why(desk: Desk, row: Listed, notable: Notable) -> Line:
    """Return reason, evidence and first step of one account."""
    reason = REASON_WORDS.get(str(row.values["reason"]), GROUPS[row.group])
    step = STEP_WORDS.get(str(row.values["first_step"]), STEP_WORDS["diagnostic_call"])
    pieces = [
        *_rank(desk, row),
        *_activity(row),
        *_distance(desk, row, notable),
        *_singular(row, notable),
        *_amounts(row, notable),
        *_odds(row, notable),
        *_contacts(row),
    ]
    if not pieces:
        return line("{reason}。第一步：{step}", "{reason}. First: {step}", reason=reason, step=step)
    return line(
        "{reason}；{evidence}。第一步：{step}",
        "{reason}; {evidence}. First: {step}",
        reason=reason,
        evidence=Join(tuple(pieces[:MOST_PIECES]), Bilingual("，", ", ")),
        step=step,
    )


def _rank(desk: Desk, row: Listed) -> list[Line]:
    rank = row.values["contribution_rank"]
    if rank is None or not row.number("contribution_amount"):
        return []
    return [line("{m}第 {r}", "{m} no. {r}", m=desk.money_short, r=same(f"{int(rank):,}"))]


def _activity(row: Listed) -> list[Line]:
    days, count = row.number(DAYS), row.number("total_activities_30d")
    if row.group != "A" or days is None or count is None:
        return []
    d, c = same(count_text(days)), same(count_text(count))
    if may_join(contradicting_accounts=int(row.is_odd)):
        return [line("{d} 天无活动", "silent for {d} days", d=d)]
    return [line("{d} 天与 {c} 次矛盾", "{d} days against {c} activities", d=d, c=c)]


def _distance(desk: Desk, row: Listed, notable: Notable) -> list[Line]:
    short_by, above = row.number("points_to_next_tier"), row.number("points_above_line")
    if row.group in ("B", "C") and short_by is not None and short_by > 0:
        return [line("差 {p} 分", "{p} short of the line", p=same(points_up(short_by * 1e6)))]
    if row.group != "D" or above is None:
        return []
    found = [_above(above)]
    each = notable.day_points.get(desk.subject.cards[0].scorecard)
    if each and len(desk.subject.cards) == 1 and row.number(DAYS) is not None:
        days = floor(above / each) + 1
        found.append(
            line(
                "至多再过 {n} 天无活动即跌破",
                by_count(
                    days,
                    "at most {n} more silent day and it falls below",
                    "at most {n} more silent days and it falls below",
                ),
                n=same(str(days)),
            )
        )
    return found


def _above(points: float) -> Line:
    text = points_text(points * 1e6)
    if text == "0.00":
        return words("正好在线上", "exactly on the line")
    return line("只高出 {p} 分", "{p} above the line", p=same(text))


def _singular(row: Listed, notable: Notable) -> list[Line]:
    who = str(row.values["account_id"])
    found = []
    if who == notable.lowest_score:
        found.append(words("全部客户中分数最低", "the lowest score of all"))
    if who == notable.longest_silence:
        days = same(count_text(row.number(DAYS) or 0.0))
        found.append(
            line(
                "距上次活动最久（{d} 天）", "the longest since its last activity ({d} days)", d=days
            )
        )
    return found


def _amounts(row: Listed, notable: Notable) -> list[Line]:
    """Return pipeline and won amounts; several times as much pipeline as ever won is said so."""
    who = str(row.values["account_id"])
    pipeline, won = row.number("current_pipeline_amount"), row.number("total_won_amount")
    found = []
    if pipeline and won and pipeline > PIPELINE_MULTIPLE * won:
        found.append(
            line(
                "商机 {x}，是累计成交的 {m} 倍",
                "pipeline {x}, {m} times what it ever bought",
                x=_money(pipeline),
                m=same(f"{pipeline / won:.1f}"),
            )
        )
        return found
    if pipeline:
        most = _most(who == notable.low_most_pipeline)
        found.append(line("商机 {x}{most}", "pipeline {x}{most}", x=_money(pipeline), most=most))
    if won:
        most = _most(who == notable.low_most_won)
        found.append(line("累计成交 {x}{most}", "won to date {x}{most}", x=_money(won), most=most))
    return found


def _most(is_most: bool) -> Bilingual | Join:
    if not is_most:
        return EMPTY
    return Bilingual("（低健康里最多）", " (most of the low accounts)")


def _odds(row: Listed, notable: Notable) -> list[Line]:
    """Return a win rate that lies in the lowest or highest quarter, beside the median."""
    rate, quartiles = row.number("win_rate"), notable.win_rates
    if rate is None or quartiles is None or quartiles[0] < rate < quartiles[2]:
        return []
    if abs(rate - quartiles[1]) < LEAST_GAP:
        return []
    return [
        line(
            "赢单率 {x}（全体中位 {m}）",
            "win rate {x} (median of all {m})",
            x=same(share_text(rate)),
            m=same(share_text(quartiles[1])),
        )
    ]


def _contacts(row: Listed) -> list[Line]:
    """Return a coverage that is poor, or that the first step is about."""
    coverage = row.number("contact_email_coverage")
    limit = COMPLETE_SHARE if row.values["first_step"] in ABOUT_CONTACTS else POOR_SHARE
    if coverage is None or coverage >= limit:
        return []
    return [line("邮箱覆盖 {x}", "e-mail coverage {x}", x=same(f"{coverage * 100:.1f} %"))]


def _money(value: float) -> Bilingual:
    return Bilingual(amount_text(value, "zh"), amount_text(value, "en"))
