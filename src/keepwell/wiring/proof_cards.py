"""Where a project keeps its report cards."""

from collections.abc import Sequence

from keepwell.adapters.proof_cards import ProofCardFiles
from keepwell.adapters.trigger_library import load_triggers
from keepwell.ports import KeptCard, KeptTrigger
from keepwell.runs.backtest_store import trigger_hash
from keepwell.wiring.project import Project


def project_cards(project: Project) -> ProofCardFiles:
    """Return the report cards of a project."""
    return ProofCardFiles(project.layout.proof_cards)


def card_beside(project: Project, scorecard: str, version: int) -> KeptCard | None:
    """Return the newest verdict on a version of a scorecard; None where it was never judged."""
    return project_cards(project).newest(scorecard, version)


def trigger_names(project: Project) -> tuple[str, ...]:
    """Return the names of the project's triggers. Errors: ConfigInvalid."""
    return tuple(t.trigger for t in load_triggers(project.layout.triggers))


def trigger_cards_beside(project: Project, names: Sequence[str]) -> tuple[KeptTrigger, ...]:
    """Return the cards of triggers as they are defined now; one edited since has none."""
    hashes = {t.trigger: trigger_hash(t) for t in load_triggers(project.layout.triggers)}
    found = project_cards(project).triggers()
    return tuple(c for c in found if c.trigger in names and hashes.get(c.trigger) == c.definition)
