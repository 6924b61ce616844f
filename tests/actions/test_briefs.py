"""The brief of a business review: no sentence without a known fact, names inert, both languages."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from actions.plan_world import BOOK, HELP, START, WORKING, rescue
from keepwell.actions import (
    BRIEF_MEASURES,
    BriefSubject,
    OpenAlert,
    OpenRequest,
    RoadmapItem,
    SuccessPlan,
    new_outcome,
    new_request,
    write_brief,
)
from keepwell.measures import CATALOG
from keepwell.reports import Document, Items, SpanKind, markdown, resolve, unlicensed
from keepwell.scoring import Explanation, explain_account
from keepwell.vocabulary import LANGS, Bilingual, Scorecard

TODAY = date(2026, 4, 15)
# The day of a promise is that of the project's own zone, whatever it is in UTC.
SOLVE_ON = date(2026, 4, 17)
NASTY = "[x](http://e.org) <b>bold</b> `c` ![i](j) | # 客户"
NAMES = ("days_since_last_activity", "total_activities_30d", "win_rate", "total_won_amount")
CARD = Scorecard.model_validate(
    {
        "scorecard": "health",
        "dimensions": [
            {
                "dimension": "all",
                "weight": 1,
                "measures": [
                    {"measure": n, "scale": {"kind": "linear", "zero_at": 0, "full_at": 100}}
                    for n in NAMES
                ],
            }
        ],
    }
)
values = st.one_of(st.none(), st.floats(0, 200))


def explained(
    found: Mapping[str, float | None], never: frozenset[str] = frozenset()
) -> Explanation:
    return explain_account(CARD, "A1", found, never, measures=CATALOG)


def subject(
    explanation: Explanation,
    measures: dict[str, float | None],
    plans: tuple[SuccessPlan, ...] = (),
    *,
    is_busy: bool = True,
) -> BriefSubject:
    asked = new_request(
        HELP,
        WORKING,
        "UTC",
        account_id="A1",
        team="product",
        urgency="normal",
        text=NASTY,
        by="Li",
        at=datetime(2026, 4, 1, 9, tzinfo=UTC),
    )
    outcomes = [
        new_outcome("A1", "kept", amount=a, currency="CNY", on=START, by="Li")
        for a in (1000.0, 500.0, None)
    ]
    title = Bilingual(NASTY, NASTY)
    return BriefSubject(
        "A1",
        NASTY,
        "acme",
        TODAY,
        TODAY,
        "CNY",
        explanation,
        measures,
        plans,
        tuple(outcomes) if is_busy else (),
        (OpenAlert(title, START),) if is_busy else (),
        tuple(OpenRequest(asked, title, late, SOLVE_ON) for late in (0.0, 3.5)) if is_busy else (),
        "saving" if is_busy else None,
        START if is_busy else None,
        ((title, START),) if is_busy else (),
        START if is_busy else None,
    )


def check(document: Document) -> None:
    """What must hold of every brief."""
    for block in document.blocks:
        if isinstance(block, Items):
            for item in block.items:
                assert item.facts
                assert all(f.is_known for f in item.facts)
    for lang in LANGS:
        page = resolve(document, lang)
        text = markdown(page, {})
        assert not re.search(r"\b(nan|None|inf|NULL)\b|—|\{[a-z_]+\}", text)
        html = MarkdownIt("commonmark").enable("table").render(text)
        assert not re.search(r"<(a|b|img) ?", html)
        for block_ in page.blocks:
            for spans in block_.items:
                own = "".join(s.text for s in spans if s.kind is not SpanKind.DATA)
                assert unlicensed(own, lang, ()) == ()


@given(
    st.dictionaries(st.sampled_from(NAMES), values),
    st.sets(st.sampled_from(NAMES)),
    st.dictionaries(st.sampled_from(BRIEF_MEASURES), values),
    st.booleans(),
    st.booleans(),
)
def test_no_sentence_stands_without_a_known_fact(
    found: dict[str, float | None],
    never: set[str],
    measures: dict[str, float | None],
    has_plan: bool,
    is_busy: bool,
) -> None:
    known = {k: None if k in never else v for k, v in found.items()}
    plans = (replace(rescue(goals=(NASTY,)), id=3),) if has_plan else ()
    explanation = explained(known, frozenset(never))
    check(write_brief(subject(explanation, measures, plans, is_busy=is_busy), BOOK))


def told(document: Document, lang: str = "en") -> str:
    return markdown(resolve(document, "zh" if lang == "zh" else "en"), {})


def test_the_brief_says_what_the_facts_say_and_leaves_out_the_rest() -> None:
    found = {"days_since_last_activity": 90.0, "win_rate": 0.0, "total_won_amount": 100.0}
    made = subject(explained(found), {"won_amount_12m": 12_345.0, "days_to_renewal": 181.0})
    text = told(write_brief(made, BOOK))
    # Equal weights of the three known measures: 90, 0 and 100 of 100.
    assert "Health score 63.33 of 100" in text
    assert "Win rate: 0.0 %, 33.33 of 33.33 points lost" in text
    assert "Total won amount: 100, 33.33 of 33.33 points held" in text
    assert "Won amount in 12 months: 12.3 k (CNY)" in text
    assert "Recorded outcomes, kept: 1.5 k (2 on record)" in text
    assert "Open success plans: 0" in text
    assert "Working hours late: 3.5" in text
    assert "Promised for 2026-04-17, in 2 days" in text
    weekend = told(write_brief(replace(made, today=date(2026, 4, 18)), BOOK))
    assert "Working hours late: 0" in weekend
    assert "Promised" not in weekend
    assert "renewal" not in text, "it is more than half a year away"
    assert "Activities in 30 days" not in text
    zh = told(write_brief(made, BOOK), "zh")
    assert "健康分 63.33（满分 100）" in zh
    assert "上次没有选我们，决定因素是什么？（赢单率，失 33.33 分）" in zh


def test_a_gate_that_nobody_judged_in_time_is_not_said_to_come() -> None:
    plan = replace(rescue(), id=3)
    for late, said in ((-3, "in 3 days"), (0, "in 0 days"), (4, "4 days ago, and is not judged")):
        made = subject(explained({}), {}, (plan,))
        now = replace(made, today=plan.gates[0].due_on + timedelta(days=late))
        assert said in told(write_brief(now, BOOK))


def test_without_a_score_the_brief_says_so_and_claims_none() -> None:
    text = told(write_brief(subject(explained({}), {}, is_busy=False), BOOK))
    assert "There is no score" in text
    assert "Health score" not in text
    assert "## What costs most points" not in text


def test_the_roadmap_names_what_helps_where_points_are_lost() -> None:
    items = tuple(
        RoadmapItem(item=n, title=Bilingual(n, n), quarter="2026-Q4", helps=(h,))
        for n, h in (("bulk_export", "win_rate"), ("skins", "nps"))
    )
    book = BOOK.model_copy(update={"roadmap": items})
    made = subject(explained({"win_rate": 0.0, "total_won_amount": 100.0}), {})
    text = told(write_brief(made, book))
    assert "2026-Q4: bulk_export (for Win rate, 50.00 points lost)" in text
    assert "skins" not in text
