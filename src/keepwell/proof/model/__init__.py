"""Churn models: features and what came after become a calibrated, additive probability.

Reads no table and publishes nothing; refuses where too little happened.
"""

from keepwell.proof.frame import Days, Flags, Floats, Ints, Texts
from keepwell.proof.model.acceptance import Doubt, doubt_name, doubt_text, doubts
from keepwell.proof.model.additive import (
    AdditiveModel,
    FeaturePoints,
    Part,
    Reasons,
    health_points,
)
from keepwell.proof.model.bins import Bins, CategoryBins, NumberBins, PairBins, cut_bins
from keepwell.proof.model.challenger import BoostedTrees, Boosting, fit_challenger
from keepwell.proof.model.churn_sql import bin_counts_select, churn_select
from keepwell.proof.model.contract_clock import STEP_DAYS, ContractTerms
from keepwell.proof.model.curves import IsotonicCurve, PlattCurve, fit_isotonic, fit_platt
from keepwell.proof.model.drift import (
    FeatureDrift,
    counted_drift,
    feature_drift,
    stability_index,
    table_drift,
)
from keepwell.proof.model.features import ChurnSample, FeatureSpec, FeatureTable, Risk
from keepwell.proof.model.fit import FitSettings, FittedChurn, choose_bins, fit_churn
from keepwell.proof.model.fit_additive import BinnedRows, binned, fit_bins
from keepwell.proof.model.folds import is_by_time, splits_of, trial_splits
from keepwell.proof.model.labelled_card import SCORECARD, BinLine, LabelledCard, labelled_card
from keepwell.proof.model.published import PointsTable, PublishedChurn, shape_of
from keepwell.proof.model.published_survival import Gap, PublishedSurvival
from keepwell.proof.model.refusals import EVENTS_PER_PARAMETER, LEAST_EVENTS, TooFewEvents
from keepwell.proof.model.survival import (
    PLACE,
    Spells,
    SurvivalModel,
    fit_places,
    fit_survival,
)
from keepwell.proof.model.survival_trial import SurvivalTrial, step_settings, try_survival
from keepwell.proof.model.validation import Judged, Validation, validate_churn
from keepwell.proof.odds import probability

__all__ = [
    "EVENTS_PER_PARAMETER",
    "LEAST_EVENTS",
    "PLACE",
    "SCORECARD",
    "STEP_DAYS",
    "AdditiveModel",
    "BinLine",
    "BinnedRows",
    "Bins",
    "BoostedTrees",
    "Boosting",
    "CategoryBins",
    "ChurnSample",
    "ContractTerms",
    "Days",
    "Doubt",
    "FeatureDrift",
    "FeaturePoints",
    "FeatureSpec",
    "FeatureTable",
    "FitSettings",
    "FittedChurn",
    "Flags",
    "Floats",
    "Gap",
    "Ints",
    "IsotonicCurve",
    "Judged",
    "LabelledCard",
    "NumberBins",
    "PairBins",
    "Part",
    "PlattCurve",
    "PointsTable",
    "PublishedChurn",
    "PublishedSurvival",
    "Reasons",
    "Risk",
    "Spells",
    "SurvivalModel",
    "SurvivalTrial",
    "Texts",
    "TooFewEvents",
    "Validation",
    "bin_counts_select",
    "binned",
    "choose_bins",
    "churn_select",
    "counted_drift",
    "cut_bins",
    "doubt_name",
    "doubt_text",
    "doubts",
    "feature_drift",
    "fit_bins",
    "fit_challenger",
    "fit_churn",
    "fit_isotonic",
    "fit_places",
    "fit_platt",
    "fit_survival",
    "health_points",
    "is_by_time",
    "labelled_card",
    "probability",
    "shape_of",
    "splits_of",
    "stability_index",
    "step_settings",
    "table_drift",
    "trial_splits",
    "try_survival",
    "validate_churn",
]
