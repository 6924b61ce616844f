"""What must hold of every report, whatever the portfolio: used by the property test."""

import re
from collections.abc import Iterator

import pytest
from markdown_it import MarkdownIt

from keepwell.outlook import MATRIX_SELECT, cells_of, fisher_p, holm
from keepwell.reports import Document, Subject, markdown, resolve, unlicensed
from keepwell.reports.facts import Ask, Fact
from keepwell.reports.page import Items, Paragraph, Picture, Table, lines_of
from keepwell.reports.patterns import Pattern
from keepwell.reports.sections.summary_doubt import FEW
from keepwell.reports.text import Join, Line, SpanKind, fact_text
from keepwell.vocabulary import LANGS, UNKNOWN_TIER

BROKEN = re.compile(r"\b(nan|NaN|None|inf|NULL)\b|\{[a-z_@]+[:}]|Traceback")
MODES = ("", "n", "k", "ci", "full", "share", "eq", "delta", "acc")
NUMBER = re.compile(r"(?<![\w#])\d[\d,]*(?:\.\d+)?")
# Numbers of the text itself: limits, windows, levels and targets, not results.
CONSTANTS = {
    "0",
    "1",
    "2",
    "3",
    "4",
    "5",
    "6",
    "8",
    "10",
    "13",
    "30",
    "45",
    "50",
    "80",
    "90",
    "95",
    "100",
}


def nested(line: Line) -> Iterator[Line]:
    """Yield a line and the lines in its slots."""
    yield line
    for slot in line.slots.values():
        items = slot.items if isinstance(slot, Join) else (slot,)
        for item in items:
            if isinstance(item, Line):
                yield from nested(item)


def every_line(document: Document) -> list[Line]:
    """Return all lines of a document, tables included."""
    return [line for block in document.blocks for line in lines_of(block)]


def check_text_is_whole(document: Document) -> None:
    """No NaN, no unfilled slot, in either language."""
    for lang in LANGS:
        page = resolve(document, lang)
        text = markdown(page, {p.key: p.key for p in page.pictures})
        body = text.split("## 附录" if lang == "zh" else "## Appendix")[0]
        assert not BROKEN.search(body), BROKEN.search(body)
        assert "\u200b" not in text


def check_data_is_inert(document: Document) -> None:
    """A reader of the Markdown sees no markup of the user's, and every row has all its cells."""
    reader = MarkdownIt("commonmark").enable("table")
    for lang in LANGS:
        page = resolve(document, lang)
        tokens = reader.parse(markdown(page, {p.key: p.key for p in page.pictures}))
        inner = [c for t in tokens for c in t.children or ()]
        kinds = {t.type for t in (*tokens, *inner)}
        assert not kinds & {"html_inline", "html_block", "link_open", "code_block", "fence"}
        assert sum(c.type == "image" for c in inner) == len(page.pictures)
        cells = sum(t.type in ("td_open", "th_open") for t in tokens)
        assert cells == sum(len(b.columns) * (len(b.rows) + 1) for b in page.tables)
        codes = [c.content for c in inner if c.type == "code_inline"]
        for fact in document.facts:
            assert " ".join(fact.query.replace("`", "'").split()) in {
                " ".join(c.split()) for c in codes
            }


def check_facts_can_be_recomputed(document: Document, ask: Ask) -> None:
    """Every SQL fact gives its value again."""
    for fact in document.facts:
        if not fact.is_sql:
            continue
        rows = ask(fact.query)
        again = rows[0][0] if rows else None
        if fact.value is None:
            assert again is None, fact.key
        else:
            assert again is not None
            assert float(again) == pytest.approx(fact.value, rel=1e-9, abs=1e-9), fact.key


def check_values_are_facts(document: Document) -> None:
    """Every value in a line is the text of its fact; sentences print known facts only."""
    facts = {f.key: f for f in document.facts}
    for lang in LANGS:
        page = resolve(document, lang)
        for block in page.blocks:
            for spans in (block.spans, *block.items):
                for span in spans:
                    if span.kind is SpanKind.VALUE:
                        fact = facts[span.fact]
                        assert fact.is_known, (fact.key, "".join(s.text for s in spans))
                        assert span.text in {fact_text(fact, m, lang) for m in MODES}


def check_numbers_come_from_facts(document: Document, extra: set[str]) -> None:
    """Every number in a sentence is of a fact that the sentence uses, a set limit, or data.

    The decisions may also repeat the facts of the summary that they follow.
    """
    before: tuple[Fact, ...] = ()
    for block in document.blocks:
        if not isinstance(block, Paragraph | Items):
            continue
        for line in lines_of(block):
            is_decision = "decisions this week" in line.plain("en") or "One decision" in line.plain(
                "en"
            )
            facts = (*line.facts, *before) if is_decision else line.facts
            known = CONSTANTS | extra | {n for f in facts for n in numbers_of(f)}
            for lang in LANGS:
                spans = line.spans(lang, document.numbers)
                text = "".join(s.text for s in spans if s.kind is SpanKind.WORDS)
                for number in NUMBER.findall(text):
                    assert number.strip(",") in known, (number, text)
        before = tuple(f for line in lines_of(block) for f in line.facts)


