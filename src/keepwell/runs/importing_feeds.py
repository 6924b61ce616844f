"""Opening and staging of feeds: source tables become scratch tables, headers become cells."""

from dataclasses import dataclass, field

from keepwell.config import ColumnMapping, Config, Feed
from keepwell.intake import (
    Cell,
    Reading,
    clean_text,
    find_column,
    finding,
    literal,
    nearest_names,
    quarantine_findings,
    word_list,
)
from keepwell.ports import ImportWork, RawTable, SourceReader
from keepwell.vocabulary import (
    TABLES,
    Column,
    Finding,
    NotFound,
    SourceRejected,
    Table,
)

_EMPTY_CODES = ("empty_file", "header_only")


@dataclass(slots=True)
class Staged:
    """One source table in the scratch database; `rows` and `rejected` are known after loading."""

    raw: RawTable
    name: str
    rows: int = 0
    is_loaded: bool = False


@dataclass(slots=True)
class FeedWork:
    """One feed on its way into a canonical table. `number` starts at 1 within the table."""

    number: int
    feed: Feed
    staged: Staged
    where: str = "true"
    cells: tuple[Cell, ...] = ()
    readings: dict[str, Reading] = field(default_factory=dict)
    stats: dict[str, object] = field(default_factory=dict)

    @property
    def rows_in(self) -> int:
        """Return the rows read, those that could not be split included."""
        return self.staged.rows + len(self.staged.raw.rejected)


@dataclass(slots=True)
class TableWork:
    """One canonical table on its way, with the feeds that fill it."""

    table: Table
    feeds: list[FeedWork] = field(default_factory=list)
    mapped: set[str] = field(default_factory=set)

    @property
    def name(self) -> str:
        """Return the canonical name."""
        return self.table.name


def open_feeds(
    config: Config, source: SourceReader, findings: list[Finding]
) -> dict[str, TableWork]:
    """Return the tables whose feeds could be opened; what could not is a finding."""
    works: dict[str, TableWork] = {}
    opened: dict[str, Staged | None] = {}
    for name, feeds in config.tables.items():
        if name not in TABLES:
            near = ", ".join(nearest_names(name, tuple(TABLES))) or "-"
            findings.append(
                finding("unknown_table", name, 1, nearest=near, found=", ".join(TABLES))
            )
            continue
        work = TableWork(TABLES[name])
        for number, feed in enumerate(feeds, start=1):
            key = _open_key(feed)
            if key not in opened:
                opened[key] = _open(name, feed, source, len(opened), findings)
            staged = opened[key]
            if staged is not None:
                work.feeds.append(FeedWork(number, feed, staged))
        if work.feeds:
            works[name] = work
    if "accounts" not in config.tables:
        what = "keepwell.yml: tables.accounts"
        findings.append(finding("accounts_missing", "accounts", 1, what=what))
    return works


def _open_key(feed: Feed) -> str:
    """Return what decides how a source is split into cells; equal feeds are staged once."""
    return repr((feed.source, feed.header, feed.delimiter, feed.encoding, feed.skip_rows))


def _open(
    table: str, feed: Feed, source: SourceReader, number: int, findings: list[Finding]
) -> Staged | None:
    try:
        return Staged(source.open(feed.source, feed), f"raw_{number}")
    except NotFound as problem:
        if table == "accounts":
            findings.append(finding("accounts_missing", table, 1, what=problem.what))
        else:
            findings.append(finding("table_missing", table, 1, source=feed.source))
    except SourceRejected as problem:
        findings.append(_rejection(table, feed.source, problem))
    return None


def _rejection(table: str, source: str, problem: SourceRejected) -> Finding:
    given = problem.details.get("finding")
    if problem.details.get("code") in _EMPTY_CODES:
        if table != "accounts":
            return finding("table_empty", table, 0)
        if not isinstance(given, Finding):
            return finding("accounts_empty", table, 0)
    if isinstance(given, Finding):
        return given
    return finding(
        "source_rejected", table, 1, source=source, what=problem.what, how=problem.cure or "-"
    )


