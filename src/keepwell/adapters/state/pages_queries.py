"""The one place where the scope and a filter become SQL: every page and call reads through it."""

import base64
import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from keepwell.adapters.state.pages_models import ListedAccountRow as Row
from keepwell.adapters.state.pages_models import StagedListRow
from keepwell.ports.pages import AccountFilter, Scope, SortKey
from keepwell.vocabulary import InputProblem

SORT_COLUMNS: dict[SortKey, InstrumentedAttribute[Any]] = {
    "change": Row.change_key,
    "score": Row.score_key,
    "amount": Row.amount_key,
    "loss": Row.loss_key,
    "name": Row.name_key,
    "renewal": Row.renewal_key,
    "idle": Row.idle_key,
    "coverage": Row.coverage,
}
PERIOD_COLUMNS = {"week": Row.tier_week, "month": Row.tier_month, "quarter": Row.tier_quarter}
POINT = 1_000_000


def in_sight(scope: Scope) -> ColumnElement[bool] | None:
    """Return the condition of whose accounts may be seen; None where all may."""
    if scope.csm_ids is None:
        return None
    return Row.csm_id.in_(scope.csm_ids) if scope.csm_ids else false()


def seen(scope: Scope, *columns: Any) -> Select[Any]:
    """Return a SELECT over the accounts in sight; all reading of accounts starts here."""
    found = select(*(columns or (Row,))).select_from(Row)
    condition = in_sight(scope)
    return found if condition is None else found.where(condition)


def narrowed(found: Select[Any], wanted: AccountFilter) -> Select[Any]:
    """Return the SELECT with a filter's conditions."""
    conditions = [c for c in (*_lists(wanted), *_limits(wanted)) if c is not None]
    if wanted.text.strip():
        conditions.append(_text(wanted.text))
    if wanted.moved is not None:
        period, before, after = wanted.moved
        conditions += [PERIOD_COLUMNS[period] == before, Row.tier == after]
    return found.where(*conditions) if conditions else found


def _lists(wanted: AccountFilter) -> list[ColumnElement[bool]]:
    on_lists = select(StagedListRow.account_id).where(StagedListRow.list_name.in_(wanted.on_lists))
    pairs: tuple[tuple[InstrumentedAttribute[Any], Any], ...] = (
        (Row.tier, wanted.tiers),
        (Row.industry, wanted.industries),
        (Row.size, wanted.sizes),
        (Row.csm_id, wanted.csm_ids),
        (Row.segment, wanted.segments),
        (Row.value_tier, wanted.value_tiers),
        (Row.account_id, wanted.account_ids),
        (Row.value_group, wanted.value_groups),
    )
    pairs += (
        (Row.contribution_tier, wanted.contribution_tiers),
        (Row.account_id, on_lists if wanted.on_lists else ()),
    )
    return [
        column.in_(values) for column, values in pairs if not isinstance(values, tuple) or values
    ]


def _limits(wanted: AccountFilter) -> list[ColumnElement[bool] | None]:
    until, idle = wanted.renews_until, wanted.idle_days_from
    return [
        None if until is None else Row.renews_on <= until,
        None if idle is None else Row.idle_days >= idle,
        None if wanted.coverage_from is None else Row.coverage >= wanted.coverage_from,
        None if wanted.fell_points is None else Row.change_key <= -int(wanted.fell_points * POINT),
    ]


def _text(text: str) -> ColumnElement[bool]:
    """Return the condition that each word of a text is in name, pinyin, initials or id."""
    words = text.casefold().split()
    return and_(*(Row.search.contains(word, autoescape=True) for word in words))


@dataclass(frozen=True, slots=True)
class PageKey:
    """Where a page begins: beside which row, on which side of it, and how many come before."""

    sort: str
    side: str
    value: Any
    account_id: str
    position: int

    def text(self) -> str:
        """Return the key as it stands in addresses."""
        parts = [self.sort, self.side, self.value, self.account_id, self.position]
        raw = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
        return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def page_key(text: str, sort: str) -> PageKey | None:
    """Return the key of a text. Errors: InputProblem for what no page gave out."""
    if not text:
        return None
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        name, side, value, account_id, position = json.loads(raw)
        is_number = type(value) in (int, float) and abs(value) < 2**62
        fits = _is_text(value) if sort == "name" else is_number
        if name != sort or side not in ("after", "before") or not fits:
            raise ValueError(text)
        if not _is_text(account_id) or type(position) is not int:
            raise ValueError(text)
        return PageKey(sort, side, value, account_id, max(position, 0))
    except (ValueError, TypeError, RecursionError) as wrong:
        raise InputProblem(
            "This page key belongs to no page of this list.", cure="Begin with the first page."
        ) from wrong


def _is_text(value: object) -> bool:
    """Say whether both databases take it as text. Errors: UnicodeEncodeError, a ValueError."""
    if not isinstance(value, str) or "\x00" in value:
        return False
    value.encode()
    return True


def beyond(key: PageKey, *, is_descending: bool) -> ColumnElement[bool]:
    """Return the condition of the rows on the key's side of its row."""
    column = SORT_COLUMNS[next(s for s in SORT_COLUMNS if s == key.sort)]
    goes_up = (key.side == "after") != is_descending
    if goes_up:
        return or_(column > key.value, and_(column == key.value, Row.account_id > key.account_id))
    return or_(column < key.value, and_(column == key.value, Row.account_id < key.account_id))
