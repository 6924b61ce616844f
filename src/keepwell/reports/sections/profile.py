"""Section 5: low accounts against the rest, over all and within size, and the low tier's groups."""

from dataclasses import replace

from keepwell.outlook import OPAQUE, ProfileRow
from keepwell.reports.desk import Desk
from keepwell.reports.facts import Fact, quoted
from keepwell.reports.figures import population
from keepwell.reports.figures.repeated import Sorted, sort_out
from keepwell.reports.measure_text import mean_text
from keepwell.reports.numbers import Form, number_text, signed_text
from keepwell.reports.page import Block, Cell, Heading, Items, Paragraph, Table
from keepwell.reports.rules import MINIMUM_N
from keepwell.reports.sections.low_groups import low_groups
from keepwell.reports.sections.profile_claims import Compared, profile_claims
from keepwell.reports.sections.table_cells import number_cell, slot_cell, text_cell, words_cell
from keepwell.reports.terms import size_place, size_word
from keepwell.reports.text import EMPTY, Join, Line, line, same, words
from keepwell.vocabulary import Bilingual

MOST_ROWS = 16
ONE_AMOUNT = {"current_arr_amount", "current_mrr_amount"}
BY_CONSTRUCTION = Bilingual("由定义造成", "by construction")
OTHERS = Bilingual("有分段而不低的客户", "accounts with a tier above low")
GIVEN = Bilingual("来源给出，未验证", "given, not validated")
OUTSIDE = Bilingual("不进评分", "not in the score")


def profile(desk: Desk) -> list[Block]:
    """Return the section; with no or few low accounts it says what follows from that."""
    blocks: list[Block] = [
        Heading(words("五、低健康客户画像", "5. Profile of low-health accounts"), anchor="profile")
    ]
    low = population.low_share(desk)
    rows = profile_rows(desk)
    if not low.k or not rows:
        blocks.append(
            Paragraph(
                words(
                    "没有低健康客户，或没有可比的指标，因此没有画像。",
                    "There is no low account, or no measure to compare, so there is no profile.",
                )
            )
        )
        return blocks
    found = sort_out(desk, _ordered(desk, rows))
    rows = list(found.kept)
    if rows:
        blocks.append(Paragraph(_explained(desk, low, rows)))
        blocks.append(_table(desk, [compare(desk, row) for row in rows[:MOST_ROWS]]))
    left = _left_out(desk, found)
    if left is not None:
        blocks.append(Paragraph(left))
    items: list[Line] = []
    if low.k < MINIMUM_N:
        items.append(
            line(
                "低健康只有 {k:k} 家，不足 {n} 家：上表只是点名事实，不作任何比较。",
                "Only {k:k} accounts are low, fewer than {n}: the table names facts, nothing is compared.",
                k=low,
                n=same(str(MINIMUM_N)),
                is_cited=False,
            )
        )
    else:
        items += profile_claims(desk, [compare(desk, row) for row in rows])
    items += low_groups(desk)
    blocks.append(Items(tuple(items)))
    return blocks


def profile_rows(desk: Desk) -> list[ProfileRow]:
    """Return the rows of the snapshot's profile with a known value among low and other accounts."""
    if "profile" not in desk.subject.tables:
        return []
    names = list(ProfileRow.__slots__)
    sql = f"SELECT {', '.join(names)} FROM profile WHERE n_low > 0 AND n_rest > 0"
    rows = [ProfileRow(*row) for row in desk.book.rows(sql)]
    return [replace(r, is_by_construction=True) if _is_shared(desk, r.measure) else r for r in rows]


def _is_shared(desk: Desk, measure: str) -> bool:
    """Say whether a measure restates the score: one amount twice, or the columns of a proxy."""
    scored = {m.measure for card in desk.subject.cards for m in card.measures}
    if measure in ONE_AMOUNT and scored & ONE_AMOUNT:
        return True
    sources = desk.subject.sources
    own = sources.get(measure)
    proxies = [s for m, s in sources.items() if m in scored and s.kind == "proxy"]
    return own is not None and any(set(own.columns) & set(p.columns) for p in proxies)


def _ordered(desk: Desk, rows: list[ProfileRow]) -> list[ProfileRow]:
    """Return the measures of the score in its order, then the others by size of the difference."""
    order = [m.measure for c in desk.subject.cards for m in c.measures]
    inside = sorted((r for r in rows if r.measure in order), key=lambda r: order.index(r.measure))
    outside = sorted(
        (r for r in rows if r.measure not in order), key=lambda r: (-abs(r.delta or 0.0), r.measure)
    )
    return [*inside, *outside]


def compare(desk: Desk, row: ProfileRow) -> Compared:
    """Return a measure's row with its facts."""
    word = desk.subject.label(row.measure)
    delta = _fact(
        desk,
        row,
        "delta",
        Bilingual(f"{word.zh}：低对其余 Cliff δ", f"{word.en}: Cliff's delta, low against rest"),
    )
    within = _fact(
        desk, row, "within", Bilingual(f"{word.zh}：同规模内 δ", f"{word.en}: the same within size")
    )
    return Compared(row, delta, within)


