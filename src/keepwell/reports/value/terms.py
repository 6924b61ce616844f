"""Words of the value chapters for codes: sources, amounts, reasons, groups, tiers, buckets."""

from keepwell.reports.terms import clean
from keepwell.reports.text import Data
from keepwell.vocabulary import Bilingual

ITEMS = {
    "rfm": Bilingual("近度 R、频度 F", "recency R, frequency F"),
    "money": Bilingual("金额 M", "money M"),
    "amount": Bilingual("价值金额（决定层级与分组）", "value amount (decides tiers and groups)"),
    "tier": Bilingual("价值层级", "value tier"),
    "segment": Bilingual("分群", "segment"),
    "consistency": Bilingual("参与一致性", "engagement consistency"),
    "time": Bilingual("时间效率", "time efficiency"),
    "inactivity": Bilingual("不活跃比例", "inactivity ratio"),
    "index": Bilingual("综合指数", "composite index"),
    "growth": Bilingual("使用增长", "growth in use"),
    "breadth": Bilingual("使用广度", "breadth of use"),
}
BASES = {
    "given": Bilingual("来源给出，未经验证", "given by the source, not validated"),
    "transactions": Bilingual("交易", "transactions"),
    "opportunities": Bilingual("赢单商机", "won opportunities"),
    "activity": Bilingual("活动记录", "activities"),
    "activity_stand_in": Bilingual("代替活动的记录", "what stands in for activities"),
    "activities": Bilingual("活动记录", "activities"),
    "frequency": Bilingual("频度 F", "frequency F"),
    "purchases": Bilingual("购买记录", "purchases"),
    "rank": Bilingual("按价值排序切分", "cut from the value order"),
    "map": Bilingual("分群表（125 种组合）", "the segment map (125 combinations)"),
    "weights": Bilingual("按配置的权重", "the configured weights"),
    "weights_without_health": Bilingual(
        "按配置的权重，健康分除外", "the configured weights, without the health score"
    ),
    "fitted": Bilingual("拟合的生命周期价值", "fitted lifetime value"),
    "stages": Bilingual(
        "各环节（市场、销售、服务）的活动", "activities by stage (marketing, sales, service)"
    ),
    "rfm_variance": Bilingual("1 /（1 + R、F、M 的方差）", "1 / (1 + variance of R, F, M)"),
    "segment_label": Bilingual("分群名对应的声明值", "the declared number of the segment's name"),
    "value_velocity": Bilingual("每月龄的价值金额", "value per month of age"),
    "missing": Bilingual("无数据", "no data"),
    "usage_trend": Bilingual("使用趋势", "usage trend"),
    "activity_trend": Bilingual("活动趋势", "activity trend"),
    "feature_adoption_depth": Bilingual("功能采用深度", "feature adoption depth"),
    "active_channels": Bilingual("活跃渠道数", "active channels"),
}
AMOUNTS = {
    "estimated_customer_ltv": Bilingual(
        "来源给出的客户终身价值（未经验证）", "lifetime value as given (not validated)"
    ),
    "purchases_to_date": Bilingual("累计购买金额", "purchases to date"),
    "current_arr_amount": Bilingual("当前 ARR", "current ARR"),
    "current_mrr_amount": Bilingual("当前 MRR", "current MRR"),
    "base_amount": Bilingual(
        "贡献基数：成交与商机加权，不含健康分",
        "contribution base: won and pipeline amounts, without the score",
    ),
    "total_won_amount": Bilingual("累计赢单金额", "won amount to date"),
    "current_pipeline_amount": Bilingual("在手商机金额", "open pipeline"),
    "missing": Bilingual("无数据", "no data"),
}
COSTS = {
    ("rfm", "activity"): Bilingual(
        "代理：不是购买；忙而不买的客户会显得好",
        "stand-in: no purchases; a busy account that buys nothing looks good",
    ),
    ("money", "*"): Bilingual(
        "代理：不是购买金额，M 与价值金额同源",
        "stand-in: no purchase amounts; M and the value amount share a source",
    ),
    ("consistency", "rfm_variance"): Bilingual(
        "代理：只说三项得分是否均衡；含金额，不作证据",
        "stand-in: tells only whether the three scores are even; it holds money and is no evidence",
    ),
    ("consistency", "segment_label"): Bilingual(
        "代理：同一分群的客户无差别", "stand-in: all accounts of a segment look alike"
    ),
    ("consistency", "missing"): Bilingual("无法计算", "cannot be computed"),
    ("time", "value_velocity"): Bilingual(
        "代理：说的是价值快慢，不是环节衔接", "stand-in: tells the pace of value, not of the stages"
    ),
    ("time", "missing"): Bilingual("无法计算", "cannot be computed"),
    ("inactivity", "purchases"): Bilingual(
        "代理：只见购买，不见其他活动", "stand-in: sees purchases, no other activity"
    ),
    ("growth", "activity_trend"): Bilingual(
        "代理：活动增长不等于使用增长", "stand-in: more contact is not more use"
    ),
    ("breadth", "active_channels"): Bilingual(
        "代理：渠道数不等于功能数", "stand-in: channels are not features"
    ),
    ("amount", "missing"): Bilingual(
        "没有金额：无层级、无分组、无法比较", "no amount: no tiers, no groups, no comparison"
    ),
    ("rfm", "missing"): Bilingual("无法计算", "cannot be computed"),
    ("money", "missing"): Bilingual("M 由 F 代替", "F stands in for M"),
    ("growth", "missing"): Bilingual("无法判断增长", "growth cannot be told"),
    ("breadth", "missing"): Bilingual("无法判断广度", "breadth cannot be told"),
    ("amount", "fitted"): Bilingual(
        "由历史推算的预期：均值较准，单个客户波动大；两组的参与度若出自同一批购买，不能比较",
        "an expectation from the history: sure in the mean, single accounts scatter; engagement "
        "from the same purchases cannot be compared between groups that it makes",
    ),
    ("index", "weights_without_health"): Bilingual(
        "健康分不含行为数据（只有金额与规模，或没有分数），不计入指数",
        "the health score holds no behaviour (amounts and size alone, or no score) and is left out",
    ),
    ("amount", "estimated_customer_ltv"): Bilingual(
        "来源的模型未知，只用其排序", "its model is unknown; only its order is used"
    ),
}
REASONS = {
    "unmapped": Bilingual("未提供", "not provided"),
    "no_rows": Bilingual("表内没有可用的行", "no usable row"),
    "billing": Bilingual(
        "有订阅：购买随合同节奏，只反映出账日与续约日",
        "there are subscriptions: purchases follow the contract and tell billing and renewal days",
    ),
    "from_money": Bilingual("缺失，由 M 代替", "missing, M stands in"),
    "not_asked": Bilingual("配置未采用", "not asked for"),
    "refused": Bilingual("拟合不成立，见生命周期价值", "refused, see lifetime value"),
    "doubtful": Bilingual("存疑，见生命周期价值", "doubtful, see lifetime value"),
    "untracked": Bilingual("没有留出检验", "no holdout test"),
    "missed": Bilingual("留出检验相差超过四分之一", "missed its holdout by more than a quarter"),
}
GROUPS = {
    "high_value": Bilingual("高价值", "high value"),
    "mass_value": Bilingual("大众价值", "mass value"),
    "overlap": Bilingual("两组重叠", "in both"),
    "rest": Bilingual("不属两组", "in neither"),
}
TIERS = {
    "platinum": Bilingual("铂金", "Platinum"),
    "gold": Bilingual("黄金", "Gold"),
    "silver": Bilingual("白银", "Silver"),
    "bronze": Bilingual("青铜", "Bronze"),
    "basic": Bilingual("基础", "Basic"),
    "unknown": Bilingual("未知", "unknown"),
}
MEASURES = {
    "engagement": Bilingual("参与度（不含金额）", "engagement (holds no amount)"),
    "engagement_consistency": Bilingual("参与一致性", "engagement consistency"),
    "r_score": Bilingual("R 分", "R score"),
    "f_score": Bilingual("F 分", "F score"),
    "m_score": Bilingual("M 分", "M score"),
    "composite_index": Bilingual("综合指数", "composite index"),
    "days_inactive": Bilingual("未活动天数", "days inactive"),
    "inactivity_ratio": Bilingual("不活跃比例", "inactivity ratio"),
    "age_days": Bilingual("客龄（天）", "age, days"),
    "score": Bilingual("健康分", "health score"),
    "churn_probability": Bilingual("来源给出的离开概率", "probability of leaving, as given"),
}
SCOPES = {
    "size": Bilingual("规模", "size"),
    "age": Bilingual("客龄", "age"),
    "imbalance": Bilingual("金额失衡", "imbalance"),
    "top": Bilingual("改用前若干比例为高价值", "another top share as high value"),
}
BUCKETS = {
    "under_365": Bilingual("不满 1 年", "under 1 year"),
    "under_1095": Bilingual("1 至 3 年", "1 to 3 years"),
    "from_1095": Bilingual("3 年起", "3 years and over"),
    "age_under_90": Bilingual("不满 90 天", "under 90 days"),
    "age_under_365": Bilingual("90 天至 1 年", "90 days to 1 year"),
    "age_under_1095": Bilingual("1 至 3 年", "1 to 3 years"),
    "age_from_1095": Bilingual("3 年起", "3 years and over"),
    "value_far_ahead": Bilingual("金额远超参与", "money far ahead"),
    "value_ahead": Bilingual("金额超前", "money ahead"),
    "balanced": Bilingual("均衡", "balanced"),
    "engagement_ahead": Bilingual("参与超前", "engagement ahead"),
    "engagement_far_ahead": Bilingual("参与远超金额", "engagement far ahead"),
    "0.1": Bilingual("前 10 %", "top 10 %"),
    "0.3": Bilingual("前 30 %", "top 30 %"),
    "unknown": Bilingual("未知", "unknown"),
}
MODELS = {
    "high_touch": Bilingual("高接触", "high touch"),
    "value_deepening": Bilingual("价值深化", "value deepening"),
    "automated": Bilingual("自动化", "automated"),
    "unassigned": Bilingual("未归类", "unassigned"),
}
EVIDENCE = {
    "has_reopened_tickets": Bilingual("工单重开", "tickets reopened"),
    "has_failed_payments": Bilingual("付款失败", "failed payments"),
    "has_falling_use": Bilingual("使用减少而联系增多", "use down while contacts rise"),
    "has_negative_survey": Bilingual("调研负面", "negative survey"),
}
WHY_SELL = {
    "is_growing": Bilingual("使用增长", "growing use"),
    "is_broad": Bilingual("广度居同规模前四分之一", "breadth in the top quarter of its size"),
    "is_high_value": Bilingual("价值居同规模前四分之一", "value in the top quarter of its size"),
    "is_narrow": Bilingual("广度不到同规模中位数", "breadth below the median of its size"),
}
KINDS = {
    "upgrade": Bilingual("小型客户升级", "upgrade (Small Business)"),
    "upsell": Bilingual("增购", "upsell"),
    "cross_sell": Bilingual("交叉销售", "cross-sell"),
}
UNKNOWN_SEGMENT = Bilingual("未知", "unknown")


def word(words: dict[str, Bilingual], code: str) -> Bilingual | Data:
    """Return the words of a code; a value of the user's own stays data."""
    return words.get(code) or clean(code)
