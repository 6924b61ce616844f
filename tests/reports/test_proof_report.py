"""The proof report: whole in both languages, licensed, from facts, and silent where it must be."""

import re
from dataclasses import replace

import numpy as np
import pytest

from keepwell.proof import Conclusion, Leak, LeakFound, ReportCard, Subject, report_card
from keepwell.reports import Document, markdown, resolve, write_proof_document
from keepwell.reports.page import Picture, Table
from keepwell.vocabulary import LANGS
from proof.worlds import World, frame_of
from reports.checks import (
    check_claims_are_licensed,
    check_data_is_inert,
    check_languages_agree,
    check_numbers_come_from_facts,
    check_text_is_whole,
    check_values_are_facts,
)

WORLDS = {
    "useful": World(accounts=600, origins=12),
    "no_skill": World(accounts=800, origins=12, skill=0.0, recency=0.4),
    "as_good": World(accounts=1500, origins=12, skill=0.6, recency=0.65),
    "worse": World(accounts=800, origins=12, skill=0.5, recency=0.9),
    "few": World(accounts=80, origins=4),
    "wide": World(accounts=250, origins=4, skill=0.35),
    "short": World(accounts=500, origins=3),
}


def card_of(world: World, seed: int = 5) -> ReportCard:
    frame = frame_of(world, seed)
    return report_card(frame, Subject("account_health", 3, "churn", ("employees",)))


@pytest.fixture(scope="module")
def documents() -> dict[str, tuple[ReportCard, Document]]:
    cards = {name: card_of(world) for name, world in WORLDS.items()}
    return {n: (c, write_proof_document(c, "<b>Co</b>", is_example=True)) for n, c in cards.items()}


@pytest.mark.parametrize("name", WORLDS)
def test_every_report_is_whole_licensed_and_from_facts(
    name: str, documents: dict[str, tuple[ReportCard, Document]]
) -> None:
    card, document = documents[name]
    check_text_is_whole(document)
    check_data_is_inert(document)
    check_values_are_facts(document)
    check_claims_are_licensed(document)
    check_languages_agree(document)
    own = {"0.5", "0.60", "0.05", "20", "200", "7"}
    own |= {str(card.extent.origins), f"{card.false_alarms.warnings:,}", "2023", "2024", "3"}
    dates = {
        part for d in (card.extent.first, card.extent.last) for part in d.isoformat().split("-")
    }
    check_numbers_come_from_facts(document, own | dates)


def text_of(document: Document, lang: str) -> str:
    page = resolve(document, "zh" if lang == "zh" else "en")
    return markdown(page, {p.key: p.key for p in page.pictures})


def test_the_verdict_stands_first_in_both_languages(
    documents: dict[str, tuple[ReportCard, Document]],
) -> None:
    told = {
        name: [text_of(d, lang).split("## ")[1] for lang in LANGS]
        for name, (_, d) in documents.items()
    }
    assert told["useful"][0].startswith("结论：有用")
    assert told["useful"][1].startswith("Verdict: useful")
    assert told["no_skill"][1].startswith("Verdict: no skill")
    assert told["as_good"][1].startswith("Verdict: no better than recency")
    assert told["few"][0].startswith("结论：数据不足")
    assert told["wide"][1].startswith("Verdict: not enough data")


def test_a_rule_that_ranks_better_is_said_to(
    documents: dict[str, tuple[ReportCard, Document]],
) -> None:
    card, document = documents["worse"]
    assert card.judgement.rules[0].difference.high < 0
    assert 'rule "recency alone" ranks better than the score' in text_of(document, "en")
    assert "ranks better than the score" not in text_of(documents["as_good"][1], "en")


