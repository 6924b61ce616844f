"""The whole path from tables of a Spark catalogue, in a metastore of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

BUILD = """
import sys
from pathlib import Path
from keepwell.adapters.engines import SparkDriverSettings
from keepwell.adapters.engines.spark_driver import close_session, open_session

warehouse = Path(sys.argv[1])
options = {
    "spark.sql.catalogImplementation": "hive",
    "spark.sql.warehouse.dir": warehouse.as_uri(),
    "spark.hadoop.javax.jdo.option.ConnectionURL":
        f"jdbc:derby:;databaseName={warehouse / 'metastore_db'};create=true",
}
session = open_session(SparkDriverSettings(warehouse / "work", "local[2]", 1024, 1, options))
session.sql("CREATE DATABASE crm")
session.sql('''CREATE TABLE crm.accounts USING parquet AS
    SELECT concat('A', id) AS id, concat('Company ', id) AS name, 'Retail' AS industry,
           CAST(id * 1000.5 AS DECIMAL(18, 2)) AS revenue FROM range(60)''')
session.sql('''CREATE TABLE crm.events USING parquet PARTITIONED BY (day) AS
    SELECT concat('E', id) AS id, concat('A', id % 50) AS account,
           date_add(DATE '2026-01-01', CAST(id % 58 AS INT)) AS day FROM range(900)''')
close_session(session)
"""
CONFIG = """
project: lake
source: {kind: spark, path: ../warehouse}
as_of: 2026-02-28
engine: ENGINE
memory_limit_mb: 1024
tables:
  accounts:
    - source: crm.accounts
      columns: {account_id: id, name: name, industry: industry, annual_revenue: revenue}
  activities:
    - source: crm.events
      columns: {activity_id: id, account_id: account, occurred_at: day}
money: {currency: CNY, undeclared_means: CNY}
scorecards: [{scorecard: account_health}]
"""


def ran(*words: object) -> str:
    asked = [sys.executable, *[str(w) for w in words]]
    # Three drivers start and end here: their thorough compiler would cost more than it gains.
    quick = {**os.environ, "JAVA_TOOL_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"}
    ended = subprocess.run(
        asked, capture_output=True, text=True, check=False, timeout=400, env=quick
    )
    assert ended.returncode == 0, ended.stderr + ended.stdout
    return ended.stdout


TAKEN = """
import sys
from pathlib import Path
from keepwell.wiring import Project

project = Project(Path(sys.argv[1]))
imported = project.check()
with project.engine() as engine:
    # One driver serves the catalogue's tables and the engine's own.
    engine.read_parquet("accounts", imported.folder / "accounts.parquet")
    total = engine.rows("SELECT count(*), SUM(annual_revenue) FROM accounts")[0]
print({c.table: c.accepted for c in imported.counts}, total[0], total[1], imported.import_id)
"""


@pytest.mark.slow
def test_a_catalogue_is_taken_in_and_scored(tmp_path: Path) -> None:
    ran("-c", BUILD, tmp_path / "warehouse")
    assert (tmp_path / "warehouse" / "metastore_db").is_dir()
    projects = {}
    for engine in ("duckdb", "spark"):
        projects[engine] = tmp_path / engine
        (projects[engine] / "scorecards").mkdir(parents=True)
        card = Path("src/keepwell/adapters/scorecards/classic.yml").read_text("utf-8")
        (projects[engine] / "scorecards" / "account_health.yml").write_text(card, "utf-8")
        text = CONFIG.replace("ENGINE", engine)
        (projects[engine] / "keepwell.yml").write_text(text, "utf-8")
    told = json.loads(ran("-m", "keepwell", "run", "-C", projects["duckdb"], "--json"))
    assert told["accounts"] == 60
    said = ran("-c", TAKEN, projects["spark"])
    assert said.startswith("{'accounts': 60, 'activities': 900} 60 1770885.000000 "), said
    (folder,) = (projects["duckdb"] / ".keepwell" / "imports").glob("[!.]*/accounts.parquet")
    assert said.split()[-1] == folder.parent.name
    # Hive's Derby writes its log where it is called, unless it is told another place.
    assert not Path("derby.log").exists()
