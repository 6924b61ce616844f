"""What a brief says of the score: standing, change, points lost and held, what to ask."""

from collections.abc import Iterator, Sequence

from keepwell.actions.briefs_facts import BriefFacts, Said, measure_label
from keepwell.actions.briefs_subject import BriefSubject
from keepwell.actions.plans_book import Question, RoadmapItem
from keepwell.reports import Data, DataPair, Fact, Form, line
from keepwell.scoring import Explanation, MeasureExplanation
from keepwell.vocabulary import TIER_LABELS, Bilingual, State

MOST = 3
# A measure is in good order from this share of its weight on.
GOOD_SHARE = 0.9
# A median of fewer peers than this says little.
FEWEST_PEERS = 10
NEVER = Bilingual("从未", "never")


def costly(found: Explanation) -> tuple[MeasureExplanation, ...]:
    """Return the known measures that lose most points, three at most."""
    lost = [m for d in found.dimensions for m in d.measures if _tells(m) and m.lost_micro > 0]
    return tuple(sorted(lost, key=lambda m: (-m.lost_micro, m.measure))[:MOST])


def _tells(found: MeasureExplanation) -> bool:
    return found.state is not State.UNKNOWN and not isinstance(found.raw, str)


def standing_lines(subject: BriefSubject, facts: BriefFacts) -> Iterator[Said]:
    """Yield the score, its coverage, and its change since the last snapshot."""
    found = subject.explanation
    score = facts.score("score", Bilingual("健康分", "health score"), found.score_micro, "scores")
    label = Bilingual("覆盖率", "coverage")
    coverage = Fact("coverage", label, found.coverage, Form.SHARE, "scores.coverage", 1)
    tier = TIER_LABELS.get(found.effective_tier)
    yield line(
        "健康分 {score}（满分 100），属{tier}；所依据的指标占权重 {coverage}。",
        "Health score {score} of 100, tier: {tier}; the measures behind it hold {coverage} of the "
        "weight.",
        score=score,
        tier=tier or Data(found.effective_tier),
        coverage=coverage,
    )
    if found.score_micro is None:
        yield line(
            "没有健康分：已知指标只占权重 {coverage}。",
            "There is no score: known measures hold {coverage} of the weight.",
            coverage=coverage,
        )
    if found.change is not None:
        yield _change(subject, facts)
    if subject.last_review is not None:
        since = facts.days(
            "since_review",
            Bilingual("距上次业务回顾天数", "days since the last review"),
            subject.last_review,
            subject.today,
        )
        yield line(
            "上次业务回顾在 {day}，距今 {days} 天。",
            "The last review was on {day}, {days} days ago.",
            day=Data(subject.last_review.isoformat()),
            days=since,
        )


def _change(subject: BriefSubject, facts: BriefFacts) -> Said:
    change = subject.explanation.change
    assert change is not None  # noqa: S101 - the caller looked
    total = change.after_micro - change.before_micro

    def part(key: str, zh: str, en: str, micro: int) -> Fact:
        return Fact(
            key, Bilingual(zh, en), micro / 1e6, Form.SIGNED, f"change since {change.since}", 1
        )

    return line(
        "与 {since}（{before} 分）相比 {total} 分：客户自身 {customer}，数据更正 {data}，"
        "口径变更 {config}。",
        "Compared with {since} ({before} points): {total} points; the customer itself {customer}, "
        "corrected data {data}, changed definitions {config}.",
        since=Data(change.since.isoformat()),
        before=facts.score(
            "score_before",
            Bilingual("上一快照健康分", "health score before"),
            change.before_micro,
            f"scores of {change.since}",
        ),
        total=part("change", "健康分变化", "change of the score", total),
        customer=part("change_customer", "客户自身", "the customer itself", change.customer_micro),
        data=part("change_data", "数据更正", "corrected data", change.data_micro),
        config=part("change_config", "口径变更", "changed definitions", change.config_micro),
    )


def costly_lines(top: Sequence[MeasureExplanation], facts: BriefFacts) -> Iterator[Said]:
    """Yield the points lost by measure, beside the median of accounts of the same size."""
    for found in top:
        yield _costly(found, facts)
        peer = found.peer
        is_told = peer is not None and peer.accounts >= FEWEST_PEERS and found.raw is not None
        if is_told and peer is not None and peer.median is not None:
            median = facts.measure(found.measure, peer.median)
            yield line(
                "{measure}：同规模客户的中位数为 {median}，共 {peers} 家。",
                "{measure}: the median of accounts of the same size is {median}, of {peers}.",
                measure=DataPair(measure_label(found.measure)),
                median=_as(median, f"{found.measure}_median", "同规模中位数", "peer median"),
                peers=facts.count(
                    f"{found.measure}_peers",
                    _part(
                        found.measure, "同规模且已知的客户数", "accounts of the same size, known"
                    ),
                    peer.accounts,
                    "explained_peers",
                ),
            )


