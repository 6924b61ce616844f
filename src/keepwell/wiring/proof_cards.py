"""Where a project keeps its report cards."""

from keepwell.adapters.proof_cards import ProofCardFiles
from keepwell.ports import KeptCard
from keepwell.wiring.project import Project


def project_cards(project: Project) -> ProofCardFiles:
    """Return the report cards of a project."""
    return ProofCardFiles(project.layout.proof_cards)


def card_beside(project: Project, scorecard: str, version: int) -> KeptCard | None:
    """Return the newest verdict on a version of a scorecard; None where it was never judged."""
    return project_cards(project).newest(scorecard, version)
