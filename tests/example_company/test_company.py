"""The example company is deterministic, causal, and carries what it says it carries."""

from datetime import date

import numpy as np
import pytest

from keepwell.example_company import AS_OF, PLANTED_DIRT, Company, build_company


@pytest.fixture(scope="module")
def company() -> Company:
    return build_company(600, "en")


def column(company: Company, table: int, name: str) -> list[str]:
    export = company.exports[table]
    return [row[export.columns.index(name)] for row in export.rows]


def test_equal_seeds_give_equal_tables(company: Company) -> None:
    assert build_company(600, "en") == company


def test_another_seed_gives_other_tables(company: Company) -> None:
    assert build_company(600, "en", seed=1).exports != company.exports


def test_both_languages_carry_the_same_numbers(company: Company) -> None:
    zh = build_company(600, "zh")
    assert [len(t.rows) for t in zh.exports] == [len(t.rows) for t in company.exports]
    assert column(zh, 0, "年营收") == column(company, 0, "AnnualRevenue")


def test_without_dirt_every_reference_exists() -> None:
    clean = build_company(300, "en", with_dirt=False)
    known = set(column(clean, 0, "Id"))
    for table, name in ((1, "AccountId"), (2, "AccountId"), (3, "AccountId"), (6, "account_id")):
        assert set(column(clean, table, name)) <= known


def test_without_dirt_nothing_is_dated_after_as_of() -> None:
    clean = build_company(300, "en", with_dirt=False)
    assert max(column(clean, 2, "ActivityDate"))[:10] <= AS_OF.isoformat()
    assert max(column(clean, 6, "occurred_at")) <= AS_OF.isoformat()


def test_accounts_do_nothing_after_they_left() -> None:
    clean = build_company(300, "en", with_dirt=False)
    left = {row[0]: int(row[2]) for row in clean.truth.rows if row[2] and int(row[2]) <= 0}
    last: dict[str, str] = {}
    for who, when in zip(
        column(clean, 2, "AccountId"), column(clean, 2, "ActivityDate"), strict=True
    ):
        last[who] = max(last.get(who, ""), when[:10])
    late = [
        w
        for w, d in left.items()
        if (date.fromisoformat(last.get(w, "2000-01-01")) - AS_OF).days > d
    ]
    assert left
    assert not late


def test_poor_latent_health_comes_before_churn(company: Company) -> None:
    health = np.array([float(r[1]) for r in company.truth.rows])
    day = np.array([int(r[2]) if r[2] else 10_000 for r in company.truth.rows])
    soon = (day > 0) & (day <= 180)
    assert health[soon].mean() < health[day == 10_000].mean() - 0.3


def test_every_kind_of_dirt_says_where_it_is() -> None:
    assert len({d.name for d in PLANTED_DIRT}) == len(PLANTED_DIRT)
    assert all(0 <= d.table <= 3 and d.rows > 0 for d in PLANTED_DIRT)


def test_too_small_a_company_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 50"):
        build_company(10)
