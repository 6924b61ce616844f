"""RFM again, in pandas alone: written from the published definitions, sharing no code."""

from datetime import date

import pandas as pd


def raw_rfm(orders: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Return recency_days, frequency (days with a purchase) and money per account.

    `orders`: account_id, day (datetime64), amount; refunds are negative.
    """
    known = orders[orders["day"] <= pd.Timestamp(as_of)]
    bought = known[~(known["amount"] <= 0)]
    days = bought.groupby("account_id")["day"]
    found = pd.DataFrame(
        {
            "recency_days": (pd.Timestamp(as_of) - days.max()).dt.days.astype("float64"),
            "frequency": days.nunique().astype("float64"),
        }
    )
    money = known.groupby("account_id")["amount"]
    total = money.sum().where(money.count() == money.size())
    found["monetary_amount"] = total.reindex(found.index).astype("float64")
    return found


def score(values: pd.Series, *, lower_is_better: bool = False) -> pd.Series:
    """Return 1 + floor(5 x accounts strictly worse / accounts), ties together, as Int64."""
    worth = -values if lower_is_better else values
    known = worth.dropna()
    worse = known.rank(method="min") - 1
    scores = (5 * worse).astype("int64") // len(known) + 1
    return scores.reindex(values.index).astype("Int64")


def rfm(orders: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Return raw values and scores of every account that bought something."""
    found = raw_rfm(orders, as_of)
    found["r_score"] = score(found["recency_days"], lower_is_better=True)
    found["f_score"] = score(found["frequency"])
    found["m_score"] = score(found["monetary_amount"])
    return found
