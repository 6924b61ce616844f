"""What each part of the value model rests on in a run, and what that costs in certainty."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ValueSource:
    """One row of `value_sources`: an item, what serves it, and whether that is a stand-in.

    `reason`: why something better was not taken, as codes such as `transactions:no_rows`.
    `known`:  accounts that got a value, of `accounts`.
    """

    item: str
    basis: str
    is_proxy: bool
    known: int
    accounts: int
    reason: str = ""
