"""What the web app shows of proof: report cards that were kept, and their written reports."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from keepwell.adapters.proof_cards import ProofCardFiles
from keepwell.adapters.trigger_library import load_triggers
from keepwell.ports import KeptCard, KeptTrigger
from keepwell.runs.backtest_store import trigger_hash
from keepwell.vocabulary import Bilingual, NotFound
from keepwell.wiring.project import Project
from keepwell.wiring.proof_cards import project_cards

REPORTS = frozenset({".md", ".html", ".pdf", ".xlsx"})
NOT_THERE = "There is no such report card."


@dataclass(frozen=True, slots=True)
class TriggerLine:
    """A trigger with its cards by horizon; none where past days could not serve it, or not yet.

    `is_stale`: it was edited since, so that its cards are of another definition.
    """

    trigger: str
    title: Bilingual
    cards: tuple[KeptTrigger, ...]
    is_stale: bool


@dataclass(frozen=True, slots=True)
class ProofView:
    """All cards, the chosen one with all that was kept of it, triggers, names of its reports.

    `effects`: what plays did, as plain values; None where it was not judged yet.
    """

    cards: tuple[KeptCard, ...]
    chosen: KeptCard | None
    whole: Mapping[str, Any] | None
    triggers: tuple[TriggerLine, ...]
    reports: tuple[str, ...]
    effects: tuple[Mapping[str, Any], ...] | None


def proof_view(project: Project, card: str = "", days: int = 0) -> ProofView:
    """Return what is kept: by default the newest card. Errors: NotFound for one that is not."""
    store = project_cards(project)
    cards = _latest(store.cards())
    chosen = _chosen(cards, card, days)
    whole = _whole(store, chosen)
    found = _folder(project, whole)
    files = sorted(p.name for p in found.iterdir() if p.suffix in REPORTS) if found else []
    return ProofView(cards, chosen, whole, _triggers(project, store), tuple(files), store.effects())


def report_file(project: Project, card: str, days: int, name: str) -> Path:
    """Return a written report by its name. Errors: NotFound."""
    view = proof_view(project, card, days)
    folder = _folder(project, view.whole)
    if folder is None or name not in view.reports:
        raise NotFound("There is no such report.", cure="Run `keepwell proof` again.")
    return folder / name


def _latest(cards: tuple[KeptCard, ...]) -> tuple[KeptCard, ...]:
    """Return the newest version of each scorecard and horizon, by name and days."""
    newest: dict[tuple[str, int], KeptCard] = {}
    for card in cards:
        newest.setdefault((card.scorecard, card.horizon_days), card)
    return tuple(newest[key] for key in sorted(newest))


def _chosen(cards: tuple[KeptCard, ...], name: str, days: int) -> KeptCard | None:
    if not name and not days:
        return max(cards, key=lambda c: (c.made_at, -c.horizon_days), default=None)
    named = [c for c in cards if name in ("", c.scorecard)]
    found = [c for c in named if days in (0, c.horizon_days)]
    if not found:
        raise NotFound(NOT_THERE, cure="Choose one that the page lists.")
    return found[0]


def _whole(store: ProofCardFiles, card: KeptCard | None) -> Mapping[str, Any] | None:
    return None if card is None else store.whole(card.scorecard, card.version, card.horizon_days)


def _folder(project: Project, whole: Mapping[str, Any] | None) -> Path | None:
    """Return where the reports of a card were written; None outside of the project, or gone."""
    told = whole.get("reports") if whole else None
    if not told:
        return None
    folder = (project.layout.root / str(told)).resolve()
    return folder if folder.is_dir() and folder.is_relative_to(project.layout.root) else None


def _triggers(project: Project, store: ProofCardFiles) -> tuple[TriggerLine, ...]:
    defined, cards = load_triggers(project.layout.triggers), store.triggers()
    found = []
    for trigger in defined:
        mine = [c for c in cards if c.trigger == trigger.trigger]
        valid = tuple(c for c in mine if c.definition == trigger_hash(trigger))
        found.append(TriggerLine(trigger.trigger, trigger.title, valid, bool(mine) and not valid))
    return tuple(found)
