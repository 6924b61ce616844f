"""What a reader must know before running definitions: origin, day, tables, fixed numbers."""

from collections.abc import Sequence

from keepwell import __version__
from keepwell.definitions.definition import Definition, view_name
from keepwell.definitions.dialects import Dialect
from keepwell.definitions.scored import SCORES
from keepwell.definitions.whole import Subject
from keepwell.measures import CALENDAR
from keepwell.vocabulary import SQL_TYPES, TABLES, Bilingual


def heading(
    subject: Subject, definitions: Sequence[Definition], dialect: Dialect
) -> tuple[Bilingual, ...]:
    """Return the texts above a script of definitions."""
    return (
        Bilingual(
            f"keepwell {__version__}，{dialect.title}：{subject.title} 的指标、评分卡与风险矩阵。",
            f"keepwell {__version__}, {dialect.title}: measures, scorecard and risk matrix of "
            f"{subject.title}.",
        ),
        tried(dialect),
        as_of_words(subject),
        *(_card(u.card.scorecard, u.card.version, u.card.note) for u in subject.uses),
        _fixed(),
        Bilingual("读取以下规范表：", "Reads these canonical tables:"),
        *source_words(definitions),
        Bilingual(f"结果在 {view_name(SCORES)} 中。", f"The result is in {view_name(SCORES)}."),
    )


def tried(dialect: Dialect) -> Bilingual:
    """Return whether the text was run on the engine or compiled only."""
    if dialect.is_executed:
        return Bilingual(
            f"keepwell 的测试在 {dialect.title} 上执行本文，结果与产品自身的分数相等。",
            f"keepwell's tests run this text on {dialect.title} and find the product's own scores.",
        )
    return Bilingual(
        f"仅编译，未在 {dialect.title} 上执行。使用前请与 keepwell export scores 的结果核对。",
        f"Compiled, not executed on {dialect.title}. Compare with `keepwell export scores` before "
        "you rely on it.",
    )


def as_of_words(subject: Subject) -> Bilingual:
    """Return where the as-of date stands and what follows it."""
    view = view_name(CALENDAR)
    return Bilingual(
        f"截止日 {subject.as_of} 只写在 {view} 中；修改它，所有窗口随之而变。",
        f"The as-of date {subject.as_of} stands in {view} alone; change it there and all windows "
        "follow.",
    )


def source_words(definitions: Sequence[Definition]) -> tuple[Bilingual, ...]:
    """Return the canonical tables that the definitions read, each with its columns."""
    found: dict[str, dict[str, None]] = {}
    for one in definitions:
        for table, columns in one.source_columns.items():
            found.setdefault(table, {}).update(dict.fromkeys(columns))
    lines = []
    for table in TABLES:
        if table in found:
            kinds = {c.name: SQL_TYPES[c.kind] for c in TABLES[table].columns}
            line = f"{table}: {', '.join(f'{c} {kinds[c]}' for c in found[table])}"
            lines.append(Bilingual(line, line))
    return tuple(lines)


def _card(name: str, version: int, note: str) -> Bilingual:
    return Bilingual(
        f"评分卡 {name} 第 {version} 版。{note}", f"Scorecard {name}, version {version}. {note}"
    )


def _fixed() -> Bilingual:
    return Bilingual(
        "折算的上下界、人工覆盖、平均赢单率是编译时的数值；评分卡重新拟合后请重新编译。",
        "Bounds of scales, overrides and the mean win rate are the numbers of this moment; compile "
        "again after a refit.",
    )
