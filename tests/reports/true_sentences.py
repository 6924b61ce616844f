"""What the sentences, tables and pictures of a report must say, from the rows of its portfolio.

Facts are held true elsewhere; here each stands beside the right name, in the right direction, and
tables and pictures add up to what sentences say.
"""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from math import ceil
from typing import Any

from keepwell.reports import Document
from keepwell.reports.facts import Ask, Fact
from keepwell.reports.numbers import Form, number_text
from keepwell.reports.page import Cell, Items, Paragraph, Picture, Table, lines_of
from keepwell.reports.text import Line
from reports.checks import nested
from reports.true_facts import DAYS, LINE, TIERS, Row, exposed, is_low, is_placed, rows_of, total

WAYS = {"lower": ("更低", -1), "higher": ("更高", 1)}
COUNTED = r"(.+?) (\d+)/(\d+)"
STEADY = re.compile(
    rf"counts size: {COUNTED} .*? low, by construction; .*?\d\. (.+?) goes from (\d+)/(\d+)"
)
ALONE = re.compile(
    rf"Low among {COUNTED.replace(' ', ': ', 1)}.* among {COUNTED.replace(' ', ': ', 1)}"
)
CELL = re.compile(
    r"(low|medium|high) x (.+?)(?: \([\w ]+\))?: ([\d,]+) accounts?(?:, \w+ ([\d.]+(?: [kMB])?))?"
)
SIZES = ("Enterprise", "Large", "Mid-Market", "Small Business")


def told(document: Document) -> Iterator[Line]:
    """Yield the lines of paragraphs and lists."""
    for block in document.blocks:
        if isinstance(block, Paragraph | Items):
            yield from lines_of(block)


def table(document: Document, key: str) -> list[list[Cell]]:
    """Return the rows of a table, none where the report has no such table."""
    held = [b for b in document.blocks if isinstance(b, Table) and b.key == key]
    return [list(row) for b in held for row in b.rows]


def said(cell: Cell) -> str:
    return cell.text.plain("en")


def amount(value: float | None) -> str:
    return number_text(value, Form.AMOUNT, "en")


def check_directions(document: Document) -> None:
    """What is called lower has a negative difference, what is called higher a positive one."""
    for part in (p for line in told(document) for p in nested(line)):
        english, chinese = part.plain("en"), part.plain("zh")
        for word, (zh, sign) in WAYS.items():
            if english.startswith(f"{word}: "):
                assert chinese.startswith(zh), (english, chinese)
                assert part.facts
                assert all((f.value or 0) * sign > 0 for f in part.facts), english


def check_tiers_are_called_by_their_names(document: Document) -> None:
    """A tier's share stands beside the name of its tier, and what is called low is low."""
    for part in (p for line in told(document) for p in nested(line)):
        own = {s.key for s in part.slots.values() if isinstance(s, Fact)}
        tiers = {key.removeprefix("tier:") for key in own if key.startswith("tier:")}
        text = part.plain("en")
        named = re.match(r"(low|medium|high|unknown) \d", text.lower())
        if tiers and named:
            assert tiers == {named[1]}, text
        elif re.search(r"\bare low\b|in the low tier\b", text):
            assert tiers <= {"low"}, text


def check_sizes_have_their_own_shares(document: Document, rows: list[Row]) -> None:
    """Each of the two sizes that are compared stands beside its own count, the worse one first."""
    counts = {
        s: (sum(map(is_low, held)), len(held))
        for s in SIZES
        if (held := [r for r in rows if is_placed(r) and r["account_size_segment"] == s])
    }
    for text in (line.plain("en") for line in told(document)):
        found = STEADY.search(text) or ALONE.search(text)
        if found is not None:
            one, low, of, other, low_other, of_other = found.groups()
            for size, told_counts in ((one, (low, of)), (other, (low_other, of_other))):
                if size in counts:
                    assert counts[size] == tuple(map(int, told_counts)), text
            assert int(low) * int(of_other) >= int(low_other) * int(of), text


def check_the_first_named_is_the_largest(document: Document, rows: list[Row]) -> None:
    """The accounts to look at first are the largest exposures, in order."""
    wanted = [str(r["account_id"]) for r in exposed(rows)[:3]]
    for line in told(document):
        if re.search("to look at first (is|are) not in the low tier", line.plain("en")):
            days = [f.key.split(":")[1] for f in all_facts(line) if f.key.endswith(f":{DAYS}")]
            named = list(dict.fromkeys(days))
            assert named == [a for a in wanted if a in named], (named, wanted)
            assert named or all(r[DAYS] is None for r in exposed(rows)[:3])


def all_facts(line: Line) -> list[Fact]:
    return [f for part in nested(line) for f in part.facts]


def check_what_spreads_most(document: Document) -> None:
    """The dimension that is said to spread the scores most has the largest share of variance."""
    shares = [f for f in document.facts if f.key.startswith("variance:") and f.is_known]
    for text in (line.plain("en") for line in told(document)):
        if " spreads the scores most" in text:
            most = max(shares, key=lambda f: f.value or 0.0)
            assert text.lower().startswith(most.label.en.removeprefix("variance share: ").lower())


