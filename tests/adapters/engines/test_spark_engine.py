"""What is Spark's own: its driver's life, its working folder, the cures when it cannot start."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from keepwell.adapters.engines import SparkDriverSettings, SparkEngine
from keepwell.vocabulary import InputProblem, InternalProblem, NotFound, SourceRejected

LIVES = """
import sys
from pathlib import Path
from keepwell.adapters.engines import SparkEngine, SparkDriverSettings
from pyspark import SparkContext

def pid():
    return SparkContext._gateway.proc.pid

def is_up(number):
    return Path(f"/proc/{number}/cmdline").exists()

quick = {"spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"}
settings = SparkDriverSettings(Path(sys.argv[1]), memory_limit_mb=512, threads=1, options=quick)
first, second = SparkEngine(settings), SparkEngine(settings)
mine = pid()
try:
    first.rows("SELECT missing FROM range(3)")
except Exception as problem:
    told = str(problem)
first.close()
assert second.rows("SELECT 1") == [(1,)] and is_up(mine)
heap = SparkContext._jvm.java.lang.Runtime.getRuntime().maxMemory() // 2**20
host = second._session.sparkContext.getConf().get("spark.driver.host")
second.close()
assert not is_up(mine)
with SparkEngine(settings) as third:
    assert third.rows("SELECT 2") == [(2,)] and pid() != mine

# A session of the caller's is used and left alone.
from pyspark.sql import SparkSession
foreign = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
with SparkEngine(settings) as guest:
    guest.create_view("seen", "SELECT 7 / 2 AS v")
    assert guest.rows("SELECT v FROM seen") == [(3.5,)]
