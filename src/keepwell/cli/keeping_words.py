"""The words of backup, restore, verify and prune, in both languages."""

from keepwell.vocabulary import Bilingual, Lang

WORDS = {
    "backed_up": Bilingual("已备份到 {0}（{1:.1f} MiB）", "Backed up to {0} ({1:.1f} MiB)"),
    "holds": Bilingual(
        "状态 {0} 行，快照 {1} 份（最新 {2}），配置文件 {3} 个",
        "{0} rows of state, {1} snapshots (newest {2}), {3} files of configuration",
    ),
    "without_snapshot": Bilingual(
        "以下运行没有快照，备份中也没有：{0}",
        "These runs have no snapshot, and the backup has none of them either: {0}",
    ),
    "damaged": Bilingual(
        "以下运行的快照与写入时不符，备份中也是如此：{0}。请运行 keepwell verify 查看。",
        "The snapshots of these runs are not as they were written, and are in it so: {0}. "
        "`keepwell verify` names the files.",
    ),
    "imports_left_out": Bilingual(
        "源数据与导入不在备份中；恢复后运行 keepwell check 重新导入。",
        "The source's data and imports are not in it; after restoring run `keepwell check`.",
    ),
    "restored": Bilingual("已把 {0} 的备份恢复到 {1}", "Restored the backup of {0} into {1}"),
    "state_is_in": Bilingual("状态存放于 {0}", "The state is in {0}"),
    "restored_counts": Bilingual(
        "状态 {0} 行；新增快照 {1} 份，原有相同快照 {2} 份；写入配置文件 {3} 个",
        "{0} rows of state; {1} snapshots added, {2} were there; {3} files of configuration",
    ),
    "not_in_backup": Bilingual(
        "以下配置文件不在备份中，但仍然生效：{0}",
        "These files of configuration are not in the backup and still count: {0}",
    ),
    "pending": Bilingual(
        "{0} 条消息待发送。备份之后送达过的消息会以同一幂等键再发一次。",
        "{0} messages wait to be sent. Those that went out after the backup was made go out again, "
        "under the same keys.",
    ),
    "sound": Bilingual(
        "{0} 完好：状态 {1} 行，快照 {2} 份，最新 {3}。",
        "{0} is sound: {1} rows of state, {2} snapshots, the newest {3}.",
    ),
    "unsound": Bilingual("{0} 有 {1} 处问题：", "{0} does not hold together; faults: {1}"),
    "kind": Bilingual("部分", "part"),
    "what": Bilingual("问题", "fault"),
    "database": Bilingual("数据库", "database"),
    "audit": Bilingual("审计日志", "audit log"),
    "balance": Bilingual("预警账目", "account of alerts"),
    "snapshot": Bilingual("快照", "snapshot"),
    "no_policy": Bilingual(
        "keepwell.yml 没有 retention 设置：所有快照都保留。",
        "keepwell.yml has no `retention:`, so every snapshot stays.",
    ),
    "nothing_old": Bilingual("{0} 份快照全部保留。", "All {0} snapshots stay."),
    "would_go": Bilingual(
        "将删除 {0} 份快照（{2:.1f} MiB），保留 {1} 份；尚未删除任何内容。",
        "Snapshots that would go: {0} ({2:.1f} MiB); that stay: {1}. Nothing was removed.",
    ),
    "gone": Bilingual(
        "已删除 {0} 份快照（{2:.1f} MiB），保留 {1} 份；运行记录与审计日志不删除。",
        "Snapshots removed: {0} ({2:.1f} MiB); kept: {1}. Runs and audit log stay on record.",
    ),
    "run": Bilingual("运行", "run"),
    "as_of": Bilingual("截止日", "as of"),
    "verdict": Bilingual("处置", "verdict"),
    "why": Bilingual("原因", "why"),
    "stays": Bilingual("保留", "stays"),
    "goes": Bilingual("删除", "goes"),
    "last": Bilingual("最近一次运行或最新一天", "the last run, or of the newest day"),
    "referred": Bilingual("被未结事项引用", "something open refers to it"),
    "recent": Bilingual("近期", "recent"),
    "week": Bilingual("当周最后一份", "last of its week"),
    "month": Bilingual("当月最后一份", "last of its month"),
    "old": Bilingual("超出保留期", "older than the policy keeps"),
    "none": Bilingual("无", "none"),
}


def word(key: str, lang: Lang, *values: object) -> str:
    """Return a word or sentence in `lang`."""
    return WORDS[key].text(lang).format(*values)
