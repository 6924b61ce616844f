"""Charts: plain values into Vega-Lite specifications, one per language and theme. Draws nothing."""

from keepwell.reports.charts.concentration import Mark, concentration_chart
from keepwell.reports.charts.distribution import ScoreBin, distribution_chart
from keepwell.reports.charts.frame import Caption, in_both, in_narrow, in_themes
from keepwell.reports.charts.heat_map import HeatCell, HeatMap, heat_map_chart
from keepwell.reports.charts.tracking import TrackPoint, TrackWords, tracking_chart
from keepwell.reports.charts.value_boxes import ValueBox, value_boxes_chart
from keepwell.reports.charts.waterfall import Step, Waterfall, waterfall_chart

__all__ = [
    "Caption",
    "HeatCell",
    "HeatMap",
    "Mark",
    "ScoreBin",
    "Step",
    "TrackPoint",
    "TrackWords",
    "ValueBox",
    "Waterfall",
    "concentration_chart",
    "distribution_chart",
    "heat_map_chart",
    "in_both",
    "in_narrow",
    "in_themes",
    "tracking_chart",
    "value_boxes_chart",
    "waterfall_chart",
]
