"""The gate of a run: whether its alerts go out, wait for a person, or must not be made at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from keepwell.vocabulary import Bilingual, Finding


class GateKind(StrEnum):
    """OPEN lets alerts out; HELD waits for approval; BASELINE digests once; CLOSED makes none."""

    OPEN = "open"
    HELD = "held"
    BASELINE = "baseline"
    CLOSED = "closed"


class GateReason(StrEnum):
    """Why a gate is not open."""

    NONE = "none"
    FIRST_RUN = "first_run"
    LOOKING_BACK = "looking_back"
    SOURCE_FAULT = "source_fault"
    MASS_CHANGE = "mass_change"
    DEFINITION_CHANGED = "definition_changed"


REASON_WORDS = {
    GateReason.NONE: Bilingual("正常放行", "Let through"),
    GateReason.FIRST_RUN: Bilingual(
        "项目首次运行：只出一份基线摘要，不逐条预警",
        "First run of the project: one baseline digest instead of single alerts",
    ),
    GateReason.LOOKING_BACK: Bilingual(
        "运行描述的是过去的日期，不产生预警", "The run describes a past day; it makes no alert"
    ),
    GateReason.SOURCE_FAULT: Bilingual(
        "数据源异常：只发一条数据源预警，客户预警为零",
        "Source fault: one source alert and no account alert",
    ),
    GateReason.MASS_CHANGE: Bilingual(
        "分段变化的客户过多，已暂停，等待批准或放弃",
        "Too many accounts changed tier: held until approved or discarded",
    ),
    GateReason.DEFINITION_CHANGED: Bilingual(
        "配置或评分卡已变更，已暂停，等待批准或放弃",
        "The configuration or scorecard changed: held until approved or discarded",
    ),
}
# Findings that say the data, not the customers, changed. Those of a source that has been away
# for good, and was so in the last run too, are no news.
ACCOUNTS_VANISHED, COVERAGE_FELL = "accounts_vanished:accounts", "coverage_fell:scores"
STALE_FAULTS = frozenset(
    {"newest_unchanged", "quiet_before", "rows_late", "data_old"}
    | {f.partition(":")[0] for f in (ACCOUNTS_VANISHED, COVERAGE_FELL)}
)
ABSENT_FAULTS = frozenset({"table_missing", "table_empty", "table_quarantined", "column_gone"})

# Customers leave by ones and twos; of a tenth that is gone overnight, the export is the cause.
VANISHED_SHARE, VANISHED_AT_LEAST = 0.1, 5
# For how long a run is compared with the last sound one; then what is there is taken as it is.
SOUND_FOR_DAYS = 7


@dataclass(frozen=True, slots=True)
class Gate:
    """The gate of one run, with the reason and the numbers behind it.

    `changed`, `compared`: accounts that changed tier, of those scored in both runs.
    `faults`: all source faults of the run as `code:table`, also those that close nothing.
    """

    kind: GateKind
    reason: GateReason = GateReason.NONE
    changed: int = 0
    compared: int = 0
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GateFacts:
    """What the gate is decided on."""

    as_of: date
    newest_day: date | None
    changed: int
    compared: int
    is_definition_changed: bool
    faults: Sequence[str]
    known_faults: Sequence[str] = ()


def source_faults(findings: Sequence[Finding]) -> tuple[str, ...]:
    """Return the source faults among findings as `code:table`, sorted, each once."""
    codes = STALE_FAULTS | ABSENT_FAULTS
    return tuple(sorted({f"{f.code}:{f.table}" for f in findings if f.code in codes}))


def change_faults(
    vanished: int, before: int, thinner: int, compared: int, mass_change_share: float
) -> tuple[str, ...]:
    """Return the faults that only the comparison with an earlier run shows.

    `vanished`: of `before` accounts of the last run, those that this one does not score.
    `thinner`:  of `compared` accounts, those of whom less is known than in the last sound run.
    """
    found = []
    if vanished >= VANISHED_AT_LEAST and vanished > VANISHED_SHARE * before:
        found.append(ACCOUNTS_VANISHED)
    if thinner >= VANISHED_AT_LEAST and thinner > mass_change_share * compared:
        found.append(COVERAGE_FELL)
    return tuple(found)


def _closing(facts: GateFacts) -> tuple[str, ...]:
    known = set(facts.known_faults)
    stale = (f for f in facts.faults if f.partition(":")[0] in STALE_FAULTS or f not in known)
    return tuple(stale)


def gate_of(facts: GateFacts, mass_change_share: float) -> Gate:
    """Return the gate of a run.

    Looking back makes no alert; the first run makes a baseline, whatever its sources lack; a source
    fault closes the gate; a changed definition or a mass change waits for a person.
    """
    faults, seen = tuple(facts.faults), (facts.changed, facts.compared)
    if facts.newest_day is not None and facts.as_of < facts.newest_day:
        return Gate(GateKind.CLOSED, GateReason.LOOKING_BACK, faults=faults)
    if facts.newest_day is None:
        return Gate(GateKind.BASELINE, GateReason.FIRST_RUN, faults=faults)
    if _closing(facts):
        return Gate(GateKind.CLOSED, GateReason.SOURCE_FAULT, *seen, faults)
    if facts.is_definition_changed:
        return Gate(GateKind.HELD, GateReason.DEFINITION_CHANGED, *seen, faults)
    if facts.changed > mass_change_share * facts.compared:
        return Gate(GateKind.HELD, GateReason.MASS_CHANGE, *seen, faults)
    return Gate(GateKind.OPEN, GateReason.NONE, *seen, faults)
