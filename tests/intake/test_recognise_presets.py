"""Recognition on small tables in the style of each preset, and on layouts of no preset."""

import csv
from pathlib import Path

import pytest

from keepwell.intake import Proposal, Reason, SampledTable, recognise


def table(name: str, text: str, row_count: int | None = None) -> SampledTable:
    """Return a table from lines of cells parted by `|`, the first line being the header."""
    lines = [line.strip() for line in text.strip().splitlines()]
    header, *rows = ([c.strip() for c in line.split("|")] for line in lines)
    return SampledTable(
        name, tuple(header), tuple(tuple(r) for r in rows), row_count or len(rows), {}
    )


def layout(name: str) -> list[SampledTable]:
    """Return the sample tables of one layout, by name."""
    found = []
    for path in sorted((Path(__file__).parent / "recognise_layouts" / name).glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        found.append(SampledTable(path.stem, tuple(header), tuple(map(tuple, rows)), len(rows)))
    return found


def mapping(proposal: Proposal, canonical: str, at: int = 0) -> dict[str, str]:
    """Return canonical column to source column of one feed."""
    return {c.canonical: c.source for c in proposal.of(canonical)[at].columns}


SALESFORCE = layout("salesforce")
CHINESE = layout("chinese")


def by_name(name: str) -> SampledTable:
    """Return one Salesforce table."""
    return next(t for t in SALESFORCE if t.name == name)


def test_salesforce_api_tables_map_without_any_edit() -> None:
    found = recognise(SALESFORCE)
    assert mapping(found, "accounts") == {
        "account_id": "Id",
        "name": "Name",
        "industry": "Industry",
        "number_of_employees": "NumberOfEmployees",
        "annual_revenue": "AnnualRevenue",
        "owner_id": "OwnerId",
        "created_at": "CreatedDate",
        "parent_account_id": "ParentId",
    }
    assert mapping(found, "contacts")["email"] == "Email"
    assert mapping(found, "opportunities") == {
        "opportunity_id": "Id",
        "account_id": "AccountId",
        "stage": "StageName",
        "amount": "Amount",
        "probability": "Probability",
        "created_at": "CreatedDate",
        "close_date": "CloseDate",
        "is_won": "IsWon",
        "is_closed": "IsClosed",
        "type": "Type",
    }
    assert not any(f.missing for f in found.feeds)


def test_salesforce_tasks_and_events_both_feed_activities() -> None:
    found = recognise(SALESFORCE)
    assert [f.source for f in found.of("activities")] == ["Event", "Task"]
    assert mapping(found, "activities", 0)["occurred_at"] == "ActivityDate"


def test_deleted_salesforce_rows_are_proposed_to_be_dropped() -> None:
    accounts = recognise(SALESFORCE).of("accounts")[0]
    assert accounts.drop_when == (("IsDeleted", ("true", "1")),)


def test_last_activity_date_is_left_to_the_activities_where_there_are_some() -> None:
    assert recognise(SALESFORCE).of("account_view") == ()
    alone = recognise([by_name("Account")])
    assert mapping(alone, "account_view") == {
        "account_id": "Id",
        "last_activity_at": "LastActivityDate",
    }


def test_deal_types_are_told_by_their_words() -> None:
    kind = recognise(SALESFORCE).of("opportunities")[0].column("type")
    assert kind is not None
    assert kind.categories == (("New Business", "new"), ("Renewal", "renewal"))


def test_probability_above_one_is_percent() -> None:
    probability = recognise(SALESFORCE).of("opportunities")[0].column("probability")
    assert probability is not None
    assert probability.unit == "percent"


def test_users_are_named_as_not_used() -> None:
    assert [s.source for s in recognise(SALESFORCE).skipped] == ["User"]


def test_what_id_stands_in_for_a_missing_account_id() -> None:
    task = table(
        "Task",
        """
        Id | WhoId | WhatId | OwnerId | ActivityDate
        00TA | 003A | 0018000000AAAAAAA1 | 005A | 2024-06-01
        00TB | 003A | 0018000000AAAAAAA2 | 005A | 2024-06-02
        00TC | 003A | 006A | 005A | 2024-06-02
        """,
    )
    reference = recognise([by_name("Account"), task]).of("activities")[0].column("account_id")
    assert reference is not None
    assert (reference.source, reference.reason) == ("WhatId", Reason.PATTERN)
    assert "67%" in reference.notes[0].en


def test_who_id_reaches_the_account_through_contacts() -> None:
    task = table("Task", "Id | WhoId | OwnerId | ActivityDate\n00TA | 003A | 005A | 2024-06-01")
    reference = (
        recognise([by_name("Account"), by_name("Contact"), task])
        .of("activities")[0]
        .column("account_id")
    )
    assert reference is not None
    assert (reference.source, reference.via) == ("WhoId", "contacts.contact_id")


def test_fivetran_rows_are_filtered_in_their_own_spelling() -> None:
    feed = recognise(layout("fivetran")[:1]).of("accounts")[0]
    assert feed.preset == "salesforce-fivetran"
    assert feed.keep_when == (("_fivetran_active", ("true",)),)
    assert feed.drop_when == (("is_deleted", ("TRUE",)),)


def test_the_rows_that_a_filter_leaves_out_are_counted() -> None:
    feed = recognise(layout("fivetran")[:1]).of("accounts")[0]
    assert "1 of 2 rows" in feed.notes[0].en


def test_a_history_table_never_feeds_beside_its_present_table() -> None:
    found = recognise(layout("fivetran"))
    assert [f.source for f in found.feeds] == ["sf_account_data"]
    assert [s.source for s in found.skipped] == ["sf_account_history_data"]
    assert "twice" in found.skipped[0].why.en


def test_a_history_table_alone_feeds_its_active_rows() -> None:
    found = recognise(layout("fivetran")[1:])
    assert found.of("accounts")[0].keep_when == (("_fivetran_active", ("true",)),)


def test_hubspot_exports_map_without_any_edit() -> None:
    found = recognise(layout("hubspot_export"))
    assert mapping(found, "accounts")["account_id"] == "Record ID"
    assert mapping(found, "accounts")["lifecycle_stage"] == "Lifecycle Stage"
    assert mapping(found, "account_view")["last_activity_at"] == "Last Activity Date"
    assert mapping(found, "contacts")["account_id"] == "Associated Company IDs (Primary)"
    deals = found.of("opportunities")[0]
    won = deals.column("is_won")
    assert won is not None
    assert (won.source, won.categories) == (
        "Deal Stage",
        (("Closed Won", "true"), ("Contract Sent", "false")),
    )
    assert {f.preset for f in found.feeds} == {"hubspot"}


def test_hubspot_api_names_map() -> None:
    found = recognise(layout("hubspot_api"))
    assert mapping(found, "accounts")["number_of_employees"] == "numberofemployees"
    assert mapping(found, "opportunities")["is_won"] == "hs_is_closed_won"
    assert mapping(found, "activities") == {
        "activity_id": "hs_object_id",
        "account_id": "associatedcompanyid",
        "type": "hs_engagement_type",
        "occurred_at": "hs_timestamp",
    }


def test_chinese_headers_map_without_any_edit() -> None:
    found = recognise(CHINESE)
    assert mapping(found, "accounts") == {
        "account_id": "客户编号",
        "name": "客户名称",
        "industry": "所属行业",
        "account_size_segment": "客户规模",
        "number_of_employees": "员工人数",
        "annual_revenue": "年营收（万元）",
    }
    assert mapping(found, "contacts")["title"] == "职位"
    assert mapping(found, "activities")["type"] == "跟进方式"
    assert mapping(found, "opportunities")["close_date"] == "预计成交日期"
    assert mapping(found, "transactions")["amount"] == "订单金额"
    assert mapping(found, "subscriptions")["period_end"] == "结束日期"
    assert not any(f.missing for f in found.feeds)


def test_a_contract_amount_without_a_period_is_reported_and_not_mapped() -> None:
    contracts = recognise(CHINESE).of("subscriptions")[0]
    assert contracts.column("amount") is None
    assert "合同金额" in contracts.notes[0].zh
    assert contracts.unmapped == ("合同金额",)


def test_chinese_customers_feed_the_account_view_where_no_activities_are_recorded() -> None:
    view = recognise([t for t in CHINESE if t.name == "客户"]).of("account_view")[0]
    assert {c.canonical: c.source for c in view.columns} == {
        "account_id": "客户编号",
        "last_activity_at": "最近活跃日期",
        "total_activities_30d": "近30天活动次数",
        "total_contacts": "联系人数",
        "contacts_with_email": "有邮箱联系人数",
        "total_won_amount": "累计成交金额",
        "win_rate": "赢单率",
        "current_pipeline_amount": "商机金额",
    }


def test_a_unit_in_a_header_becomes_a_scale() -> None:
    revenue = recognise(CHINESE).of("accounts")[0].column("annual_revenue")
    assert revenue is not None
    assert revenue.scale == 10_000


def test_chinese_sizes_are_merged_with_the_standard_words() -> None:
    size = recognise(CHINESE).of("accounts")[0].column("account_size_segment")
    assert size is not None
    assert dict(size.categories) == {
        "大型": "Large",
        "小型": "Small Business",
        "集团": "Enterprise",
    }


def test_chinese_stages_tell_won_and_closed() -> None:
    deals = recognise(CHINESE).of("opportunities")[0]
    won, closed = deals.column("is_won"), deals.column("is_closed")
    assert won is not None
    assert closed is not None
    assert dict(won.categories) == {"赢单": "true", "方案报价": "false", "输单": "false"}
    assert dict(closed.categories) == {"赢单": "true", "方案报价": "false", "输单": "true"}


def test_columns_without_a_place_are_listed() -> None:
    assert recognise(CHINESE).of("accounts")[0].unmapped == ("最近活跃日期", "备注")


@pytest.mark.parametrize("tables", [SALESFORCE, CHINESE], ids=["salesforce", "chinese"])
def test_the_order_of_tables_does_not_change_the_mapping(tables: list[SampledTable]) -> None:
    forward, backward = recognise(tables), recognise(tables[::-1])
    assert forward.mapped == backward.mapped
    assert {f.source for f in forward.feeds} == {f.source for f in backward.feeds}
