"""What the studio previews is what the next run does, to the micro-point."""

import shutil
from pathlib import Path

import pyarrow.parquet as pq

from keepwell.adapters.definition_edits import CardEdit, edited_card
from keepwell.ports.pages import Scope
from keepwell.wiring import Project
from keepwell.wiring.studio_cards import CardStudio
from keepwell.wiring.studio_desk import Publication, StudioDesk
from keepwell.wiring.studio_work import card_work
from keepwell.wiring.web_desk import WebDesk

ALL = Scope(None)


def test_a_published_edit_scores_every_account_as_its_preview_did(
    demo: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(demo, tmp_path / "p"))
    desk = WebDesk(Project(folder))
    desk.prepare()
    studio = StudioDesk(desk)
    cards = CardStudio(studio)
    (name,) = cards.names()
    on = cards.on_desk(name, "ada")
    unedited = cards.preview(name, on.text, ALL).trial
    assert (unedited.changed_scores, unedited.moved, unedited.newly_fitted) == (0, 0, ())
    nothing = card_work(studio, cards, name, on.text, ALL).work
    assert (nothing.alerts, nothing.ended, nothing.new_ctas) == ({}, 0, 0)
    scale = {"annual_revenue": "{kind: sqrt_minmax}"}
    text = edited_card(on.text, CardEdit({"activity": 24}, scales=scale, cuts={"high": 84}))
    tried = cards.preview(name, text, ALL)
    assert tried.trial.newly_fitted == ("annual_revenue",)
    work = card_work(studio, cards, name, text, ALL).work
    assert sum(work.alerts.values()) > 0
    edition = cards.publish(name, Publication(text, on.base_hash, "t", "r", "ada"))
    scored = cards.bench(name, ALL).scored(tried.trial.card)
    ids, expected = cards.bench(name, ALL).ids, [int(s) for s in scored.score]
    run = Project(folder)
    run.run()
    assert run.current().scorecards == ((name, edition.version),)
    columns = ["account_id", "score_micro", "effective_tier"]
    rows = pq.read_table(
        run.snapshots.path(run.current().run_id) / "scores.parquet", columns=columns
    )
    found = {r["account_id"]: r for r in rows.to_pylist()}
    assert {
        i: -1 if r["score_micro"] is None else r["score_micro"] for i, r in found.items()
    } == dict(zip(ids, expected, strict=True))
    for mover in tried.trial.movers:
        assert found[mover.account_id]["effective_tier"] == mover.tier_after
    desk.close()
    run.state.close()
