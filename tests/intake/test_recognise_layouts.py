"""Recognition on layouts of no preset: links, units, doubles, doubts."""

import pytest

from keepwell.intake import Reason, SampledTable, recognise


def rows(name: str, header: str, *lines: str, count: int | None = None) -> SampledTable:
    cells = tuple(tuple(c.strip() for c in line.split(",")) for line in lines)
    return SampledTable(name, tuple(header.split(",")), cells, count or len(cells), {})


ACCOUNTS = rows(
    "accounts",
    "account,sector,revenue,employees,subsidiary_of",
    *(f"Company {i},retail,{100 + i}.5,{900 + i}," for i in range(8)),
)


def test_accounts_keyed_by_name_say_so() -> None:
    feed = recognise([ACCOUNTS]).of("accounts")[0]
    assert [(c.canonical, c.source) for c in feed.columns[:2]] == [
        ("account_id", "account"),
        ("name", "account"),
    ]
    assert "renamed account" in feed.notes[0].en


def test_a_tiny_revenue_is_doubted_but_never_scaled_by_guess() -> None:
    revenue = recognise([ACCOUNTS]).of("accounts")[0].column("annual_revenue")
    assert revenue is not None
    assert revenue.scale is None
    assert [line for line, _ in revenue.hints] == ["scale: 1000000"]


def test_usage_reaches_its_account_through_subscriptions() -> None:
    found = recognise(
        [
            rows("accounts", "account_id,account_name", "A1,Acme", "A2,Bolt"),
            rows(
                "subscriptions",
                "subscription_id,account_id,start_date,mrr_amount",
                "S1,A1,2024-01-01,10",
            ),
            rows(
                "feature_usage",
                "usage_id,subscription_id,usage_date,feature_name,usage_count",
                "U1,S1,2024-02-01,search,3",
            ),
        ]
    )
    reference = found.of("usage")[0].column("account_id")
    assert reference is not None
    assert (reference.source, reference.via) == (
        "subscription_id",
        "subscriptions.subscription_id",
    )


def test_an_account_reference_is_found_by_its_values() -> None:
    deals = rows(
        "deals",
        "deal_id,firm,stage,amount",
        *(f"D{i},Company {i},Won,5" for i in range(8)),
    )
    reference = recognise([ACCOUNTS, deals]).of("opportunities")[0].column("account_id")
    assert reference is not None
    assert (reference.source, reference.reason) == ("firm", Reason.PATTERN)


def test_two_tables_with_the_same_rows_feed_once() -> None:
    deals = "opportunity_id,account_id,stage"
    lines = [f"O{i},A{i},Won" for i in range(6)]
    found = recognise([rows("a_deals", deals, *lines), rows("b_deals", deals, *lines[:4])])
    assert [f.source for f in found.of("opportunities")] == ["a_deals"]
    assert [s.source for s in found.skipped] == ["b_deals"]


def test_two_tables_with_other_rows_feed_together_and_are_named() -> None:
    header = "account_id,account_name,industry"
    found = recognise(
        [rows("accounts_cn", header, "A1,x,y"), rows("accounts_us", header, "B1,x,y")]
    )
    assert len(found.of("accounts")) == 2
    assert "accounts_cn, accounts_us" in found.warnings[0].en


def test_orders_without_accounts_give_derived_accounts() -> None:
    found = recognise(
        [rows("online_retail", "InvoiceNo,CustomerID,InvoiceDate,UnitPrice", "1,7,2010-12-01,2.5")]
    )
    accounts = found.of("accounts")[0]
    assert accounts.is_derived
    assert [(c.canonical, c.source) for c in accounts.columns] == [("account_id", "CustomerID")]
    assert "UnitPrice" in found.of("transactions")[0].unmapped


def test_a_required_column_without_a_source_leaves_an_optional_table_off() -> None:
    found = recognise(
        [
            rows("accounts", "account_id,name", "A1,x"),
            rows("activities", "activity_id,account_id,type", "1,A1,call"),
        ]
    )
    feed = found.of("activities")[0]
    assert (feed.missing, feed.is_active) == (("occurred_at",), False)
    assert "activities.account_id" not in found.mapped


def test_a_column_with_the_right_name_and_wrong_values_is_refused_aloud() -> None:
    found = recognise([rows("accounts", "account_id,created_at", "A1,soon", "A2,later")])
    feed = found.of("accounts")[0]
    assert feed.column("created_at") is None
    assert "created_at" in feed.notes[0].en
    assert feed.unmapped == ("created_at",)


