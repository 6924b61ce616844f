"""What alerts on plans, help requests and reviews are called; no trigger of a project may be."""

from collections.abc import Mapping

from keepwell.vocabulary import Bilingual

# The colon keeps these apart from triggers, whose names have none.
CARE_PREFIX = "plan:"
GATE_FAILED, HELP_CLIMBED, REVIEW_DUE = (
    f"{CARE_PREFIX}{name}" for name in ("gate_failed", "help_climbed", "review_due")
)
CARE_TITLES: Mapping[str, Bilingual] = {
    GATE_FAILED: Bilingual("成功计划的关口未通过", "Gate of a success plan not passed"),
    HELP_CLIMBED: Bilingual("求助逾期并升级", "Help request late and escalated"),
    REVIEW_DUE: Bilingual("业务回顾到期", "Business review due"),
}
