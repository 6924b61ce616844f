"""Facts of the proof report, each from one number of the report card."""

import math
from dataclasses import dataclass, replace

from keepwell.proof import Estimate, ReportCard, RuleCompared
from keepwell.reports.facts import Fact, FactBook
from keepwell.reports.numbers import Form
from keepwell.reports.proof.terms import is_dated, rule_label, within
from keepwell.reports.text import Join
from keepwell.vocabulary import Bilingual


@dataclass(frozen=True, slots=True)
class Desk:
    """What the sections write from: the card and the book of its facts."""

    card: ReportCard
    book: FactBook
    is_example: bool = False

    @property
    def days(self) -> str:
        """Return the horizon as text."""
        return str(self.card.horizon_days)

    @property
    def is_dated(self) -> bool:
        """Say whether the outcome has a day, so that it lies within the horizon."""
        return is_dated(self.card.subject.outcome)

    @property
    def own(self) -> Bilingual:
        """Return what is judged, in a word."""
        is_model = self.card.subject.tried is not None
        return Bilingual("模型", "model") if is_model else Bilingual("评分卡", "scorecard")

    @property
    def ranking(self) -> Bilingual:
        """Return what orders the accounts, in a word: the score, or the model."""
        is_model = self.card.subject.tried is not None
        return Bilingual("模型", "model") if is_model else Bilingual("评分", "score")

    def within(self, zh: str, en: str) -> Bilingual | Join:
        """Return words that name the horizon in `{d}`; none for a label, which has no day."""
        return within(self.card.subject.outcome, self.card.horizon_days, zh, en)

    def estimate(
        self, key: str, label: Bilingual, found: Estimate, form: Form, k: int | None = None
    ) -> Fact:
        """Return an estimate as a fact; n are its rows."""
        interval = (found.low, found.high) if found.has_interval else None
        value = found.value if found.is_known else None
        query = f"proof.{found.method}({key})"
        return self.book.keep(
            Fact(f"proof:{key}", label, value, form, query, found.n, k, interval, is_sql=False)
        )

    def number(
        self, key: str, label: Bilingual, value: float, form: Form, n: int | None = None
    ) -> Fact:
        """Return a plain number as a fact; NaN is unknown."""
        known = value if math.isfinite(value) else None
        rows = self.card.extent.rows if n is None else n
        query = f"proof.report_card({key})"
        return self.book.keep(Fact(f"proof:{key}", label, known, form, query, rows, is_sql=False))


def auc(desk: Desk) -> Fact:
    """Return how often who met the outcome had the lower score, of pairs of one day."""
    label = Bilingual("AUC：同日比较，出现结果者分数更低的比例", "AUC over pairs of one day")
    return desk.estimate("auc", label, desk.card.judgement.auc, Form.RATIO3)


def accounts(desk: Desk) -> Fact:
    """Return how many accounts were back-tested."""
    extent = desk.card.extent
    label = Bilingual("回测的客户", "accounts back-tested")
    return desk.number("accounts", label, extent.accounts, Form.COUNT)


def events(desk: Desk) -> Fact:
    """Return how many accounts met the outcome."""
    extent = desk.card.extent
    label = Bilingual("出现结果的客户", "accounts that met the outcome")
    return desk.number("event_accounts", label, extent.event_accounts, Form.COUNT, extent.accounts)


def effective(desk: Desk) -> Fact:
    """Return how many independent accounts those that met the outcome are worth."""
    extent = desk.card.extent
    label = Bilingual(
        "出现结果的客户的有效样本（近似重复合并）",
        "effective sample of those, near-duplicates joined",
    )
    value = math.floor(extent.effective_events)
    return desk.number("effective_events", label, value, Form.COUNT, extent.event_accounts)


def units(desk: Desk) -> Fact:
    """Return how many independent units met the outcome, which the test counts."""
    label = Bilingual("出现结果的独立客户", "independent accounts that met the outcome")
    return desk.number("units", label, desk.card.judgement.units, Form.COUNT)


def mean_rate(desk: Desk) -> Fact:
    """Return the share of rows with the outcome."""
    card = desk.card
    label = Bilingual("出现结果的占比", "share with the outcome")
    if desk.is_dated:
        label = Bilingual(f"{desk.days} 天内{label.zh}", f"{label.en} in {desk.days} days")
    return desk.estimate("base_rate", label, card.base_rate, Form.PART, card.extent.events)


def rule_difference(desk: Desk, rule: str) -> Fact:
    """Return by how much the score ranks right more often than a rule."""
    found = next(r for r in desk.card.judgement.rules if r.rule == rule)
    label = _minus(desk, rule)
    return desk.estimate(f"difference:{rule}", label, found.difference, Form.SIGNED3)


def model_difference(desk: Desk, model: RuleCompared) -> Fact:
    """Return by how much the score ranks right more often than the fitted model beside it."""
    label = _minus(desk, model.rule)
    return desk.estimate(f"difference:{model.rule}", label, model.difference, Form.SIGNED3)


def _minus(desk: Desk, rule: str) -> Bilingual:
    word = rule_label(rule)
    return Bilingual(f"AUC：{desk.own.zh}减“{word.zh}”", f'AUC: {desk.own.en} minus "{word.en}"')


def lead(desk: Desk) -> Fact:
    """Return the median days from the first warning to the event."""
    label = Bilingual("预警提前期的中位数（天）", "median lead time in days")
    median = desk.card.lead.median
    if median.has_interval:
        median = replace(median, low=math.floor(median.low), high=math.ceil(median.high))
    return desk.estimate("lead", label, median, Form.DAYS)


def warned(desk: Desk) -> Fact:
    """Return the share of accounts with the outcome that were warned of."""
    found = desk.card.lead.warned
    label = Bilingual("出现结果前曾被预警的占比", "share warned of before the outcome")
    k = None if not found.is_known else round(found.value * found.n)
    return desk.estimate("warned", label, found, Form.SHARE, k)
