"""`init` on outside data: the mapping was checked by eye, and this keeps it."""

import os
from pathlib import Path

import pytest

from keepwell.adapters.configuration import load_config, load_scorecard
from keepwell.adapters.configuration_files import ProjectFolder
from keepwell.adapters.sources import open_source
from keepwell.config import ColumnMapping, Source
from keepwell.runs.initialise import InitReport, initialise

pytestmark = pytest.mark.accept


def start(tmp_path: Path, place: str, kind: str = "folder") -> InitReport:
    given = os.environ.get("KEEPWELL_ACCEPT_DATA")
    if not given:
        pytest.skip("KEEPWELL_ACCEPT_DATA names no folder of outside data")
    source = Source.model_validate({"kind": kind, "path": str(Path(given) / place)})
    folder = tmp_path / "p"
    report = initialise(
        folder,
        open_source(source, folder),
        source,
        scorecard="robust",
        lang="zh",
        files=ProjectFolder(folder),
    )
    assert load_config(folder) == report.config
    load_scorecard(folder / report.written[2])
    return report


def mapping(report: InitReport, table: str, at: int = 0) -> dict[str, str | None]:
    feed = report.config.tables[table][at]
    return {name: m.column for name in feed.columns if (m := feed.mapping(name)) is not None}


def detail(report: InitReport, table: str, column: str) -> ColumnMapping:
    found = report.config.tables[table][0].mapping(column)
    assert found is not None
    return found


def sources(report: InitReport, table: str) -> list[str]:
    return [f.source for f in report.config.tables[table]]


def skipped(report: InitReport) -> set[str]:
    return {s.source for s in report.proposal.skipped}


VIEW = {
    "account_id": "account_id",
    "days_since_last_activity": "days_since_last_activity",
    "total_activities_30d": "total_activities_30d",
    "total_contacts": "total_contacts",
    "contacts_with_email": "contacts_with_email",
    "account_age_days": "account_age_days",
    "total_won_amount": "total_won_amount",
    "current_pipeline_amount": "current_pipeline_amount",
    "customer_health_score": "customer_health_score",
    "win_rate": "win_rate_percentage",
    "churn_risk_level": "churn_risk_level",
}
ACCOUNTS = {
    "account_id": "account_id",
    "name": "account_name",
    "industry": "industry_normalized",
    "account_size_segment": "account_size_segment",
    "number_of_employees": "number_of_employees",
    "annual_revenue": "annual_revenue",
}


@pytest.mark.parametrize(
    ("place", "kind"),
    [("crm_account_view", "folder"), ("crm_account_view/accounts.sqlite", "sqlite")],
)
def test_the_account_view_maps_whole_from_csv_and_sqlite(
    tmp_path: Path, place: str, kind: str
) -> None:
    report = start(tmp_path, place, kind)
    assert mapping(report, "accounts") == ACCOUNTS
    assert mapping(report, "account_view") == VIEW
    assert detail(report, "account_view", "win_rate").unit == "percent"
    assert report.scorecard.name == "account_health_robust"
    assert report.proposal.of("accounts")[0].unmapped == ("account_type",)
    assert report.is_ready
    if kind == "folder":
        assert skipped(report) == {"sample_54_columns.csv"}


def test_the_54_columns_of_the_origin_map(tmp_path: Path) -> None:
    folder = Path(os.environ.get("KEEPWELL_ACCEPT_DATA", "")) / "crm_account_view"
    if not (folder / "sample_54_columns.csv").is_file():
        pytest.skip("KEEPWELL_ACCEPT_DATA names no folder of outside data")
    alone = tmp_path / "alone"
    alone.mkdir()
    text = (folder / "sample_54_columns.csv").read_bytes()
    (alone / "salesforce__customer_360_view.csv").write_bytes(text)
    report = start(tmp_path, str(alone))
    assert mapping(report, "accounts") == {
        **ACCOUNTS,
        "region": "geographic_region",
        "owner_id": "owner_id",
        "created_at": "account_created_date",
        "lifecycle_stage": "customer_lifecycle_stage",
    }
    assert mapping(report, "account_view") == {
        **VIEW,
        "total_activities_90d": "total_activities_90d",
        "average_sales_cycle_days": "avg_sales_cycle_days",
    }
    assert detail(report, "accounts", "created_at").unit == "s"
    feed = report.proposal.of("accounts")[0]
    created = feed.column("created_at")
    assert created is not None
    assert "time of export or load" in created.notes[0].en
    assert {"activity_trend_30d", "company_size_category", "won_opportunities"} <= set(
        feed.unmapped
    )


