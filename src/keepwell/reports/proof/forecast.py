"""The track record of the six-month amount as a chapter of the report on proof."""

from datetime import date

from keepwell.reports.facts import Ask, FactBook
from keepwell.reports.page import Block, Heading, Paragraph
from keepwell.reports.patterns import Pattern
from keepwell.reports.sections.track_record import record_alone
from keepwell.reports.text import line, same, words


def forecast_blocks(ask: Ask, as_of: date, accounts: int) -> list[Block]:
    """Return heading, what the chapter rests on, and error, bias and coverage by method and tier.

    `ask`: answers queries over the snapshot of a run, `as_of` its day.
    """
    title = words("六个月金额的以往误差", "The six-month amount on past days")
    rests_on = line(
        "取自截至 {day} 的运行：在过去每个起点只用当时已知的成交推算六个月，再与实际成交相比；"
        "查询对象是该运行的快照。",
        "From the run as of {day}: at each past day six months were computed from the wins known "
        "then and compared with those that came. Queries run on that snapshot.",
        denies=(Pattern.FORECAST,),
        day=same(as_of.isoformat()),
    )
    blocks: list[Block] = [Heading(title, anchor="forecast"), Paragraph(rests_on)]
    return [*blocks, *record_alone(FactBook(ask), accounts)]