def _costly(found: MeasureExplanation, facts: BriefFacts) -> Said:
    lost = lost_fact(found, facts)
    weight = facts.score(
        f"{found.measure}_weight",
        _part(found.measure, "满分", "weight"),
        found.weight_micro,
        f"contributions.{found.measure}__weight",
    )
    name = DataPair(measure_label(found.measure))
    if found.raw is None:
        return line(
            "{measure}：{never}有记录，失 {lost} 分（满分 {weight}）。",
            "{measure}: {never} recorded, {lost} of {weight} points lost.",
            measure=name,
            never=NEVER,
            lost=lost,
            weight=weight,
        )
    return line(
        "{measure}：{value}，失 {lost} 分（满分 {weight}）。",
        "{measure}: {value}, {lost} of {weight} points lost.",
        measure=name,
        value=facts.measure(found.measure, float(found.raw)),
        lost=lost,
        weight=weight,
    )


def lost_fact(found: MeasureExplanation, facts: BriefFacts) -> Fact:
    """Return the points that a measure loses."""
    return facts.score(
        f"{found.measure}_lost",
        _part(found.measure, "失分", "points lost"),
        found.lost_micro,
        f"contributions.{found.measure}__micro",
    )


def good_lines(found: Explanation, facts: BriefFacts) -> Iterator[Said]:
    """Yield the heaviest measures that hold nine tenths of their weight, three at most."""
    good = [
        m
        for d in found.dimensions
        for m in d.measures
        if _tells(m)
        and m.raw is not None
        and m.weight_micro > 0
        and m.contribution_micro >= GOOD_SHARE * m.weight_micro
    ]
    for one in sorted(good, key=lambda m: (-m.weight_micro, m.measure))[:MOST]:
        yield line(
            "{measure}：{value}，得 {held} 分（满分 {weight}）。",
            "{measure}: {value}, {held} of {weight} points held.",
            measure=DataPair(measure_label(one.measure)),
            value=facts.measure(one.measure, float(one.raw or 0)),
            held=facts.score(
                f"{one.measure}_held",
                _part(one.measure, "得分", "points held"),
                one.contribution_micro,
                f"contributions.{one.measure}__micro",
            ),
            weight=facts.score(
                f"{one.measure}_weight",
                _part(one.measure, "满分", "weight"),
                one.weight_micro,
                f"contributions.{one.measure}__weight",
            ),
        )


def roadmap_lines(
    top: Sequence[MeasureExplanation], items: Sequence[RoadmapItem], facts: BriefFacts
) -> Iterator[Said]:
    """Yield what will be shipped for the measures that cost most points."""
    for item in items:
        helped = next((m for m in top if m.measure in item.helps), None)
        if helped is not None:
            yield line(
                "{quarter}：{title}（针对{measure}，失 {lost} 分）。",
                "{quarter}: {title} (for {measure}, {lost} points lost).",
                quarter=Data(item.quarter),
                title=DataPair(item.title),
                measure=DataPair(measure_label(helped.measure)),
                lost=lost_fact(helped, facts),
            )


def question_lines(
    top: Sequence[MeasureExplanation], questions: Sequence[Question], facts: BriefFacts
) -> Iterator[Said]:
    """Yield a question for each measure that costs most points."""
    for found in top:
        asked = next((q for q in questions if q.measure == found.measure), None)
        if asked is not None:
            yield line(
                "{question}（{measure}，失 {lost} 分）",
                "{question} ({measure}, {lost} points lost)",
                question=DataPair(asked.text),
                measure=DataPair(measure_label(found.measure)),
                lost=lost_fact(found, facts),
            )


def _part(measure: str, zh: str, en: str) -> Bilingual:
    label = measure_label(measure)
    return Bilingual(f"{label.zh}：{zh}", f"{label.en}: {en}")


def _as(fact: Fact, key: str, zh: str, en: str) -> Fact:
    label = Bilingual(f"{fact.label.zh}：{zh}", f"{fact.label.en}: {en}")
    return Fact(key, label, fact.value, fact.form, "explained_peers", fact.n, is_sql=False)