def test_a_similar_name_is_taken_with_its_likeness() -> None:
    found = recognise([rows("accounts", "account_id,acount_size_segment", "A1,Large")])
    size = found.of("accounts")[0].column("account_size_segment")
    assert size is not None
    assert size.reason is Reason.SIMILAR


def test_two_equally_similar_names_are_reported_and_not_mapped() -> None:
    found = recognise(
        [rows("accounts", "account_id,churned_att,churned_atx", "A1,2024-01-01,2024-01-01")]
    )
    feed = found.of("accounts")[0]
    assert feed.column("churned_at") is None
    assert "churned_att, churned_atx" in feed.notes[0].en


def test_a_key_that_repeats_is_no_key() -> None:
    found = recognise(
        [
            rows(
                "orders",
                "order_id,customer_id,order_date,amount",
                "1,A,2024-01-01,5",
                "1,A,2024-01-01,6",
            )
        ]
    )
    feed = found.of("transactions")[0]
    assert feed.column("transaction_id") is None
    assert "order_id" in feed.notes[0].en


def test_an_event_table_is_usage_when_it_counts() -> None:
    usage = rows("event_daily", "account_id,event_date,event_type,n_events", "1,2024-01-01,edit,5")
    assert [f.table for f in recognise([usage]).feeds] == ["accounts", "usage"]


@pytest.mark.parametrize(
    ("stages", "won", "closed"),
    [
        (("赢单(100%)", "谈判"), ("true", "false"), ("true", "false")),
        (("7 - Closed Won", "8 - Closed Lost"), ("true", "false"), ("true", "true")),
        (("closedwon", "Won back"), ("true", "false"), ("true", "false")),
        (("Lost", "Open"), None, ("true", "false")),
        (("Alpha", "Beta"), None, None),
    ],
)
def test_won_and_closed_are_told_by_known_words_only(
    stages: tuple[str, str], won: tuple[str, ...] | None, closed: tuple[str, ...] | None
) -> None:
    lines = (f"O{i},A,{stage}" for i, stage in enumerate(stages))
    feed = recognise([rows("deals", "deal_id,account_id,stage", *lines)]).of("opportunities")[0]
    for name, expected in (("is_won", won), ("is_closed", closed)):
        column = feed.column(name)
        told = None if column is None else tuple(meaning for _, meaning in column.categories)
        assert told == expected


def test_sizes_that_no_word_tells_are_asked_for() -> None:
    lines = ("A1,大型（1000 人以上）", "A2,SMB", "A3,100-499", "A4,Enterprise")
    found = recognise([rows("accounts", "account_id,company_size", *lines)])
    size = found.of("accounts")[0].column("account_size_segment")
    assert size is not None
    assert dict(size.categories) == {
        "大型（1000 人以上）": "Large",
        "大型(1000 人以上)": "Large",
        "SMB": "Small Business",
    }
    assert "100-499" in size.hints[0][1].en


def test_churn_events_are_named_with_what_would_help() -> None:
    found = recognise(
        [rows("churn_events", "churn_event_id,account_id,churn_date", "1,A,2024-01-01")]
    )
    assert found.feeds == ()
    assert "accounts.churned_at" in found.skipped[0].why.en


def test_a_yearly_subscription_amount_becomes_monthly() -> None:
    found = recognise(
        [rows("subscriptions", "account_id,start_date,arr_amount", "A,2024-01-01,1200")]
    )
    amount = found.of("subscriptions")[0].column("amount")
    assert amount is not None
    assert amount.scale == pytest.approx(1 / 12)


@pytest.mark.parametrize(
    ("name", "values", "unit", "hints"),
    [
        ("win_rate_percentage", ("20", "55.5"), "percent", 0),
        ("win_rate", ("0.2", "0.555"), "share", 0),
        ("win_rate", ("20%", "55%"), None, 0),
        ("win_rate_percentage", ("0.2", "0.5"), None, 1),
    ],
)
def test_a_share_gets_a_unit_only_with_evidence(
    name: str, values: tuple[str, str], unit: str | None, hints: int
) -> None:
    view = rows("accounts", f"account_id,account_name,{name}", *(f"A{v},x,{v}" for v in values))
    rate = recognise([view]).of("account_view")[0].column("win_rate")
    assert rate is not None
    assert (rate.unit, len(rate.hints)) == (unit, hints)


