"""Tables made of what engines were seen to disagree on (decision D2), a group of accounts each."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from measures.random_tables import Row, Tables

AS_OF = date(2024, 2, 29)
# Text order: bytes, not a language's; case, accents, digits, signs, blanks, Chinese.
ACCOUNTS = (
    *("a", "B", "b", "ä", "Z", "É", "_x", "-1", "10", "9", "a b", "a-b", "ab", "A'b", 'q"x'),
    *("客户", "企业", "ÿ", "😀", "%s", "\\", "ss", "ß", "I", "i", "ı", "0", "00", "1e3", "NaN"),
)
INDUSTRIES = ("Retail", "retail", "Énergie", "能源", "", None)
SIZES = ("Enterprise", "Large", "Mid-Market", "Small Business", "Strategic", None)
# Ties, ends, the largest that import lets through, the smallest, whole sums beyond 2**53.
AMOUNTS = (
    *(Decimal("0"), Decimal("0.000001"), Decimal("0.1"), Decimal("0.2"), Decimal("0.3")),
    *(Decimal("1000"), Decimal("1000"), Decimal("1000.005"), Decimal("9007199254.740993")),
    *(Decimal("123456789012345678.123456"), Decimal("999999999999999999.999999"), None),
)
NUMBERS = (-0.0, 0.0, 1e-100, -1e-100, 0.1 + 0.2, 0.3, 1 / 3, 2.5, -2.5, 0.5, 1e17, -1e17, None)
VOLUMES = (-0.0, 0.0, 1e-100, 0.0004999, 0.0005, 0.9995, 1.0, 2.5, 999.9995, 1e12, 1e17, None)
# Both ends of every window, the leap day, ends of months, a second before and after midnight.
DAYS = (0, 1, 28, 29, 30, 31, 59, 60, 88, 89, 90, 91, 180, 181, 182, 183, 364, 365, 366, 1461)
SECONDS = (0, 1, 43_200, 86_399)
LATER = (-1, -29, -31, -182, -366)


def pick(values: tuple[Any, ...], i: int) -> Any:
    """Return the value at `i`, going round."""
    return values[i % len(values)]


def moment(i: int, back: int | None = None) -> datetime:
    """Return a time of a trap day, to the microsecond before midnight now and then."""
    day = AS_OF - timedelta(days=pick(DAYS, i) if back is None else back)
    made = datetime.combine(day, time()) + timedelta(seconds=pick(SECONDS, i // 3))
    return made + timedelta(microseconds=999_999 if i % 7 == 0 else 0)


def account_rows() -> list[Row]:
    """Return the accounts; every third has nothing but its name (unknown), some began today."""
    return [
        {
            "account_id": account,
            "name": account,
            "industry": pick(INDUSTRIES, i),
            "region": pick((None, "", "Ö", "o"), i),
            "account_size_segment": pick(SIZES, i // 2),
            "number_of_employees": None if i % 3 == 2 else pick((0, 1, 99, 100, 1000, 2**40), i),
            "annual_revenue": pick(AMOUNTS, i),
            "created_at": pick((None, AS_OF, date(2020, 2, 29), date(1970, 1, 1)), i),
            "customer_since": pick((None, date(2023, 2, 28), date(1900, 1, 1)), i),
            "csm_pulse": pick(NUMBERS, i),
        }
        for i, account in enumerate(ACCOUNTS)
    ]


def holders(i: int) -> str:
    """Return an account of the first two thirds: the last ones never have a row (never)."""
    return str(ACCOUNTS[i % (2 * len(ACCOUNTS) // 3)])


def activity_rows() -> list[Row]:
    """Return activities on every trap day, ties to the microsecond, and some after the day."""
    times = [moment(i) for i in range(160)] + [moment(i, back) for i, back in enumerate(LATER)]
    channels = ("sales", "Sales", "product", "self_service", "", None)
    return [
        {
            "activity_id": f"e{i}",
            "account_id": holders(i * 7 // 3),
            "occurred_at": at,
            "type": pick(("call", None), i),
            "channel": pick(channels, i),
        }
        for i, at in enumerate([*times, *times[:20]])
    ]


def opportunity_rows() -> list[Row]:
    """Return deals with amounts at every end, open, won and lost before and after the day."""
    flags = (True, False, None)
    return [
        {
            "opportunity_id": f"o{i}",
            "account_id": holders(i),
            "amount": pick(AMOUNTS[:-2], i // 3) if i % 11 else None,
            "probability": pick((0.0, 1.0, 1 / 3, 0.35, 1e-100, None), i),
            "created_at": None if i % 13 == 0 else moment(i, 400 + i),
            "close_date": None if i % 17 == 0 else moment(i, pick((*DAYS, *LATER), i)),
            "is_won": pick(flags, i // 2),
            "is_closed": pick(flags, i // 5),
        }
        for i in range(120)
    ]


def other_rows() -> Tables:
    """Return the smaller tables."""
    return {
        "contacts": [
            {
                "contact_id": f"c{i}",
                "account_id": holders(i // 2),
                "email": pick(("x@example.com", "", None), i),
                "role": pick(("Decision Maker", "decision maker", "CHAMPION", "", None), i),
                "is_active": pick((True, False, None), i),
                "created_at": moment(i) if i % 4 else None,
            }
            for i in range(50)
        ],
        "subscriptions": [
            {
                "subscription_id": f"s{i}",
                "account_id": holders(i),
                "period_start": AS_OF - timedelta(days=pick((0, 1, 366, -1), i)),
                "period_end": pick((None, AS_OF, AS_OF - timedelta(days=1), date(9999, 12, 31)), i),
                "amount": pick(AMOUNTS, i),
                "seats": pick((0, 1, 2**53 + 1, None), i // 2),
                "is_trial": pick((False, True, None), i),
            }
            for i in range(40)
        ],
        "tickets": [
            {
                "ticket_id": f"k{i}",
                "account_id": holders(i // 2),
                "occurred_at": moment(i),
                "closed_at": moment(i, pick((*DAYS, *LATER), i + 1)) if i % 3 else None,
                "reopened_at": moment(i, pick((*DAYS, *LATER), i + 2)) if i % 2 else None,
            }
            for i in range(60)
        ],
        "usage": [
            {
                "usage_id": f"u{i}",
                "account_id": holders(i // 4),
                "occurred_at": moment(i * 3),
                "kind": pick(("login", "Login", "", None), i),
                "value": pick(VOLUMES, i),
            }
            for i in range(120)
        ],
        "surveys": [
            {
                "survey_id": f"v{i}",
                "account_id": holders(i // 2),
                "occurred_at": moment(i),
                "kind": pick(("nps", "NPS", "csat", None), i),
                "value": pick((*NUMBERS[:-1], 10.0, 9.9999995, -3.0000005), i),
            }
            for i in range(45)
        ],
    }


def trap_tables() -> Tables:
    """Return all tables; transactions and the account view have no rows (empty groups)."""
    return {
        "accounts": account_rows(),
        "activities": activity_rows(),
        "opportunities": opportunity_rows(),
        **other_rows(),
    }
