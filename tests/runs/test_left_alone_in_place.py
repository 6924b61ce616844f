"""What a command still gives where a folder is shared by several cards, or an import is gone."""

from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from keepwell.cli.show_contracts import show_reasons
from keepwell.wiring import contract_learning, proving_models
from keepwell.wiring.proving import card_folder
from proof.published import published


def test_an_account_is_explained_without_the_import_of_its_contracts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    row = {"account_id": ["a"], "days_since_last_activity": [60.0]}
    pq.write_table(pa.table(row), tmp_path / "measures.parquet")
    run = SimpleNamespace(run_id="r", as_of=date(2026, 9, 30), input_hash="0123abcd")
    project: Any = SimpleNamespace(
        state=SimpleNamespace(runs=lambda: [run]),
        snapshots=SimpleNamespace(path=lambda _: tmp_path),
        layout=SimpleNamespace(imports=tmp_path / "imports"),
    )
    monkeypatch.setattr(contract_learning, "stored_card", lambda _: published())
    monkeypatch.setattr(contract_learning, "stored_survival", lambda _: object())
    found = contract_learning.churn_reasons(project, "a")
    assert found.reasons.churn_prob == pytest.approx(0.9)
    assert (found.ahead, found.lacking) == (None, "0123abcd")
    show_reasons(found, "en", as_json=False)
    show_reasons(found, "zh", as_json=False)
    said = capsys.readouterr().out
    assert "needs import 0123abcd, which is no longer there" in said
    assert "沿合同逐期看需要导入 0123abcd" in said


@pytest.mark.parametrize("models", [("scorecard", "trees"), ("scorecard",)])
def test_reports_of_several_models_do_not_share_a_folder(
    models: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = SimpleNamespace(
        frame=SimpleNamespace(horizon_days=90), is_by_time=True, beside={}, prob=None
    )
    kept = SimpleNamespace(manifest={}, backtest_id="b", folder=tmp_path)
    folders: list[Path] = []
    for name in ("model_subject", "judge_frame", "whole_card", "keep_card", "project_cards"):
        monkeypatch.setattr(proving_models, name, lambda *_, **__: None)
    monkeypatch.setattr(proving_models, "kept_backtest", lambda *_: kept)
    monkeypatch.setattr(proving_models, "_tried", lambda *_: iter([(m, rows) for m in models]))
    monkeypatch.setattr(proving_models, "_written", lambda *given: folders.append(given[-1]))
    project: Any = SimpleNamespace(
        progress=SimpleNamespace(step=lambda *_: None),
        layout=SimpleNamespace(root=tmp_path, reports=tmp_path / "reports"),
        now=None,
    )
    proving_models.prove_models(project, "en", folder=tmp_path / "out")
    one = [tmp_path / "out"]
    assert folders == (one if len(models) == 1 else [one[0] / f"{m}-90" for m in models])
    own = card_folder(project, kept, None, "scorecard-90", 1)  # type: ignore[arg-type]
    assert own == tmp_path / "reports" / "proof" / "b" / "scorecard-90"