def numbers_of(fact: Fact) -> set[str]:
    """Return all numbers by which a fact may appear, its n and k included."""
    texts = [fact_text(fact, m, lang) for m in MODES for lang in LANGS]
    texts += [str(fact.n), f"{fact.n:,}", fact.label.en, fact.query]
    texts.append(f"{int(fact.n * FEW)}")  # the target of a repair: a twentieth of the accounts
    if fact.k is not None:
        texts += [f"{fact.k:,}", f"{fact.n - fact.k:,}"]
    if fact.value is not None:
        texts += [f"{int(fact.value):,}", f"{int(fact.value) - 3:,}"]
    return {n.strip(",") for t in texts for n in NUMBER.findall(t)}


def check_claims_are_licensed(document: Document) -> None:
    """Words that claim something stand only in lines whose rule passed or that deny the claim."""
    for line in every_line(document):
        licences = tuple({p for part in nested(line) for p in (*part.claims, *part.denies)})
        for lang in LANGS:
            spans = line.spans(lang, {})
            text = "".join(s.text for s in spans if s.kind is SpanKind.WORDS)
            assert unlicensed(text, lang, licences) == (), text


def check_hot_spots_stand(document: Document, ask: Ask, subject: Subject) -> None:
    """A line that names a hot spot needs a cell with ten accounts and adjusted p below 0.05."""
    claimed = any(
        Pattern.HOT_SPOT in part.claims for line in every_line(document) for part in nested(line)
    )
    if not claimed:
        return
    cells = [c for c in cells_of(ask(MATRIX_SELECT)) if c.scored]
    tests = []
    for cell in cells:  # the score counts size, so a cell is held against its own size
        peers = [c for c in cells if c.size == cell.size]
        low, scored = sum(c.low_count for c in peers), sum(c.scored for c in peers)
        if cell.scored < scored:
            tests.append((cell, fisher_p(cell.low_count, cell.scored, low, scored)))
    adjusted = holm([p for _, p in tests])
    assert any(c.scored >= 10 and p < 0.05 for (c, _), p in zip(tests, adjusted, strict=True))


def check_languages_agree(document: Document) -> None:
    """Both languages cite the same facts in the same order, block by block."""
    pages = [resolve(document, lang) for lang in LANGS]
    for zh, en in zip(pages[0].blocks, pages[1].blocks, strict=True):
        refs = [
            [s.fact for spans in (b.spans, *b.items) for s in spans if s.kind is SpanKind.REF]
            for b in (zh, en)
        ]
        assert refs[0] == refs[1]
        assert len(zh.rows) == len(en.rows)


def check_tables_agree(document: Document, ask: Ask) -> None:
    """Matrix, picture and facts show the same counts; tier shares make a whole."""
    facts = {f.key: f for f in document.facts}
    counted = cells_of(ask(MATRIX_SELECT))
    # A side that is unknown for all accounts is left blank in the keys of facts.
    cells = {
        f"cell:{industry}|{size}": c
        for c in counted
        for industry in {c.industry, c.industry if c.industry != UNKNOWN_TIER else ""}
        for size in {c.size, c.size if c.size != UNKNOWN_TIER else ""}
    }
    for key, fact in facts.items():
        if key.startswith("cell:"):
            assert (fact.k, fact.n) == (cells[key].low_count, cells[key].scored)
    tiers = [f for k, f in facts.items() if k.startswith("tier:")]
    if len(tiers) >= 4:
        assert sum(f.k or 0 for f in tiers) == tiers[0].n
    whole = next(
        (b for b in document.blocks if isinstance(b, Picture) and b.key == "risk_matrix"), None
    )
    table = next(
        (b for b in document.blocks if isinstance(b, Table) and b.key == "risk_matrix"), None
    )
    assert (whole is None) == (table is None)
    if table is not None:
        check_shares_fit_their_grades(table)
    if whole is not None:
        low = sum(c.low_count for c in counted)
        scored = sum(c.scored for c in counted)
        assert f"{low:,}/{scored:,}" in str(whole.specs["en"]["light"])


GRADE_RANGES = {"Critical": (70, 101), "Elevated": (40, 70), "Watch": (20, 40), "Stable": (-1, 20)}


def check_shares_fit_their_grades(table: Table) -> None:
    """The share printed beside a grade lies within the grade."""
    for row in table.rows:
        share, grade = row[2].text.plain("en"), row[-1].text.plain("en")
        if grade in GRADE_RANGES:
            low, high = GRADE_RANGES[grade]
            assert low <= float(share.strip("<> %")) < high, (share, grade)
