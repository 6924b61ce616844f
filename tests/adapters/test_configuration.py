"""Reading keepwell.yml and scorecards: what loads, and what each fault says and where."""

import json
from pathlib import Path

import pytest

from keepwell.adapters.configuration import config_schema, load_config, load_scorecard
from keepwell.adapters.configuration_files import (
    SHIPPED,
    ProjectFolder,
    load_scorecards,
    shipped_scorecard,
    shipped_scorecard_text,
)
from keepwell.vocabulary import ConfigInvalid, NotFound

GOOD = """\
project: myco
source: {kind: folder, path: exports}
scorecards: [{scorecard: account_health}]
tables:
  accounts:
    - source: accounts
      columns:
        account_id: Id
"""


def written(folder: Path, text: str | bytes, name: str = "keepwell.yml") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def said(folder: Path, text: str | bytes) -> str:
    with pytest.raises(ConfigInvalid) as caught:
        load_config(written(folder, text))
    return str(caught.value)


def test_a_good_file_loads_with_defaults(tmp_path: Path) -> None:
    config = load_config(written(tmp_path, GOOD))
    assert (config.project, config.time_zone, config.as_of) == ("myco", "UTC", "latest")
    assert config.tables["accounts"][0].columns == {"account_id": "Id"}


def test_the_engine_is_one_line_with_settings_of_its_name(tmp_path: Path) -> None:
    config = load_config(written(tmp_path, GOOD + "engine: duckdb\npostgres: {url_env: MY_URL}\n"))
    assert (config.engine, config.postgres.url_env) == ("duckdb", "MY_URL")


def test_a_pasted_address_is_refused_and_not_repeated(tmp_path: Path) -> None:
    pasted = "postgres://me:s3cret@db/crm"
    told = said(tmp_path, GOOD + f"postgres: {{url_env: '{pasted}'}}\n")
    assert "9:21: `postgres.url_env`: expected the name of an environment variable" in told
    assert "s3cret" not in told


def test_a_folder_stands_for_its_file(tmp_path: Path) -> None:
    written(tmp_path, GOOD)
    assert load_config(tmp_path).project == "myco"


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    assert load_config(written(tmp_path, b"\xef\xbb\xbf" + GOOD.encode())).project == "myco"


def test_numbers_and_flags_are_names_where_a_text_is_wanted(tmp_path: Path) -> None:
    more = '        name: 2024\n      drop_when: {deleted: [true, 1, "yes"]}\n'
    feed = load_config(written(tmp_path, GOOD + more)).tables["accounts"][0]
    assert feed.columns["name"] == "2024"
    assert feed.drop_when == {"deleted": ("true", "1", "yes")}


