"""What each group of the priority list is, how many are in it, and which groups are empty and why."""

from keepwell.outlook import PER_GROUP
from keepwell.reports.desk import Desk
from keepwell.reports.facts import Fact
from keepwell.reports.figures import money, population
from keepwell.reports.numbers import Form
from keepwell.reports.sections.priority_rows import Listed
from keepwell.reports.sections.priority_words import GROUPS
from keepwell.reports.terms import size_place, size_word
from keepwell.reports.text import EMPTY, Join, Line, line, same, words
from keepwell.vocabulary import Bilingual


def group_lines(desk: Desk, rows: list[Listed]) -> list[Line]:
    """Return one line per group that occurs, then what is said of groups that nobody is in."""
    counted = {
        str(g): int(n)
        for g, n in desk.book.rows("SELECT priority_group, count(*) FROM priority GROUP BY 1")
    }
    lines = [
        _group(desk, group, counted[group], sum(r.group == group for r in rows))
        for group in sorted(counted)
    ]
    return [*lines, *_absent(desk, counted)]


def _group(desk: Desk, group: str, total: int, shown: int) -> Line:
    fact = desk.book.scalar(
        f"priority:{group}",
        Bilingual(f"优先名单 {group} 组户数", f"accounts in group {group} of the priority list"),
        Form.COUNT,
        f"SELECT count(*) FROM priority WHERE priority_group = '{group}'",
        desk.n,
    )
    kept: Line | Join = EMPTY
    if total == PER_GROUP:
        kept = line("（最多留 {k} 家）", " (at most {k} are kept)", k=same(str(PER_GROUP)))
    return line(
        "**{g}**：{what}；{n:acc}{@n}{kept}{money}{more}。",
        "**{g}**: {what}; {n:acc} {@n}{kept}{money}{more}.",
        g=same(group),
        what=_what(desk, group),
        n=fact,
        kept=kept,
        more=_left_out(total, shown),
        money=_money(desk, group),
    )


def _left_out(total: int, shown: int) -> Line | Bilingual | Join:
    if not shown:
        return Bilingual(
            "；金额都在后一半，不列名", "; all in the lower half by money, so none is listed"
        )
    if total > shown:
        return line(
            "，表中列前 {m} 家，全部见 `keepwell export priority`",
            ", the first {m} shown, all by `keepwell export priority`",
            m=same(str(shown)),
        )
    return EMPTY


def _what(desk: Desk, group: str) -> Line | Bilingual:
    """Return what a group is; C names its sizes."""
    if group != "C":
        return GROUPS[group]
    held = desk.book.rows(
        "SELECT DISTINCT account_size_segment FROM priority WHERE priority_group = 'C'"
    )
    sizes = sorted((r[0] for r in held), key=size_place)
    if sizes == [None]:
        return (
            words("低健康的其余客户", "the other low accounts")
            if desk.has_money
            else words("低健康客户", "low accounts")
        )
    return line(
        "低健康的{sizes}客户{rest}",
        "low accounts of size {sizes}{rest}",
        sizes=Join(tuple(size_word(s) for s in sizes)),
        rest=Bilingual("，B 组以外各家", ", those outside group B") if desk.has_money else EMPTY,
    )


def _absent(desk: Desk, counted: dict[str, int]) -> list[Line]:
    """Return that no low account is large, and that low accounts without money are not listed."""
    low = population.low_share(desk)
    found: list[Line] = []
    if not desk.has_money or not low.k:
        return found
    if "B" not in counted:
        found.append(
            line(
                "**B** 没有人：没有一家低健康客户的金额在前四分之一。",
                "**B** is empty: no low account is in the top quarter by money.",
            )
        )
    if "C" not in counted and money.is_little(desk):
        found.append(
            line(
                "**C** 不列名：低健康段只占金额的 {part}{@part}，走自动化旅程，不占人力。",
                "**C** lists nobody: the low tier holds {part} of the money {@part}; it goes on automated "
                "journeys and takes no people.",
                part=money.low_part(desk),
            )
        )
    return found


def _money(desk: Desk, group: str) -> Line | Join:
    fact = _group_amount(desk, group) if desk.has_money else None
    if fact is None or not fact.is_known:
        return EMPTY
    return line("，{m}合计 {x}{@x}", ", {m} {x} in all {@x}", m=desk.money_short, x=fact)


def _group_amount(desk: Desk, group: str) -> Fact:
    short, where = desk.money_short, f"WHERE priority_group = '{group}'"
    known = desk.book.rows(f"SELECT count(contribution_amount) FROM priority {where}")[0][0]
    return desk.book.scalar(
        f"priority:{group}:money",
        Bilingual(f"{group} 组{short.zh}", f"{short.en} of group {group}"),
        Form.AMOUNT,
        f"SELECT sum(contribution_amount) FROM priority {where}",
        int(known),
    )