@pytest.mark.parametrize(
    ("cells", "order", "hints"),
    [
        (("13/01/2024", "02/03/2024"), "dmy", 0),
        (("01/13/2024", "02/03/2024"), "mdy", 0),
        (("01/02/2024", "02/03/2024"), None, 1),
        (("2024-01-13", "2024-02-03"), None, 0),
        (("99-01-13", "98-02-03"), "ymd", 0),
        (("13/01/99", "14/01/98"), "dmy", 0),
        (("13/01/24", "14/01/25"), None, 1),
    ],
)
def test_the_order_of_a_date_is_proven_or_asked(
    cells: tuple[str, str], order: str | None, hints: int
) -> None:
    table = rows("accounts", "account_id,created_at", f"A1,{cells[0]}", f"A2,{cells[1]}")
    created = recognise([table]).of("accounts")[0].column("created_at")
    assert created is not None
    assert (created.date_order, len(created.hints)) == (order, hints)


def test_two_digit_years_are_told_by_how_few_they_are() -> None:
    lines = [f"O{i},A,Won,{10 + i}-10-16" for i in range(20)]
    deals = rows("deals", "deal_id,account_id,stage,created_at", *lines)
    created = recognise([deals]).of("opportunities")[0].column("created_at")
    assert created is not None
    assert created.date_order == "dmy"
    assert "please check" in created.notes[0].en


def test_unix_seconds_are_named() -> None:
    lines = [f"A{i},176043795{i}" for i in range(5)]
    created = recognise([rows("accounts", "account_id,created_at", *lines)])
    found = created.of("accounts")[0].column("created_at")
    assert found is not None
    assert found.unit == "s"


def test_a_constant_date_is_suspected_to_be_the_load_time() -> None:
    lines = [f"A{i},2025-10-14 10:32:31" for i in range(5)]
    found = recognise([rows("accounts", "account_id,created_at", *lines)])
    created = found.of("accounts")[0].column("created_at")
    assert created is not None
    assert "time of export or load" in created.notes[0].en


def test_a_table_that_fits_nothing_is_listed() -> None:
    found = recognise([rows("weather", "station,rain", "x,1")])
    assert [s.source for s in found.skipped] == ["weather"]
    assert "no accounts table" in found.warnings[0].en


def test_coverage_is_the_share_of_filled_cells() -> None:
    found = recognise([rows("accounts", "account_id,industry", "A1,x", "A2,", "A3,N/A", "A4,y")])
    industry = found.of("accounts")[0].column("industry")
    assert industry is not None
    assert industry.coverage == 0.5


def test_years_first_are_told_by_how_few_they_are() -> None:
    lines = [f"O{i},A,Won,{16 + i % 2}-10-{10 + i}" for i in range(20)]
    deals = rows("deals", "deal_id,account_id,stage,created_at", *lines)
    created = recognise([deals]).of("opportunities")[0].column("created_at")
    assert created is not None
    assert created.date_order == "ymd"


def test_mixed_lengths_of_unix_times_are_no_dates() -> None:
    lines = ("A1,1760437951", "A2,1760437951000")
    found = recognise([rows("accounts", "account_id,created_at", *lines)])
    assert found.of("accounts")[0].column("created_at") is None


def test_a_table_without_a_telling_name_is_taken_by_its_columns() -> None:
    found = recognise(
        [rows("dump_7", "account_id,account_name,industry,employees", "A1,x,y,5", "A2,z,y,6")]
    )
    assert [f.table for f in found.feeds] == ["accounts"]


@pytest.mark.parametrize(
    ("header", "lines"),
    [
        ("id,account_name,industry,employees", ("A1,x,y,5",)),
        ("account_id,account_name,industry,employees", ("A1,x,y,5", "A1,x,y,5")),
        ("account_id,region,status,owner", ("A1,x,y,5",)),
    ],
    ids=["bare id", "repeated id", "nothing telling"],
)
def test_a_table_without_a_telling_name_needs_convincing_columns(
    header: str, lines: tuple[str, ...]
) -> None:
    assert recognise([rows("dump_7", header, *lines)]).of("accounts") == ()


def test_cells_with_several_ids_are_pointed_out() -> None:
    deals = rows("deals", "deal_id,account_id,stage", "1,101;102,Won")
    reference = recognise([deals]).of("opportunities")[0].column("account_id")
    assert reference is not None
    assert "101;102" in reference.notes[0].en


def test_the_same_rows_without_a_key_feed_once() -> None:
    header, lines = "customer_id,order_date,amount", ("A,2024-01-01,5", "B,2024-01-02,6")
    found = recognise([rows("orders", header, *lines), rows("orders_copy", header, *lines)])
    assert [f.source for f in found.of("transactions")] == ["orders"]


