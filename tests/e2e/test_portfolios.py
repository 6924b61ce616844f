"""Random portfolios, led whole from tables to report text, stay sound in both languages."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from keepwell.adapters.configuration_files import shipped_scorecard
from keepwell.adapters.engines import DuckDbEngine
from keepwell.adapters.playbook_library import load_library
from keepwell.adapters.progress import NoProgress
from keepwell.adapters.segment_maps import shipped_segment_map
from keepwell.adapters.state import SqlStateStore
from keepwell.adapters.value_strategies import load_value_strategies
from keepwell.config import Config, ScorecardUse, Source
from keepwell.ports import Engine, RunRecord
from keepwell.reports import write_document, write_value_document
from keepwell.reports.page import Heading
from keepwell.runs.importing_record import Imported
from keepwell.runs.portfolio import RunSettings, compute_portfolio
from keepwell.runs.publish import build_manifest, store_findings
from keepwell.runs.report_subject import build_portfolio, build_subject
from keepwell.runs.run import RunInputs
from keepwell.scoring import CardUse
from keepwell.vocabulary import SNAPSHOT_TABLES, TableCount
from reference.stages import AT
from reference.views import AS_OF, HELD, canonical, random_view
from reports.checks import (
    check_claims_are_licensed,
    check_facts_can_be_recomputed,
    check_hot_spots_stand,
    check_languages_agree,
    check_tables_agree,
    check_text_is_whole,
    check_values_are_facts,
)

SEEDS = range(5000, 5500 if os.environ.get("KEEPWELL_SOAK") else 5008)
LIBRARY = load_library()
BROKEN = "count(*) FILTER (WHERE isnan({c}) OR isinf({c}))"


@contextmanager
def led(seed: int, folder: Path) -> Iterator[tuple[Engine, RunInputs, dict[str, object]]]:
    """Give an engine with all snapshot tables of a random account view, and its manifest."""
    card = shipped_scorecard("classic" if seed % 2 else "robust")
    frame = random_view(seed)
    config = Config(
        project="random",
        source=Source(kind="folder", path="x"),
        tables={},
        scorecards=(ScorecardUse(scorecard=card.scorecard),),
        segment_map=shipped_segment_map(),
    )
    with DuckDbEngine(threads=1, allowed_directories=(folder,)) as engine:
        for name in HELD:
            engine.write_parquet(canonical(engine, frame, name), folder / f"{name}.parquet")
        imported = Imported(
            folder=folder,
            import_id="random",
            mapped=frozenset(f"{n}.{c}" for n, held in HELD.items() for c in ("account_id", *held)),
            findings=(),
            counts=(TableCount("accounts", len(frame), len(frame), 0, 0, 0),),
            newest={},
            source_rows={},
            headers={},
            currency="USD" if seed % 3 else None,
            checked_on=AS_OF,
        )
        inputs = RunInputs(
            config, (CardUse(card),), imported, AS_OF, refit=False, overrides_on=AS_OF
        )
        with SqlStateStore("sqlite://") as state:
            portfolio = compute_portfolio(
                engine,
                config,
                inputs.uses,
                imported,
                state,
                NoProgress(),
                RunSettings(AS_OF, AT, AS_OF),
            )
        record = RunRecord("r", AS_OF, AT, "published", (), len(frame), "", "")
        store_findings(engine, portfolio.findings)
        manifest = build_manifest(config, imported, portfolio, record, portfolio.findings, {})
        yield engine, inputs, dict(manifest)


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_whole_random_portfolios_are_sound_and_read_true(seed: int, tmp_path: Path) -> None:
    with led(seed, tmp_path) as (engine, _, manifest):
        tables = tuple(t for t in SNAPSHOT_TABLES if engine.columns(t))
        assert set(tables) == set(SNAPSHOT_TABLES)
        for table in tables:
            for column, kind in engine.columns(table).items():
                if kind == "DOUBLE":
                    broken = BROKEN.format(c=f'"{column}"')
                    assert engine.rows(f"SELECT {broken} FROM {table}") == [(0,)], (table, column)
        assert engine.rows(
            "SELECT count(*) FROM scores WHERE score_micro < 0 OR score_micro > 100000000 "
            "OR coverage < 0 OR coverage > 1 OR (score_micro IS NULL AND tier <> 'unknown')"
        ) == [(0,)]
        build_portfolio(engine, tables)
        subject = build_subject(engine, manifest, tables)
        for write in (write_document, write_value_document):
            document = write(subject, engine.rows, LIBRARY, load_value_strategies())
            titles = [b.text.plain("en") for b in document.blocks if isinstance(b, Heading)]
            assert ("10. Value and engagement" in titles) == (write is write_document)
            check_text_is_whole(document)
            check_facts_can_be_recomputed(document, engine.rows)
            check_values_are_facts(document)
            check_claims_are_licensed(document)
            check_hot_spots_stand(document, engine.rows, subject)
            check_languages_agree(document)
            check_tables_agree(document, engine.rows)
