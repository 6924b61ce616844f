"""Words for the probability of leaving: given by the source, or by a model that was validated."""

from keepwell.reports.desk import Desk
from keepwell.reports.value.stand_ins import marked
from keepwell.reports.value.terms import MEASURES
from keepwell.vocabulary import Bilingual

MEASURE = "churn_probability"


def by_model(desk: Desk) -> bool:
    """Say whether a validated model serves the probability."""
    source = desk.subject.sources.get(MEASURE)
    return source is not None and source.kind == "model"


def measure_word(desk: Desk, measure: str) -> Bilingual:
    """Return the word of a compared measure, marked where it rests on a stand-in or a model."""
    if measure == MEASURE and by_model(desk):
        return Bilingual("离开概率（模型，已验证）", "probability of leaving (model, validated)")
    return marked(desk, MEASURES[measure], measure)


def leaving_mean(desk: Desk) -> Bilingual:
    """Return the head of the column of means by segment."""
    if by_model(desk):
        return Bilingual("离开概率（模型，已验证）", "leaving (model, validated)")
    return Bilingual("来源给出的离开概率（未验证）", "leaving, as given (not validated)")


def likely(desk: Desk) -> Bilingual:
    """Return the evidence of an account that the probability calls likely to leave."""
    if by_model(desk):
        return Bilingual("模型称可能离开", "likely to leave, says the model")
    return Bilingual("来源称可能离开", "likely to leave, says the source")


def likely_rule(desk: Desk) -> Bilingual:
    """Return the same as one condition of the struggle signal."""
    if by_model(desk):
        return Bilingual("模型称可能离开、", "likely to leave by the model, ")
    return Bilingual("来源称可能离开、", "likely to leave by the source, ")