def _fact(desk: Desk, row: ProfileRow, kind: str, label: Bilingual) -> Fact | None:
    value = row.delta if kind == "delta" else row.within_delta
    if value is None:
        return None
    low, high = (
        (row.delta_low, row.delta_high) if kind == "delta" else (row.within_low, row.within_high)
    )
    n = row.n_low + row.n_rest if kind == "delta" else row.within_n_low + row.within_n_rest
    k = row.n_low if kind == "delta" else row.within_n_low
    column = "delta" if kind == "delta" else "within_delta"
    return desk.book.keep(
        Fact(
            f"{kind}:{row.measure}",
            label,
            value,
            Form.SIGNED,
            f"SELECT {column} FROM profile WHERE measure = {quoted(row.measure)}",
            n,
            k,
            None if low is None or high is None else (low, high),
            is_by_construction=_nature(row) is BY_CONSTRUCTION,
        )
    )


def _explained(desk: Desk, low: Fact, rows: list[ProfileRow]) -> Line:
    widest = max(rows, key=lambda r: r.within_n_low + r.within_n_rest)
    within: Line | Join = EMPTY
    held = compare(desk, widest).within
    if widest.within_sizes and held is not None:
        within = line(
            "“同规模内”只比较两边都有客户的规模（{sizes}；{a:k} 对 {b}）。",
            ' "Within size" compares only sizes that hold both ({sizes}; {a:k} against {b}).',
            sizes=_sizes(widest.within_sizes),
            a=held,
            b=same(f"{widest.within_n_rest:,}"),
            is_cited=False,
        )
    return line(
        "低健康 {a:k} 家对其余 {b} 家。Cliff δ：−1 为低健康全部更小，+1 为全部更大，0 为无差别；括号为 95 % 自助法区间。{within}{rest}",
        "{a:k} low against {b} others. Cliff's delta: −1 all low accounts smaller, +1 all larger, 0 no difference; "
        "brackets: 95 % bootstrap interval.{within}{rest}",
        a=low,
        b=desk.book.count("profile:rest", OTHERS, desk.is_not_low, desk.n),
        within=within,
        rest=_hidden(rows),
        is_cited=False,
    )


def _sizes(names: str) -> Join:
    """Return the sizes that were compared, large to small, in words."""
    return Join(tuple(size_word(s) for s in sorted(names.split(", "), key=size_place)))


def _hidden(rows: list[ProfileRow]) -> Line | Join:
    more = len(rows) - MOST_ROWS
    if more <= 0:
        return EMPTY
    return line(
        "另有 {n} 项指标见 profile 表。",
        " {n} more measures are in the table `profile`.",
        n=same(str(more)),
    )


def _left_out(desk: Desk, found: Sorted) -> Line | None:
    """Return which measures are not shown because they tell nothing of their own."""
    items: list[Line] = []
    if found.constant:
        items.append(
            line(
                "{names}（所有已知值都相同）",
                "{names} (every known value is the same)",
                names=Join(tuple(desk.subject.label(m) for m in found.constant)),
            )
        )
    items += [
        line(
            "{a}（对每一家都与{b}成同一比例）",
            "{a} (for every account the same multiple of {b})",
            a=desk.subject.label(a),
            b=desk.subject.label(b),
        )
        for a, b in found.restating
    ]
    if not items:
        return None
    return line(
        "未列入：{items}。", "Left out: {items}.", items=Join(tuple(items), Bilingual("；", "; "))
    )


def _table(desk: Desk, compared: list[Compared]) -> Table:
    return Table(
        "profile",
        Bilingual("低健康客户画像", "Profile of low-health accounts"),
        (
            Bilingual("指标", "measure"),
            Bilingual("低：均值 / 中位", "low: mean / median"),
            Bilingual("其余：均值 / 中位", "rest: mean / median"),
            Bilingual("均值比", "ratio of means"),
            Bilingual("标准化差", "std. difference"),
            Bilingual("δ", "delta"),
            Bilingual("同规模内 δ", "delta within size"),
            Bilingual("性质", "nature"),
        ),
        tuple(_row(desk, c) for c in compared),
        (False, True, True, True, True, True, True, False),
        query="SELECT * FROM profile",
    )


def _row(desk: Desk, c: Compared) -> tuple[Cell, ...]:
    row = c.row
    return (
        words_cell(desk.subject.label(row.measure)),
        slot_cell(_pair(desk, row.measure, row.mean_low, row.median_low)),
        slot_cell(_pair(desk, row.measure, row.mean_rest, row.median_rest)),
        number_cell(row.ratio_rest, Form.RATIO),
        text_cell(
            "—" if row.difference_rest is None else signed_text(row.difference_rest),
            row.difference_rest,
        ),
        _delta_cell(c.delta),
        _delta_cell(c.within),
        words_cell(_nature(row)),
    )


def _nature(row: ProfileRow) -> Bilingual:
    if row.measure in OPAQUE and not row.is_in_score:
        return GIVEN
    return BY_CONSTRUCTION if row.is_by_construction else OUTSIDE


def _pair(desk: Desk, measure: str, mean: float | None, median: float | None) -> Bilingual:
    known = desk.subject.measures.get(measure)
    zh, en = (
        f"{mean_text(known, mean, lang)} / {mean_text(known, median, lang)}"
        for lang in ("zh", "en")
    )
    return Bilingual(zh, en)


def _delta_cell(fact: Fact | None) -> Cell:
    if fact is None:
        return text_cell(number_text(None, Form.SIGNED, "en"))
    return Cell(line("{x:delta}{@x}", "{x:delta} {@x}", x=fact), fact.value)
