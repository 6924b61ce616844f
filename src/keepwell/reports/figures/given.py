"""Facts on the score and the risk level that the source itself states, set beside ours."""

from dataclasses import dataclass

import numpy as np

from keepwell.outlook import scored_measures, spearman, worried_levels
from keepwell.reports.desk import Desk
from keepwell.reports.facts import Fact, quoted
from keepwell.reports.figures.activity import DAYS
from keepwell.reports.figures.exposure import Account, account_rows
from keepwell.reports.numbers import Form
from keepwell.reports.rules import MINIMUM_N
from keepwell.vocabulary import Bilingual

SCORE = "customer_health_score"
LEVEL = "churn_risk_level"
SHOWN = 3


@dataclass(frozen=True, slots=True)
class Flagged:
    """What the source's levels say beside our tiers.

    `levels`:  its words for worry that occur. `unread`: accounts with a word unknown here.
    `outside`: flagged accounts in a tier above low; `named` the largest of them.
    `missed`:  low accounts with a level that is no worry, as a share of those with a level.
    """

    levels: tuple[str, ...]
    unread: Fact
    share: Fact
    outside: Fact
    named: tuple[Account, ...]
    missed: Fact


def _is_scored(desk: Desk, measure: str) -> bool:
    """Say whether a card takes the source's word into our score: then it is no other score."""
    return measure in scored_measures(desk.subject.cards)


def score_agreement(desk: Desk) -> Fact | None:
    """Return the rank agreement of the source's score with ours."""
    label = Bilingual(
        "来源健康分与本评分的排序一致程度（Spearman）",
        "rank agreement of the source's score with ours (Spearman)",
    )
    return _agreement(desk, "given:score", label, "score_micro")


def recency_agreement(desk: Desk) -> Fact | None:
    """Return the rank agreement of the source's score with days since the last activity."""
    label = Bilingual(
        "来源健康分与“距上次活动”的排序一致程度（Spearman）",
        "rank agreement of the source's score with days since last activity (Spearman)",
    )
    return _agreement(desk, "given:recency", label, DAYS)


def _agreement(desk: Desk, key: str, label: Bilingual, other: str) -> Fact | None:
    if not desk.has(SCORE, other) or _is_scored(desk, SCORE):
        return None
    sql = (
        f"SELECT {SCORE}, {other} FROM portfolio "
        f"WHERE {SCORE} IS NOT NULL AND {other} IS NOT NULL ORDER BY account_id"
    )
    rows = desk.book.rows(sql)
    left, right = (np.array([float(row[i]) for row in rows]) for i in (0, 1))
    value = spearman(left, right) if len(rows) >= MINIMUM_N else None
    if value is None:
        return None
    query = f"spearman({SCORE}, {other})"
    return desk.book.keep(Fact(key, label, value, Form.SIGNED, query, len(rows), is_sql=False))


def flagged(desk: Desk) -> Flagged | None:
    """Return what the source's levels say; None without a level whose word is known here."""
    if not desk.has(LEVEL) or _is_scored(desk, LEVEL):
        return None
    rows = desk.book.rows(
        f"SELECT DISTINCT {LEVEL} FROM portfolio WHERE {LEVEL} IS NOT NULL ORDER BY 1"
    )
    levels = [str(row[0]) for row in rows]
    worried, unread = worried_levels(levels)
    if len(unread) == len(levels):
        return None
    known = f"{LEVEL} IS NOT NULL" + (f" AND NOT {_among(unread)}" if unread else "")
    outside = outside_condition(worried, desk)
    order = "contribution_amount DESC NULLS LAST" if desk.has_money else "score_micro"
    return Flagged(
        worried,
        desk.book.count("given:unread", _UNREAD, _among(unread), desk.n),
        desk.book.share("given:flagged", _FLAGGED, _among(worried), known),
        desk.book.count("given:outside", _OUTSIDE, outside, desk.n),
        tuple(account_rows(desk, outside, order, SHOWN)),
        desk.book.share(
            "given:missed", _MISSED, f"NOT {_among(worried)}", f"{desk.is_low} AND {known}"
        ),
    )


def outside_condition(worried: tuple[str, ...], desk: Desk) -> str:
    """Return the SQL condition: flagged by the source, in a tier of ours above low."""
    return f"{_among(worried)} AND {desk.is_not_low}"


def outside_part(desk: Desk, found: Flagged) -> Fact | None:
    """Return the share of the money that the flagged accounts above low hold."""
    if not desk.has_money:
        return None
    where = outside_condition(found.levels, desk)
    return desk.book.part("given:part", _PART, "contribution_amount", where)


def flagged_where(desk: Desk, found: Flagged, where: str) -> Fact:
    """Return how many of the accounts that meet a condition the source flags."""
    meets = f"{_among(found.levels)} AND {where}"
    return desk.book.count("given:exposed", _EXPOSED, meets, desk.n)


def _among(levels: tuple[str, ...]) -> str:
    listed = ", ".join(quoted(level) for level in levels)
    return f"coalesce({LEVEL} IN ({listed}), FALSE)" if levels else "FALSE"


_UNREAD = Bilingual("来源等级不在已知词表中", "levels of the source in words not known here")
_FLAGGED = Bilingual("来源标为高风险等级", "flagged by the source's own level")
_OUTSIDE = Bilingual("其中不在低健康段", "of these above the low tier")
_MISSED = Bilingual("低健康中来源未标的", "low accounts that the source does not flag")
_PART = Bilingual("来源标出而不低的客户占金额", "share of the money of flagged accounts above low")
_EXPOSED = Bilingual(
    "最该先看的客户中来源标出的", "flagged by the source among those to look at first"
)