def test_flags_as_categories_keep_their_spelling(tmp_path: Path) -> None:
    more = "        status: {column: Active, categories: {TRUE: live, 0: gone, 是: live}}\n"
    mapping = load_config(written(tmp_path, GOOD + more)).tables["accounts"][0].mapping("status")
    assert mapping is not None
    assert mapping.categories == {"TRUE": "live", "0": "gone", "是": "live"}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "project: myco",
            "projct: myco",
            "keepwell.yml:1:1: unknown key `projct`. Did you mean `project`?",
        ),
        (
            "kind: folder",
            "kind: foldr",
            "2:16: `source.kind`: expected 'folder', 'sqlite', 'duckdb', 'spark' or 'postgres'",
        ),
        ("path: exports", "url_env: MY_URL", "`source.path` is missing"),
        ("kind: folder", "kind: postgres", "`source.path`: a database has no path: name the"),
        ("kind: folder, path: exports", "kind: postgres, urlenv: A", "Did you mean `url_env`?"),
        ("kind: folder", "kind: foldr", "(did you mean `folder`?); found `foldr`"),
        ("path: exports", "pth: exports", "`source.path` is missing"),
        ("  accounts:", "  acounts:", "5:3: unknown table `acounts`. Did you mean `accounts`?"),
        ("account_id: Id", "acount_id: Id", "8:9: table `accounts` has no column `acount_id`. Did"),
        ("account_id: Id", "account_id:", "columns.account_id`: expected a value, found nothing"),
        ("account_id: Id", "account_id: {colum: Id}", "Did you mean `column`?"),
        (
            "account_id: Id",
            "account_id: {unit: s}",
            "8:9: `account_id` needs `column:` or `value:`",
        ),
        ("account_id: Id", "account_id: {column: a, scale: ten}", "found `ten`"),
        ("account_id: Id", "account_id: {column: a, unit: days}", "expected 'share', 'percent'"),
        (
            "account_id: Id",
            "account_id: {column: s, via: subscription.subscription_id}",
            "Did you mean `subscriptions.subscription_id`?",
        ),
        (
            "account_id: Id",
            "account_id: {column: s, via: subscriptions.subscriptionid}",
            "Did you mean `subscription_id`?",
        ),
        ("      columns:", "      colums:", "tables.accounts[0].colums`. Did you mean `columns`?"),
        ("project: myco", "project: a\nproject: b", "2:1: `project` is written twice (first in"),
        ("project: myco", "project: a\ntime_zone: Mars/Base", "unknown time zone `Mars/Base`"),
        ("project: myco", "project: a\nmoney: {currency: yuan}", "expected three capital letters"),
        ("project: myco", "project: a\nas_of: soon", "or expected 'latest'; found `soon`"),
        ("project: myco", "project: a\nthreads: 0", "`threads`: expected greater than or equal"),
        ("[{scorecard: account_health}]", "[]", "`scorecards`: expected at least one entry"),
        ("project: myco", "project: [a]", "1:10: `project`: expected a valid string"),
        ("      columns:", "\t  columns:", "Indent with blanks, not tabs."),
        ("path: exports}", "path: exports", "keepwell.yml:3:"),
    ],
)
def test_each_fault_names_its_place_and_what_was_expected(
    tmp_path: Path, old: str, new: str, expected: str
) -> None:
    assert old in GOOD
    assert expected in said(tmp_path, GOOD.replace(old, new, 1))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "keepwell.yml is empty. Run `keepwell init"),
        (b"# nothing but words\n", "keepwell.yml is empty."),
        (b"- a\n- b\n", "keepwell.yml:1:1: expected `key: value` lines, found a list."),
        (
            b"project: caf\xe9\n",
            "keepwell.yml:1:13: not UTF-8 (byte 0xe9). Save the file as UTF-8.",
        ),
        ("project: 客户\n".encode("gbk"), "not UTF-8"),
        (b"project: a\x00b\n", "is not YAML"),
        (b"project: a\n---\nproject: b\n", "found a second document. Keep one document"),
        (b"project: *nowhere\n", "keepwell.yml:1:10: found undefined alias"),
        (b"project: a: b\n", "keepwell.yml:1:11: mapping values are not allowed here"),
        (b"project: " + b"[" * 600, "keepwell.yml"),
        (b"? [a]\n: 1\n", "a key must be a plain word"),
    ],
)
def test_what_is_no_configuration_at_all_is_said_plainly(
    tmp_path: Path, content: bytes, expected: str
) -> None:
    assert expected in said(tmp_path, content)


def test_an_alias_bomb_is_refused(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 9)]
    assert "unfolds to more than" in said(tmp_path, "\n".join(lines))


def test_all_problems_come_in_one_error_in_the_order_of_lines(tmp_path: Path) -> None:
    text = GOOD.replace("project", "projct").replace("accounts:", "acounts:").replace("Id", "{}")
    with pytest.raises(ConfigInvalid) as caught:
        load_config(written(tmp_path, text))
    problems = caught.value.details["problems"]
    assert isinstance(problems, list)
    lines = [p["line"] for p in problems]
    assert lines == sorted(lines)
    assert {p["key"] for p in problems} >= {"projct", "tables.acounts"}
    assert f"has {len(problems)} problems" in str(caught.value)


def test_a_missing_file_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(ConfigInvalid, match="keepwell init"):
        load_config(tmp_path / "keepwell.yml")


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_scorecard_loads_and_its_stand_ins_are_comments(name: str) -> None:
    card = shipped_scorecard(name)
    assert sum(card.micro_weights().values()) == 100_000_000
    assert [(d.dimension, d.weight) for d in card.dimensions] == [
        ("activity", 40),
        ("contact_quality", 30),
        ("business_value", 20),
        ("company_scale", 10),
    ]
    assert not {"seats", "current_arr_amount"} & {m.measure for m in card.measures}


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_scorecard_is_explained_in_both_languages(name: str) -> None:
    text = shipped_scorecard_text(name)
    assert text.count("#zh ") >= 6
    assert text.count("#en ") >= 6


