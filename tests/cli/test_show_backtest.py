"""What `keepwell backtest` prints: both languages, what was left out, what disagrees."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from keepwell.cli.show_backtest import show_backtest
from keepwell.proof import LEFT_BUT_ACTIVE, Offered, choose_outcome
from keepwell.runs.backtest_run import FrameCount, KeptBacktest
from keepwell.runs.importing_record import finding_to_json
from keepwell.vocabulary import Finding, Lang, ProofSettings

FINDING = Finding(LEFT_BUT_ACTIVE, "accounts", 7, params={"grace": "30", "rows": "usage"})
OUTCOME = choose_outcome(ProofSettings(), 90, Offered(536, 0, 0, 0, {}, has_labels=False))
GONE = {
    "measure": "annual_revenue",
    "columns": ["accounts.annual_revenue"],
    "reason": "present_only",
    "weight_share": 0.104,
}
COUNT = {
    "origin": "2026-03-31",
    "customers": 1460,
    "left": 342,
    "later": 176,
    "at_risk": 1455,
    "outcomes": 71,
}
DONE = KeptBacktest(
    "2026-07-31-abc",
    Path("kept/2026-07-31-abc"),
    {
        "last_day": str(date(2026, 7, 31)),
        "outcomes": {"90": {"zh": OUTCOME.text("zh"), "en": OUTCOME.text("en")}},
        "origins": ["2026-03-31"],
        "incomplete": ["2026-04-30", "2026-06-30"],
        "early": 1,
        "counts": {"90": [COUNT]},
        "left_out": {"robust": [GONE]},
        "findings": [finding_to_json(FINDING)],
    },
    {},
    (FrameCount("robust", 90, 1, 1455, 1455, 71, 71, 1455),),
    is_new=False,
)


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        (
            "en",
            ("Churn: left within 90 days", "2 ends of month were left out", "4.9%", "1,460", "10%"),
        ),
        ("zh", ("流失：90 天内离开", "2 个月末之后的观察期尚未结束", "4.9%", "1,460", "10%")),
    ],
)
def test_a_back_test_is_told_with_its_numbers(
    lang: Lang, said: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    show_backtest(DONE, lang, as_json=False)
    out = capsys.readouterr().out
    for words in (*said, FINDING.message(lang), FINDING.cure(lang), "accounts.annual_revenue"):
        assert words in out
    assert str(DONE.folder) in out
    assert "keepwell proof" in out


def test_the_same_is_one_json_object(capsys: pytest.CaptureFixture[str]) -> None:
    show_backtest(DONE, "en", as_json=True)
    told = json.loads(capsys.readouterr().out)
    assert told["frames"][0]["outcomes"] == 71
    assert told["manifest"]["counts"]["90"] == [COUNT]
    assert told["is_new"] is False


def test_numbers_by_origin_name_their_horizon_where_there_are_several(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show_backtest(DONE, "en", as_json=False)
    assert "horizon (days): 90" not in capsys.readouterr().out
    both = {**DONE.manifest, "counts": {"30": [COUNT], "90": [COUNT]}}
    show_backtest(replace(DONE, manifest=both), "en", as_json=False)
    out = capsys.readouterr().out
    assert out.index("horizon (days): 30") < out.index("horizon (days): 90")


@pytest.mark.parametrize(
    ("newest", "said"),
    [
        (None, "Next: keepwell proof (the"),
        ("2026-07-31-abc", "Next: keepwell proof (the"),
        ("2026-10-31-def", "Next: keepwell proof --backtest 2026-07-31-abc (the"),
    ],
)
def test_the_next_step_judges_this_back_test_also_where_a_later_one_is_kept(
    newest: str | None, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    show_backtest(DONE, "en", as_json=False, newest=newest)
    assert said in " ".join(capsys.readouterr().out.split())
