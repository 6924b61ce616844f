"""The priority list once more, in plain Python, as docs/outlook.md words it.

Shares no code with keepwell. Sums and shares are exact fractions; whoever is compared at a
threshold stands on the side that the words put it.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pandas as pd

from reference.forecast_oracle import size_of
from reference.pandas_oracle import is_missing

POINT = 1_000_000
LINE, NEAR = 50, 2
DECLARED_CUT = 45.0
Listed = list[tuple[str, str, int]]


class Account:
    """What the list looks at of an account; `tier` is the computed one, `called` the effective."""

    def __init__(self, row: Mapping[str, Any], called: str, *, is_firm: bool) -> None:
        self.name, self.tier, self.called = str(row["account_id"]), str(row["tier"]), called
        self.micro = None if is_missing(row["score_micro"]) else int(row["score_micro"])
        gap = row["days_since_last_activity"]
        self.is_never = isinstance(gap, str) and gap == "never"
        self.gap = None if self.is_never or is_missing(gap) else float(gap)
        self.size = size_of(row)
        self.known = row["contribution"]
        self.money = Fraction(0 if self.known is None else self.known)
        self.is_top = row["quarter"] == 1 and self.money > 0
        self.is_firm = is_firm

    @property
    def loss(self) -> Fraction:
        return self.money if self.tier == "low" else Fraction(0)

    def is_silent(self, cut: float) -> bool:
        return self.is_never or (self.gap is not None and self.gap >= cut)


def accounts(
    frame: pd.DataFrame,
    told: pd.DataFrame,
    firm: Mapping[str, bool],
    overrides: Mapping[str, str],
) -> list[Account]:
    forecasts = {r["account_id"]: r for r in told.to_dict("records")}
    made = []
    for row in frame.to_dict("records"):
        name = row["account_id"]
        whole = {str(k): v for k, v in (*row.items(), *forecasts[name].items())}
        called = overrides.get(name, whole["tier"])
        made.append(Account(whole, called, is_firm=firm.get(name, False)))
    return made


def silence(days: list[float]) -> float | None:
    """The value above the widest gap of a week or more with a fifth of the accounts either side;
    else 45 days where that parts them; of equal gaps the later."""
    days, count = sorted(days), len(days)
    if count < 10:
        return None
    cut, widest = None, 7.0
    for place in range(1, count):
        has_fifths = 5 * place >= count and 5 * (count - place) >= count
        gap = days[place] - days[place - 1]
        if has_fifths and gap >= widest:
            cut, widest = days[place], gap
    if cut is None and min(days) < DECLARED_CUT <= max(days):
        return DECLARED_CUT
    return cut


def sizes_for_people(all_accounts: list[Account]) -> tuple[str, set[str]]:
    """Return which rule decided, and the sizes whose low accounts people look at."""
    low = [a for a in all_accounts if a.called == "low"]
    whole, money = (sum((a.money for a in some), Fraction(0)) for some in (all_accounts, low))
    if whole > 0 and 100 * money < whole:
        return "nobody", set()
    heavy: set[str] = set()
    for size in {a.size for a in low} - {"unknown"}:
        mine = [a for a in low if a.size == size]
        share = Fraction(len(mine), len(low))
        if money > 0 and sum(a.money for a in mine) / money >= Fraction(3, 2) * share:
            heavy.add(size)
    there = [a for a in low if a.size in heavy]
    if there and 2 * len(there) <= len(low) and 4 * sum(a.money for a in there) >= money:
        return "heavy", heavy
    rest = [a for a in low if not a.is_top]
    best: tuple[Any, ...] | None = None
    for size in {a.size for a in rest}:
        mine = [a for a in rest if a.size == size]
        lost = sum((a.loss for a in mine), Fraction(0))
        key = (size == "Small Business", -lost, -len(mine), size)
        best = key if best is None else min(best, key)
    return ("nothing left", set()) if best is None else ("one", {best[-1]})


def group_of(account: Account, cut: float, sizes: set[str]) -> str:
    if account.called == "low":
        return "B" if account.is_top else "C" if account.size in sizes else ""
    if account.called in ("medium", "high") and account.is_top and account.is_silent(cut):
        return "A"
    above = None if account.micro is None else account.micro - LINE * POINT
    is_near = above is not None and 0 <= above < NEAR * POINT
    return "D" if account.called == "medium" and is_near else ""


def place_in_group(account: Account) -> tuple[Any, ...]:
    """The order of a group: known money, most first; firmly low; lowest score; name."""
    is_unknown, is_scoreless = account.known is None, account.micro is None
    money = (is_unknown, -account.money)
    return (*money, not account.is_firm, is_scoreless, account.micro or 0, account.name)


def priority(
    frame: pd.DataFrame,
    told: pd.DataFrame,
    firm: Mapping[str, bool],
    overrides: Mapping[str, str],
) -> Listed:
    """Return (account, group, rank in the group) in the order of the list."""
    everybody = accounts(frame, told, firm, overrides)
    gaps = [a.gap for a in everybody if a.tier == "low" and a.gap is not None]
    cut = silence(gaps) or DECLARED_CUT
    _, sizes = sizes_for_people(everybody)
    listed: Listed = []
    for group in "ABCD":
        members = [a for a in everybody if group_of(a, cut, sizes) == group]
        members.sort(key=place_in_group)
        listed += [(a.name, group, i) for i, a in enumerate(members[:50], start=1)]
    return listed