def test_without_enough_data_no_ranking_is_told(
    documents: dict[str, tuple[ReportCard, Document]],
) -> None:
    card, document = documents["few"]
    assert card.judgement.conclusion is Conclusion.NOT_ENOUGH_DATA
    text = text_of(document, "en")
    assert "needs at least 20" in text
    assert "more months" in text
    assert not [b for b in document.blocks if isinstance(b, Picture)]
    tables = {b.key for b in document.blocks if isinstance(b, Table)}
    assert tables == {"proof_tiers", "facts"}
    assert "ranks better" not in text


def test_only_a_useful_score_is_said_to_rank_better(
    documents: dict[str, tuple[ReportCard, Document]],
) -> None:
    for name, (_, document) in documents.items():
        assert ("It ranks better" in text_of(document, "en")) == (name == "useful"), name
        assert ("更会排序；" in text_of(document, "zh").split("## ")[1]) == (name == "useful"), name


def test_tables_hold_the_numbers_of_the_card(
    documents: dict[str, tuple[ReportCard, Document]],
) -> None:
    card, document = documents["useful"]
    tables = {b.key: b for b in document.blocks if isinstance(b, Table)}
    assert [row[1].value for row in tables["proof_rules"].rows] == [
        r.auc.value for r in card.ranked
    ]
    assert [row[3].value for row in tables["proof_tiers"].rows] == [t.events for t in card.tiers]
    assert len(tables["proof_groups"].rows) == len(card.groups)
    pictures = {b.key for b in document.blocks if isinstance(b, Picture)}
    assert pictures == {"proof_rules", "proof_calibration", "proof_tiers", "proof_lead"}


def test_a_short_past_says_why_there_is_no_calibration(
    documents: dict[str, tuple[ReportCard, Document]],
) -> None:
    card, document = documents["short"]
    assert card.calibration is None
    assert "There is none yet" in text_of(document, "en")


def test_every_fact_is_traced_to_the_card(
    documents: dict[str, tuple[ReportCard, Document]],
) -> None:
    _, document = documents["useful"]
    assert len(document.facts) > 20
    assert all(f.key.startswith("proof:") and not f.is_sql for f in document.facts)
    cited = set(re.findall(r"\[(F\d+)\]", text_of(document, "en").split("## Appendix")[0]))
    assert cited <= set(document.numbers.values())


def test_a_score_without_low_tier_and_groups_still_gives_a_report() -> None:
    frame = frame_of(WORLDS["useful"], 2)
    plain = replace(frame, tier=np.full(len(frame), "gold"), groups={})
    card = report_card(plain, Subject("mine", 1, "inactivity"), capacities=(5,))
    document = write_proof_document(card, "Co")
    check_text_is_whole(document)
    check_values_are_facts(document)
    text = text_of(document, "en")
    assert "No account entered the low tier" in text
    assert "The data hold no groups" in text


def told(card: ReportCard) -> tuple[Document, str]:
    document = write_proof_document(card, "Co")
    check_text_is_whole(document)
    check_values_are_facts(document)
    return document, text_of(document, "en")


def test_the_rate_of_a_tier_counts_the_rows_of_that_tier(
    documents: dict[str, tuple[ReportCard, Document]],
) -> None:
    card, document = documents["useful"]
    worst = card.tiers[0]
    (fact,) = (f for f in document.facts if f.key == f"proof:rate:{worst.tier}")
    assert (fact.k, fact.n) == (worst.events, worst.rows)


def test_a_healthier_tier_with_more_outcomes_is_not_called_overlapping(
    documents: dict[str, tuple[ReportCard, Document]],
) -> None:
    card, _ = documents["useful"]
    first, *between, last = (t for t in card.tiers if t.tier != "unknown")
    swapped = (replace(first, rate=last.rate), *between, replace(last, rate=first.rate))
    _, text = told(replace(card, tiers=swapped))
    assert "the healthier tier has more" in text
    assert "no difference between the tiers" not in text


