"""Messages read right for a count of one, and say nothing of a nearest name that is not there."""

import re

import pytest

from keepwell.intake import FILE_FINDINGS, KINDS, finding, worded

CASES = {
    "key_missing": "1 row of table t has no c.",
    "number_unreadable": "1 value of t.c does not read as a number.",
    "date_unreadable": "1 value of t.c is no date that exists.",
    "test_accounts": "1 account looks like a test or internal one and still counts.",
    "id_cleaned": "1 id in t.c carried blanks, invisible or full-width characters; it was cleaned.",
    "orphan": "1 row of table t points to accounts that do not exist.",
}


@pytest.mark.parametrize("code", CASES)
def test_a_count_of_one_is_told_in_the_singular(code: str) -> None:
    assert finding(code, "t", 1, "c").message("en") == CASES[code]
    assert "2" in finding(code, "t", 2, "c").message("en")
    assert finding(code, "t", 2, "c").kind is KINDS[code]


@pytest.mark.parametrize("code", sorted(FILE_FINDINGS | KINDS))
def test_no_message_leaves_a_plural_verb_after_one(code: str) -> None:
    told = worded((FILE_FINDINGS | KINDS)[code], 1, {}).message.en
    assert not re.match(r"\{count\} (\w+ )?\w+s (in|of)", told), told
    assert not re.search(r"they was|it were|\{count\} \w+ (are|were|have) ", told), told


def test_a_total_at_the_end_is_told_in_the_singular() -> None:
    told = worded(FILE_FINDINGS["footer_row"], 1, {}).message.en
    assert told == "{count} row at the end of `{table}` is a total, not data, and was set aside."


def test_no_nearest_name_is_said_when_there_is_none() -> None:
    params = {"wanted": "x", "found": "a, b", "nearest": "-", "nearest_one": "..."}
    missing = finding("column_missing", "t", 1, "c", **params)
    assert "earest" not in missing.message("en")
    assert "最接近" not in missing.message("zh")
    assert "Nearest: y." in finding(
        "column_missing", "t", 1, "c", **{**params, "nearest": "y"}
    ).message("en")