def stage_feeds(works: dict[str, TableWork], work: ImportWork, findings: list[Finding]) -> None:
    """Load every opened source once; one that fails on the way is a finding and is left out."""
    for table in list(works.values()):
        for feed in list(table.feeds):
            staged = feed.staged
            if staged.is_loaded:
                continue
            try:
                raw = staged.raw
                staged.rows = work.load(staged.name, len(raw.columns), raw.batches)
                findings += [*raw.findings, *quarantine_findings(raw.name, raw.rejected)]
            except SourceRejected as problem:
                findings.append(_rejection(table.name, feed.feed.source, problem))
                _forget(works, staged)
                continue
            staged.is_loaded = True


def _forget(works: dict[str, TableWork], staged: Staged) -> None:
    for table in list(works.values()):
        table.feeds = [f for f in table.feeds if f.staged is not staged]
        if not table.feeds:
            del works[table.name]


def map_columns(table: TableWork, findings: list[Finding]) -> None:
    """Fill each feed's cells and filter from its mapping; what the header lacks is a finding."""
    for feed in table.feeds:
        header = feed.staged.raw.columns
        feed.where = _filter(table.name, feed.feed, header, findings)
        cells = []
        for name in feed.feed.columns:
            column = table.table.column(name)
            mapping = feed.feed.mapping(name)
            if column is None or mapping is None:
                findings.append(_unknown_column(table.table, name))
                continue
            cell = _cell(feed, column, mapping)
            if cell is None:
                findings.append(_absent(table.table, column, mapping, header))
            else:
                cells.append(cell)
        feed.cells = tuple(cells)
        table.mapped |= {c.name for c in cells}
        _note_unmapped_required(table.table, feed, findings)


def _cell(feed: FeedWork, column: Column, mapping: ColumnMapping) -> Cell | None:
    if mapping.column is None:
        raw, source_column = literal(mapping.value or ""), mapping.value or ""
    else:
        place = find_column(mapping.column, feed.staged.raw.columns)
        if place is None:
            return None
        raw, source_column = f"c{place}", feed.staged.raw.columns[place]
    return Cell(
        column=column,
        raw=raw,
        source_column=source_column,
        categories=mapping.categories,
        scale=mapping.scale,
        unit=mapping.unit or "",
        date_order=mapping.date_order or feed.feed.date_order,
        decimal=feed.feed.decimal,
        zone=feed.feed.time_zone or "",
        via=mapping.via or "",
    )


def _near_params(wanted: str, header: tuple[str, ...], *also: str) -> dict[str, str]:
    near = nearest_names(wanted, header, *also)
    return {
        "wanted": wanted,
        "found": ", ".join(header[:40]),
        "nearest": ", ".join(near) or "-",
        "nearest_one": near[0] if near else "...",
    }


def _unknown_column(table: Table, name: str) -> Finding:
    names = tuple(c.name for c in table.columns)
    near = ", ".join(nearest_names(name, names)) or "-"
    return finding("unknown_column", table.name, 1, name, nearest=near, found=", ".join(names))


def _absent(
    table: Table, column: Column, mapping: ColumnMapping, header: tuple[str, ...]
) -> Finding:
    params = _near_params(mapping.column or "", header, column.name)
    code = "column_missing" if column.is_required else "column_gone"
    return finding(code, table.name, 1, column.name, **params)


def _note_unmapped_required(table: Table, feed: FeedWork, findings: list[Finding]) -> None:
    header = feed.staged.raw.columns
    for column in table.columns:
        if column.is_required and column.name not in feed.feed.columns:
            params = _near_params(column.name, header)
            findings.append(finding("column_missing", table.name, 1, column.name, **params))


def _filter(table: str, feed: Feed, header: tuple[str, ...], findings: list[Finding]) -> str:
    conditions = []
    for given, keeps in ((feed.keep_when, True), (feed.drop_when, False)):
        for name, words in given.items():
            place = find_column(name, header)
            if place is None:
                params = _near_params(name, header)
                params = {k: params[k] for k in ("wanted", "nearest")}
                findings.append(finding("filter_column_missing", table, 1, **params))
                continue
            text = f"coalesce(lower({clean_text(f'c{place}', is_code=False)}), '')"
            listed = word_list([w.strip().lower() for w in words])
            conditions.append(f"{text} {'IN' if keeps else 'NOT IN'} ({listed})")
    return " AND ".join(conditions) or "true"