def test_a_larger_squared_error_is_told_as_a_positive_share(
    documents: dict[str, tuple[ReportCard, Document]],
) -> None:
    card, _ = documents["useful"]
    assert card.calibration is not None
    gain = replace(card.calibration.brier_gain, value=-0.12, low=-0.2, high=-0.04)
    _, text = told(replace(card, calibration=replace(card.calibration, brier_gain=gain)))
    assert re.search(r"squared error is larger by 12\.0 % \(4–20 %\) \[F\d+\] than", text)


def test_a_label_without_a_date_is_never_said_to_warn_ahead(
    documents: dict[str, tuple[ReportCard, Document]],
) -> None:
    card, _ = documents["useful"]
    _, text = told(replace(card, subject=replace(card.subject, outcome="label")))
    assert "nothing here shows that the score warns ahead" in text
    assert "only what was known then" not in text
    head, _, _ = text.partition("## 2.")
    assert "outcome: met the labelled outcome · 600 accounts" in head
    assert "within" not in head
    assert "The outcome came to 11.2 %" in text


def test_the_appendix_names_the_intervals_that_this_report_has(
    documents: dict[str, tuple[ReportCard, Document]],
) -> None:
    text = text_of(documents["useful"][1], "en")
    assert "Wilson" not in text
    assert "DeLong for the AUC" in text


def test_every_sign_of_a_leak_is_told_beside_its_measure(
    documents: dict[str, tuple[ReportCard, Document]],
) -> None:
    card, _ = documents["useful"]
    leaks = tuple(LeakFound("usage_90d", leak, 1.0, 0.5, 300) for leak in Leak)
    _, text = told(replace(card, leaks=leaks, searched=9))
    assert "(usage_90d: alone it nearly tells the outcome, accounts of one value" in text
    one = replace(card, leaks=leaks[:1], searched=9)
    assert "（usage_90d：单凭它就几乎说准结果）" in text_of(write_proof_document(one, "Co"), "zh")


def test_what_follows_from_the_verdict_stands_beside_it(
    documents: dict[str, tuple[ReportCard, Document]],
) -> None:
    said = {
        "useful": "lists may be ordered by it",
        "no_skill": "order no list by it",
        "as_good": "that rule is enough",
        "few": "the evidence here is enough neither for it nor against it",
    }
    for name, words in said.items():
        verdict_part = text_of(documents[name][1], "en").split("## ")[1]
        assert words in verdict_part, name


def test_a_level_that_moved_is_told_and_one_that_holds_is_not_blamed(
    documents: dict[str, tuple[ReportCard, Document]],
) -> None:
    card, _ = documents["useful"]
    found = card.calibration
    assert found is not None
    even = replace(found, mean_predicted=found.mean_observed.value)
    assert "on the whole the level holds" in told(replace(card, calibration=even))[1]
    high = replace(found, mean_predicted=found.mean_observed.high + 0.05)
    assert "the level is off" in told(replace(card, calibration=high))[1]


def test_a_lowest_tier_that_holds_few_outcomes_is_said_to_hardly_warn(
    documents: dict[str, tuple[ReportCard, Document]],
) -> None:
    card, document = documents["useful"]
    first, *others = card.tiers
    assert "hardly warns" not in text_of(document, "en")
    small = replace(first, recall=replace(first.recall, value=0.03, low=0.01, high=0.06))
    _, text = told(replace(card, tiers=(small, *others)))
    assert "holds only 3 % (1–6 %)" in text


def test_an_outcome_that_most_accounts_meet_is_called_usual(
    documents: dict[str, tuple[ReportCard, Document]],
) -> None:
    card, _ = documents["useful"]
    silent = replace(card, subject=replace(card.subject, outcome="inactivity"))
    assert "the usual course" not in told(silent)[1]
    common = replace(card.base_rate, value=0.8, low=0.78, high=0.82)
    assert "it is the usual course and no warning" in told(replace(silent, base_rate=common))[1]


