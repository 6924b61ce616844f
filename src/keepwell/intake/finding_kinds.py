"""All kinds of findings of the contract check, by code."""

from keepwell.intake.date_kinds import DATE_KINDS
from keepwell.intake.key_kinds import KEY_KINDS
from keepwell.intake.schema_kinds import SCHEMA_KINDS
from keepwell.intake.value_kinds import VALUE_KINDS
from keepwell.vocabulary import Action, Example, Finding, FindingKind

KINDS: dict[str, FindingKind] = {
    k.code: k for k in (*SCHEMA_KINDS, *KEY_KINDS, *VALUE_KINDS, *DATE_KINDS)
}


def finding(
    code: str,
    table: str,
    count: int,
    column: str = "",
    examples: tuple[Example, ...] = (),
    /,
    **params: str,
) -> Finding:
    """Return a finding of the named kind. Errors: KeyError for an unknown code."""
    return Finding(KINDS[code], table, count, column, examples[:5], params)


def quarantining_codes() -> frozenset[str]:
    """Return the codes whose rows are set aside."""
    return frozenset(c for c, k in KINDS.items() if k.action is Action.QUARANTINED)
