"""`initialise` on tables in memory: what it writes, tells, refuses."""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keepwell.adapters.configuration import load_scorecard
from keepwell.adapters.configuration_files import ProjectFolder
from keepwell.config import Config, Feed, Source
from keepwell.intake import ProjectHead, Proposal, SampledTable, config_text, recognise
from keepwell.ports import ROW_COLUMN, RawTable, SourceTable
from keepwell.runs.initialise import InitReport, TierPreview, initialise
from keepwell.runs.initialise_sampling import sample_table
from keepwell.vocabulary import InputProblem, Lang, NotFound, SourceRejected

GOLDEN = Path(__file__).parent / "initialise_golden"
LAYOUTS = Path(__file__).parents[1] / "intake" / "recognise_layouts"
EVERY = {
    "days_since_last_activity": "direct",
    "total_activities_30d": "direct",
    "contact_email_coverage": "events",
    "annual_revenue": "direct",
    "total_won_amount": "direct",
    "account_size_segment": "direct",
    "number_of_employees": "direct",
}


class TablesInMemory:
    """A source of tables given as header and rows; a table of None cannot be read."""

    def __init__(self, tables: Mapping[str, list[list[str | None]] | None], block: int = 400):
        self._tables = tables
        self._block = block

    def tables(self) -> tuple[SourceTable, ...]:
        return tuple(SourceTable(n, f"memory/{n}") for n in sorted(self._tables))

    def open(self, name: str, feed: Feed | None = None) -> RawTable:
        assert feed is None
        table = self._tables[name]
        if table is None:
            raise SourceRejected(f"{name} is encrypted.", cure="Save it without a password.")
        header = tuple(str(c) for c in table[0])
        return RawTable(name, name, header, self._batches(header, table[1:]), [], [], "")

    def _batches(
        self, header: tuple[str, ...], rows: list[list[str | None]]
    ) -> Iterator[pa.RecordBatch]:
        for start in range(0, len(rows), self._block):
            part = rows[start : start + self._block]
            cells = [pa.array([r[i] for r in part], pa.string()) for i in range(len(header))]
            numbers = pa.array(range(start + 2, start + 2 + len(part)), pa.int64())
            yield pa.RecordBatch.from_arrays([*cells, numbers], names=[*header, ROW_COLUMN])


def layout(name: str) -> TablesInMemory:
    tables: dict[str, list[list[str | None]] | None] = {}
    for path in (LAYOUTS / name).glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            tables[path.stem] = [list(row) for row in csv.reader(file)]
    return TablesInMemory(tables)


def run(
    folder: Path,
    reader: TablesInMemory,
    *,
    lang: Lang = "en",
    scorecard: str = "robust",
    available: Mapping[str, str] | None = None,
    preview: TierPreview | None = None,
    force: bool = False,
) -> InitReport:
    given_measures = EVERY if available is None else available
    return initialise(
        folder / "myco",
        reader,
        Source(kind="folder", path="../exports"),
        scorecard=scorecard,
        lang=lang,
        files=ProjectFolder(folder / "myco"),
        available=lambda _: given_measures,
        preview_tiers=None if preview is None else lambda _: preview,
        force=force,
    )


@pytest.mark.parametrize(("name", "lang"), [("chinese", "zh"), ("salesforce", "en")])
def test_the_written_configuration_is_the_golden_one(tmp_path: Path, name: str, lang: Lang) -> None:
    run(tmp_path, layout(name), lang=lang)
    text = (tmp_path / "myco" / "keepwell.yml").read_text(encoding="utf-8")
    assert text == (GOLDEN / f"{name}_{lang}.yml").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["salesforce", "chinese", "fivetran", "hubspot_export"])
def test_the_written_configuration_reads_back_as_proposed(tmp_path: Path, name: str) -> None:
    report = run(tmp_path, layout(name))
    assert_same_mapping(report.proposal, report.config)


def assert_same_mapping(proposal: Proposal, config: Config) -> None:
    """Every active feed stands in the configuration with source, columns, details and filters."""
    for table in {f.table for f in proposal.feeds}:
        active = [f for f in proposal.of(table) if f.is_active]
        loaded = config.tables.get(table, ())
        assert len(active) == len(loaded)
        for wanted, feed in zip(active, loaded, strict=True):
            assert feed.source == wanted.source
            assert feed.keep_when == dict(wanted.keep_when)
            assert feed.drop_when == dict(wanted.drop_when)
            assert list(feed.columns) == [c.canonical for c in wanted.columns]
            for column in wanted.columns:
                mapping = feed.mapping(column.canonical)
                assert mapping is not None
                told = (
                    mapping.column,
                    mapping.unit,
                    mapping.scale,
                    mapping.date_order,
                    mapping.via,
                )
                assert told == (
                    column.source,
                    column.unit,
                    column.scale,
                    column.date_order,
                    column.via,
                )
                assert mapping.categories == dict(column.categories)


