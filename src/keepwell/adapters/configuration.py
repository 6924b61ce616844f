"""Read keepwell.yml and scorecards: every problem of a file in one error, with line and column."""

import re
from collections.abc import Collection
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from keepwell.adapters.churn_file import load_churn
from keepwell.adapters.configuration_nodes import Document, KeyPath, plain, read_document
from keepwell.adapters.configuration_problems import did_you_mean, problems_of, validate
from keepwell.adapters.segment_maps import load_segment_map
from keepwell.config import Config
from keepwell.vocabulary import TABLES, ConfigInvalid, Scorecard

CONFIG_FILE = "keepwell.yml"
_CURRENCY = re.compile(r"^[A-Z]{3}$")


def load_config(path: Path) -> Config:
    """Return the configuration of a project; `path` is keepwell.yml or the folder that holds it.

    Errors: ConfigInvalid, naming file:line:column and key of every problem.
    """
    file = path / CONFIG_FILE if path.is_dir() else path
    if not file.is_file():
        raise ConfigInvalid(
            f"There is no {file.name} in {file.parent}.",
            cure=f"Run `keepwell init {file.parent} --from FOLDER_OR_FILE`.",
            file=str(file),
        )
    document = read_document(file, empty_cure="Run `keepwell init DIR --from X` to write one.")
    config = validate(document, Config)
    values = plain_of(document)
    _check_tables(document, values)
    _check_settings(document, values)
    if document.problems or config is None:
        raise problems_of(document)
    segments = config.segment_map or load_segment_map(file.parent)
    fitted = load_churn(file.parent)
    return config.model_copy(update={"segment_map": segments, "churn_model": fitted})


def load_scorecard(path: Path, known_measures: Collection[str] = ()) -> Scorecard:
    """Return a scorecard; with `known_measures`, each of its measures must be one of them.

    Errors: ConfigInvalid, naming file:line:column and key of every problem.
    """
    if not path.is_file():
        there = sorted(p.name for p in path.parent.glob("*.yml")) if path.parent.is_dir() else []
        raise ConfigInvalid(
            f"There is no scorecard {path.name} in {path.parent}.",
            cure=f"Found there: {', '.join(there)}." if there else "The folder has none.",
            file=str(path),
        )
    document = read_document(path, empty_cure="Write `scorecard: NAME` and its dimensions.")
    card = validate(document, Scorecard)
    if known_measures:
        _check_measures(document, plain_of(document), known_measures)
    if document.problems or card is None:
        raise problems_of(document)
    return card


def plain_of(document: Document) -> dict[str, Any]:
    """Return the values without losing the problems found so far."""
    kept = list(document.problems)
    values = plain(document)
    document.problems[:] = [*kept, *(p for p in document.problems if p not in kept)]
    return values


def _check_tables(document: Document, values: dict[str, Any]) -> None:
    tables = values.get("tables")
    for name, feeds in tables.items() if isinstance(tables, dict) else ():
        if name not in TABLES:
            what = f"unknown table `{name}`.{did_you_mean(name, TABLES)}"
            document.report(("tables", name), what, at_key=True)
            continue
        for at, feed in enumerate(feeds if isinstance(feeds, list) else ()):
            columns = feed.get("columns") if isinstance(feed, dict) else None
            for column, mapping in columns.items() if isinstance(columns, dict) else ():
                _check_column(document, ("tables", name, at, "columns", column), mapping)


def _check_column(document: Document, path: KeyPath, mapping: Any) -> None:
    table, column = TABLES[str(path[1])], str(path[-1])
    known = [c.name for c in table.columns]
    if column not in known:
        what = f"table `{table.name}` has no column `{column}`.{did_you_mean(column, known)}"
        document.report(path, what, at_key=True)
    if not isinstance(mapping, dict):
        return
    if mapping.get("column") is None and mapping.get("value") is None:
        document.report(path, f"`{column}` needs `column:` or `value:`", at_key=True)
    via = mapping.get("via")
    if isinstance(via, str):
        _check_via(document, (*path, "via"), via)


def _check_via(document: Document, path: KeyPath, via: str) -> None:
    table, _, column = via.partition(".")
    if table not in TABLES:
        known = [f"{t.name}.{t.key}" for t in TABLES.values() if t.belongs_to]
        document.report(path, f"`via: {via}` names no table.{did_you_mean(via, known)}")
    elif TABLES[table].column(column) is None:
        known = [c.name for c in TABLES[table].columns]
        document.report(path, f"`via: {via}` names no column.{did_you_mean(column, known)}")


def _check_settings(document: Document, values: dict[str, Any]) -> None:
    zone = values.get("time_zone")
    if isinstance(zone, str) and not _is_zone(zone):
        document.report(
            ("time_zone",), f"unknown time zone `{zone}`; expected a name such as `Asia/Shanghai`"
        )
    money = values.get("money")
    for key in ("currency", "undeclared_means"):
        code = money.get(key) if isinstance(money, dict) else None
        if isinstance(code, str) and not _CURRENCY.match(code):
            what = f"`money.{key}`: expected three capital letters such as `CNY`; found `{code}`"
            document.report(("money", key), what)


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _check_measures(document: Document, values: dict[str, Any], known: Collection[str]) -> None:
    dimensions = values.get("dimensions")
    for i, dimension in enumerate(dimensions if isinstance(dimensions, list) else ()):
        measures = dimension.get("measures") if isinstance(dimension, dict) else None
        for j, entry in enumerate(measures if isinstance(measures, list) else ()):
            name = entry.get("measure") if isinstance(entry, dict) else None
            if isinstance(name, str) and name not in known:
                path: KeyPath = ("dimensions", i, "measures", j, "measure")
                what = f"unknown measure `{name}`.{did_you_mean(name, sorted(known))}"
                document.report(path, what)


def config_schema() -> dict[str, Any]:
    """Return the JSON Schema of keepwell.yml, for editors that complete and check YAML."""
    schema = Config.model_json_schema()
    schema["title"] = CONFIG_FILE
    tables = schema["properties"]["tables"]
    tables["propertyNames"] = {"enum": list(TABLES)}
    return schema