assert foreign.sql("SELECT 3").collect()[0][0] == 3
assert not foreign.catalog.tableExists("seen")
foreign.stop()
print(heap, host, sorted(p.name for p in Path(sys.argv[1]).glob("tables*")))
print(told)
"""


@pytest.fixture
def engine(spark_settings: SparkDriverSettings, tmp_path: Path) -> Iterator[SparkEngine]:
    with SparkEngine(replace(spark_settings, folder=tmp_path)) as opened:
        yield opened


@pytest.mark.slow
def test_the_driver_is_shared_silent_bounded_and_ends_with_its_last_engine(tmp_path: Path) -> None:
    words = [sys.executable, "-W", "ignore::ResourceWarning", "-c", LIVES, str(tmp_path)]
    ended = subprocess.run(words, capture_output=True, text=True, check=False, timeout=240)
    assert ended.returncode == 0, ended.stderr
    heap, host, left = ended.stdout.splitlines()[0].split(" ", 2)
    assert int(heap) <= 512
    assert host == "127.0.0.1"
    assert left == "[]"
    assert "missing" in ended.stdout.splitlines()[1]
    # The caller's own session speaks as it likes; ours writes to its log.
    ours = [line for line in ended.stderr.splitlines() if "SQLQueryContextLogger" in line]
    assert ours == []
    assert (tmp_path / "spark.log").is_file()


def test_without_pyspark_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None)
    with pytest.raises(InputProblem, match=r"keepwell\[spark\]") as told:
        SparkEngine(SparkDriverSettings(tmp_path))
    assert told.value.exit_code == 2


def test_without_java_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(InputProblem, match="JAVA_HOME"):
        SparkEngine(SparkDriverSettings(tmp_path))
    monkeypatch.delenv("JAVA_HOME")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InputProblem, match="needs Java; none in PATH"):
        SparkEngine(SparkDriverSettings(tmp_path))


def test_too_little_memory_is_refused_with_the_line_to_write(tmp_path: Path) -> None:
    with pytest.raises(InputProblem, match="memory_limit_mb: 512"):
        SparkEngine(SparkDriverSettings(tmp_path, memory_limit_mb=300))


def test_one_process_has_one_master(spark_settings: SparkDriverSettings, tmp_path: Path) -> None:
    other = replace(spark_settings, folder=tmp_path, master="spark://127.0.0.1:1")
    with pytest.raises(InputProblem, match="not spark://127"):
        SparkEngine(other)


def test_its_session_means_what_the_portable_sql_needs(engine: SparkEngine) -> None:
    with pytest.raises(InternalProblem, match="DIVIDE_BY_ZERO"):
        engine.rows("SELECT CAST(1 AS DOUBLE) / CAST(0 AS DOUBLE)")
    with pytest.raises(InternalProblem, match="CAST_INVALID_INPUT"):
        engine.rows("SELECT CAST('x' AS BIGINT)")
    engine.create_table("t", "SELECT CAST('2026-03-29 02:30:00' AS TIMESTAMP) AS at")
    assert engine.columns("t") == {"at": "TIMESTAMP"}
    assert str(engine.rows("SELECT at FROM t")[0][0]) == "2026-03-29 02:30:00"


def test_a_view_sees_the_present_table(engine: SparkEngine) -> None:
    engine.read_arrow("t", pa.table({"a": [1]}))
    engine.create_view("v", "SELECT a + 1 AS b FROM t")
    engine.read_arrow("t", pa.table({"a": [10]}))
    assert engine.rows("SELECT b FROM v") == [(11,)]


def test_replaced_tables_leave_nothing_on_disk(engine: SparkEngine, tmp_path: Path) -> None:
    for turn in range(3):
        engine.create_table("t", f"SELECT {turn} AS a")
    assert len(list(tmp_path.glob("tables-*/*"))) == 1
    engine.run("DROP TABLE t")
    assert list(tmp_path.glob("tables-*/*")) == []
    assert engine.columns("t") == {}


def test_a_share_that_binary_cannot_hold_takes_the_rank_as_written(engine: SparkEngine) -> None:
    engine.read_arrow("q", pa.table({"v": [float(i) for i in range(1, 101)]}))
    shares = [i / 100 for i in range(101)]
    assert engine.quantiles("q", "v", shares) == [float(max(1, i)) for i in range(101)]


@pytest.mark.parametrize("text", ["a\\b", "it's", 'say "x"', "客户", "50%_[a-z]*", "line\nbreak"])
def test_text_in_sql_is_taken_as_written(engine: SparkEngine, text: str) -> None:
    engine.read_arrow("t", pa.table({"label": [text, "other"]}))
    quoted = text.replace("'", "''")
    assert engine.rows(f"SELECT label FROM t WHERE label = '{quoted}'") == [(text,)]


def test_paths_are_names_not_patterns(engine: SparkEngine, tmp_path: Path) -> None:
    folder = tmp_path / "run [1] {a}*? 100%"
    folder.mkdir()
    engine.write_parquet("SELECT 1 AS a", folder / "x y.parquet")
    engine.read_parquet("t", folder / "x y.parquet")
    engine.read_parquet("all", folder)
    assert engine.rows("SELECT a FROM t") == engine.rows('SELECT a FROM "all"') == [(1,)]


def test_a_folder_of_partitions_is_one_table(engine: SparkEngine, tmp_path: Path) -> None:
    for day in ("2026-01-01", "2026-01-02"):
        part = tmp_path / "lake" / f"day={day}"
        part.mkdir(parents=True)
        pq.write_table(pa.table({"n": [int(day[-1])]}), part / "part-0.parquet")
    engine.read_parquet("lake", tmp_path / "lake")
    assert engine.columns("lake") == {"n": "BIGINT", "day": "DATE"}
    assert sorted(n for (n,) in engine.rows("SELECT n FROM lake")) == [1, 2]


def test_written_files_carry_no_trace_of_their_writer(engine: SparkEngine, tmp_path: Path) -> None:
    engine.write_parquet(
        "SELECT 1 AS a, CAST('2026-01-01' AS TIMESTAMP) AS at", tmp_path / "t.parquet"
    )
    schema = pq.read_schema(tmp_path / "t.parquet")
    assert schema == pa.schema([("a", pa.int32()), ("at", pa.timestamp("us"))])
    assert schema.metadata is None


def test_an_empty_result_is_a_file_with_its_columns(engine: SparkEngine, tmp_path: Path) -> None:
    engine.create_table("none", "SELECT CAST(1 AS DOUBLE) AS a, 'x' AS b WHERE FALSE")
    engine.write_table("none", tmp_path / "none.parquet")
    engine.write_parquet("SELECT * FROM none ORDER BY a", tmp_path / "again.parquet")
    for name in ("none", "again"):
        table = pq.read_table(tmp_path / f"{name}.parquet")
        assert table.schema == pa.schema([("a", pa.float64()), ("b", pa.string())])
        assert table.num_rows == 0


def test_missing_and_damaged_files_say_what_to_run(engine: SparkEngine, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="keepwell check"):
        engine.read_parquet("t", tmp_path / "none.parquet")
    (tmp_path / "bad.parquet").write_bytes(b"not parquet at all, not even close")
    with pytest.raises(SourceRejected, match=r"bad\.parquet"):
        engine.read_parquet("t", tmp_path / "bad.parquet")


def test_a_master_that_does_not_answer_is_told_as_outside(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from keepwell.adapters.engines import SparkEngine, SparkDriverSettings\n"
        "from keepwell.vocabulary import SourceUnavailable\n"
        "options = {'spark.network.timeout': '3s', 'spark.executor.heartbeatInterval': '1s'}\n"
        "s = SparkDriverSettings(Path(sys.argv[1]), 'spark://127.0.0.1:9', 512, options=options)\n"
        "try:\n    SparkEngine(s).rows('SELECT count(*) FROM range(10)')\n"
        "except SourceUnavailable as p:\n    print(p)\n"
    )
    words = [sys.executable, "-W", "ignore::ResourceWarning", "-c", code, str(tmp_path)]
    ended = subprocess.run(
        words, capture_output=True, text=True, check=False, timeout=240, env=dict(os.environ)
    )
    assert "Spark did not start on spark://127.0.0.1:9" in ended.stdout, ended.stderr[-2000:]
    assert "spark.log" in ended.stdout
