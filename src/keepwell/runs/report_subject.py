"""What a report must know of a snapshot beside its rows, read from its manifest."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from keepwell.measures import CATALOG
from keepwell.outlook import portfolio_select
from keepwell.ports import Engine, KeptCard, ProofCards
from keepwell.proof import Conclusion
from keepwell.reports import Assumptions, FindingLine, Grades, Subject, Validated, ValueSubject
from keepwell.runs.importing_record import finding_from_json
from keepwell.vocabulary import Bilingual, MeasureSource, Scorecard, TableCount

LEFT = "accounts_left_before"
JOINED = ("accounts", "scores", "measures", "contributions", "forecast", "stability", "value")


def build_portfolio(engine: Engine, tables: Sequence[str]) -> None:
    """Store `portfolio` as a table, so that a hundred questions read it once joined."""
    columns = {name: tuple(engine.columns(name)) if name in tables else () for name in JOINED}
    engine.create_table("portfolio_joined", portfolio_select(columns))
    engine.create_table("portfolio", "SELECT * FROM portfolio_joined ORDER BY account_id")


def build_subject(
    engine: Engine,
    manifest: Mapping[str, Any],
    tables: Sequence[str],
    earlier: Sequence[Mapping[str, Any]] = (),
    *,
    is_example: bool = False,
) -> Subject:
    """Return the subject of a report; `earlier` are manifests of earlier runs, newest first."""
    findings = tuple(_finding(f) for f in manifest["findings"])
    left = sum(f.count for f in findings if f.code == LEFT)
    forecast, matrix = manifest["settings"]["forecast"], manifest["settings"]["matrix"]
    assumed = _assumed(engine, tables)
    return Subject(
        project=str(manifest["project"]),
        as_of=date.fromisoformat(manifest["as_of"]),
        columns=frozenset(engine.columns("portfolio")),
        cards=tuple(Scorecard.model_validate(s["card"]) for s in manifest["scorecards"]),
        measures=CATALOG,
        sources={s["measure"]: _source(s) for s in manifest["measures"]},
        tables={name: frozenset(engine.columns(name)) for name in tables},
        findings=findings,
        table_counts=tuple(TableCount(**c) for c in manifest["counts"]),
        currency=manifest["currency"],
        method="run_rate" if assumed.get("headline_method") == "run_rate" else "weighted",
        assumptions=Assumptions(
            won_weight=forecast["won_weight"],
            pipeline_weight=forecast["pipeline_weight"],
            retention_factor=forecast["retention_factor"],
            save_rate=forecast["save_rate"],
            horizon_months=forecast["horizon_months"],
            is_recurring=assumed.get("pace") == "current_arr",
            has_pipeline=assumed.get("pipeline") != "left_out",
        ),
        grades=Grades(
            minimum_accounts=matrix["minimum_accounts"],
            critical=matrix["critical"],
            elevated=matrix["elevated"],
            watch=matrix["watch"],
        ),
        as_of_before=_comparable(manifest, earlier),
        has_outcome=left > 0,
        left_before=left,
        is_example=is_example,
        snapshot_id=str(manifest["run_id"]),
        value=_value(manifest.get("value")),
    )


def with_cards(subject: Subject, cards: ProofCards) -> Subject:
    """Return the subject with the newest verdict on each version of a scorecard in use."""
    newest = [cards.newest(c.scorecard, c.version) for c in subject.cards]
    known = [card for card in newest if card is not None]
    useful = [c for c in known if c.conclusion == Conclusion.USEFUL and c.outcome == "churn"]
    return replace(
        subject,
        validated=tuple(_validated(card) for card in known),
        has_passed_backtest=bool(newest) and len(useful) == len(newest),
    )


def _validated(card: KeptCard) -> Validated:
    ends = (card.auc_low, card.auc_high)
    return Validated(
        card.scorecard,
        card.version,
        card.outcome,
        card.horizon_days,
        card.conclusion,
        card.rule,
        card.auc,
        None if ends[0] is None or ends[1] is None else (ends[0], ends[1]),
        card.accounts,
        card.last_origin,
        card.backtest_id,
    )


def _value(made: Mapping[str, Any] | None) -> ValueSubject | None:
    """Return how the value model was made; None for a snapshot without one."""
    if not made:
        return None
    settings, signal = made["settings"], made["settings"]["struggle"]
    return ValueSubject(
        segments={
            s["segment"]: Bilingual(s["label"]["zh"], s["label"]["en"])
            for s in made["segment_map"]["segments"]
        },
        coverage={str(k): int(v) for k, v in settings["coverage"].items()},
        active_within_days=int(signal["active_within_days"]),
        index_below=float(signal["index_below"]),
        evidence_from=int(signal["evidence_from"]),
        is_frozen=settings["rfm"]["method"] == "frozen",
        cuts_version=int(made["breakpoints_version"]),
        health_tells=bool(made.get("health_tells", True)),
        index_tells=bool(made.get("index_tells", True)),
    )


def _assumed(engine: Engine, tables: Sequence[str]) -> dict[str, str]:
    """Return the codes of what the outlook took for granted, by name."""
    if "forecast_assumptions" not in tables:
        return {}
    rows = engine.rows("SELECT name, code FROM forecast_assumptions")
    return {str(name): str(code) for name, code in rows}


def _source(given: Mapping[str, Any]) -> MeasureSource:
    note = given.get("note")
    return MeasureSource(
        measure=given["measure"],
        kind=given["kind"],
        columns=tuple(given["columns"]),
        known=given["known"],
        never=given["never"],
        unknown=given["unknown"],
        note=Bilingual(**note) if note else None,
    )


def _finding(given: Mapping[str, Any]) -> FindingLine:
    found = finding_from_json(given)
    return FindingLine(
        code=found.code,
        severity=str(found.kind.severity),
        action=str(found.kind.action),
        table=found.table,
        count=found.count,
        message=Bilingual(found.message("zh"), found.message("en")),
        cure=Bilingual(found.cure("zh") or "—", found.cure("en") or "—"),
    )


def _comparable(manifest: Mapping[str, Any], earlier: Sequence[Mapping[str, Any]]) -> date | None:
    """Return the date of the newest earlier snapshot scored by the same cards and versions."""
    cards = _versions(manifest)
    day = date.fromisoformat(manifest["as_of"])
    for other in earlier:
        before = date.fromisoformat(other["as_of"])
        if before < day and _versions(other) == cards:
            return before
    return None


def _versions(manifest: Mapping[str, Any]) -> list[tuple[str, int]]:
    return [(s["card"]["scorecard"], s["card"]["version"]) for s in manifest["scorecards"]]