def test_tables_without_a_key_and_with_other_columns_are_not_compared() -> None:
    found = recognise(
        [
            rows("orders", "customer_id,order_date,amount", "A,2024-01-01,5"),
            rows("payments", "customer_id,payment_date,amount", "A,2024-01-01,5"),
        ]
    )
    assert len(found.of("transactions")) == 2
    assert "orders, payments" in found.warnings[0].en


def test_what_id_of_other_objects_is_no_account() -> None:
    task = rows("Task", "Id,WhatId,OwnerId,ActivityDate", "00TA,006A,005A,2024-06-01")
    feed = recognise([task]).of("activities")[0]
    assert feed.missing == ("account_id",)


def test_e_mails_are_found_by_their_values() -> None:
    contacts = rows("contacts", "contact_id,account_id,reach", "1,A,a@b.cn", "2,A,c@d.com")
    email = recognise([contacts]).of("contacts")[0].column("email")
    assert email is not None
    assert (email.source, email.reason) == ("reach", Reason.PATTERN)


def test_superseded_versions_with_gaps_are_dropped_not_kept() -> None:
    header = "_fivetran_active,_fivetran_synced,id,owner_id,name"
    table = rows("sf_account", header, "true,t,1,o,x", ",t,2,o,y", "false,t,3,o,z")
    feed = recognise([table]).of("accounts")[0]
    assert feed.keep_when == ()
    assert feed.drop_when == (("_fivetran_active", ("false",)),)


def test_a_currency_column_is_recognised() -> None:
    deals = rows("deals", "deal_id,account_id,stage,amount,currency", "1,A,Won,5,EUR")
    currency = recognise([deals]).of("opportunities")[0].column("currency")
    assert currency is not None
    assert (currency.source, currency.reason) == ("currency", Reason.SAME)


NUMBERED = rows(
    "customers",
    "Customer No,Customer Name,Industry,Size",
    *(f"C{i:03d},Firm {i},Retail,Large" for i in range(8)),
)


@pytest.mark.parametrize(
    "header", ["Customer No.", "Customer Number", "Client ID", "Account Nr", "Company Code"]
)
def test_a_number_column_is_the_account_id_before_the_name(header: str) -> None:
    table = SampledTable(
        "customers", (header, *NUMBERED.columns[1:]), NUMBERED.rows, NUMBERED.row_count
    )
    key = recognise([table]).of("accounts")[0].column("account_id")
    assert key is not None
    assert key.source == header


@pytest.mark.parametrize("header", ["客户号", "编码", "编号", "客户代码", "企业编码"])
def test_a_chinese_number_column_is_the_account_id_before_the_name(header: str) -> None:
    table = rows("客户", f"{header},客户名称,行业", *(f"K{i},甲{i},零售" for i in range(8)))
    key = recognise([table]).of("accounts")[0].column("account_id")
    assert key is not None
    assert key.source == header


def test_number_columns_of_other_tables_are_their_keys() -> None:
    found = recognise(
        [
            NUMBERED,
            rows("deals", "Deal No,Customer No,Stage", "D1,C001,Won", "D2,C002,Lost"),
            rows("calls", "Call No,Customer No,Date", "L1,C001,2026-01-02"),
            rows("contacts", "Contact No,Customer No,Email", "P1,C001,a@b.cn"),
            rows("合同", "合同号,客户号,开始日期", "H1,C001,2026-01-01"),
        ]
    )
    keys = {
        f.table: {c.canonical: c.source for c in f.columns if c.canonical.endswith("_id")}
        for f in found.feeds
    }
    assert keys["opportunities"] == {"opportunity_id": "Deal No", "account_id": "Customer No"}
    assert keys["activities"] == {"activity_id": "Call No", "account_id": "Customer No"}
    assert keys["contacts"] == {"contact_id": "Contact No", "account_id": "Customer No"}
    assert keys["subscriptions"] == {"subscription_id": "合同号", "account_id": "客户号"}


@pytest.mark.parametrize(
    ("word", "size"),
    [("集团级", "Enterprise"), ("集团", "Enterprise"), ("超大型", "Enterprise"),
     ("大型", "Large"), ("中型", "Mid-Market"), ("小型", "Small Business")],
)  # fmt: skip
def test_chinese_sizes_are_mapped(word: str, size: str) -> None:
    table = rows("客户", "客户编号,客户名称,客户规模", *(f"K{i},甲{i},{word}" for i in range(8)))
    segment = recognise([table]).of("accounts")[0].column("account_size_segment")
    assert segment is not None
    assert segment.categories == ((word, size),)
