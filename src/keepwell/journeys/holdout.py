"""Who is left out of a journey or play, so that its effect can be measured against them.

The arm of an account follows from a salted hash of its id alone: it is the same at every run,
whoever else is there. Accounts that must not be left out are treated, whatever their hash.
"""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Literal

from keepwell.playbooks import SIZES

MOST_SHARE = 0.5
HIGH_VALUE_TIERS = frozenset({"platinum", "gold"})
Arm = Literal["treated", "held_out", "exempt"]
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Subject:
    """What is tried out: `journey:NAME` or `play:NAME`, with the share that is left out."""

    name: str
    share: float
    is_rescue: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.share <= MOST_SHARE:
            raise ValueError(f"a holdout share is between 0 and {MOST_SHARE}, not {self.share}")


@dataclass(frozen=True, slots=True)
class Candidate:
    """What decides whether an account may be left out; None is unknown."""

    account_id: str
    tier: str | None
    size: str | None
    contribution_tier: int | None = None
    value_tier: str | None = None


@dataclass(frozen=True, slots=True)
class Assignment:
    """Where an account belongs: its arm, why it is exempt if it is, and its stratum that day."""

    account_id: str
    arm: Arm
    stratum: str
    reason: str = ""


def assign(subject: Subject, account: Candidate, salt: bytes) -> Assignment:
    """Return the arm of one account.

    Strata: tier x size; within each, every account is left out with the same probability.
    Never:  Enterprise, top value, rescue; nor an account of which that cannot be known.
    """
    stratum = f"{account.tier or UNKNOWN} x {account.size or UNKNOWN}"
    reason = exemption(subject, account)
    if reason:
        return Assignment(account.account_id, "exempt", stratum, reason)
    is_held = position(subject.name, account.account_id, salt) < subject.share
    return Assignment(account.account_id, "held_out" if is_held else "treated", stratum)


def exemption(subject: Subject, account: Candidate) -> str:
    """Return why an account is never left out; empty when it may be."""
    if subject.is_rescue:
        return "rescue"
    if account.size not in SIZES:
        return "size_unknown"
    if account.size == "Enterprise":
        return "enterprise"
    if account.contribution_tier is None and account.value_tier is None:
        return "value_unknown"
    tier = (account.value_tier or "").lower()
    is_top = account.contribution_tier == 1 or tier in HIGH_VALUE_TIERS
    return "top_value" if is_top else ""


def position(subject: str, account_id: str, salt: bytes) -> float:
    """Return the account's place in 0-1, uniform over accounts and independent per subject."""
    text = f"{len(subject)}:{subject}:{account_id}".encode()
    digest = hmac.new(salt, text, hashlib.sha256).digest()
    return int.from_bytes(digest[:7], "big") / 2.0**56
