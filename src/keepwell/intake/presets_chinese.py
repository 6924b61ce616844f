"""Chinese headers that stand for canonical columns; order within a line is preference."""

from keepwell.intake.presets_names import Names

_ACCOUNT_ID = (
    "客户编号 客户ID 客户编码 客户代码 客户号 客户号码 客户代号 公司编号 公司ID 公司编码 公司代码 "
    "企业编号 企业ID 企业编码 企业代码"
)
_NAMED = "客户 客户名称 公司名称 企业名称 客户简称"
_ACCOUNT_NAMED = f"{_ACCOUNT_ID} {_NAMED}"
_CURRENCY = "币种 货币 结算币种"

CHINESE: Names = {
    "accounts": {
        "account_id": f"{_ACCOUNT_ID} 编号 编码 代码 ID {_NAMED}",
        "name": "客户名称 公司名称 企业名称 客户全称 客户简称 名称 客户",
        "industry": "所属行业 行业 行业分类 客户行业 行业类别",
        "account_size_segment": "客户规模 企业规模 公司规模 规模 客户规模分类 规模等级",
        "number_of_employees": "员工人数 员工数 员工数量 人员规模 公司人数 人数 员工规模",
        "annual_revenue": "年营收 年营业额 年收入 年销售额 营业收入 年度营收 年营业收入",
        "currency": _CURRENCY,
        "region": "所在地区 地区 区域 所属区域 大区 省份 国家 城市",
        "owner_id": "负责人 客户负责人 所有人 客户所有人 销售负责人 归属人 跟进人 销售",
        "csm_id": "客户成功经理 客户成功负责人 CSM 客户成功 客户经理",
        "created_at": "创建日期 创建时间 建档日期 建档时间 录入日期 录入时间",
        "customer_since": (
            "成为客户日期 成交日期 首次成交日期 合作开始日期 合作日期 签约日期 首次签约日期 "
            "首单日期 首次购买日期"
        ),
        "csm_pulse": "客户经理评分 客户成功经理评分 客户经理打分 CSM评分",
        "lifecycle_stage": "生命周期阶段 客户阶段 生命周期 客户生命周期",
        "status": "客户状态 状态 合作状态",
        "churned_at": "流失日期 流失时间 终止日期",
        "parent_account_id": "上级客户编号 母公司编号 所属集团编号 上级客户 母公司 集团编号",
        "is_test": "是否测试 测试客户 是否测试客户",
    },
    "contacts": {
        "contact_id": "联系人编号 联系人ID 联系人编码 编号 编码 代码 ID",
        "account_id": f"{_ACCOUNT_NAMED} 所属客户 所属公司",
        "name": "联系人姓名 姓名 联系人 联系人名称",
        "email": "邮箱 电子邮箱 邮件 电子邮件 邮箱地址 Email E-mail",
        "title": "职位 职务 岗位 头衔",
        "role": "角色 决策角色 联系人角色 关键角色",
        "is_active": "是否在职 是否有效 在职",
        "created_at": "创建日期 创建时间 录入日期 录入时间",
    },
    "activities": {
        "activity_id": "跟进编号 跟进ID 记录编号 活动编号 拜访编号 编号 编码 代码 ID",
        "account_id": f"{_ACCOUNT_NAMED} 所属客户",
        "contact_id": "联系人编号 联系人ID 联系人",
        "type": "跟进方式 跟进类型 活动类型 拜访方式 沟通方式 联系方式 互动类型 类型",
        "channel": "渠道 触达渠道",
        "occurred_at": (
            "跟进时间 跟进日期 活动时间 活动日期 拜访时间 拜访日期 "
            "沟通时间 发生时间 联系时间 日期 时间"
        ),
        "outcome": "跟进结果 结果 沟通结果 拜访结果",
    },
    "opportunities": {
        "opportunity_id": "商机编号 商机ID 机会编号 销售机会编号 编号 编码 代码 ID",
        "account_id": f"{_ACCOUNT_NAMED} 所属客户",
        "stage": "商机阶段 销售阶段 阶段 商机状态 机会阶段",
        "amount": "商机金额 预计金额 预计成交金额 预计销售金额 金额",
        "currency": _CURRENCY,
        "probability": "赢率 成交概率 赢单概率 可能性 成功率 概率",
        "created_at": "创建时间 创建日期 商机创建时间 商机创建日期 立项日期",
        "close_date": (
            "结单日期 实际成交日期 成交日期 关闭日期 预计成交日期 预计结单日期 预计签约日期"
        ),
        "is_won": "是否赢单 是否成交",
        "is_closed": "是否关闭 是否结单",
        "type": "商机类型 业务类型 类型",
    },
    "transactions": {
        "transaction_id": (
            "订单编号 订单号 交易编号 合同编号 合同号 回款编号 流水号 单号 编号 编码 代码 ID"
        ),
        "account_id": f"{_ACCOUNT_NAMED} 所属客户",
        "occurred_at": (
            "下单时间 下单日期 订单日期 交易日期 交易时间 回款日期 成交日期 签约日期 付款日期 日期"
        ),
        "amount": "订单金额 交易金额 合同金额 回款金额 成交金额 实付金额 金额",
        "currency": _CURRENCY,
        "kind": "订单类型 交易类型 合同类型 类型",
    },
    "subscriptions": {
        "subscription_id": "订阅编号 合同编号 合同号 编号 编码 代码 ID",
        "account_id": f"{_ACCOUNT_NAMED} 所属客户",
        "period_start": "开始日期 合同开始日期 生效日期 服务开始日期 起始日期 订阅开始日期",
        "period_end": (
            "结束日期 合同结束日期 到期日期 失效日期 服务结束日期 截止日期 合同到期日 到期日"
        ),
        "amount": "月费 月度金额 订阅金额 合同金额 金额",
        "currency": _CURRENCY,
        "kind": "套餐 版本 产品 产品版本 订阅类型 合同类型",
        "seats": "席位数 账号数 用户数 席位",
        "is_trial": "是否试用 试用",
    },
    "tickets": {
        "ticket_id": "工单编号 工单号 工单ID 服务单号 编号 编码 代码 ID",
        "account_id": f"{_ACCOUNT_NAMED} 所属客户",
        "occurred_at": "提交时间 创建时间 创建日期 提交日期 受理时间",
        "closed_at": "关闭时间 关闭日期 解决时间 完成时间",
        "reopened_at": "重开时间 重新打开时间",
        "kind": "工单类型 问题类型 问题分类 类型",
        "priority": "优先级 紧急程度",
    },
    "usage": {
        "usage_id": "记录编号 使用编号 编码 代码 ID",
        "account_id": f"{_ACCOUNT_NAMED} 所属客户",
        "occurred_at": "使用日期 使用时间 登录时间 登录日期 日期 发生时间",
        "kind": "功能 功能名称 事件 事件类型 行为 功能模块",
        "value": "使用次数 次数 登录次数 使用量",
    },
    "surveys": {
        "survey_id": "问卷编号 编号 编码 代码 ID",
        "account_id": f"{_ACCOUNT_NAMED} 所属客户",
        "occurred_at": "填写时间 提交时间 调查日期 评价时间 回收日期 日期",
        "kind": "问卷类型 调查类型 类型",
        "value": "得分 评分 分数 NPS 满意度 推荐分",
    },
    "account_view": {
        "account_id": _ACCOUNT_NAMED,
        "last_activity_at": (
            "最近活跃日期 最近活跃时间 最近跟进日期 最近跟进时间 "
            "最后跟进时间 最近活动日期 最近联系日期"
        ),
        "days_since_last_activity": "距上次活动天数 未跟进天数 未活跃天数 距最近活跃天数",
        "total_activities_30d": (
            "近30天活动次数 近30天活动数 近30天跟进次数 30天活动次数 近30日活动次数"
        ),
        "total_activities_90d": (
            "近90天活动次数 近90天活动数 近90天跟进次数 90天活动次数 近90日活动次数"
        ),
        "total_contacts": "联系人数 联系人数量 联系人总数",
        "contacts_with_email": "有邮箱联系人数 有邮箱的联系人数 有邮箱联系人数量",
        "contact_email_coverage": "邮箱覆盖率 联系人邮箱覆盖率",
        "total_won_amount": "累计成交金额 成交总额 累计成交额 累计赢单金额 累计销售额",
        "won_amount_12m": "近12个月成交金额 近一年成交金额 近12个月成交额",
        "current_pipeline_amount": "商机金额 在谈商机金额 当前商机金额 进行中商机金额 在途商机金额",
        "win_rate": "赢单率 赢率 成交率",
        "average_sales_cycle_days": "平均销售周期 平均成交周期 平均销售周期天数",
        "account_age_days": "客户年龄天数 建档天数 合作天数",
        "customer_health_score": "健康分 健康度 客户健康分 健康度评分",
        "churn_risk_level": "流失风险等级 流失风险",
        "churn_probability": "流失概率",
        "nps": "NPS 净推荐值 NPS得分",
        "open_tickets": "未关闭工单数 未结工单数",
        "days_since_last_login": "距上次登录天数 未登录天数",
        "currency": _CURRENCY,
    },
}
