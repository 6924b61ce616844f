"""Playbooks: turns numbers per tier x size into strategies with owner, cadence, KPI and staffing.

Also the materials of each play. It reads no file and sends nothing: adapters load the library,
runs ask the engine for the rows of `cell_queries`.
"""

from keepwell.playbooks.cells import CellAction, PointsLost, StrategyCell, strategy_cells
from keepwell.playbooks.cuts import Cut, CutPlan, cut_to
from keepwell.playbooks.handbook import LIBRARY_HEADING, library_page
from keepwell.playbooks.materials import play_materials, render_material
from keepwell.playbooks.models import (
    SIZES,
    TIERS,
    Action,
    Agenda,
    Kpi,
    Library,
    Mail,
    Play,
    Playbook,
)
from keepwell.playbooks.overlay import Place, Placed, build_library
from keepwell.playbooks.placeholders import INTERNAL_ONLY, PLACEHOLDERS, fill, placeholders_in
from keepwell.playbooks.queries import cell_queries, columns_of, condition_sql
from keepwell.playbooks.running import steps_of
from keepwell.playbooks.staffing import (
    HOURS_PER_PERSON_MONTH,
    HOURS_TO_VERIFY,
    LIFT_LABEL,
    Lift,
    RankedCell,
    Staffing,
    StaffingRow,
    lift_scenario,
    rank_cells,
    staffing,
    total_lift,
)
from keepwell.playbooks.steps import PlayExit, Step, StepCheck
from keepwell.playbooks.targets import STATE_WORDS, KpiReading, Statistic, read_kpi, state_words
from keepwell.playbooks.tiers import CardLines, card_lines, positions
from keepwell.playbooks.value_overlay import VALUE_COLUMNS, build_value_strategies
from keepwell.playbooks.value_strategies import (
    QBR_HOURS,
    KpiNow,
    StrategyNow,
    ValueKpi,
    ValueStrategies,
    ValueStrategy,
    strategy_now,
)
from keepwell.playbooks.words import (
    BY_POSITION,
    EMPTY_CELL,
    NO_PLAYBOOK,
    NOBODY_NOW,
    OTHER_SIZES,
    STRATEGY_LABELS,
    condition_columns,
    portfolio_columns,
)

__all__ = [
    "BY_POSITION",
    "EMPTY_CELL",
    "HOURS_PER_PERSON_MONTH",
    "HOURS_TO_VERIFY",
    "INTERNAL_ONLY",
    "LIBRARY_HEADING",
    "LIFT_LABEL",
    "NOBODY_NOW",
    "NO_PLAYBOOK",
    "OTHER_SIZES",
    "PLACEHOLDERS",
    "QBR_HOURS",
    "SIZES",
    "STATE_WORDS",
    "STRATEGY_LABELS",
    "TIERS",
    "VALUE_COLUMNS",
    "Action",
    "Agenda",
    "CardLines",
    "CellAction",
    "Cut",
    "CutPlan",
    "Kpi",
    "KpiNow",
    "KpiReading",
    "Library",
    "Lift",
    "Mail",
    "Place",
    "Placed",
    "Play",
    "PlayExit",
    "Playbook",
    "PointsLost",
    "RankedCell",
    "Staffing",
    "StaffingRow",
    "Statistic",
    "Step",
    "StepCheck",
    "StrategyCell",
    "StrategyNow",
    "ValueKpi",
    "ValueStrategies",
    "ValueStrategy",
    "build_library",
    "build_value_strategies",
    "card_lines",
    "cell_queries",
    "columns_of",
    "condition_columns",
    "condition_sql",
    "cut_to",
    "fill",
    "library_page",
    "lift_scenario",
    "placeholders_in",
    "play_materials",
    "portfolio_columns",
    "positions",
    "rank_cells",
    "read_kpi",
    "render_material",
    "staffing",
    "state_words",
    "steps_of",
    "strategy_cells",
    "strategy_now",
    "total_lift",
]