def test_maven_maps_and_asks_for_the_unit_of_revenue(tmp_path: Path) -> None:
    report = start(tmp_path, "maven_crm")
    assert mapping(report, "accounts") == {
        "account_id": "account",
        "name": "account",
        "industry": "sector",
        "number_of_employees": "employees",
        "annual_revenue": "revenue",
        "region": "office_location",
        "parent_account_id": "subsidiary_of",
    }
    assert sources(report, "opportunities") == ["sales_pipeline.csv"]
    assert mapping(report, "opportunities") == {
        "opportunity_id": "opportunity_id",
        "account_id": "account",
        "stage": "deal_stage",
        "amount": "close_value",
        "created_at": "engage_date",
        "close_date": "close_date",
        "is_won": "deal_stage",
        "is_closed": "deal_stage",
    }
    assert detail(report, "opportunities", "is_closed").categories == {
        "Won": "true",
        "Lost": "true",
        "Engaging": "false",
        "Prospecting": "false",
    }
    assert detail(report, "accounts", "annual_revenue").scale is None
    line = next(f for f in report.fills if f.key.endswith("annual_revenue.scale"))
    text = (report.project_dir / "keepwell.yml").read_text(encoding="utf-8").splitlines()
    assert text[line.line - 1].strip().startswith("# scale: 1000000")
    assert skipped(report) == {"ddmmyy/sales_pipeline.csv", "products.csv", "sales_teams.csv"}
    assert set(report.scorecard.left_out) == {
        "days_since_last_activity",
        "total_activities_30d",
        "contact_email_coverage",
    }


def test_two_digit_years_of_maven_are_told(tmp_path: Path) -> None:
    report = start(tmp_path, "maven_crm/ddmmyy")
    assert detail(report, "opportunities", "created_at").date_order == "dmy"
    assert report.proposal.of("accounts")[0].is_derived


def test_fivetran_salesforce_maps_without_double_feeding(tmp_path: Path) -> None:
    report = start(tmp_path, "fivetran_salesforce")
    assert sources(report, "accounts") == ["sf_account_data.csv"]
    assert sources(report, "contacts") == ["sf_contact_data.csv"]
    assert sources(report, "opportunities") == ["sf_opportunity_data.csv"]
    assert sources(report, "activities") == ["sf_event_data.csv", "sf_task_data.csv"]
    assert mapping(report, "accounts")["parent_account_id"] == "parent_id"
    assert mapping(report, "activities", 1) == {
        "activity_id": "id",
        "account_id": "account_id",
        "contact_id": "who_id",
        "type": "type",
        "occurred_at": "activity_date",
        "outcome": "status",
    }
    assert mapping(report, "opportunities")["is_won"] == "is_won"
    accounts = report.config.tables["accounts"][0]
    assert accounts.keep_when == {"_fivetran_active": ("true",)}
    assert accounts.drop_when == {"is_deleted": ("true",)}
    assert {"sf_account_history_data.csv", "sf_user_data.csv", "sf_lead_data.csv"} <= skipped(
        report
    )
    assert report.scorecard.left_out == ("annual_revenue",)


def test_ravenstack_maps_with_usage_through_subscriptions(tmp_path: Path) -> None:
    report = start(tmp_path, "ravenstack")
    assert mapping(report, "accounts") == {
        "account_id": "account_id",
        "name": "account_name",
        "industry": "industry",
        "region": "country",
        "customer_since": "signup_date",
    }
    assert mapping(report, "subscriptions")["amount"] == "mrr_amount"
    assert detail(report, "usage", "account_id").via == "subscriptions.subscription_id"
    assert mapping(report, "tickets")["occurred_at"] == "submitted_at"
    assert "churn_flag" in report.proposal.of("accounts")[0].unmapped
    assert skipped(report) == {"ravenstack_churn_events.csv"}
    assert report.scorecard.proxies == ("days_since_last_activity", "total_activities_30d")
    assert report.scorecard.stand_ins == ("current_arr_amount", "seats")


def test_online_retail_gives_transactions_and_derived_accounts(tmp_path: Path) -> None:
    report = start(tmp_path, "uci_online_retail")
    assert mapping(report, "accounts") == {"account_id": "CustomerID"}
    assert mapping(report, "transactions") == {
        "account_id": "CustomerID",
        "occurred_at": "InvoiceDate",
    }
    assert [f.key for f in report.fills] == ["tables.transactions[0].columns.amount"]
    assert report.scorecard.is_unsupported


def test_churnsim_maps_subscriptions_and_usage(tmp_path: Path) -> None:
    report = start(tmp_path, "churnsim_crm5")
    assert mapping(report, "accounts") == {
        "account_id": "account_id",
        "region": "geography",
        "customer_since": "start_date",
    }
    assert mapping(report, "subscriptions") == {
        "account_id": "account_id",
        "period_start": "start_date",
        "period_end": "end_date",
        "amount": "mrr",
        "kind": "plan",
    }
    assert mapping(report, "usage") == {
        "account_id": "account_id",
        "occurred_at": "event_date",
        "kind": "event_type",
        "value": "n_events",
    }