def test_dated_rates_are_asked_for_where_amounts_carry_a_currency(tmp_path: Path) -> None:
    deals: list[list[str | None]] = [
        ["deal_id", "account_id", "stage", "amount", "currency", "created_at"],
        ["1", "A", "Won", "5", "EUR", "01/02/2024"],
    ]
    report = run(tmp_path, TablesInMemory({"deals": deals}))
    text = (tmp_path / "myco" / "keepwell.yml").read_text(encoding="utf-8")
    assert "#   rates: [{currency: EUR" in text
    hint = next(f for f in report.fills if f.key.endswith("created_at.date_order"))
    assert text.splitlines()[hint.line - 1].strip().startswith("# date_order: dmy")


def test_three_files_are_written_and_named(tmp_path: Path) -> None:
    report = run(tmp_path, layout("salesforce"))
    assert report.written == (
        "keepwell.yml",
        "keepwell.schema.json",
        "scorecards/account_health_robust.yml",
    )
    assert all((tmp_path / "myco" / name).is_file() for name in report.written)
    assert report.is_ready


def test_lines_to_fill_point_at_the_written_lines(tmp_path: Path) -> None:
    report = run(tmp_path, layout("salesforce"))
    lines = (tmp_path / "myco" / "keepwell.yml").read_text(encoding="utf-8").splitlines()
    assert next(f.key for f in report.fills) == "money.currency"
    for fill in report.fills:
        key = fill.key.rsplit(".", 1)[-1]
        assert lines[fill.line - 1].lstrip(" #").startswith(f"{key}:")


def test_an_existing_project_is_not_overwritten(tmp_path: Path) -> None:
    run(tmp_path, layout("salesforce"))
    with pytest.raises(InputProblem, match="--force"):
        run(tmp_path, layout("chinese"))
    assert run(tmp_path, layout("chinese"), force=True).config.source.path == "../exports"


def test_an_edited_scorecard_is_not_overwritten(tmp_path: Path) -> None:
    run(tmp_path, layout("salesforce"))
    (tmp_path / "myco" / "keepwell.yml").unlink()
    with pytest.raises(InputProblem, match=r"account_health_robust\.yml is there already"):
        run(tmp_path, layout("salesforce"))


def test_a_missing_required_column_is_a_line_to_fill(tmp_path: Path) -> None:
    reader = TablesInMemory(
        {
            "accounts": [["Label", "Industry"], ["x", "Energy"]],
            "tasks": [["task_id", "account_id"], ["1", "x"]],
        }
    )
    report = run(tmp_path, reader)
    required = [f.key for f in report.fills if f.is_required]
    assert required == [
        "tables.accounts[0].columns.account_id",
        "tables.activities(tasks).columns.occurred_at",
    ]
    assert not report.is_ready
    assert list(report.config.tables) == ["accounts"]


def test_an_unreadable_table_is_listed_and_the_others_go_on(tmp_path: Path) -> None:
    report = run(
        tmp_path, TablesInMemory({"accounts": [["account_id", "name"], ["1", "x"]], "z": None})
    )
    assert [(s.source, s.why.en) for s in report.proposal.skipped] == [
        ("z", "z is encrypted. Save it without a password.")
    ]


def test_a_source_without_a_readable_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceRejected, match="z is encrypted"):
        run(tmp_path, TablesInMemory({"z": None}))
    assert not (tmp_path / "myco").exists()


def test_an_unknown_scorecard_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="classic, robust"):
        run(tmp_path, layout("salesforce"), scorecard="modern")
    assert not (tmp_path / "myco").exists()


def test_missing_measures_give_a_reduced_scorecard_that_says_so(tmp_path: Path) -> None:
    some = {
        "days_since_last_activity": "proxy",
        "total_activities_30d": "proxy",
        "current_arr_amount": "events",
    }
    report = run(tmp_path, layout("salesforce"), available=some, scorecard="classic")
    path = tmp_path / "myco" / "scorecards" / "account_health_reduced.yml"
    card = load_scorecard(path)
    assert card.scorecard == report.config.scorecards[0].scorecard == "account_health_reduced"
    assert [m.measure for m in card.measures] == list(some)
    assert sum(card.micro_weights().values()) == 100_000_000
    text = path.read_text(encoding="utf-8")
    assert "total_won_amount" in text.splitlines()[0]
    assert text.count("declared proxy") == 2
    assert report.scorecard.stand_ins == ("current_arr_amount",)
    assert report.scorecard.supported_pct == 40
    assert "40 of the 100 points" in report.warnings[0].en
    assert "the scorecard is reduced" in report.warnings[0].en
    assert "declared proxy" in report.warnings[1].en


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_written_scorecard_speaks_one_language(tmp_path: Path, lang: Lang) -> None:
    report = run(tmp_path, layout("salesforce"), lang=lang)
    text = (tmp_path / "myco" / report.written[2]).read_text(encoding="utf-8")
    assert ("活跃度" in text) is (lang == "zh")
    assert ("Activity:" in text) is (lang == "en")
    assert "#or" not in text


