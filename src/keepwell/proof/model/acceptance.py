"""May the probability be used? Only when later days showed skill and a level that holds."""

from enum import StrEnum

from keepwell.proof.model.refusals import LEAST_EVENTS
from keepwell.proof.model.validation import Validation
from keepwell.vocabulary import Bilingual, Lang

# How far a probability may be off on average over its bins.
LARGEST_ECE = 0.05


class Doubt(StrEnum):
    """What keeps a probability from being validated."""

    NOT_BY_TIME = "not_by_time"
    TOO_FEW_TRIED = "too_few_tried"
    NO_SKILL = "no_skill"
    LEVEL_OFF = "level_off"
    NOT_CALIBRATED = "not_calibrated"


_WORDS = {
    Doubt.NOT_BY_TIME: Bilingual(
        zh="数据没有足够的过去日期，只做了分组交叉验证，没有在更晚的日期上检验。",
        en="The data have too few past days: it was cross-validated over accounts, not tried on "
        "later days.",
    ),
    Doubt.TOO_FEW_TRIED: Bilingual(
        zh="检验日期上只有 {left} 家客户流失，至少需要 {least} 家。",
        en="Only {left} accounts left on the days it was tried on; {least} are needed.",
    ),
    Doubt.NO_SKILL: Bilingual(
        zh="看不出它比“人人同一概率”更准（AUC {auc}，区间含 0.5；或 Brier 无改善）。",
        en="It shows no skill above one rate for everybody (AUC {auc}, or no smaller Brier score).",
    ),
    Doubt.LEVEL_OFF: Bilingual(
        zh="整体水平不符：平均预测 {predicted}，实际 {observed}。",
        en="Its level is off: {predicted} predicted on average, {observed} came.",
    ),
    Doubt.NOT_CALIBRATED: Bilingual(
        zh="校准误差 {ece} 超过上限 {largest}。",
        en="Its calibration error is {ece}, above the bound of {largest}.",
    ),
}


def doubts(found: Validation) -> tuple[Doubt, ...]:
    """Return what keeps a probability from being used; empty means validated."""
    told = []
    if not found.is_by_time:
        told.append(Doubt.NOT_BY_TIME)
    if found.left < LEAST_EVENTS:
        told.append(Doubt.TOO_FEW_TRIED)
    own = found.scorecard
    judged = own.calibration
    if judged is None or not own.auc.low > 0.5 or not judged.brier_gain.low > 0:
        told.append(Doubt.NO_SKILL)
    if judged is not None:
        if judged.is_level_off:
            told.append(Doubt.LEVEL_OFF)
        if judged.ece.value > LARGEST_ECE:
            told.append(Doubt.NOT_CALIBRATED)
    return tuple(told)


_SHORT = {
    Doubt.NOT_BY_TIME: Bilingual("没有在更晚的日期上检验。", "Not tried on later days."),
    Doubt.TOO_FEW_TRIED: Bilingual("检验日期上的流失太少。", "Too few left where it was tried."),
    Doubt.NO_SKILL: Bilingual("看不出预测能力。", "It shows no skill."),
    Doubt.LEVEL_OFF: Bilingual("整体水平不符。", "Its level is off."),
    Doubt.NOT_CALIBRATED: Bilingual("校准误差过大。", "Its calibration error is too large."),
}


def doubt_name(doubt: Doubt, lang: Lang) -> str:
    """Return a doubt in few words, without its numbers."""
    return _SHORT[doubt].text(lang)


def doubt_text(doubt: Doubt, found: Validation, lang: Lang) -> str:
    """Return a doubt as one sentence with its numbers."""
    judged = found.scorecard.calibration
    words = {"auc": f"{found.scorecard.auc.value:.3f}", "left": str(found.left)}
    words |= {"least": str(LEAST_EVENTS), "largest": f"{LARGEST_ECE:g}"}
    if judged is not None:
        words |= {
            "predicted": f"{100 * judged.mean_predicted:.1f} %",
            "observed": f"{100 * judged.mean_observed.value:.1f} %",
            "ece": f"{judged.ece.value:.3f}",
        }
    return _WORDS[doubt].text(lang).format(**words)
