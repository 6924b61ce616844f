"""What the value amount is, in words that go wherever it is shown."""

from keepwell.reports.desk import Desk
from keepwell.reports.text import Data
from keepwell.reports.value.lifetime_picture import holdout
from keepwell.reports.value.lifetime_terms import has_lifetime, horizon_word
from keepwell.reports.value.terms import AMOUNTS, word
from keepwell.vocabulary import Bilingual

FITTED_VALUE, FITTED_CONTRACT = "lifetime_value_amount", "contract_value_amount"


def amount_basis(desk: Desk) -> str:
    """Return the code of the amount that ranks accounts: `missing` without one."""
    rows = desk.book.rows("SELECT basis FROM value_sources WHERE item = 'amount'")
    return str(rows[0][0]) if rows else "missing"


def is_fitted(basis: str) -> bool:
    """Say whether an amount was fitted to the history."""
    return basis.startswith((FITTED_VALUE, FITTED_CONTRACT))


def amount_word(desk: Desk) -> Bilingual | Data:
    """Return what the amount is; a fitted one with its horizon, rate and standing."""
    basis = amount_basis(desk)
    if not is_fitted(basis) or not has_lifetime(desk):
        return word(AMOUNTS, basis)
    ahead = horizon_word(desk)
    if basis.startswith(FITTED_CONTRACT):
        return Bilingual(
            f"由续约模型拟合的合同价值，{ahead.zh}，未经验证",
            f"contract value fitted by the renewal model, {ahead.en}, not validated",
        )
    if holdout(desk) is None:
        return Bilingual(
            f"由购买历史拟合的生命周期价值，{ahead.zh}，未经验证",
            f"lifetime value fitted to the purchases, {ahead.en}, not validated",
        )
    return Bilingual(
        f"由购买历史拟合的生命周期价值，{ahead.zh}，只经留出检验",
        f"lifetime value fitted to the purchases, {ahead.en}, tested on a holdout only",
    )


def amount_short(desk: Desk) -> Bilingual | Data:
    """Return the amount's name without its terms."""
    basis = amount_basis(desk)
    if basis.startswith(FITTED_CONTRACT):
        return Bilingual("拟合的合同价值", "fitted contract value")
    if basis.startswith(FITTED_VALUE):
        return Bilingual("拟合的生命周期价值", "fitted lifetime value")
    return word(AMOUNTS, basis)


def counts_purchases(desk: Desk) -> bool:
    """Say whether the amount and F, or both of R and F, come from the same purchases."""
    rows = desk.book.rows("SELECT basis FROM value_sources WHERE item = 'rfm'")
    is_bought = bool(rows) and str(rows[0][0]) in ("transactions", "opportunities")
    basis = amount_basis(desk)
    return is_bought and (basis == "purchases_to_date" or basis.startswith(FITTED_VALUE))


def has_groups(desk: Desk) -> bool:
    """Say whether both groups hold an account."""
    rows = desk.book.rows("SELECT accounts_high, accounts_mass FROM value_verdict")
    return bool(rows) and int(rows[0][0]) > 0 and int(rows[0][1]) > 0


def has_signal(desk: Desk) -> bool:
    """Say whether the data can tell of any account whether it struggles."""
    return int(desk.book.rows("SELECT count(is_struggling) FROM portfolio")[0][0]) > 0
