"""Sources that say who left are held against each other; where they disagree is a finding."""

from keepwell.vocabulary import Action, Bilingual, FindingKind, Severity

LEFT_BUT_TERM_RUNS = FindingKind(
    "left_but_term_runs",
    Severity.WARNING,
    Action.WARNED,
    Bilingual(
        "{count} 家客户已有流失日期，但流失 {grace} 天之后仍有有效订阅；回测以流失日期为准。",
        "{count} accounts carry a day of leaving, yet a term of theirs runs on for more than "
        "{grace} days after it; the back-test takes the day of leaving.",
    ),
    Bilingual(
        "更正 churned_at，或补上订阅的结束日。", "Mend churned_at, or give those terms an end."
    ),
)
LEFT_BUT_ACTIVE = FindingKind(
    "left_but_active",
    Severity.WARNING,
    Action.WARNED,
    Bilingual(
        "{count} 家客户在流失日期 {grace} 天之后仍有 {rows} 记录。",
        "{count} accounts have rows of {rows} more than {grace} days after their day of leaving.",
    ),
    Bilingual(
        "核对流失日期；若客户已回归，请以新的账号记录。",
        "Check the day of leaving; a customer who came back needs an account of its own.",
    ),
)
STATUS_LEFT_UNDATED = FindingKind(
    "status_left_undated",
    Severity.WARNING,
    Action.WARNED,
    Bilingual(
        "{count} 家客户的 {source} 显示已流失（{words}），但没有流失日期，回测将其视为留存。",
        "{count} accounts have left by their {source} ({words}) but carry no day of leaving; the "
        "back-test takes them for staying.",
    ),
    Bilingual("映射并补全 accounts.churned_at。", "Map accounts.churned_at and fill it."),
)
DATED_BUT_STATUS_STAYS = FindingKind(
    "dated_but_status_stays",
    Severity.WARNING,
    Action.WARNED,
    Bilingual(
        "{count} 家客户已有流失日期，但 {source} 未显示流失（{words}）。",
        "{count} accounts carry a day of leaving, yet their {source} does not say so ({words}).",
    ),
    Bilingual("核对这些客户究竟是否流失。", "Check whether these accounts left."),
)
TERMS_OVER_UNDATED = FindingKind(
    "terms_over_undated",
    Severity.WARNING,
    Action.WARNED,
    Bilingual(
        "{count} 家客户的订阅都已结束 {grace} 天以上，但没有流失日期。",
        "{count} accounts have no term any more for over {grace} days, but carry no day of "
        "leaving.",
    ),
    Bilingual(
        "补上 churned_at，或改用 `proof.outcome: non_renewal`。",
        "Fill churned_at, or take `proof.outcome: non_renewal`.",
    ),
)
LABEL_UNDATED = FindingKind(
    "label_undated",
    Severity.WARNING,
    Action.WARNED,
    Bilingual(
        "标签 {column} 没有日期：{count} 家客户的分数与标签描述同一天，无法判断先后，"
        "也没有预警提前期。",
        "Label {column} carries no date: scores and labels of {count} accounts describe the same "
        "day, so that nothing says which came first, and there is no lead time.",
    ),
    Bilingual(
        "映射流失日期 accounts.churned_at 即可真正回测。",
        "Map accounts.churned_at for a true back-test.",
    ),
)
CONDITION_OF_TODAY = FindingKind(
    "condition_of_today",
    Severity.WARNING,
    Action.WARNED,
    Bilingual(
        "{count} 张评分卡的适用条件（{words}）使用只存现值的字段，回测按今天的值分配客户。",
        "The conditions of {count} scorecards rest on columns that hold present values only "
        "({words}); accounts are dealt out by today's values.",
    ),
    Bilingual(
        "用 --scorecard 让一张评分卡适用于全部客户。",
        "Replay one card for every account: --scorecard NAME.",
    ),
)
