"""The effect of plays with its adapters: state, snapshots, playbooks, team.yml."""

from collections.abc import Sequence

from keepwell.adapters.journey_library import load_journeys
from keepwell.adapters.plan_library import load_plan_book
from keepwell.adapters.playbook_library import load_library
from keepwell.adapters.state.effect_reading import SqlEffectReader
from keepwell.adapters.team_file import load_team
from keepwell.playbooks import STRATEGY_LABELS, Library
from keepwell.runs.effect import OTHERS, Declared, EffectWish, EffectWork, SubjectEffect
from keepwell.runs.effect_history import SnapshotHistory
from keepwell.runs.hold_out import rescue_plays
from keepwell.vocabulary import Bilingual
from keepwell.wiring.project import Project


def effects_of(project: Project, name: str | None, wish: EffectWish) -> tuple[SubjectEffect, ...]:
    """Return the effects of one play, journey, plan or playbook, or of all that ever ran.

    Errors: NotFound without a snapshot, or for a name that never ran.
    """
    project.current()
    library = load_library(project.layout.playbooks)
    declared = _declared(project, library)
    with project.reader() as engine:
        history = SnapshotHistory(engine, project.snapshots, project.state.runs())
        reader = SqlEffectReader(project.state)
        titles = _titles(project, library)
        work = EffectWork(reader, history, wish, declared, _books(library), titles)
        if name is not None:
            return (work.of(work.named(name)),)
        return tuple(work.of(subject) for subject in work.subjects())


def _books(library: Library) -> dict[str, Sequence[str]]:
    """Return the plays of each strategy's playbooks, by subject."""
    found: dict[str, dict[str, None]] = {}
    for book in library.playbooks:
        plays = found.setdefault(f"playbook:{book.strategy}", {})
        plays.update(dict.fromkeys(a.play for a in book.actions))
    return {subject: tuple(plays) for subject, plays in found.items()}


def _titles(project: Project, library: Library) -> dict[str, Bilingual]:
    """Return what plays, journeys, plans and playbooks are called, by subject."""
    journeys = load_journeys(project.layout.journeys, project.layout.content).journeys
    plans = load_plan_book(project.layout.plans, library).templates
    return {
        **{f"play:{p.play}": p.title for p in library.plays},
        **{f"journey:{j.journey}": j.title for j in journeys},
        **{f"plan:{t.template}": t.title for t in plans},
        **{f"playbook:{strategy}": title for strategy, title in STRATEGY_LABELS.items()},
    }


def _declared(project: Project, library: Library) -> dict[str, Declared]:
    rescues = rescue_plays(library)
    plays = [p.play for p in library.plays if p.play not in rescues]
    actions = [a.id for a in library.actions]
    team = load_team(project.layout.team, library.roles, actions, plays)
    found = {c.subject: Declared(c.hours, c.amount, team.hour_amount) for c in team.costs}
    return {OTHERS: Declared(hour_amount=team.hour_amount)} | found