def check_matrix(document: Document, rows: list[Row]) -> None:
    """Counts and money of the matrix' rows are those of its cells, and add up to the whole."""
    shown = table(document, "risk_matrix")
    if not shown:
        return
    low, scored, risk = 0, 0, 0.0
    for row in shown:
        found = re.match(r"(\d[\d,]*)/(\d[\d,]*)", said(row[1]))
        assert found is not None
        low, scored = low + number(found[1]), scored + number(found[2])
        risk += float(row[5].value or 0.0)
    placed = list(filter(is_placed, rows))
    assert (low, scored) == (sum(map(is_low, placed)), len(placed))
    assert amount(risk) == amount(total(filter(is_low, rows)) or 0.0)


def number(text: str) -> int:
    return int(text.replace(",", ""))


def check_cross_table(document: Document, rows: list[Row]) -> None:
    """Health by contribution tier: accounts and amounts of each cell and row."""
    shown = table(document, "tier_by_contribution")
    if not shown:
        return
    known = [r for r in rows if r["contribution_amount"] is not None]
    tiers = [t for t in TIERS if any(r["tier"] == t for r in known)]
    assert len(shown) == len(tiers)
    for tier, row in zip(tiers, shown, strict=True):
        mine = [r for r in known if r["tier"] == tier]
        for quarter in (1, 2, 3, 4):
            here = [r for r in mine if r["contribution_tier"] == quarter]
            wanted = f"{len(here):,}; {amount(total(here))}" if here else "—"
            assert said(row[quarter]) == wanted, (tier, quarter)
        assert said(row[5]) == amount(total(mine)), tier


def check_distribution_picture(document: Document, rows: list[Row]) -> None:
    """The bars hold every account with a tier once, on its own side of every line."""
    held = [b for b in document.blocks if isinstance(b, Picture) and b.key == "score_distribution"]
    points = [r["score_micro"] / 1e6 for r in rows if is_placed(r)]
    for spec in (d for b in held for d in (b.specs, b.narrow) if d):
        bars = next(bars_in(spec["en"]["light"]), [])
        assert sum(b["count"] for b in bars) == len(points)
        for bar in bars:
            is_last = bar["end"] == 100
            inside = [p for p in points if bar["start"] <= p < bar["end"] or (is_last and p == 100)]
            assert bar["count"] == len(inside), bar


def bars_in(spec: Any) -> Iterator[list[dict[str, Any]]]:
    """Yield the values of every layer that counts."""
    if isinstance(spec, dict):
        values = spec.get("data", {}).get("values") if isinstance(spec.get("data"), dict) else None
        if values and "count" in values[0] and "start" in values[0]:
            yield values
        for inner in spec.values():
            yield from bars_in(inner)
    elif isinstance(spec, list):
        for inner in spec:
            yield from bars_in(inner)


def check_priority_rows(document: Document, ask: Ask, rows: list[Row]) -> None:
    """Every row of the priority list has its account's score, and its true distance to the line."""
    by_name = {r["account_id"]: r for r in rows}
    ranked = ask("SELECT priority_group, account_id FROM priority ORDER BY priority_rank")
    names = {g: [n for _, n in held] for g, held in groupby(ranked, key=lambda r: r[0])}
    seen: Counter[str] = Counter()
    for row in table(document, "priority"):
        group = said(row[0])[0]
        account = by_name[names[group][seen[group]]]
        seen[group] += 1
        micro = account["score_micro"]
        scores = [c.value for c in row if c.number_format == "0.000000"]
        assert scores == [None if micro is None else micro / 1e6]
        check_distance(said(row[-1]), group, account)


def check_distance(text: str, group: str, account: Row) -> None:
    """Low accounts say how much they are short of the line, rounded up; those of D how much above,
    cut off."""
    micro = account["score_micro"]
    if group in "BC" and account["tier"] == "low":
        assert f"{ceil((LINE - micro) / 10_000) / 100:.2f} short of the line" in text, text
    elif group == "D":
        above = f"{(micro - LINE) // 10_000 / 100:.2f} above the line"
        assert (above if micro >= LINE + 10_000 else "exactly on the line") in text, text


def check_strategy_cells(document: Document, rows: list[Row]) -> None:
    """The strategy of a tier and size counts its accounts and their money."""
    for text in (line.plain("en") for line in told(document)):
        found = CELL.match(text)
        if found is None or found[2] not in SIZES:
            continue
        here = [r for r in rows if (r["tier"], r["account_size_segment"]) == (found[1], found[2])]
        assert number(found[3]) == len(here), text
        if found[4] and total(here) is not None:
            assert found[4].strip() == amount(total(here)), text


def check_sentences_are_true(document: Document, ask: Ask) -> None:
    """Apply every check of this file."""
    rows = rows_of(ask)
    check_directions(document)
    check_tiers_are_called_by_their_names(document)
    check_sizes_have_their_own_shares(document, rows)
    check_the_first_named_is_the_largest(document, rows)
    check_what_spreads_most(document)
    check_matrix(document, rows)
    check_cross_table(document, rows)
    check_distribution_picture(document, rows)
    check_priority_rows(document, ask, rows)
    check_strategy_cells(document, rows)
