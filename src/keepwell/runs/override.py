"""Set or end a person's correction of an account's tier, with reason and expiry."""

from collections.abc import Collection
from datetime import date, datetime
from difflib import get_close_matches

from keepwell.ports import Override, StateStore
from keepwell.vocabulary import ConfigInvalid, InputProblem, NotFound, Scorecard

LONGEST_DAYS = 366


def set_override(
    state: StateStore,
    account_id: str,
    tier: str,
    *,
    reason: str,
    author: str,
    expires_on: date,
    at: datetime,
    cards: tuple[Scorecard, ...],
    known: Collection[str],
) -> Override:
    """Store an override from the day of `at` to `expires_on`, both included; the score stays.

    `known`: the ids of the accounts of the last import.
    Errors:  NotFound for an unknown account; ConfigInvalid for a tier that no card has;
             InputProblem without a reason or author, or with an expiry in the past or more than
             366 days ahead.
    """
    if account_id not in known:
        alike = get_close_matches(account_id, known, n=3)
        raise NotFound(
            f"There is no account `{account_id}`.",
            cure=f"Did you mean {', '.join(alike)}?" if alike else "Use an id of the source.",
            account_id=account_id,
        )
    tiers = tuple(dict.fromkeys(t.tier for card in cards for t in card.tiers))
    if tier not in tiers:
        near = get_close_matches(tier, tiers, n=1)
        raise ConfigInvalid(
            f"There is no tier `{tier}`.",
            cure=f"Did you mean `{near[0]}`?" if near else f"Use one of {', '.join(tiers)}.",
            tier=tier,
        )
    if not reason.strip() or not author.strip():
        raise InputProblem("An override needs a reason and an author.", cure="Give both.")
    days = (expires_on - at.date()).days
    if not 0 <= days <= LONGEST_DAYS:
        raise InputProblem(
            f"The override would expire on {expires_on}; today is {at.date()}.",
            cure=f"Give a day from today to {LONGEST_DAYS} days ahead.",
            expires_on=expires_on.isoformat(),
        )
    override = Override(account_id, tier, reason.strip(), author.strip(), at, expires_on)
    state.set_override(override)
    return override


def end_override(state: StateStore, account_id: str, *, at: datetime) -> None:
    """End the override of an account; from the day of `at` its tier follows the score again.

    Errors: NotFound when no override is in force.
    """
    if not state.end_override(account_id, at):
        raise NotFound(
            f"Account `{account_id}` has no override in force.",
            cure="Check the account id.",
            account_id=account_id,
        )