def test_robust_differs_from_classic_in_its_scales_only() -> None:
    classic, robust = shipped_scorecard("classic"), shipped_scorecard("robust")
    assert [(m.measure, m.weight) for m in classic.measures] == [
        (m.measure, m.weight) for m in robust.measures
    ]
    kinds = {m.measure: m.scale.kind for m in robust.measures}
    assert kinds["days_since_last_activity"] == "linear"
    assert kinds["contact_email_coverage"] == "identity"
    assert kinds["total_won_amount"] == kinds["total_activities_30d"] == "percentile"


def test_an_unknown_shipped_scorecard_names_the_known_ones() -> None:
    with pytest.raises(NotFound, match="classic, robust"):
        shipped_scorecard("modern")


CARD = """\
scorecard: mine
dimensions:
  - dimension: activity
    weight: 100
    measures:
      - {measure: total_activities_30d, scale: {kind: minmax}}
"""


def test_a_scorecard_with_an_unknown_measure_is_refused_with_a_proposal(tmp_path: Path) -> None:
    path = written(tmp_path, CARD.replace("activities_30d", "activitis_30d"), "mine.yml")
    with pytest.raises(ConfigInvalid, match=r"mine.yml:6:19.*Did you mean `total_activities_30d`"):
        load_scorecard(path, {"total_activities_30d", "nps"})


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("kind: minmax", "kind: minmx", "`dimensions[0].measures[0].scale`: expected one of"),
        ("weight: 100", "weight: 0", "`dimensions[0].weight`: expected greater than 0"),
        ("weight: 100", "wight: 100", "Did you mean `weight`?"),
        (
            "kind: minmax",
            "kind: map, values: {a: 2}",
            "values.a`: expected less than or equal to 1",
        ),
        ("kind: minmax", "kind: minmax, mn: 3", "unknown key"),
        ("scorecard: mine", "scorecard: mine\ntiers: []", "tiers"),
    ],
)
def test_each_fault_of_a_scorecard_is_named(
    tmp_path: Path, old: str, new: str, expected: str
) -> None:
    path = written(tmp_path, CARD.replace(old, new), "mine.yml")
    with pytest.raises(ConfigInvalid) as caught:
        load_scorecard(path)
    assert expected in str(caught.value)


def test_a_missing_scorecard_names_those_that_are_there(tmp_path: Path) -> None:
    written(tmp_path, CARD, "mine.yml")
    with pytest.raises(ConfigInvalid, match=r"Found there: mine\.yml"):
        load_scorecard(tmp_path / "yours.yml")


def test_two_files_with_one_scorecard_name_are_refused(tmp_path: Path) -> None:
    (tmp_path / "scorecards").mkdir()
    written(tmp_path / "scorecards", CARD, "a.yml")
    assert set(load_scorecards(tmp_path)) == {"mine"}
    written(tmp_path / "scorecards", CARD, "b.yml")
    with pytest.raises(ConfigInvalid, match=r"Rename `scorecard:` in b\.yml"):
        load_scorecards(tmp_path)


def test_the_schema_knows_every_key_and_table() -> None:
    schema = config_schema()
    assert {"project", "source", "tables", "scorecards", "money"} <= set(schema["properties"])
    assert "account_view" in schema["properties"]["tables"]["propertyNames"]["enum"]


def test_a_project_folder_writes_whole_files_and_reads_them_back(tmp_path: Path) -> None:
    folder = ProjectFolder(tmp_path / "myco")
    assert not folder.exists("keepwell.yml")
    folder.write({"keepwell.yml": GOOD, "scorecards/mine.yml": CARD})
    assert folder.load().project == "myco"
    assert sorted(p.name for p in (tmp_path / "myco").rglob("*.*")) == ["keepwell.yml", "mine.yml"]
    assert json.loads(folder.schema())["title"] == "keepwell.yml"
