"""What becomes of CTAs and plays when alerts end, accounts leave, or goals are reached."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from keepwell.actions.ctas import CtaStatus
from keepwell.actions.enrolment import Openings
from keepwell.playbooks import StepCheck
from keepwell.vocabulary import Bilingual

# Why a signal is no longer on, in the words that people read.
SIGNALS: Mapping[str, Bilingual] = {
    "on": Bilingual("信号持续", "the signal holds"),
    "over": Bilingual("信号已解除", "the signal is over"),
    "taken_back": Bilingual("预警已撤回", "the alert was taken back"),
    "trigger_removed": Bilingual("触发规则已删除", "the trigger was removed"),
    "account_left": Bilingual("客户已离开", "the account left"),
}
# Causes of the end of a signal: the first that occurs among a CTA's alerts tells.
_WEIGHT = ("account_left", "over", "trigger_removed", "taken_back")
_CLOSING = {"over": "signal_over", "taken_back": "taken_back", "account_left": "account_left"}


@dataclass(frozen=True, slots=True)
class OnSignal:
    """An alert that is on and the open CTA that answers it."""

    alert: str
    cta_id: int
    account_id: str
    status: CtaStatus
    before: CtaStatus | None = None

    @property
    def is_untouched(self) -> bool:
        """Say whether nobody has begun with the CTA: new, and not put away either."""
        return self.status is CtaStatus.NEW


@dataclass(frozen=True, slots=True)
class SignalEnd:
    """A CTA none of whose alerts holds any more.

    `outcome`: of CANCEL_CAUSES when it is closed for it; None when a person goes on with it.
    """

    cta_id: int
    cause: str
    outcome: str | None


@dataclass(frozen=True, slots=True)
class Effects:
    """What ends in a run: alerts, CTAs whose signal is over or whose account is gone."""

    ended_alerts: tuple[str, ...] = ()
    ends: tuple[SignalEnd, ...] = ()


def decide_effects(
    endings: Iterable[tuple[str, str]],
    signals: Sequence[OnSignal],
    gone: Mapping[int, str],
    *,
    is_held: bool,
) -> Effects:
    """Return what becomes of CTAs whose alerts end.

    `endings`: alerts that end, with the cause. `gone`: open CTAs whose account is not in the
    portfolio any more, with the account. A CTA that nobody has touched is closed with its
    signal; one that somebody has is only marked; both are closed when the account left. While a
    run is held, nothing is closed.
    """
    causes = dict(endings)
    left: dict[int, list[OnSignal]] = {}
    for signal in signals:
        left.setdefault(signal.cta_id, []).append(signal)
    found = {} if is_held else {i: SignalEnd(i, "account_left", "account_left") for i in gone}
    for cta_id, alerts in left.items():
        if cta_id in found or any(s.alert not in causes for s in alerts):
            continue
        cause = min((causes[s.alert] for s in alerts), key=_weight)
        closes = not is_held and (cause == "account_left" or alerts[0].is_untouched)
        found[cta_id] = SignalEnd(cta_id, cause, _CLOSING.get(cause) if closes else None)
    return Effects(tuple(causes), tuple(found[i] for i in sorted(found)))


def _weight(cause: str) -> int:
    return _WEIGHT.index(cause) if cause in _WEIGHT else len(_WEIGHT)


@dataclass(frozen=True, slots=True)
class DueCheck:
    """A task whose check is due: what it wants of which account."""

    task_id: int
    account_id: str
    check: Mapping[str, Any]


def reading_of(
    check: Mapping[str, Any], value: float | None, on: date, *, is_never: bool
) -> dict[str, Any]:
    """Return what a check found, as it is stored: the value, whether it passes, the day.

    `is_met` is None while the value is unknown.
    """
    wanted = StepCheck.model_validate(dict(check))
    return {
        "value": value,
        "is_met": wanted.is_met(value, is_never=is_never),
        "is_never": is_never,
        "on": on.isoformat(),
    }


@dataclass(frozen=True, slots=True)
class PlayArm:
    """The group of an account in the holdout of a play, as the lot decided it."""

    play: str
    share: float
    account_id: str
    arm: Literal["treated", "held_out", "exempt"]
    stratum: str
    reason: str


@dataclass(frozen=True, slots=True)
class RunActions:
    """Everything that one run decided for people's work, stored with the run.

    `exits`: plays whose exit criteria are met. `readings`: what due checks found, by task.
    `arms`: new groups of accounts in holdouts of plays. `handed`: CTAs without owner that get one.
    """

    on: date
    openings: Openings = field(default_factory=Openings)
    effects: Effects = field(default_factory=Effects)
    exits: tuple[int, ...] = ()
    readings: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    arms: tuple[PlayArm, ...] = ()
    handed: Mapping[int, str] = field(default_factory=dict)
