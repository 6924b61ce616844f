"""The report on the current snapshot of a project, from its library and its report cards."""

from keepwell.adapters.playbook_library import load_library
from keepwell.adapters.proof_cards import ProofCardFiles
from keepwell.adapters.value_strategies import load_value_strategies
from keepwell.ports import Engine, SnapshotStore, StateStore
from keepwell.reports import Document
from keepwell.runs.layout import ProjectLayout
from keepwell.runs.report import build_report


def current_document(
    layout: ProjectLayout,
    engine: Engine,
    snapshots: SnapshotStore,
    state: StateStore,
    run_id: str,
    kind: str,
    *,
    is_example: bool,
) -> Document:
    """Return a report on a run, in both languages. Errors: NotFound for an unknown run."""
    runs = [r.run_id for r in state.runs()]
    library = load_library(layout.playbooks)
    return build_report(
        engine,
        snapshots,
        run_id,
        library,
        before=runs[runs.index(run_id) + 1 :],
        is_example=is_example,
        kind=kind,
        strategies=load_value_strategies(layout.playbooks, library.roles),
        cards=ProofCardFiles(layout.proof_cards),
    )
