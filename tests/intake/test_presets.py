"""Reading headers and telling which preset a set of names follows."""

import pytest

from keepwell.intake import detect_preset
from keepwell.intake.presets import PRESETS, name_key, names_of, read_header
from keepwell.vocabulary import TABLES


@pytest.mark.parametrize(
    ("columns", "preset"),
    [
        (("Id", "AccountId", "StageName", "CloseDate"), "salesforce"),
        (("_fivetran_synced", "id", "owner_id", "is_deleted"), "salesforce-fivetran"),
        (("_fivetran_synced", "id", "customer_id", "amount"), "generic"),
        (("Record ID", "Company name"), "hubspot"),
        (("dealname", "dealstage", "closedate"), "hubspot"),
        (("property_dealname", "property_dealstage", "_fivetran_synced"), "hubspot"),
        (("deal_id", "deal_stage", "close_date"), "generic"),
        (("客户编号", "name"), "chinese"),
        (("account_id", "win_rate_percentage"), "account-view"),
        (("account_id", "days_since_last_activity"), "account-view"),
        (("account_id", "annual_revenue"), "generic"),
        (("Id", "Name"), "generic"),
    ],
)
def test_a_preset_is_told_by_the_style_of_names(columns: tuple[str, ...], preset: str) -> None:
    assert detect_preset(columns) == preset


@pytest.mark.parametrize(
    ("name", "key", "scale", "is_percent"),
    [
        ("Annual Revenue", "annualrevenue", None, False),
        ("年营收（万元）", "年营收", 1e4, False),
        ("累计成交金额(亿)", "累计成交金额", 1e8, False),
        ("年营收（人民币万元）", "年营收", 1e4, False),
        ("revenue_musd", "revenue", 1e6, False),
        ("revenue_in_thousands", "revenue", 1e3, False),
        ("amount_usd", "amount", None, False),
        ("赢单率（%）", "赢单率", None, True),
        ("win_rate_pct", "winratepct", None, True),
        ("property_hs_object_id", "hsobjectid", None, False),
        ("ＩＤ", "id", None, False),
        ("(x)", "(x)", None, False),
        ("item", "item", None, False),
    ],
)
def test_a_header_tells_name_scale_and_percent(
    name: str, key: str, scale: float | None, is_percent: bool
) -> None:
    header = read_header(name)
    assert (header.key, header.scale, header.is_percent) == (key, scale, is_percent)


@pytest.mark.parametrize("preset", PRESETS)
def test_presets_name_canonical_tables_and_columns_only(preset: str) -> None:
    for table, columns in PRESETS[preset].items():
        known = {c.name for c in TABLES[table].columns}
        assert set(columns) <= known
        for column in columns:
            assert names_of(preset, table, column)


@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_reaches_every_required_column_of_its_tables(preset: str) -> None:
    for table, columns in PRESETS[preset].items():
        if table == "account_view":
            continue
        required = {c.name for c in TABLES[table].columns if c.is_required}
        assert required <= set(columns)


def test_names_compare_without_case_blanks_and_width() -> None:
    assert name_key("Ｃlose Date") == name_key("close_date") == name_key("CloseDate")


def test_the_account_manager_of_a_chinese_export_is_its_csm_unless_a_csm_is_named() -> None:
    names = PRESETS["chinese"]["accounts"]["csm_id"]
    assert names.index("客户成功经理") < names.index("客户经理")
    assert "概率" in PRESETS["chinese"]["opportunities"]["probability"]