def test_a_source_without_any_measure_of_the_scorecard_is_told_so(tmp_path: Path) -> None:
    report = run(tmp_path, layout("salesforce"), available={})
    assert report.scorecard.is_unsupported
    assert "there will be no score" in report.warnings[0].en
    assert len(load_scorecard(tmp_path / "myco" / report.written[2]).measures) == 7


def test_many_low_accounts_and_squashed_measures_are_warned_of(tmp_path: Path) -> None:
    preview = TierPreview({"low": 0.45, "medium": 0.55}, squashed=("annual_revenue",))
    report = run(tmp_path, layout("salesforce"), preview=preview)
    assert report.preview == preview
    assert report.scorecard.supported_pct == 100
    assert [w.en[:14] for w in report.warnings[-2:]] == ["45% of the acc", "annual_revenue"]


def test_few_low_accounts_are_not_warned_of(tmp_path: Path) -> None:
    report = run(tmp_path, layout("salesforce"), preview=TierPreview({"low": 0.30}))
    assert not any("low under" in w.en for w in report.warnings)


def test_empty_columns_do_not_count_as_available(tmp_path: Path) -> None:
    seen: list[frozenset[str]] = []
    reader = TablesInMemory({"accounts": [["account_id", "name", "industry"], ["1", "x", ""]]})

    def available(mapped: frozenset[str]) -> Mapping[str, str]:
        seen.append(mapped)
        return EVERY

    initialise(
        tmp_path / "p",
        reader,
        Source(kind="folder", path="x"),
        scorecard="robust",
        lang="en",
        files=ProjectFolder(tmp_path / "p"),
        available=available,
    )
    assert seen == [frozenset({"accounts.account_id", "accounts.name"})]


def test_a_long_table_is_sampled_over_its_whole_length() -> None:
    rows: list[list[str | None]] = [[str(i), "won" if i < 9_000 else "open"] for i in range(10_000)]
    sampled = sample_table(TablesInMemory({"t": [["id", "stage"], *rows]}), "t")
    assert sampled.row_count == 10_000
    assert 1_500 < len(sampled.rows) <= 3_000
    assert sampled.rows[999] == ("999", "won")
    assert sampled.rows[-1][1] == "open"
    assert sampled.categories == {"stage": ("won", "open")}


NAMES = st.text(
    st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=12
).filter(lambda s: s.strip() != "")
KNOWN = st.sampled_from(
    [
        "account_id",
        "Name",
        "Industry",
        "客户规模",
        "deal_stage",
        "created_at",
        "amount",
        "is_deleted",
    ]
)
CELLS = st.one_of(
    st.sampled_from(
        ["Won", "小型", "2024-01-05", "13/01/24", "true", "0.4", "", "a: b", '"', "#x"]
    ),
    st.text(max_size=8),
)


@st.composite
def source_tables(draw: st.DrawFn) -> list[SampledTable]:
    names = draw(
        st.lists(NAMES | st.sampled_from(["accounts", "deals", "订单"]), max_size=3, unique=True)
    )
    tables = []
    for name in names:
        columns = draw(st.lists(KNOWN | NAMES, min_size=1, max_size=6, unique=True))
        row = st.tuples(*[CELLS] * len(columns))
        tables.append(SampledTable(name, tuple(columns), tuple(draw(st.lists(row, max_size=6)))))
    return tables


@settings(max_examples=40, deadline=None)
@given(source_tables(), st.sampled_from(["zh", "en"]), NAMES)
def test_whatever_the_names_and_cells_the_written_text_loads_as_proposed(
    tmp_path_factory: pytest.TempPathFactory, tables: list[SampledTable], lang: Lang, path: str
) -> None:
    proposal = recognise(tables)
    written = config_text(ProjectHead(path, lang, "folder", path, ("a",)), proposal)
    folder = ProjectFolder(tmp_path_factory.mktemp("p"))
    folder.write({"keepwell.yml": written.text})
    config = folder.load()
    assert (config.project, config.source.path) == (path, path)
    assert_same_mapping(proposal, config)
