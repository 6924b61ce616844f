"""Churn models: features and what came after become a calibrated, additive probability.

Reads no table and publishes nothing; refuses where too little happened.
"""

from keepwell.proof.model.additive import (
    AdditiveModel,
    FeaturePoints,
    Part,
    Reasons,
    health_points,
    probability,
)
from keepwell.proof.model.bins import Bins, CategoryBins, NumberBins, PairBins, cut_bins
from keepwell.proof.model.challenger import BoostedTrees, Boosting, fit_challenger
from keepwell.proof.model.churn_sql import churn_select
from keepwell.proof.model.curves import IsotonicCurve, PlattCurve, fit_isotonic, fit_platt
from keepwell.proof.model.drift import FeatureDrift, feature_drift, stability_index
from keepwell.proof.model.features import ChurnSample, FeatureSpec, FeatureTable, Risk
from keepwell.proof.model.fit import FitSettings, FittedChurn, choose_bins, fit_churn
from keepwell.proof.model.fit_additive import BinnedRows, binned, fit_bins
from keepwell.proof.model.folds import is_by_time, splits_of
from keepwell.proof.model.published import PointsTable, PublishedChurn, shape_of
from keepwell.proof.model.refusals import EVENTS_PER_PARAMETER, LEAST_EVENTS, TooFewEvents
from keepwell.proof.model.survival import Spells, SurvivalModel, fit_survival

__all__ = [
    "EVENTS_PER_PARAMETER",
    "LEAST_EVENTS",
    "AdditiveModel",
    "BinnedRows",
    "Bins",
    "BoostedTrees",
    "Boosting",
    "CategoryBins",
    "ChurnSample",
    "FeatureDrift",
    "FeaturePoints",
    "FeatureSpec",
    "FeatureTable",
    "FitSettings",
    "FittedChurn",
    "IsotonicCurve",
    "NumberBins",
    "PairBins",
    "Part",
    "PlattCurve",
    "PointsTable",
    "PublishedChurn",
    "Reasons",
    "Risk",
    "Spells",
    "SurvivalModel",
    "TooFewEvents",
    "binned",
    "choose_bins",
    "churn_select",
    "cut_bins",
    "feature_drift",
    "fit_bins",
    "fit_challenger",
    "fit_churn",
    "fit_isotonic",
    "fit_platt",
    "fit_survival",
    "health_points",
    "is_by_time",
    "probability",
    "shape_of",
    "splits_of",
    "stability_index",
]
