"""SQL for values that a source implies: won and closed from stage words, channel from type."""

from keepwell.intake.cleaning import word_list

_WON = r"(^|[^a-z])(closed[ _-]?won|won)([^a-z]|$)|赢单|成交|已签约|签约成功"
_LOST = r"(^|[^a-z])(closed[ _-]?lost|lost)([^a-z]|$)|输单|丢单|战败|流失"
_CHANNELS = (
    ("support", ("ticket", "case", "support", "incident", "工单", "客服", "售后")),
    (
        "sales",
        ("email", "e-mail", "call", "meeting", "task", "event", "demo", "visit", "phone",
         "电话", "拜访", "会议", "邮件", "演示", "任务"),
    ),
    ("marketing", ("campaign", "webinar", "newsletter", "form", "marketing", "活动", "市场")),
    ("product", ("login", "usage", "product", "session", "登录", "使用")),
    ("success", ("qbr", "onboarding", "training", "check-in", "培训", "回访", "上线")),
)  # fmt: skip


def derived_columns(table: str, mapped: frozenset[str]) -> dict[str, str]:
    """Return SQL over `p_*` for the columns that this table's other columns imply."""
    if table == "opportunities" and "stage" in mapped:
        won = f"regexp_matches(lower(p_stage), '{_WON}')"
        lost = f"regexp_matches(lower(p_stage), '{_LOST}')"
        words = {"is_won": won, "is_closed": f"({won} OR {lost})"}
        if "is_closed" in mapped and "is_won" not in mapped:
            words["is_won"] = f"({won} AND p_is_closed)"
        if "is_won" in mapped and "is_closed" not in mapped:
            words["is_closed"] = f"(coalesce(p_is_won, false) OR {won} OR {lost})"
        return {k: v for k, v in words.items() if k not in mapped}
    if table == "activities" and "type" in mapped and "channel" not in mapped:
        whens = " ".join(
            f"WHEN lower(p_type) IN ({word_list(words)}) THEN '{channel}'"
            for channel, words in _CHANNELS
        )
        return {"channel": f"CASE {whens} END"}
    return {}
