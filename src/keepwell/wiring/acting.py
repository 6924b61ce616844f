"""People's work with its adapters: the team, the library, everybody's work week."""

from keepwell.actions import PlayBook, WorkWeek, WorkWeeks
from keepwell.adapters.configuration_files import load_scorecards
from keepwell.adapters.delivery_file import load_delivery
from keepwell.adapters.playbook_library import load_library
from keepwell.adapters.state import SqlActionStore, SqlJourneyStore, SqlStateStore
from keepwell.adapters.team_file import load_team
from keepwell.config import Config
from keepwell.messages import DeliverySettings, Quiet
from keepwell.playbooks import card_lines, positions
from keepwell.runs.act import Acting
from keepwell.runs.hold_out import Lots, rescue_plays
from keepwell.runs.layout import ProjectLayout


def acting_of(layout: ProjectLayout, config: Config, state: SqlStateStore) -> Acting:
    """Return what people's work needs. Errors: ConfigInvalid for team.yml, cards or playbooks."""
    library = load_library(layout.playbooks)
    cards, used = load_scorecards(layout.root), {u.scorecard for u in config.scorecards}
    places = positions(card_lines(card for name, card in cards.items() if name in used))
    rescues = rescue_plays(library)
    plays = [p.play for p in library.plays if p.play not in rescues]
    team = load_team(layout.team, library.roles, [a.id for a in library.actions], plays)
    weeks = work_weeks(load_delivery(layout.delivery))
    shares = {h.play: h.share for h in team.holdouts}
    lots = Lots(SqlJourneyStore(state), shares, rescues) if shares else None
    return Acting(SqlActionStore(state), team, library, PlayBook(library, weeks, places), lots)


def work_weeks(settings: DeliverySettings) -> WorkWeeks:
    """Return the work weeks of delivery.yml: days off and holidays, each person's own first."""
    own = {p.person: _week(p.quiet) for p in settings.people if p.quiet is not None}
    return WorkWeeks(_week(settings.defaults.quiet), own)


def _week(quiet: Quiet) -> WorkWeek:
    return WorkWeek(tuple(quiet.days_off), tuple(quiet.holidays))
