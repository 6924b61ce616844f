"""The effect of plays, journeys and plans: read who got what and how it went, and judge."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from keepwell.ports.effects import Drawn, EffectReader, Enrolled
from keepwell.proof import (
    Arms,
    Candidates,
    Difference,
    Effect,
    EffectMeasure,
    Flags,
    HoldoutEffect,
    MatchedEffect,
    Outlay,
    holdout_effect,
    judge,
    matched_effect,
    matters_of,
    naive_view,
    one_mean,
)
from keepwell.runs.effect_history import SnapshotHistory
from keepwell.runs.effect_rows import EffectRows, Left
from keepwell.vocabulary import Bilingual, NotFound

MEASURES: tuple[EffectMeasure, ...] = ("score", "left", "money")
DAYS_PER_MONTH = 30.44
# What holds for subjects that team.yml does not name.
OTHERS = ""


@dataclass(frozen=True, slots=True)
class Declared:
    """What a play takes for each account, as team.yml declares it.

    `hours`: None as its playbook says. `hour_amount`: price of an hour, None is not declared.
    """

    hours: float | None = None
    amount: float = 0.0
    hour_amount: float | None = None

    def cost(self, hours: float | None) -> float | None:
        """Return the money an account takes; None where it cannot be told."""
        if hours is None or self.hour_amount is None:
            return self.amount or None
        return self.amount + hours * self.hour_amount


@dataclass(frozen=True, slots=True)
class EffectWish:
    """What is asked: horizon, measures, and the least effect that matters, None for the usual."""

    horizon_days: int = 90
    measures: tuple[EffectMeasure, ...] = MEASURES
    matters: float | None = None


@dataclass(frozen=True, slots=True)
class SubjectEffect:
    """All that can be said of one subject.

    `enrolled`, `drawn`: accounts; `waiting` of them have a horizon that is not over, or no
    snapshot near its ends. `money`: the amount that stands for money. `effects`: empty where nobody
    could be compared.
    """

    subject: str
    enrolled: int
    drawn: int
    waiting: int
    horizon_days: int
    money: str
    effects: tuple[Effect, ...]
    title: Bilingual | None = None

    def effect(self, measure: EffectMeasure) -> Effect | None:
        """Return the effect on one measure."""
        return next((e for e in self.effects if e.measure == measure), None)


class EffectWork:
    """Reads and judges the effects of one project."""

    def __init__(
        self,
        reader: EffectReader,
        history: SnapshotHistory,
        wish: EffectWish,
        declared: Mapping[str, Declared] | None = None,
        books: Mapping[str, Sequence[str]] | None = None,
        titles: Mapping[str, Bilingual] | None = None,
    ) -> None:
        """Keep what is asked. `books`: playbooks by subject, with the plays that they run.

        `titles`: what subjects are called.
        """
        self._titles = titles or {}
        self._reader, self._history, self._wish = reader, history, wish
        self._declared, self._books = declared or {}, books or {}
        self._rows = EffectRows(history, Left(reader.left()), wish.horizon_days)

    def subjects(self) -> tuple[str, ...]:
        """Return what has run or was drawn for; playbooks follow their plays."""
        known = self._reader.subjects()
        books = (b for b, plays in self._books.items() if any(f"play:{p}" in known for p in plays))
        return (*known, *sorted(books))

    def named(self, name: str) -> str:
        """Return the subject of a name, with or without its kind. Errors: NotFound."""
        every = self.subjects()
        found = [s for s in every if name in (s, s.partition(":")[2])]
        if len(found) != 1:
            known = ", ".join(found or every) or "none"
            raise NotFound(
                f"`{name}` names {'several' if found else 'nothing'} of what has run.",
                cure=f"Known: {known}. A play that never ran has no effect to measure.",
            )
        return found[0]

    def of(self, subject: str) -> SubjectEffect:
        """Return the effects of one subject on each measure asked for."""
        enrolled, drawn = self._enrolled(subject), self._reader.drawn(subject)
        groups = [d for d in drawn if not d.is_treated]
        days = [d.on for d in drawn] if groups else [e.on for e in enrolled]
        over = self._rows.windows(days)
        made = []
        for measure in self._wish.measures:
            effect = (
                self._drawn_effect(subject, measure, drawn, enrolled)
                if groups
                else self._matched_effect(subject, measure, enrolled)
            )
            if effect is not None:
                made.append(effect)
        return SubjectEffect(
            subject,
            len(enrolled),
            len(drawn),
            sum(day not in over for day in days),
            self._wish.horizon_days,
            self._history.money,
            tuple(self._with_outlay(made, enrolled)),
            self._titles.get(subject),
        )

    def _enrolled(self, subject: str) -> tuple[Enrolled, ...]:
        if subject not in self._books:
            return self._reader.enrolled(subject)
        first: dict[str, Enrolled] = {}
        for play in self._books[subject]:
            for one in self._reader.enrolled(f"play:{play}"):
                if one.account_id not in first or one.on < first[one.account_id].on:
                    first[one.account_id] = one
        return tuple(first[a] for a in sorted(first))

    def _drawn_effect(
        self,
        subject: str,
        measure: EffectMeasure,
        drawn: Sequence[Drawn],
        enrolled: Sequence[Enrolled],
    ) -> Effect | None:
        arms = self._rows.arms(drawn, enrolled, measure)
        known = ~np.isnan(arms.after)
        if min((arms.is_treated & known).sum(), (~arms.is_treated & known).sum()) < 2:
            return None
        change = arms.after - arms.before
        held = ~arms.is_treated & ~np.isnan(change)
        beside = one_mean(change[held], arms.cluster[held])
        return self._judged(subject, measure, arms, arms.is_treated, holdout_effect(arms), beside)

    def _matched_effect(
        self, subject: str, measure: EffectMeasure, enrolled: Sequence[Enrolled]
    ) -> Effect | None:
        rows = self._rows.candidates(enrolled, measure)
        found = matched_effect(rows)
        if found is None:
            return None
        return self._judged(subject, measure, rows, rows.is_enrolled, found, found.regression)

    def _judged(
        self,
        subject: str,
        measure: EffectMeasure,
        rows: Arms | Candidates,
        is_treated: Flags,
        found: HoldoutEffect | MatchedEffect,
        beside: Difference,
    ) -> Effect:
        """Return what was found with its verdict; `beside`: change of those without the play."""
        matters = matters_of(measure, rows.before, self._wish.matters)
        got = np.flatnonzero(is_treated)
        naive = naive_view(rows.before, rows.after, rows.cluster, got, beside)
        leavers = int(np.nansum(rows.after)) if measure == "left" else None
        verdict, reasons = judge(measure, found, matters, leavers)
        return Effect(
            subject,
            measure,
            self._wish.horizon_days,
            "holdout" if isinstance(found, HoldoutEffect) else "matched",
            found,
            matters,
            naive,
            verdict,
            reasons,
            title=self._titles.get(subject),
        )

    def _with_outlay(
        self, effects: Sequence[Effect], enrolled: Sequence[Enrolled]
    ) -> Iterator[Effect]:
        """Yield the effects; the one on money carries what the play takes and brings."""
        for effect in effects:
            if effect.measure != "money":
                yield effect
                continue
            rule = self._declared.get(effect.subject) or self._declared.get(OTHERS, Declared())
            hours = self._hours(enrolled) if rule.hours is None else rule.hours
            shown = effect.verdict in ("works", "harmful")
            gain = effect.estimate.value if shown else None
            outlay = Outlay(len(enrolled), hours, rule.cost(hours), gain)
            yield replace(effect, outlay=outlay)

    def _hours(self, enrolled: Sequence[Enrolled]) -> float | None:
        """Return hours an account by the playbook: those of a month, for as long as it ran."""
        spent = []
        for one in enrolled:
            if one.hours:
                days = self._wish.horizon_days
                if one.ended_on is not None:
                    days = min((one.ended_on - one.on).days, days)
                spent.append(one.hours * max(days, 1) / DAYS_PER_MONTH)
        return float(np.mean(spent)) if spent else None
