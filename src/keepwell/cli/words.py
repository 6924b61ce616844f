"""The words of the command line that people read, in both languages."""

from keepwell.vocabulary import TIER_LABELS, Bilingual, Lang

WORDS = {
    "tables": Bilingual("识别到的数据表", "Tables that were recognised"),
    "columns": Bilingual("列的映射", "Columns"),
    "not_mapped": Bilingual("没有映射的列", "Columns that were not mapped"),
    "to_fill": Bilingual("需要填写", "To fill in"),
    "to_check": Bilingual("可能需要确认", "You may want to check"),
    "warnings": Bilingual("提醒", "Warnings"),
    "written": Bilingual("已写入", "Written"),
    "next": Bilingual("下一步", "Next"),
    "rows": Bilingual("行的去向", "Where the rows went"),
    "table": Bilingual("表", "table"),
    "day_rows": Bilingual("当日行数", "rows of the day"),
    "removed": Bilingual("已移除", "removed"),
    "in": Bilingual("读入", "rows in"),
    "taken": Bilingual("接受", "accepted"),
    "merged": Bilingual("合并", "merged"),
    "quarantined": Bilingual("隔离", "quarantined"),
    "findings": Bilingual("检查发现", "Findings"),
    "no_findings": Bilingual("没有发现问题。", "Nothing was found wrong."),
    "accepted": Bilingual("数据已接受。", "The data was accepted."),
    "refused": Bilingual(
        "数据未被接受；上一份快照保持不变。",
        "The data was not accepted; the last good snapshot stays.",
    ),
    "as_of": Bilingual("截止日", "as of"),
    "accounts": Bilingual("客户", "accounts"),
    "excluded": Bilingual("排除", "excluded"),
    "scorecard": Bilingual("评分卡", "scorecard"),
    "snapshot": Bilingual("快照", "snapshot"),
    "unchanged": Bilingual(
        "输入没有变化：沿用已有的快照。", "The inputs are unchanged: the snapshot stays."
    ),
    "used": Bilingual(
        "内存峰值：引擎 {0} MiB（上限 {1}），进程 {2} MiB；溢出到磁盘 {3} MiB",
        "Peak memory: engine {0} of {1} MiB, process {2} MiB; spilled to disk {3} MiB",
    ),
    "used_elsewhere": Bilingual(
        "本进程内存峰值 {0} MiB；引擎所用不在此计。",
        "Peak memory of this process: {0} MiB; what the engine used is not counted here.",
    ),
    "score": Bilingual("健康分", "health score"),
    "tier": Bilingual("分段", "tier"),
    "coverage": Bilingual("覆盖率", "coverage"),
    "measure": Bilingual("指标", "measure"),
    "value": Bilingual("值", "value"),
    "points": Bilingual("得分", "points"),
    "of": Bilingual("满分", "of"),
    "peers": Bilingual("同规模中位", "peer median"),
    "lift": Bilingual("怎样提高到下一分段", "What would lift it to the next tier"),
    "change": Bilingual("与上一份快照相比", "Change since the last snapshot"),
    "changes": Bilingual("分数变化 {0} 家，分段变化 {1} 家", "{0} scores change, {1} tiers change"),
    "moves": Bilingual("分段变化", "Moves between tiers"),
    "movers": Bilingual("变化的客户（按贡献排序）", "Accounts that move, by contribution"),
    "amount": Bilingual("贡献", "contribution"),
    "before": Bilingual("之前", "before"),
    "after": Bilingual("之后", "after"),
    "reason": Bilingual("主要原因（分）", "main reason (points)"),
    "name": Bilingual("名称", "name"),
    "share": Bilingual("占比", "share"),
    "report": Bilingual("报告", "report"),
    "unknown": Bilingual("未知", "unknown"),
    "never": Bilingual("从未", "never"),
    "replayed": Bilingual(
        "重放隔离区：试了 {0} 行，放回 {1} 行，仍有 {2} 行。",
        "Replay: {0} rows tried, {1} released, {2} remain.",
    ),
    "squashed": Bilingual(
        "这些指标被一个极大值压扁，几乎不区分客户：{0}",
        "Squashed by a giant value, so they hardly tell accounts apart: {0}",
    ),
}


def word(key: str, lang: Lang, *values: object) -> str:
    """Return a word or sentence in `lang`."""
    return WORDS[key].text(lang).format(*values)


def tier_word(tier: str, lang: Lang) -> str:
    """Return a tier's name; a tier of the user's own stays as it is."""
    return TIER_LABELS[tier].text(lang) if tier in TIER_LABELS else tier
