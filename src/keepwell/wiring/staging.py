"""Staging the current run for the pages outside its publication."""

from keepwell.ports.pages import PAGES_SHAPE, PagesStore
from keepwell.runs.stage_pages import stage_run
from keepwell.vocabulary import SNAPSHOT_TABLES
from keepwell.wiring.project import Project


def stage_current(project: Project, pages: PagesStore) -> bool:
    """Stage the current run unless it is; say whether there was anything to do."""
    runs, staged = project.state.runs(), pages.header()
    if not runs:
        return False
    if staged and (staged.run_id, staged.shape) == (runs[0].run_id, PAGES_SHAPE):
        return False
    current = runs[0]
    folder = project.snapshots.path(current.run_id)
    manifest = project.snapshots.read_manifest(current.run_id)
    with project.reader() as engine:
        for table in SNAPSHOT_TABLES:
            path = folder / f"{table}.parquet"
            if path.is_file():
                engine.read_parquet(table, path)
        known = project.state.page_search_texts()
        pages.replace(stage_run(engine, project.snapshots, current, runs[1:], manifest, known))
    return True
