"""The slow tables of the example company: accounts and contacts."""

from datetime import date

import numpy as np

from keepwell.example_company import plan
from keepwell.example_company.latent import Latent, health_by, month_start
from keepwell.example_company.names import company_names, person_names
from keepwell.example_company.texts import ExportTable, day_text, days_text, keyed

EN = {
    "account_id": "Id",
    "name": "Name",
    "industry": "Industry",
    "size": "Account_Size_Segment__c",
    "employees": "NumberOfEmployees",
    "revenue": "AnnualRevenue",
    "currency": "CurrencyIsoCode",
    "region": "Region__c",
    "owner": "OwnerId",
    "csm": "CSM__c",
    "created": "CreatedDate",
    "since": "Customer_Since__c",
    "stage": "Lifecycle_Stage__c",
    "status": "Status__c",
    "churned": "Churned_Date__c",
    "pulse": "CSM_Pulse__c",
    "contact_id": "Id",
    "account_ref": "AccountId",
    "email": "Email",
    "title": "Title",
    "role": "Role__c",
    "active": "Is_Active__c",
}
ZH = {
    "account_id": "客户编号",
    "name": "客户名称",
    "industry": "所属行业",
    "size": "客户规模",
    "employees": "员工人数",
    "revenue": "年营收",
    "currency": "币种",
    "region": "区域",
    "owner": "负责人",
    "csm": "客户成功经理",
    "created": "创建日期",
    "since": "成为客户日期",
    "stage": "生命周期阶段",
    "status": "状态",
    "churned": "流失日期",
    "pulse": "客户经理评分",
    "contact_id": "联系人编号",
    "account_ref": "客户编号",
    "email": "邮箱",
    "title": "职务",
    "role": "角色",
    "active": "是否在职",
}
ROLES_ZH = ("决策人", "支持者", "管理员", "使用者")
TITLES = ("Chief Financial Officer", "Head of Operations", "System Administrator", "Specialist")
TITLES_ZH = ("财务总监", "运营负责人", "系统管理员", "专员")


def account_ids(count: int) -> list[str]:
    """Return the account ids, in order."""
    return keyed("A", count)


def accounts_table(
    latent: Latent, as_of: date, lang: str, rng: np.random.Generator, day: int = 0
) -> ExportTable:
    """Return one row per account, churned ones included, as known `day` days after as_of."""
    count = len(latent.size)
    employees = np.exp(rng.normal(np.array(plan.EMPLOYEES_LOG_MEAN)[latent.size], 0.5))
    revenue = employees * np.exp(rng.normal(plan.REVENUE_PER_EMPLOYEE_LOG_MEAN, 0.5, count))
    left = latent.churn_day <= day
    felt = health_by(latent, day) + rng.normal(0, 1.1, count)
    pulse = np.clip(np.round(3 + felt), 1, 5).astype(int)
    zh = lang == "zh"
    industries = plan.INDUSTRIES_ZH if zh else plan.INDUSTRIES
    sizes = plan.SIZES_ZH if zh else plan.SIZES
    regions = plan.REGIONS_ZH if zh else plan.REGIONS
    table = ExportTable.of(
        "accounts",
        account_id=account_ids(count),
        name=company_names(count, lang, rng),
        industry=[industries[i] for i in latent.industry],
        size=[sizes[i] for i in latent.size],
        employees=[str(int(e) + 3) for e in employees],
        revenue=[f"{r:.2f}" for r in revenue],
        currency=["CNY" if zh else "USD"] * count,
        region=[regions[i] for i in rng.integers(0, 3, count)],
        owner=[f"U{i:03d}" for i in rng.integers(1, 25, count)],
        csm=[f"U{i:03d}" for i in rng.integers(101, 117, count)],
        created=days_text(as_of, latent.start_day - rng.integers(20, 120, count)),
        since=days_text(as_of, latent.start_day),
        stage=_stages(latent, day, zh=zh),
        status=[
            ("已流失" if zh else "Churned") if x else ("正常" if zh else "Active") for x in left
        ],
        churned=[
            day_text(as_of, int(d)) if x else ""
            for d, x in zip(latent.churn_day, left, strict=True)
        ],
        pulse=["" if x else str(p) for p, x in zip(pulse, rng.random(count) < 0.3, strict=True)],
    )
    return table.renamed("客户" if zh else "Account", ZH if zh else EN)


def _stages(latent: Latent, day: int, *, zh: bool) -> list[str]:
    names = ("上线期", "成长期", "成熟期") if zh else ("Onboarding", "Growth", "Mature")
    age = day - latent.start_day
    return [names[0] if a < 120 else names[1] if a < 540 else names[2] for a in age.tolist()]


def contacts_table(
    latent: Latent, as_of: date, lang: str, rng: np.random.Generator, day: int = 0
) -> ExportTable:
    """Return the contacts as known `day` days after as_of.

    Fewer have an e-mail address where the account is cared for less.
    """
    zh = lang == "zh"
    counts = rng.poisson(np.array(plan.CONTACTS_MEAN)[latent.size])
    who = np.repeat(np.arange(len(counts)), counts)
    care = 1 / (1 + np.exp(-(1.6 + 1.4 * health_by(latent, day))))
    has_email = rng.random(len(who)) < care[who]
    role = rng.choice(4, len(who), p=plan.ROLE_SHARES)
    gone = (month_start(latent.champion_left_month[who]) <= day) & (role == 1)
    born = np.round(latent.start_day[who] * rng.random(len(who))).astype(np.int64)
    names = person_names(len(who), lang, rng)
    table = ExportTable.of(
        "contacts",
        contact_id=keyed("C", len(who)),
        account_ref=[f"A{i + 1:07d}" for i in who],
        name=names,
        email=[
            f"person{i + 1}@customer{a + 1}.example" if ok else ""
            for i, (a, ok) in enumerate(zip(who.tolist(), has_email, strict=True))
        ],
        title=[(TITLES_ZH if zh else TITLES)[r] for r in role],
        role=[(ROLES_ZH if zh else plan.ROLES)[r] for r in role],
        active=["false" if g else "true" for g in gone],
        created=days_text(as_of, born),
    )
    return table.renamed("联系人" if zh else "Contact", ZH if zh else EN)
