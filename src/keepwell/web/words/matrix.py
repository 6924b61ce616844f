"""Words of the risk matrix."""

from keepwell.vocabulary import Bilingual as Both

MATRIX = {
    "matrix.what": Both("低分家数 / 有分家数，低分金额", "low accounts / scored accounts, low amount"),
    "matrix.top": Both("{industry}最集中：{low} 家低分，占 {share}；全部客户为 {all}。行按低分占比排列。",
                       "{industry} is the most concentrated: {low} low accounts, {share} against {all} of all. Rows by share."),
    "matrix.largest": Both("低分占比最大的是{industry}：{low} 家低分，占 {share}；全部客户为 {all}。还不能说它比别的行业差。行按低分占比排列。",
                           "{industry} has the largest share: {low} low accounts, {share} against {all} of all; not enough to call it worse than the others. Rows by share."),
    "matrix.none": Both("没有足够的客户可以比较。", "There are too few accounts to compare."),
    "matrix.interval": Both("低分占比 {share}，95% 区间 {low} 至 {high}", "low share {share}, 95% interval {low} to {high}"),
    "matrix.interval_short": Both("95% 区间 {low} 至 {high}", "95% interval {low} to {high}"),
    "matrix.empty": Both("没有客户", "no account"),
    "matrix.small": Both("样本小", "small"),
    "matrix.small_long": Both("样本小，不下结论", "a small sample: no conclusion"),
    "matrix.ramp": Both("低分占比", "Low share"),
    "matrix.hatched": Both("斜纹：少于 10 家，不着色", "hatched: fewer than 10, no colour"),
    "matrix.blank": Both("空白：没有客户", "blank: no account"),
    "matrix.cell": Both("所选格", "Chosen cell"),
    "matrix.any": Both("全部行业", "All industries"),
    "matrix.any_size": Both("全部规模", "all sizes"),
    "matrix.low_of": Both("{low} / {scored} 家低分", "{low} of {scored} are low"),
    "matrix.low_amount": Both("低分金额 {amount}", "{amount} in the low tier"),
    "matrix.accounts": Both("低分客户，按金额，前 {shown} / {total}", "Low accounts by amount, {shown} of {total}"),
    "matrix.open": Both("在客户列表打开", "Open in the list"),
}  # fmt: skip
