"""All kinds of findings of the contract check, by code."""

from collections.abc import Mapping
from dataclasses import replace

from keepwell.intake.date_kinds import DATE_KINDS
from keepwell.intake.key_kinds import KEY_KINDS
from keepwell.intake.schema_kinds import SCHEMA_KINDS
from keepwell.intake.singular import singular
from keepwell.intake.value_kinds import VALUE_KINDS
from keepwell.vocabulary import Action, Bilingual, Example, Finding, FindingKind

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
    return Finding(worded(KINDS[code], count, params), table, count, column, examples[:5], params)


_NEAREST = Bilingual("最接近：{nearest}。", " Nearest: {nearest}.")


def worded(kind: FindingKind, count: int, params: Mapping[str, str]) -> FindingKind:
    """Return the kind with the words that fit: a count of one, and no nearest name."""
    message = kind.message
    if count == 1:
        message = Bilingual(message.zh, singular(message.en))
    if params.get("nearest") == "-":
        message = Bilingual(
            message.zh.replace(_NEAREST.zh, ""), message.en.replace(_NEAREST.en, "")
        )
    return kind if message == kind.message else replace(kind, message=message)


def cell_finding(
    code: str,
    table: str,
    count: int,
    column: str,
    examples: tuple[Example, ...] = (),
    /,
    **params: str,
) -> Finding:
    """Return a finding on cells that are set aside while their rows stay."""
    kind = worded(KINDS[code], count, params)
    message = Bilingual(
        f"{kind.message.zh}这些单元格已隔离，按未知处理，所在行保留。",
        f"{kind.message.en} Such cells are set aside and count as unknown; their rows stay.",
    )
    return Finding(replace(kind, message=message), table, count, column, examples[:5], params)


def quarantining_codes() -> frozenset[str]:
    """Return the codes whose rows are set aside."""
    return frozenset(c for c, k in KINDS.items() if k.action is Action.QUARANTINED)