def test_leads_that_began_before_the_first_origin_are_told_as_at_least(
    documents: dict[str, tuple[ReportCard, Document]],
) -> None:
    card, _ = documents["useful"]
    long = replace(card, lead=replace(card.lead, at_least=len(card.lead.days)))
    assert "there were at least" in told(long)[1]
    assert "there were at least" not in told(replace(card, lead=replace(card.lead, at_least=0)))[1]


def test_a_wait_of_decades_is_not_offered_as_a_plan(
    documents: dict[str, tuple[ReportCard, Document]],
) -> None:
    card, _ = documents["few"]
    rare = replace(card, judgement=replace(card.judgement, units=1))
    far = replace(rare, extent=replace(rare.extent, first=rare.extent.first.replace(year=2000)))
    assert "more than ten years: declare another outcome" in told(far)[1]


def test_where_every_score_is_known_nothing_is_said_of_unknown_ones(
    documents: dict[str, tuple[ReportCard, Document]],
) -> None:
    card, _ = documents["useful"]
    known = replace(card, extent=replace(card.extent, unknown=0, unknown_events=0))
    assert "Rows without a score" not in told(known)[1]
    some = replace(card, extent=replace(card.extent, unknown=5, unknown_events=2))
    assert "An unknown score (5 rows" in told(some)[1]


def test_a_model_is_called_one_and_says_in_what_sense_its_rows_were_new() -> None:
    frame = frame_of(WORLDS["useful"], 5)
    subject = Subject("churn_scorecard", 0, "churn", ("employees",), tried="later_days")
    card = report_card(frame, subject, models={"health_score": frame.score})
    document = write_proof_document(card, "Co")
    check_claims_are_licensed(document)
    check_languages_agree(document)
    english, chinese = text_of(document, "en"), text_of(document, "zh")
    assert "· churn scorecard · outcome" in english
    assert "the model put the former lower" in english
    assert "· 流失评分卡 · 结果" in chinese
    assert "**Rows it had not seen**" in english
    assert "the AUC of the model less that of other rankings: health score" in english
    assert "模型减规则" in chinese
    over_accounts = replace(card, subject=replace(subject, tried="other_accounts"))
    assert "no run ranks by it" in text_of(write_proof_document(over_accounts, "Co"), "en")


def test_chinese_text_and_labels_hold_no_codes_of_measures_rules_or_tiers() -> None:
    found = card_of(WORLDS["useful"])
    subject = replace(found.subject, left_out=("days_to_renewal",))
    leak = LeakFound("days_since_last_activity", Leak.TELLS_LABEL, 1.0, 0.5, 800)
    card = replace(found, subject=subject, leaks=(leak,), searched=4)
    chinese = text_of(write_proof_document(card, "Co"), "zh")
    told = re.sub(r"`[^`]*`", "", chinese)
    for code in (
        "days_to_renewal",
        "days_since_last_activity",
        "recency",
        "always_renew",
        "last_score",
        "low",
        "high",
    ):
        assert not re.search(rf"\b{code}\b", told), code


def test_where_the_score_has_no_skill_a_rule_that_tells_is_named_and_no_lead_is_praised() -> None:
    found = card_of(WORLDS["no_skill"])
    judged = found.judgement
    telling = replace(
        judged.rules[0],
        auc=replace(judged.rules[0].auc, value=0.9, low=0.88, high=0.92),
        difference=replace(judged.rules[0].difference, value=-0.15, low=-0.2, high=-0.1),
    )
    rules = (telling, *judged.rules[1:])
    card = replace(found, judgement=replace(judged, rules=rules))
    told = text_of(write_proof_document(card, "Co"), "en")
    opening = told.split("## ")[1]
    assert "alone has an AUC of 0.900 (0.880 to 0.920)" in opening
    assert "at the median" not in opening
    assert "picked at random would have been named as early" in told


def test_a_refused_card_shows_no_multiples_of_a_handful_of_outcomes() -> None:
    told = text_of(write_proof_document(card_of(WORLDS["few"]), "Co"), "en")
    assert "over the mean" not in told
    assert "rows with the outcome" in told
