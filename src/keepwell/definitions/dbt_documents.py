"""The files of a dbt project beside its models: sources, schema with tests, profile, read-me."""

import json
import re
from collections.abc import Iterable, Sequence

from keepwell.definitions.definition import Definition
from keepwell.definitions.dialects import Dialect
from keepwell.vocabulary import SQL_TYPES, TABLES, UNKNOWN_TIER, Bilingual

KEYS = ("account_id", "pattern")
_BRACES = re.compile(r"\{([{%#])")
_MANY_ROWS = ("risk_matrix",)
_PROFILES = {
    "duckdb": ("path: keepwell.duckdb", "threads: 2"),
    "postgres": (
        "host: localhost",
        "port: 5432",
        "user: \"{{ env_var('KEEPWELL_DBT_USER') }}\"",
        "password: \"{{ env_var('KEEPWELL_DBT_PASSWORD') }}\"",
        "dbname: crm",
        "schema: keepwell",
        "threads: 2",
    ),
    "spark": ("method: session", "host: localhost", "schema: keepwell", "threads: 1"),
    "databricks": (
        "host: my-workspace.cloud.databricks.com",
        "http_path: /sql/1.0/warehouses/my-warehouse",
        "token: \"{{ env_var('KEEPWELL_DBT_TOKEN') }}\"",
        "schema: keepwell",
        "threads: 4",
    ),
    "snowflake": (
        "account: my-account",
        "user: \"{{ env_var('KEEPWELL_DBT_USER') }}\"",
        "password: \"{{ env_var('KEEPWELL_DBT_PASSWORD') }}\"",
        "warehouse: my_warehouse",
        "database: my_database",
        "schema: keepwell",
        "threads: 4",
    ),
    "bigquery": ("method: oauth", "project: my-project", "dataset: keepwell", "threads: 4"),
    "trino": (
        "method: none",
        "host: localhost",
        "port: 8080",
        "user: keepwell",
        "database: hive",
        "schema: keepwell",
        "threads: 4",
    ),
}


def profile_yaml(dialect: Dialect) -> str:
    """Return an example of profiles.yml for the dialect's adapter."""
    head = "# 复制为 profiles.yml 并填写 / copy to profiles.yml and fill in\n"
    settings = "".join(f"      {line}\n" for line in _PROFILES[dialect.name])
    return (
        f"{head}keepwell:\n  target: dev\n  outputs:\n    dev:\n"
        f"      type: {dialect.name}\n{settings}"
    )


def read_me(words: Sequence[Bilingual], dialect: Dialect) -> str:
    """Return the read-me of the project in both languages."""
    zh = "\n".join(f"- {w.zh}" for w in words)
    en = "\n".join(f"- {w.en}" for w in words)
    adapter = f"dbt-{dialect.name}"
    steps = "cp profiles.example.yml profiles.yml\ndbt build --profiles-dir ."
    return (
        f"# keepwell dbt\n\n{zh}\n\n安装 dbt-core 与 {adapter}，然后：\n\n```sh\n{steps}\n```\n\n"
        f"{en}\n\nInstall dbt-core and {adapter}, then run the two lines above.\n"
    )


def sources_yaml(definitions: Sequence[Definition], source: str, dialect: Dialect) -> str:
    """Return sources.yml: the canonical tables that the models read, with their columns."""
    read = {t: None for d in definitions for t in d.reads if t in TABLES}
    lines = ["version: 2", "sources:", f"  - name: {source}"]
    lines.append(f"    description: {_quoted(_SOURCE)}")
    if dialect.name == "duckdb":
        folder = "{{ env_var('KEEPWELL_CANONICAL', 'canonical') }}"
        lines += ["    config:", "      meta:"]
        lines.append(f'        external_location: "{folder}/{{name}}.parquet"')
    lines.append("    tables:")
    for table in (t for t in TABLES if t in read):
        lines += [f"      - name: {table}", "        columns:"]
        for column in TABLES[table].columns:
            lines.append(f"          - name: {column.name}")
            lines.append(f"            data_type: {json.dumps(SQL_TYPES[column.kind])}")
    return "\n".join(lines) + "\n"


def schema_yaml(definitions: Sequence[Definition]) -> str:
    """Return schema.yml: what each model and column means, and the tests of its key."""
    lines = ["version: 2", "models:"]
    for one in definitions:
        lines += [f"  - name: {one.view}", f"    description: {_quoted(one.about)}"]
        columns = [line for name in one.columns for line in _column(one, name)]
        lines += ["    columns:", *columns] if columns else []
    return "\n".join(lines) + "\n"


def _column(one: Definition, name: str) -> Iterable[str]:
    notes = one.notes.get(name, ())
    is_key = name in KEYS and one.name not in _MANY_ROWS
    is_tier = name in ("tier", "effective_tier") and one.name == "scores"
    if not (notes or is_key):
        return
    yield f"      - name: {name}"
    if notes:
        yield f"        description: {_quoted(*notes)}"
    if is_key:
        yield "        data_tests: [not_null, unique]"
    if is_tier:
        tiers = ["high", "medium", "low", UNKNOWN_TIER]
        yield "        data_tests:"
        yield "          - not_null"
        yield "          - accepted_values:"
        yield f"              arguments: {{values: {json.dumps(tiers)}}}"


def _quoted(*words: Bilingual) -> str:
    """Return the texts of both languages as one YAML string that dbt does not read as Jinja."""
    text = " ".join([*(w.zh for w in words), *(w.en for w in words)])
    return json.dumps(_BRACES.sub(r"{ \1", " ".join(text.split())), ensure_ascii=False)


_SOURCE = Bilingual(
    "keepwell 的规范表：keepwell check 写出的 Parquet，或由您自己的模型按同样的列提供。",
    "keepwell's canonical tables: the Parquet that `keepwell check` writes, or models of your own "
    "with the same columns.",
)
